"""What is done for whom, and what it costs: a reason for care, its usual acts, their quantities.

The reasons and acts are the catalogue's; how often each comes, by age and season, is ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random

from claims.rules.words import Family
from conamus.demo.care.catalogue import ActPlan, ReasonPlan, price_on, read_acts, read_reasons
from conamus.demo.care.places import CENTRE
from conamus.demo.care.season import MALARIA, latest_stay
from conamus.demo.network import FacilityPlan

MALARIA_REASONS = frozenset({"PALU", "PALUG", "FIEV"})
#: Reason → how often among visits of a child under 5, a child, an adult, someone of 50 or more.
_WEIGHTS: dict[str, tuple[float, float, float, float]] = {
    "PALU": (30, 34, 26, 18), "IRA": (22, 16, 10, 8), "PNEU": (6, 2, 1.5, 3),
    "BRON": (5, 3, 3, 5), "ANG": (3, 5, 3, 1), "OTI": (4, 3, 1, 1), "DIAR": (10, 4, 3, 3),
    "DYS": (1, 1.5, 1.5, 1), "TYPH": (0.5, 3, 4, 2), "PARI": (5, 7, 3, 2), "AMIB": (0.5, 2, 3, 3),
    "GAST": (0, 0.5, 7, 8), "CONST": (0.5, 2, 3, 3), "IU": (0.5, 1, 5, 4), "IST": (0, 0, 2, 0.5),
    "VAGI": (0, 0, 2, 0.5), "DERM": (3, 4, 2, 2), "GALE": (2, 3, 1, 0.5), "MYCO": (1, 3, 1, 0.5),
    "ALLER": (1, 1, 1, 1), "CONJ": (2, 2, 1, 2), "DENT": (0, 2, 4, 3), "TRAUM": (1, 3, 3, 2),
    "ABCES": (1, 1.5, 1.5, 1), "BRUL": (0.7, 0.5, 0.3, 0.2), "ANEM": (1, 0.7, 0.6, 0.6),
    "LOMB": (0, 0.2, 5, 14), "FIEV": (4, 3, 2, 2), "GROSS": (0, 0, 1.2, 0), "FCS": (0, 0, 0.1, 0),
    "HTA": (0, 0, 0.2, 1.5), "DIAB": (0, 0, 0.1, 0.6), "ASTH": (0.2, 0.3, 0.2, 0.3),
}  # fmt: skip
#: The same for stays, which are a hospital's, with the days that they take.
_STAYS: dict[str, tuple[float, float, float, float]] = {
    "PALUG": (50, 40, 30, 25), "PNEU": (25, 10, 8, 12), "DIAR": (12, 4, 3, 3),
    "TYPH": (1, 6, 8, 4), "FRACT": (0.5, 5, 5, 4), "BRUL": (1, 1, 0.5, 0.5), "ANEM": (4, 3, 2, 3),
    "HERNI": (0.2, 0.5, 4, 6), "APPEN": (0, 1.5, 3, 0.5), "CESAR": (0, 0, 2, 0),
    "ACCOU": (0, 0, 3, 0), "CATAR": (0, 0, 0.2, 4), "GAST": (0, 0, 2, 3),
}  # fmt: skip
_DAYS = {"PALUG": (2, 4), "PNEU": (3, 6), "DIAR": (1, 3), "CATAR": (1, 2), "ACCOU": (1, 2)}
_USUAL_DAYS = (2, 5)
_WOMENS = frozenset({"VAGI", "GROSS", "FCS", "CESAR", "ACCOU"})
#: Free in public facilities.
MATERNITY = frozenset({"GROSS", "FCS", "CESAR", "ACCOU"})
#: Tablets of a course, by medicine; others by their form.
_COURSES = {
    "PARA500": 15, "AMOX500": 21, "METRO": 30, "CIPRO": 14, "DOXY": 14, "CLOXA": 28, "ALBEN": 1,
    "ARTLUM": 1, "OMEP": 28, "IBU400": 15, "DICLO50": 15, "CHLOR": 9, "ZINC": 10, "SRO": 3,
    "FERFOL": 30, "SALB": 15, "ALU": 20, "HYOS": 12, "GRIS": 28, "FLUCO": 1, "PRED": 15,
    "AMLO": 30, "HCTZ": 30, "METFO": 60, "GLIB": 30, "PHENO": 30, "CBZ": 60, "MULTIV": 30,
    "TRAM50": 10, "MISO": 3,
}  # fmt: skip
_BY_FORM = {"comprimé": 12, "gélule": 14, "injectable": 2, "perfusion": 2}
#: Not every bill holds everything that is usual.
_LEFT_OUT = 0.22
#: Beside the day itself, a stay has its consultation, its drip and its injections.
_STAY_ACTS = ("CONG", "JHC", "PERF", "INJ", "NFS")
_SLIPS = 0.006


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of an attestation: an act, how much of it, at which price, and the agreed one."""

    act: str
    family: Family
    quantity: int
    price_francs: int
    agreed_francs: int

    @property
    def asked_francs(self) -> int:
        """What the line comes to."""
        return self.quantity * self.price_francs


