"""What the rows of a household say, once they are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class PersonRow:
    """A person as a row tells it; names as written, then their sort and search keys."""

    line: int
    family: str
    given: str
    sort_key: str
    search_key: str
    given_key: str
    sex: str
    birth_date: date
    is_birth_estimated: bool
    relationship: str
    number: str
    phone: str
    paper: str
    joined_on: date | None
    #: Of a birth told by its year only: the day above stands for it.
    is_year_alone: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the names, whose order is free."""
        return tuple(sorted(self.search_key.split()))


@dataclass(slots=True)
class HouseholdRows:
    """A household as its rows tell it; None or empty: they say nothing of that."""

    line: int
    lines: list[int]
    number: str
    former_number: str
    unit_id: int | None
    colline_id: int | None
    category: str
    phone: str
    cam: str
    registered_on: date | None
    enrolled_on: date | None
    due: int | None
    paid: int | None
    paid_on: date | None
    people: list[PersonRow]
    #: Whether they say that it is another household than those that it looks like.
    is_new: bool = False
    #: The row that says each thing, where a cause against it is told.
    told_at: Mapping[str, int] = field(default_factory=dict)

    def line_of(self, name: str) -> int:
        """Return the row that says something of the household; the first: none does."""
        return self.told_at.get(name, self.line)
