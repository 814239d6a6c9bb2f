"""The demonstration's acts, medicines and reasons for care, and what they cost.

Names, ATC and ICD-10 codes are those in use; the prices are plausible and ours. Private care
costs more; in 2025 all but the cheapest prices rose a little, so that a price has a history.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from claims.rules.words import Family

_DATA = Path(__file__).resolve().parent / "data"
#: The first day of the first prices, and the day on which they rose.
FIRST_DAY = date(2024, 1, 1)
ROSE_ON = date(2025, 1, 1)
HOSPITAL, PRIVATE = "HOPITAL", "private"
#: Prices under it did not rise; the others were this many percent of today's.
_ROSE_FROM_FRANCS = 1_000
_BEFORE_PERCENT = 95
_PRIVATE_PERCENT = {True: 120, False: 150}
_ROUND_TO_FRANCS = {True: 5, False: 50}


@dataclass(frozen=True, slots=True)
class ActPlan:
    """An act with its general price of 2025, and the hospitals' where it differs."""

    code: str
    name: str
    family: Family
    strength: str
    form: str
    atc: str
    price_francs: int
    hospital_francs: int | None
    #: Whether a health centre does it.
    is_at_cds: bool

    @property
    def is_medicine(self) -> bool:
        """Tell whether it is a medicine."""
        return self.family is Family.MEDICINE


@dataclass(frozen=True, slots=True)
class ReasonPlan:
    """A reason for care; ``acts`` are the codes of what is usually done."""

    code: str
    name: str
    icd10: str
    is_chronic: bool
    is_maternity: bool
    usual_treatment: str
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TariffPlan:
    """A price of CONAMUS: of a type, an ownership, both or none, over a period."""

    act: str
    level: str
    ownership: str
    price_francs: int
    starts_on: date
    ends_on: date | None


@cache
def read_acts() -> tuple[ActPlan, ...]:
    """Return the catalogue, in the order of the file."""
    return tuple(
        ActPlan(
            code=row["code"],
            name=row["name"],
            family=Family(row["family"]),
            strength=row["strength"],
            form=row["form"],
            atc=row["atc"],
            price_francs=int(row["price_francs"]),
            hospital_francs=int(row["hospital_francs"]) if row["hospital_francs"] else None,
            is_at_cds=row["at_cds"] == "1",
        )
        for row in _rows("acts.csv")
    )


@cache
def read_reasons() -> tuple[ReasonPlan, ...]:
    """Return the reasons for care, in the order of the file."""
    return tuple(
        ReasonPlan(
            code=row["code"],
            name=row["name"],
            icd10=row["icd10"],
            is_chronic=row["is_chronic"] == "1",
            is_maternity=row["is_maternity"] == "1",
            usual_treatment=row["usual_treatment"],
            acts=tuple(row["acts"].split()),
        )
        for row in _rows("reasons.csv")
    )


def price_on(act: ActPlan, level: str, ownership: str, on: date) -> int:
    """Return CONAMUS's price of an act for a facility on a day.

    >>> cons = next(act for act in read_acts() if act.code == "CONG")
    >>> day = date(2025, 3, 1)
    >>> price_on(cons, "CDS", "public", day), price_on(cons, "HOPITAL", "private", day)
    (1500, 3000)
    """
    is_hospital = level == HOSPITAL and act.hospital_francs is not None
    price = act.hospital_francs if is_hospital else act.price_francs
    return _priced(act, price or 0, ownership == PRIVATE, on)


def plan_tariffs() -> Iterator[TariffPlan]:
    """Yield CONAMUS's tariffs: general, hospitals', private, private hospitals'."""
    for act in read_acts():
        levels = ["", *([HOSPITAL] if act.hospital_francs is not None else [])]
        for level in levels:
            for ownership in ("", PRIVATE):
                yield from _periods(act, level, ownership)


def _periods(act: ActPlan, level: str, ownership: str) -> Iterator[TariffPlan]:
    before = price_on(act, level, ownership, FIRST_DAY)
    after = price_on(act, level, ownership, ROSE_ON)
    if ownership and after == 0:
        return
    if before == after:
        yield TariffPlan(act.code, level, ownership, after, FIRST_DAY, None)
        return
    yield TariffPlan(act.code, level, ownership, before, FIRST_DAY, ROSE_ON)
    yield TariffPlan(act.code, level, ownership, after, ROSE_ON, None)


def _priced(act: ActPlan, francs: int, is_private: bool, on: date) -> int:
    percent = _PRIVATE_PERCENT[act.is_medicine] if is_private else 100
    if on < ROSE_ON and francs >= _ROSE_FROM_FRANCS:
        percent = percent * _BEFORE_PERCENT // 100
    step = _ROUND_TO_FRANCS[act.is_medicine]
    return -(-francs * percent // 100 // step) * step


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