@dataclass(frozen=True, slots=True)
class Bill:
    """What a facility asks for a case."""

    reason: str
    days: int
    lines: tuple[BillLine, ...]

    @property
    def is_stay(self) -> bool:
        """Tell whether it is a stay."""
        return self.days > 0


@cache
def acts() -> dict[str, ActPlan]:
    """Return the catalogue by code."""
    return {act.code: act for act in read_acts()}


@cache
def reasons() -> dict[str, ReasonPlan]:
    """Return the reasons by code."""
    return {reason.code: reason for reason in read_reasons()}


def draw_reason(
    rng: Random, age: int, sex: str, month: int, *, is_stay: bool, is_free: bool
) -> str:
    """Return why someone comes; ``is_free``: nobody bills maternity there."""
    codes, totals = _table(_band(age), sex == "F", month, is_stay, is_free)
    return rng.choices(codes, cum_weights=totals)[0]


@cache
def _table(
    band: int, is_woman: bool, month: int, is_stay: bool, is_free: bool
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    codes, totals, total = [], [], 0.0
    for code, weights in (_STAYS if is_stay else _WEIGHTS).items():
        if (code in _WOMENS and not is_woman) or (code in MATERNITY and is_free):
            continue
        total += weights[band] * (MALARIA[month] if code in MALARIA_REASONS else 1)
        codes.append(code)
        totals.append(total)
    return tuple(codes), tuple(totals)


def _band(age: int) -> int:
    return 0 if age < 5 else 1 if age < 15 else 2 if age < 50 else 3


def make_bill(rng: Random, reason: str, facility: FacilityPlan, on: date, *, is_stay: bool) -> Bill:
    """Return an honest bill: the reason's usual acts, at agreed prices, some at a slip's."""
    days = latest_stay(on, rng.randint(*_DAYS.get(reason, _USUAL_DAYS))) if is_stay else 0
    codes = dict.fromkeys([*(_STAY_ACTS if is_stay else ()), *reasons()[reason].acts])
    lines = [
        line(acts()[code], _quantity(rng, acts()[code], days), facility, on)
        for code in _kept(rng, codes, facility)
    ]
    if rng.random() < _SLIPS:
        lines[-1] = overpriced(lines[-1], 110)
    return Bill(reason, days, tuple(lines))


def _kept(rng: Random, codes: dict[str, None], facility: FacilityPlan) -> Iterator[str]:
    """What of the usual is done: the first always, and what the facility can do."""
    for rank, code in enumerate(codes):
        if facility.facility_type == CENTRE and not acts()[code].is_at_cds:
            continue
        if rank and rng.random() < _LEFT_OUT:
            continue
        yield code


def _quantity(rng: Random, act: ActPlan, days: int) -> int:
    if act.family is Family.HOSPITAL_DAY:
        return max(1, days)
    if not act.is_medicine:
        return max(1, days) if act.code in ("INJ", "PERF") else 1
    usual = _COURSES.get(act.code) or _BY_FORM.get(act.form, 1)
    return max(1, usual + rng.randint(-usual // 4, usual // 4)) * (2 if days and usual < 5 else 1)


def line(act: ActPlan, quantity: int, facility: FacilityPlan, on: date) -> BillLine:
    """Return a line at the agreed price."""
    price = _price(act.code, facility.facility_type, facility.ownership, on.year)
    return BillLine(act.code, act.family, quantity, price, price)


@cache
def _price(code: str, level: str, ownership: str, year: int) -> int:
    return price_on(acts()[code], level, ownership, date(year, 6, 1))


def overpriced(one: BillLine, percent: int) -> BillLine:
    """Return a line at so many percent of its agreed price."""
    asked = one.agreed_francs * percent // 100
    return BillLine(one.act, one.family, one.quantity, asked, one.agreed_francs)
