"""How much two records have in common, weighed against chance.

Each agreement counts, in bits, how much rarer it is between strangers than between two records
of one person (Fellegi and Sunter, « A theory for record linkage », 1969); each disagreement
counts against. The weights are those of a register of 264,000 people with a few hundred family
and given names. ``PRIOR`` is how improbable it is beforehand that two records are one person.
Names decide first: every word of the shorter name must have its counterpart in the other, so
twins, who share all but their names, are two people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from membership.rules.identity.fold import is_one_edit, is_two_edits
from membership.rules.identity.person import Person

PRIOR = -24.0
_SAME_WORD, _ONE_EDIT, _TWO_EDITS, _WORD_MORE = 7.5, 6.5, 5.0, -1.0
_CUT_WORD, _INITIAL = 4.0, 2.0
_SHORTEST_ONE_EDIT, _SHORTEST_TWO_EDITS = 4, 8
_SAME_SEX, _OTHER_SEX = 1.0, -6.0
_SAME_DAY, _SWAPPED_DAY, _ONE_PART, _ONE_YEAR = 14.0, 7.0, 4.0, -1.5
#: The same day of the same month, one or two years off: one stranger in 5,000.
_NEAR_BIRTHDAY, _MOST_YEARS_OFF = 9.0, 2
_NEAR_YEARS = {0: 4.0, 1: 3.0, 2: 2.0}
_FAR_YEARS, _OTHER_DAY = -5.0, -10.0
_SAME_PLACE, _SAME_AREA, _OTHER_PLACE = 10.0, 5.0, -2.0
_SAME_HOUSEHOLD = 13.0
_SAME_PHONE, _OTHER_PHONE = 9.0, -1.0
_SAME_PAPER, _OTHER_PAPER = 16.0, -4.0

#: Bits to points: 50 is an even chance, 5 points halve or double it.
_EVEN, _POINTS_A_BIT = 50, 5
#: From which score on, a pair goes to the queue, or is as good as sure.
PROBABLE_FROM, CERTAIN_FROM = 70, 85


class Verdict(StrEnum):
    """What a score says."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    NONE = "none"

    @property
    def label(self) -> str:
        """The verdict in French."""
        return _LABELS[self]


_LABELS = {
    Verdict.CERTAIN: "doublon quasi certain",
    Verdict.PROBABLE: "doublon probable",
    Verdict.NONE: "personnes différentes",
}


@dataclass(frozen=True, slots=True)
class Match:
    """``score`` from 0 to 100, its reasons in French, the verdict."""

    score: int
    reasons: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Weight:
    bits: float
    reason: str


_STRANGERS = Match(0, ("noms différents",), Verdict.NONE)


def compare(one: Person, other: Person) -> Match:
    """Return how far two records are one person.

    >>> from dataclasses import replace
    >>> first = Person(
    ...     key=1,
    ...     family_name="Ndayishimiye",
    ...     given_name="Aline",
    ...     sex="F",
    ...     birth_date=date(1990, 3, 4),
    ...     place="C-1",
    ... )
    >>> compare(first, replace(first, family_name="Arine", given_name="NDAYISIMIE")).verdict
    <Verdict.CERTAIN: 'certain'>
    >>> compare(first, replace(first, given_name="Joseph")).verdict
    <Verdict.NONE: 'none'>
    """
    names = _names(one.words, other.words)
    if names is None:
        return _STRANGERS
    weights = [names, _birth(one, other), _sex(one, other), *_where(one, other)]
    score = _score(PRIOR + sum(weight.bits for weight in weights))
    if _may_be_twins(one, other):
        score = min(score, CERTAIN_FROM - 1)
        weights.append(_Weight(0, "jumeaux possibles"))
    reasons = tuple(weight.reason for weight in weights if weight.reason)
    return Match(score, reasons, _verdict(score))


def _score(bits: float) -> int:
    return max(0, min(100, round(_EVEN + _POINTS_A_BIT * bits)))


def _verdict(score: int) -> Verdict:
    if score >= CERTAIN_FROM:
        return Verdict.CERTAIN
    return Verdict.PROBABLE if score >= PROBABLE_FROM else Verdict.NONE


def _may_be_twins(one: Person, other: Person) -> bool:
    """Born on one day in one household, with names that are alike and not the same."""
    return (
        one.household != ""
        and one.household == other.household
        and one.birth_date == other.birth_date
        and one.words != other.words
    )


