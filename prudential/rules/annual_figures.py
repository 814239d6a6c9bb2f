"""The figures of the yearly report: growth, retention, sums, means and their rounding.

Formulas (source: the list of complementary indicators, and norm 12 for retention):

- growth = (households of N+1 − households of N) ÷ households of N;
- retention = households of N insured again in N+1 ÷ households of N;
- of a group of units: sum of numerators ÷ sum of denominators. The report of 2024 prints
  the *simple mean* of the federations' retention instead (81 % where the sum gives
  82.8 %): the simple mean is computed too, only to be named beside ours.

Rates are exact fractions until they are written; a zero or unknown denominator gives
None, written "n.d.", never 0. Halves round away from zero, to one decimal of a percent or
to a whole percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from conamus.kernel.figures import round_half_up
from membership.rules.insured import InsuredTotals, total_insured

#: Groups of one to four are not shown where a reader could recognise a household.
SMALLEST_SHOWN = 5


def ratio(numerator: int | None, denominator: int | None) -> Fraction | None:
    """Divide exactly; None when a side is unknown or the denominator is zero.

    >>> ratio(1, 3), ratio(1, 0), ratio(None, 3)
    (Fraction(1, 3), None, None)
    """
    if numerator is None or not denominator:
        return None
    return Fraction(numerator, denominator)


def growth_rate(before: int | None, now: int | None) -> Fraction | None:
    """Return the growth of a count from one year to the next, as a part of one.

    >>> one_decimal(growth_rate(21683, 36888)), whole_percent(growth_rate(2172, 4209))
    (Fraction(701, 10), 94)
    >>> growth_rate(0, 12) is None
    True
    """
    if before is None or now is None:
        return None
    return ratio(now - before, before)


def retention_rate(before: int | None, renewed: int | None) -> Fraction | None:
    """Return the part of last year's households that are insured again.

    >>> retention_rate(200, 165)
    Fraction(33, 40)
    """
    return ratio(renewed, before)


def simple_mean(rates: Sequence[Fraction | None]) -> Fraction | None:
    """Return the mean of rates without weights ("méthode du rapport 2024").

    None when there is no rate, or when one of them is not known.

    >>> one_decimal(simple_mean([Fraction(p, 100) for p in (82, 87, 86, 79, 70)]))
    Fraction(404, 5)
    >>> simple_mean([Fraction(1, 2), None]) is None
    True
    """
    known = [rate for rate in rates if rate is not None]
    if not known or len(known) < len(rates):
        return None
    return sum(known, Fraction()) / len(known)


def one_decimal(rate: Fraction | None) -> Fraction | None:
    """Return a rate in percent with one decimal, halves away from zero.

    >>> one_decimal(Fraction(82849, 100000)), one_decimal(Fraction(-205, 10000))
    (Fraction(414, 5), Fraction(-21, 10))
    """
    return None if rate is None else round_half_up(rate * 100, 1)


def whole_percent(rate: Fraction | None) -> int | None:
    """Return a rate in whole percent, halves away from zero.

    >>> whole_percent(Fraction(545, 1000)), whole_percent(None)
    (55, None)
    """
    return None if rate is None else int(round_half_up(rate * 100))


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
