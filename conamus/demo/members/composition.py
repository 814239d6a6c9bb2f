"""Who a household is made of, by sex and place in it, so that every total is exact.

Sizes are drawn around the wanted mean, then single households are made one larger or smaller
until the sum is right. Sexes are dealt: heads first, then spouses of the other sex, and the
rest from one shuffled deck that holds exactly what the totals leave.
"""

from dataclasses import dataclass
from random import Random

SMALLEST, LARGEST = 1, 12
#: Rough shape of the sizes 1–12 before it is tilted to the wanted mean.
SHAPE = (5, 9, 15, 18, 18, 14, 9, 6, 3, 2, 1, 0.5)
#: How often a head of either sex lives with a spouse.
WITH_SPOUSE = {"M": 0.86, "F": 0.10}
OTHER_SEX = {"M": "F", "F": "M"}


@dataclass(frozen=True, slots=True)
class Composition:
    """A household's sexes: the head, the spouse (``""``: none) and the others in one string."""

    head: str
    spouse: str
    others: str

    @property
    def males(self) -> int:
        """How many men and boys."""
        return (self.head + self.spouse + self.others).count("M")

    @property
    def females(self) -> int:
        """How many women and girls."""
        return (self.head + self.spouse + self.others).count("F")


def draw_sizes(rng: Random, households: int, people: int) -> list[int]:
    """Return ``households`` sizes from 1 to 12 that sum to ``people``.

    >>> sizes = draw_sizes(Random(1), 100, 453)
    >>> sum(sizes), min(sizes) >= 1, max(sizes) <= 12
    (453, True, True)
    """
    if not SMALLEST * households <= people <= LARGEST * households:
        raise ValueError(f"{people} people do not fit in {households} households")
    weights = _tilted(people / households) if households else []
    sizes = rng.choices(range(SMALLEST, LARGEST + 1), weights, k=households)
    while gap := people - sum(sizes):
        step = 1 if gap > 0 else -1
        for index in rng.choices(range(households), k=abs(gap)):
            if SMALLEST <= sizes[index] + step <= LARGEST:
                sizes[index] += step
    return sizes


def _tilted(mean: float) -> list[float]:
    """The shape, tilted exponentially by bisection until its mean is the wanted one."""
    low, high = -3.0, 3.0
    for _ in range(60):
        tilt = (low + high) / 2
        weights = [weight * 2.0 ** (tilt * size) for size, weight in enumerate(SHAPE, start=1)]
        found = sum(size * w for size, w in enumerate(weights, start=1)) / sum(weights)
        low, high = (tilt, high) if found < mean else (low, tilt)
    return weights


def shuffled_sexes(rng: Random, males: int, females: int) -> str:
    """Return a shuffled deck of that many M and F."""
    if males < 0 or females < 0:
        raise ValueError(f"totals leave {males} men and {females} women: not feasible")
    deck = ["M"] * males + ["F"] * females
    rng.shuffle(deck)
    return "".join(deck)


def compose(
    rng: Random, sizes: list[int], heads: str, males: int, females: int
) -> list[Composition]:
    """Deal the sexes of households of these sizes and heads; the totals come out exact.

    >>> [home] = compose(Random(1), [3], "F", 1, 2)
    >>> home.head, home.males, home.females
    ('F', 1, 2)
    """
    spouses = [_spouse(rng, head, size) for head, size in zip(heads, sizes, strict=True)]
    known = heads + "".join(spouses)
    deck = shuffled_sexes(rng, males - known.count("M"), females - known.count("F"))
    composed, dealt = [], 0
    for head, spouse, size in zip(heads, spouses, sizes, strict=True):
        count = size - 1 - len(spouse)
        composed.append(Composition(head, spouse, deck[dealt : dealt + count]))
        dealt += count
    return composed


def _spouse(rng: Random, head: str, size: int) -> str:
    return OTHER_SEX[head] if size > 1 and rng.random() < WITH_SPOUSE[head] else ""
