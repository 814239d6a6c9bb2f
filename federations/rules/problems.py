"""What a rule finds wrong: the field at fault and the French sentence beside it."""

from dataclasses import dataclass

from conamus.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was typed."""

    field: str
    message: str


def refuse_first(problems: list[Problem]) -> None:
    """Raise the first problem as a refusal; do nothing where there is none.

    >>> refuse_first([])
    """
    if problems:
        raise DomainError(problems[0].message, field=problems[0].field)
