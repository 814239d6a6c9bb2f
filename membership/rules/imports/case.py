"""One household being planned: what is known of it, and what is found wrong with its rows."""

from dataclasses import dataclass, field

from membership.rules.imports.columns import title_of
from membership.rules.imports.known import ImportTerms, KnownHousehold
from membership.rules.imports.outcomes import Refusal, RowsRefused
from membership.rules.imports.rows import HouseholdRows


@dataclass(slots=True)
class Case:
    """What the rows say, what the register holds (None: no such household), on what terms."""

    rows: HouseholdRows
    known: KnownHousehold | None
    terms: ImportTerms
    #: Whether these are later rows of a household that an earlier part of the file brings.
    is_continued: bool
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, name: str, cause: str, line: int | None = None) -> None:
        """Note what is wrong in a column; without a line, where the rows speak of it first."""
        title = title_of(self.terms.kind, name) if name else ""
        self.refusals.append(Refusal(line or self.rows.line_of(name), title, cause))

    def stop(self) -> None:
        """Raise RowsRefused if anything is wrong so far."""
        if self.refusals:
            raise RowsRefused(self.refusals)
