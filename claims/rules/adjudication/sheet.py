"""The sheet on which a claim is decided: its lines with what is left of each, local to one run.

A row is cut by francs (a price, a share, a ceiling) or by quantity (days after the end of the
rights, boxes above a limit). Sums stay exact because only what is kept is rounded, half up; the
cut is the remainder. A cut by quantity goes back to the exact unit amount of the row, so that
one cut after another rounds once.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from claims.rules.adjudication.decision import Drawn, Flag, FlagCode, LineDecision
from claims.rules.adjudication.near import near_clauses
from claims.rules.cuts import Cut, CutCode
from claims.rules.facts import CareFacts, EarlierCare, LineFacts
from claims.rules.package import Package, Scope, Target
from claims.rules.targets import Scene, is_within_ages
from claims.rules.words import Bearer, CareKind, Family
from conamus.kernel.errors import DomainError
from conamus.kernel.money import round_franc
from conamus.kernel.periods import age_on

_ZERO = Fraction(0)
_ANYTHING = Target()


class Row:
    """A line while it is decided; ``left`` is the mutuelle's part so far.

    ``is_open``: something of it is still accepted, be it at a price of zero.
    """

    __slots__ = (
        "act",
        "asked",
        "cuts",
        "day",
        "deducted",
        "family",
        "is_open",
        "left",
        "line",
        "quantity",
        "rate",
        "unit",
    )

    def __init__(self, line: LineFacts, admitted_on: date) -> None:
        self.line = line
        self.act: str = line.act
        self.family: Family = line.family
        self.day: date = line.given_on or admitted_on
        self.quantity: Fraction = line.quantity
        self.unit: Fraction | int | None = line.unit_price_francs
        self.asked: int = amount(line.quantity, line.unit_price_francs)
        self.left: int = self.asked
        self.is_open: bool = bool(line.quantity)
        self.deducted: int = 0
        self.rate: Fraction | None = None
        self.cuts: list[Cut] = []

    def cut(
        self, code: CutCode, francs: int, bearer: Bearer, facts: Mapping[str, object] | None = None
    ) -> int:
        """Take francs off, never more than what is left; return what was taken."""
        taken = min(francs, self.left)
        if taken <= 0:
            return 0
        self.left -= taken
        self.unit = None
        told = {name: str(value) for name, value in facts.items()} if facts else {}
        self.cuts.append(Cut(code, taken, bearer, told))
        return taken

    def cut_all(
        self, code: CutCode, bearer: Bearer, facts: Mapping[str, object] | None = None
    ) -> None:
        """Take all that is left: nothing of the line is accepted."""
        self.cut(code, self.left, bearer, facts)
        self.quantity, self.is_open = _ZERO, False

    def keep_quantity(
        self, kept: Fraction, code: CutCode, bearer: Bearer, facts: Mapping[str, object]
    ) -> None:
        """Accept ``kept`` of the quantity and cut the rest pro rata of the exact unit amount."""
        if kept >= self.quantity:
            return
        unit = self.unit_francs
        self.cut(code, self.left - amount(kept, unit), bearer, facts)
        self.quantity, self.unit, self.is_open = kept, unit, bool(kept)

    @property
    def unit_francs(self) -> Fraction | int:
        """What one unit of the quantity is worth now, exact."""
        if self.unit is not None:
            return self.unit
        return Fraction(self.left) / self.quantity if self.quantity else 0

    def decided(self) -> LineDecision:
        """Return the line as it stands."""
        return LineDecision(
            position=self.line.position,
            act=self.act,
            family=self.family,
            care_on=self.day,
            asked_francs=self.asked,
            quantity=self.quantity,
            rate=self.rate,
            cuts=tuple(self.cuts),
        )


class Sheet:
    """A claim while it is decided."""

    __slots__ = ("_pools", "care", "drawn", "flags", "near", "package", "rows", "scene")

    def __init__(self, care: CareFacts, package: Package) -> None:
        _check_lines(care)
        self.care = care
        self.package = package
        self.rows = [
            Row(line, care.starts_on) for line in sorted(care.lines, key=lambda one: one.position)
        ]
        self.flags: list[Flag] = []
        self.drawn: list[Drawn] = []
        self.scene = Scene(
            level=care.facility.level,
            ownership=care.facility.ownership,
            kind=care.kind,
            sex=care.patient.sex,
            age=age_on(care.patient.birth_date, care.starts_on),
        )
        self.near = near_clauses(package, self.scene)
        self._pools: dict[Scope | None, list[EarlierCare]] = {}

    def flag(self, code: FlagCode, row: Row | None = None, **facts: object) -> None:
        """Note what a person should look at."""
        position = None if row is None else row.line.position
        self.flags.append(Flag(code, position, {name: str(value) for name, value in facts.items()}))

    def open_rows(self) -> list[Row]:
        """The lines of which something is still accepted."""
        return [row for row in self.rows if row.is_open]

    def holds(self, scope: Scope) -> bool:
        """Tell whether a scope has a meaning here: a stay's, for a stay only."""
        return scope is not Scope.STAY or self.care.kind is CareKind.STAY

    def earlier(self, scope: Scope | None, target: Target) -> list[EarlierCare]:
        """Return earlier care that counts over a scope, of what is targeted.

        ``None``: all of the patient's own, whatever the year. The claim's own lines never count.
        """
        if scope not in self._pools:
            self._pools[scope] = [one for one in self.care.earlier if self._is_in(one, scope)]
        pool = self._pools[scope]
        return pool if target == _ANYTHING else [one for one in pool if self._is_about(target, one)]

    def _is_in(self, one: EarlierCare, scope: Scope | None) -> bool:
        if one.claim == self.care.claim:
            return False
        if scope is Scope.HOUSEHOLD_YEAR:
            return one.is_same_household and self._is_of_year(one)
        if not one.is_same_person:
            return False
        if scope is Scope.PERSON_YEAR:
            return self._is_of_year(one)
        if scope is Scope.EPISODE:
            return bool(one.episode) and one.episode == self.care.episode
        return scope is None

    def _is_of_year(self, one: EarlierCare) -> bool:
        return (one.admitted_on or one.care_on).year == self.care.starts_on.year

    def _is_about(self, target: Target, one: EarlierCare) -> bool:
        """Whether earlier care is targeted; of other members neither sex nor age is known."""
        return (
            (target.act is None or target.act == one.act)
            and (target.family is None or target.family is one.family)
            and (target.level is None or target.level == one.level)
            and (target.ownership is None or target.ownership == one.ownership)
            and (target.kind is None or target.kind is one.kind)
            and (not one.is_same_person or self._is_of_age(target, one.admitted_on or one.care_on))
        )

    def _is_of_age(self, target: Target, on: date) -> bool:
        if target.age_from is None and target.age_to is None:
            return True
        age = age_on(self.care.patient.birth_date, on)
        return is_within_ages(age, target.age_from, target.age_to)


def amount(quantity: Fraction, unit: Fraction | int) -> int:
    """Return a quantity's worth in whole francs, half up.

    >>> amount(Fraction(3, 2), 333), amount(Fraction(2), 500)
    (500, 1000)
    """
    if isinstance(unit, int) and quantity.denominator == 1:
        return quantity.numerator * unit
    return round_franc(quantity * unit)


def _check_lines(care: CareFacts) -> None:
    """Refuse what no rule can value; the administrative check tells it before."""
    positions = {line.position for line in care.lines}
    if len(positions) != len(care.lines):
        raise DomainError("Deux lignes de l’attestation ont le même numéro.", field="lines")
    for line in care.lines:
        lowest = min(line.unit_price_francs, line.agreed_price_francs or 0)
        if line.quantity.numerator < 0 or lowest < 0:
            raise DomainError(
                f"Ligne {line.position} : une quantité ou un prix est négatif.", field="lines"
            )
