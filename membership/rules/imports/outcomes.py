"""What becomes of a row of an import, and how a refusal is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

#: A row as it came: its number in the file, its cells.
Line = tuple[int, list[str]]


class RowOutcome(StrEnum):
    """What became, or would become, of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    #: Comes in, if whoever decides says so: perhaps it is there already.
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is refused, and in which column (its title; empty: the whole row)."""

    line: int
    column: str
    cause: str


class RowsRefused(Exception):
    """The rows that stand and fall together cannot come in."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].cause)
        self.refusals = list(refusals)


def refuse_together(lines: Iterable[int], refusals: Sequence[Refusal]) -> list[Refusal]:
    """Return the refusals, and one for each other row of the same household.

    >>> refuse_together([4, 5], [Refusal(4, "Sexe", "…")])[1].cause
    'Ce ménage n’est pas chargé : voir la ligne 4.'
    """
    told = {refusal.line for refusal in refusals}
    cause = f"Ce ménage n’est pas chargé : voir la ligne {min(told)}."
    others = [Refusal(line, "", cause) for line in lines if line not in told]
    return [*refusals, *others]
