"""What a rule finds wrong: the field at fault and the French sentence beside it."""

from collections.abc import Iterable
from dataclasses import dataclass

from conamus.kernel.errors import DomainError, Gathering


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was typed."""

    field: str
    message: str


def refuse_problems(problems: Iterable[Problem]) -> None:
    """Raise all problems as one refusal; do nothing where there is none.

    >>> refuse_problems([])
    """
    gathering = Gathering()
    gathering.found = [DomainError(problem.message, field=problem.field) for problem in problems]
    gathering.refuse()