def _names(words: tuple[str, ...], others: tuple[str, ...]) -> _Weight | None:
    """Weigh the names; None when a word of the shorter name has no counterpart."""
    if words == others:
        return _Weight(_SAME_WORD * min(len(words), 3), "mêmes noms") if len(words) > 1 else None
    if len(words) > len(others):
        words, others = others, words
    if len(words) < 2:
        return None
    bits = _aligned(words, others)
    if bits is None:
        return None
    return _Weight(bits + _WORD_MORE * (len(others) - len(words)), "noms semblables")


def _aligned(words: tuple[str, ...], others: tuple[str, ...]) -> float | None:
    """Pair each word with the nearest that is left: equal ones first."""
    left = list(others)
    unequal = []
    for word in words:
        if word in left:
            left.remove(word)
        else:
            unequal.append(word)
    bits = _SAME_WORD * min(len(words) - len(unequal), 3)
    for word in unequal:
        best, nearest = max(((_alike(word, other), other) for other in left), default=(0.0, ""))
        if not best:
            return None
        left.remove(nearest)
        bits += best
    return bits


def _alike(word: str, other: str) -> float:
    """The bits of two unequal words; 0 when they are not alike."""
    shortest = min(len(word), len(other))
    if shortest >= _SHORTEST_ONE_EDIT and is_one_edit(word, other):
        return _ONE_EDIT
    if shortest >= _SHORTEST_TWO_EDITS and is_two_edits(word, other):
        return _TWO_EDITS
    if word[:shortest] != other[:shortest]:
        return 0.0
    return _INITIAL if shortest == 1 else _CUT_WORD if shortest >= _SHORTEST_ONE_EDIT else 0.0


def _birth(one: Person, other: Person) -> _Weight:
    first, second = one.birth_date, other.birth_date
    if one.knows_day and other.knows_day:
        return _birth_days(first, second)
    years = abs(first.year - second.year)
    if years == 0:
        return _Weight(_NEAR_YEARS[0], "même année de naissance")
    if years in _NEAR_YEARS:
        return _Weight(_NEAR_YEARS[years], "années de naissance proches (estimées)")
    return _Weight(_FAR_YEARS if years < 6 else _OTHER_DAY, "")


def _birth_days(first: date, second: date) -> _Weight:
    if first == second:
        return _Weight(_SAME_DAY, "même date de naissance")
    if (first.year, first.month, first.day) == (second.year, second.day, second.month):
        return _Weight(_SWAPPED_DAY, "jour et mois de naissance inversés")
    same = (first.year == second.year, first.month == second.month, first.day == second.day)
    if same[1:] == (True, True) and abs(first.year - second.year) <= _MOST_YEARS_OFF:
        return _Weight(_NEAR_BIRTHDAY, "même anniversaire, années proches")
    if sum(same) == 2:
        return _Weight(_ONE_PART, "dates de naissance proches")
    if first.year == second.year:
        return _Weight(_ONE_YEAR, "même année de naissance")
    return _Weight(_OTHER_DAY, "")


def _sex(one: Person, other: Person) -> _Weight:
    if one.sex == other.sex:
        return _Weight(_SAME_SEX, "")
    return _Weight(_OTHER_SEX, "sexes différents") if one.sex and other.sex else _Weight(0, "")


def _where(one: Person, other: Person) -> Iterator[_Weight]:
    """Weigh where they are found: household or place, telephone, papers."""
    if one.household != "" and one.household == other.household:
        yield _Weight(_SAME_HOUSEHOLD, "même ménage")
    elif one.place != "" and other.place != "":
        yield _place(one, other)
    if one.phone and other.phone:
        same = one.phone == other.phone
        yield _Weight(_SAME_PHONE if same else _OTHER_PHONE, "même téléphone" if same else "")
    if one.paper and other.paper:
        same = one.paper == other.paper
        yield _Weight(_SAME_PAPER if same else _OTHER_PAPER, "même pièce" if same else "")


def _place(one: Person, other: Person) -> _Weight:
    if one.place == other.place:
        return _Weight(_SAME_PLACE, "même colline")
    if one.area != "" and one.area == other.area:
        return _Weight(_SAME_AREA, "même unité")
    return _Weight(_OTHER_PLACE, "autre colline")
