"""The figures of the yearly report: growth, retention, sums, means and their rounding.

Growth and retention are membership's (membership/rules/rates.py). Of a group of units: sum
of numerators ÷ sum of denominators. The report of 2024 prints the *simple mean* of the
federations' retention instead (81 % where the sum gives 82.8 %): the simple mean is computed
too, only to be named beside ours.

Halves round away from zero, to one decimal of a percent or to a whole percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from membership.rules.insured import InsuredTotals, total_insured
from membership.rules.rates import growth_rate, ratio, retention_rate

#: Groups of one to four are not shown where a reader could recognise a household.
SMALLEST_SHOWN = 5


def simple_mean(rates: Sequence[Fraction | None]) -> Fraction | None:
    """Return the mean of rates without weights ("méthode du rapport 2024").

    None when there is no rate, or when one of them is not known.

    >>> simple_mean([Fraction(p, 100) for p in (82, 87, 86, 79, 70)]) * 100
    Fraction(404, 5)
    >>> simple_mean([Fraction(1, 2), None]) is None
    True
    """
    known = [rate for rate in rates if rate is not None]
    if not known or len(known) < len(rates):
        return None
    return sum(known, Fraction()) / len(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A line of the membership tables: a federation, or a mutuelle or section.

    ``renewed`` are the households of the year before that came back: within the
    federation for a federation, within the very unit for a unit.
    """

    key: int
    name: str
    short_name: str
    units: int
    now: InsuredTotals
    before: InsuredTotals
    renewed: int | None

    @property
    def growth(self) -> Fraction | None:
        """Growth of the number of households."""
        return growth_rate(self.before.households, self.now.households)

    @property
    def retention(self) -> Fraction | None:
        """Retention of last year's households."""
        return retention_rate(self.before.households, self.renewed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The membership won for a mutualist year, by group and in all."""

    year: int
    groups: tuple[Group, ...]
    renewed: int | None

    @property
    def is_before_known(self) -> bool:
        """Whether the register holds the year before: without a household in it, it does not."""
        return any(group.before.households != 0 for group in self.groups)

    @property
    def units(self) -> int:
        """Mutuelles and sections of all groups."""
        return sum(group.units for group in self.groups)

    @property
    def now(self) -> InsuredTotals:
        """All insured of the year."""
        return total_insured(group.now for group in self.groups)

    @property
    def before(self) -> InsuredTotals:
        """All insured of the year before."""
        return total_insured(group.before for group in self.groups)

    @property
    def growth(self) -> Fraction | None:
        """Growth of the whole: from the sums."""
        return growth_rate(self.before.households, self.now.households)

    @property
    def people_growth(self) -> Fraction | None:
        """Growth of the number of insured people."""
        return growth_rate(self.before.people, self.now.people)

    @property
    def retention(self) -> Fraction | None:
        """Retention of the whole: sum of numerators ÷ sum of denominators."""
        return retention_rate(self.before.households, self.renewed)

    @property
    def mean_retention(self) -> Fraction | None:
        """The simple mean of the groups' retention, as the report of 2024 prints it."""
        return simple_mean([group.retention for group in self.groups])

    @property
    def household_size(self) -> Fraction | None:
        """Insured people per insured household."""
        return ratio(self.now.people, self.now.households)


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Counts or amounts by two criteria, with their sums.

    >>> table = cross_table([("CDS", "public", 3), ("CDS", "privé", 1), ("HOP", "public", 2)])
    >>> table.value("HOP", "privé"), table.row_total("CDS"), table.column_total("public")
    (0, 4, 5)
    >>> table.total
    6
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], int]

    def value(self, row: str, column: str) -> int:
        """Return what is in one cell: a combination that never occurs counts zero."""
        return self.cells.get((row, column), 0)

    def row_total(self, row: str) -> int:
        """Return the sum of a row."""
        return sum(self.value(row, column) for column in self.columns)

    def column_total(self, column: str) -> int:
        """Return the sum of a column."""
        return sum(self.value(row, column) for row in self.rows)

    @property
    def total(self) -> int:
        """The sum of all cells."""
        return sum(self.cells.values())


def cross_table(
    counted: Iterable[tuple[str, str, int]],
    *,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> CrossTable:
    """Sum (row, column, value) into a table, in the order given, then in that of arrival."""
    cells: dict[tuple[str, str], int] = {}
    for row, column, value in counted:
        cells[row, column] = cells.get((row, column), 0) + value
    return CrossTable(
        rows=_in_order(rows, (row for row, _ in cells)),
        columns=_in_order(columns, (column for _, column in cells)),
        cells=cells,
    )


def _in_order(given: Sequence[str], found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*given, *found]))
