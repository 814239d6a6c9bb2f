"""The score of a survey, from 0 to 1: by facility, and of a group of facilities.

A facility's score = Σ weight × points ÷ Σ weight × 100, over the answers that have points. A
question that nobody answered, or that does not apply, is in neither sum: missing is not zero. The
score of a group (a federation, the network) is the simple mean of its facilities' scores, each
counting once, as in the published survey (« en moyenne de 72 % »): a facility with many interviews
weighs no more than another.

Answers are anonymous: members' scores of fewer than five interviews are not shown, neither of a
facility nor of a sex or an age; and where one group of a breakdown is hidden, the smallest other
one is too, else the total would tell it. A facility's quality is noted by an assessor: one grid is
enough.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from claims.rules.questionnaires import FULL, QuestionnaireKind

#: Fewer interviews are not shown.
FEWEST = 5


class AgeBand(StrEnum):
    """The age of who answers, in bands wide enough to name nobody."""

    UNDER_25 = "under_25"
    FROM_25 = "from_25"
    FROM_40 = "from_40"
    FROM_60 = "from_60"

    @property
    def label(self) -> str:
        """The band in French."""
        return _BANDS[self]


_BANDS = {
    AgeBand.UNDER_25: "moins de 25 ans",
    AgeBand.FROM_25: "25 à 39 ans",
    AgeBand.FROM_40: "40 à 59 ans",
    AgeBand.FROM_60: "60 ans et plus",
}


@dataclass(frozen=True, slots=True)
class QuestionSum:
    """The scored answers to a question: its weight, how many, and their points."""

    weight: int
    answers: int
    points: int


def score(sums: Iterable[QuestionSum]) -> Fraction | None:
    """Return the weighted share of the points that were possible; None: nothing was scored.

    >>> score([QuestionSum(2, 4, 300), QuestionSum(1, 0, 0)])
    Fraction(3, 4)
    >>> score([]) is None
    True
    """
    told = [(one.weight * one.points, one.weight * one.answers) for one in sums]
    possible = FULL * sum(answers for _, answers in told)
    return Fraction(sum(points for points, _ in told), possible) if possible else None


def mean_score(scores: Sequence[Fraction | None]) -> Fraction | None:
    """Return the simple mean of the scores that are known.

    >>> mean_score([Fraction(1, 2), None, Fraction(1)])
    Fraction(3, 4)
    """
    known = [one for one in scores if one is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def is_shown(kind: QuestionnaireKind, interviews: int) -> bool:
    """Tell whether so many interviews may be shown.

    >>> is_shown(QuestionnaireKind.SATISFACTION, 4), is_shown(QuestionnaireKind.QUALITY, 1)
    (False, True)
    """
    return interviews >= (1 if kind is QuestionnaireKind.QUALITY else FEWEST)


def hidden_groups(counts: Mapping[str, int], fewest: int = FEWEST) -> frozenset[str]:
    """Return the groups of a breakdown that are not shown: the small, and one more.

    >>> sorted(hidden_groups({"F": 12, "M": 3}))
    ['F', 'M']
    >>> sorted(hidden_groups({"a": 3, "b": 2, "c": 9}))
    ['a', 'b']
    """
    told = {name: count for name, count in counts.items() if count}
    hidden = {name for name, count in told.items() if count < fewest}
    if hidden and sum(told[name] for name in hidden) < fewest and len(hidden) < len(told):
        hidden.add(min(told.keys() - hidden, key=lambda name: (told[name], name)))
    return frozenset(hidden)


def change(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """Return the change in parts of one; None where one of the two is not known.

    >>> change(Fraction(3, 4), Fraction(1, 2))
    Fraction(1, 4)
    """
    return None if now is None or before is None else now - before
