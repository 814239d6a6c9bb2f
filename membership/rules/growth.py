"""What a household owes when it grows after its enrolment: nothing until it renews, or more.

No source says whether a person who comes in the year costs anything before the renewal, so it is
a parameter of the scale (docs/questions.md). By default nothing is asked. Where a supplement is
asked, it is the difference between what the enrolment's own scale asks for the household as it is
now and for the largest size that it was charged for, so who takes the place of somebody gone
costs nothing. A newborn may be free until the renewal, and is then not counted.
"""

from dataclasses import dataclass
from fractions import Fraction

from conamus.kernel.errors import DomainError
from conamus.kernel.money import round_franc
from membership.rules.scale import Growth, Scale, amount_due
from membership.rules.sentences import counted, francs


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """What a person adds to an enrolment; ``people`` is the size charged for from now on."""

    people: int
    contribution_francs: int
    payer_francs: int
    explanation: str


def asks_for(growth: Growth, *, is_newborn: bool) -> bool:
    """Tell whether a scale asks something for a person who joins.

    >>> [asks_for(growth, is_newborn=True) for growth in Growth]
    [False, False, True]
    """
    return growth is Growth.EVERYONE or (growth is Growth.JOINERS and not is_newborn)


def supplement_due(scale: Scale, *, category: str, charged: int, people: int) -> Supplement:
    """Return what is owed when a household charged for ``charged`` people has ``people``.

    A household over the scale's limit pays as the largest one that it takes: that somebody is
    born into it is no reason to leave the child out. Nothing where the scale no longer has the
    category.

    >>> from membership.rules.scale import Band, Category
    >>> scale = Scale(
    ...     year=2025,
    ...     bands=(
    ...         Band(size_from=1, size_to=6, amount_francs=30_000),
    ...         Band(size_from=7, size_to=None, amount_francs=35_000),
    ...     ),
    ...     categories=(Category(code="ordinary", label="Ordinaire"),),
    ...     joining_fee_francs=1_000,
    ... )
    >>> supplement_due(scale, category="ordinary", charged=6, people=7).contribution_francs
    5000
    >>> supplement_due(scale, category="ordinary", charged=6, people=6).contribution_francs
    0
    """
    counts = max(charged, people)
    before, after = (_asked(scale, category, size) for size in (charged, counts))
    more = max(0, after - before)
    payer = round_franc(Fraction(_payer_percent(scale, category)) * more / 100)
    said = f"{counted(counts, 'personne')} au lieu de {charged}, barème {scale.year}"
    return Supplement(
        people=counts,
        contribution_francs=more,
        payer_francs=payer,
        explanation=f"{said} : {francs(more)} de plus." if more else f"{said} : rien de plus.",
    )


def _asked(scale: Scale, category: str, size: int) -> int:
    """The contribution of a size, that of the largest one taken where it is beyond."""
    most = scale.most_people
    size = size if most is None else min(size, most)
    try:
        due = amount_due(scale, size=max(1, size), category=category, is_new=False)
    except DomainError:
        return 0
    return due.contribution_francs


def _payer_percent(scale: Scale, category: str) -> Fraction:
    found = (Fraction(one.payer_percent) for one in scale.categories if one.code == category)
    return next(found, Fraction(0))
