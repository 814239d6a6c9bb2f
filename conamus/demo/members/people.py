"""The people of a household: names, ages that fit together, when they joined.

A household is a head, perhaps a spouse, and others: children of the couple, some other
relatives. A newcomer, the last of the others, joined between the enrolments of 2024 and 2025;
most newcomers are babies.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from random import Random

from conamus.demo.members.calendar import between, iso, with_estimate, years_before
from conamus.demo.members.composition import Composition
from conamus.demo.members.names import FAMILY_NAMES, GIVEN_NAMES, folded
from conamus.demo.provenance import SEED
from membership.rules.identity import phonetic_key

_FAMILY = folded(FAMILY_NAMES)
_GIVEN = {sex: folded(names) for sex, names in GIVEN_NAMES.items()}

#: Among those who are neither head nor spouse: parents, nephews, orphans taken in.
OTHER_RELATIVES = 0.06
#: Ages between which a woman has the children of these households.
FIRST_BIRTH, LAST_BIRTH = 17, 45
#: Children older than this have a household of their own.
OLDEST_CHILD = 24
YOUNGEST_SPOUSE = 17

#: household position, number, family name, given name, sort key, search key, sex, birth date,
#: is birth estimated, relationship, joined_on, given key, phonetic key, person id, declared_on
PersonRow = tuple[int, str, str, str, str, str, str, str, bool, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Stay:
    """A household's days (ordinals): registered, signed for 2024, for 2025."""

    registered: int
    enrolled_2024: int | None
    enrolled_2025: int | None
    has_newcomer: bool

    @property
    def settled(self) -> int:
        """The day by which everyone but a newcomer is there."""
        day = self.enrolled_2024 or self.enrolled_2025
        return self.registered if day is None else day


@dataclass(frozen=True, slots=True)
class _Person:
    sex: str
    birth: int
    relationship: str
    joined: int


def people_of(
    rng: Random, position: int, number: str, composition: Composition, stay: Stay
) -> Iterator[PersonRow]:
    """Give each member of a household a row; the head comes first."""
    for rank, person in enumerate(_members(rng, composition, stay), start=1):
        family, family_sort, family_search = _pick(rng, _FAMILY)
        given, given_sort, given_search = _pick(rng, _GIVEN[person.sex])
        birth, is_estimated = with_estimate(rng, person.birth)
        own_number, joined = f"{number}-{rank:02d}", iso(person.joined)
        yield (
            position, own_number, family, given,
            f"{family_sort} {given_sort}", f"{family_search} {given_search}",
            person.sex, birth, is_estimated, person.relationship, joined,
            f"{given_search} {family_search}", phonetic_key(family, given),
            _person_id(own_number), joined,
        )  # fmt: skip


def head_birth_years(people: Iterable[PersonRow]) -> dict[int, int]:
    """Return the year in which each household's head was born, by the household's position."""
    return {row[0]: int(row[7][:4]) for row in people if row[9] == "head"}


def head_names(people: Iterable[PersonRow]) -> dict[int, str]:
    """Return how each household's head is called, by the household's position."""
    return {row[0]: f"{row[2]} {row[3]}" for row in people if row[9] == "head"}


def _person_id(number: str) -> str:
    """The network's identifier (a UUID), the same each time the network is generated."""
    return blake2b(f"{SEED}:{number}".encode(), digest_size=16).hexdigest()


def _pick(rng: Random, names: tuple[tuple[str, str, str], ...]) -> tuple[str, str, str]:
    return names[int(rng.random() * len(names))]


def _members(rng: Random, composition: Composition, stay: Stay) -> Iterator[_Person]:
    head = years_before(stay.registered, rng.triangular(20, 74, 36))
    yield _Person(composition.head, head, "head", stay.registered)
    mother = head
    if composition.spouse:
        spouse = _spouse_birth(rng, composition.spouse, head, stay.registered)
        yield _Person(composition.spouse, spouse, "spouse", stay.registered)
        mother = spouse if composition.spouse == "F" else head
    settled = composition.others[:-1] if stay.has_newcomer else composition.others
    for sex in settled:
        yield _dependant(rng, sex, mother, stay)
    if stay.has_newcomer:
        yield _newcomer(rng, composition.others[-1], mother, stay)


def _spouse_birth(rng: Random, sex: str, head: int, registered: int) -> int:
    """Wives are up to eight years younger than their husbands, and adults."""
    years = rng.random() * 8
    birth = years_before(head, years if sex == "M" else -years)
    return min(birth, years_before(registered, YOUNGEST_SPOUSE + rng.random()))


def _dependant(rng: Random, sex: str, mother: int, stay: Stay) -> _Person:
    """A child whose age fits its mother's; where none can, or sometimes, another relative."""
    earliest = max(years_before(mother, -FIRST_BIRTH), years_before(stay.settled, OLDEST_CHILD))
    latest = min(years_before(mother, -LAST_BIRTH), stay.settled)
    if earliest < latest and rng.random() >= OTHER_RELATIVES:
        birth, relationship = between(rng, earliest, latest), "child"
    else:
        birth, relationship = years_before(stay.settled, 2 + rng.random() ** 3 * 70), "other"
    return _Person(sex, birth, relationship, max(stay.registered, birth))


def _newcomer(rng: Random, sex: str, mother: int, stay: Stay) -> _Person:
    """Someone declared at the renewal for 2025: a baby, unless the mother is too old."""
    if stay.enrolled_2024 is None or stay.enrolled_2025 is None:
        raise ValueError("only a renewing household has a newcomer")
    if years_before(mother, -LAST_BIRTH) > stay.enrolled_2025:
        birth = between(rng, stay.enrolled_2024 + 1, stay.enrolled_2025)
        return _Person(sex, birth, "child", stay.enrolled_2025)
    birth = years_before(stay.enrolled_2025, 1 + rng.random() * 30)
    return _Person(sex, birth, "other", stay.enrolled_2025)
