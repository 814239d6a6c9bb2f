"""The published figures, read from the CSV files of `data/` (sources in its README).

The CSV files name the federations as the reports do; `federation_code` gives our code.
"""

import csv
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
TOTALS = ("TOTAL", "GLOBAL")

#: Our code → the name in the tables of the 2024 report.
REPORTED_NAMES = {
    "MUNASA": "MUNASA-TWITWARARIKANE",
    "FEMUSCABU": "FEMUSCABU-HARANIRUBUZIMA",
    "TUGARUKIRAMAGARA": "TUGARUKIRAMAGARA Y'IMIRYANGO",
    "TWITEHO": "TWITEHO AMAGARA YACU",
    "TUZOKIRA": "TUZOKIRA TWESE",
}
#: Promoter of 2013–2019 → the federation that its mutuelles have become.
PROMOTERS = {
    "ADISCO": "FEMUSCABU",
    "MEMISA": "TWITEHO",
    "MUNASA": "MUNASA",
    "UCODE/AMR": "TUGARUKIRAMAGARA",
    "FVS-AMADE": "TUZOKIRA",
}


@dataclass(frozen=True, slots=True)
class Insured:
    """A federation's insured of 2025: heads of household, then people, by sex."""

    units: int
    male_heads: int
    female_heads: int
    males: int
    females: int

    @property
    def households(self) -> int:
        """How many households: one head each."""
        return self.male_heads + self.female_heads

    @property
    def people(self) -> int:
        """How many people, heads included."""
        return self.males + self.females


@dataclass(frozen=True, slots=True)
class Known2024:
    """What was published of a federation's 2024 beside the report."""

    households: int
    people: int
    females: int | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """Growth and retention from 2024 to 2025, whole percents as published."""

    growth: Fraction
    retention: Fraction


@dataclass(frozen=True, slots=True)
class FacilityCount:
    """How many facilities of a type and ownership are contracted."""

    facility_type: str
    ownership: str
    count: int


@dataclass(frozen=True, slots=True)
class PublishedExpense:
    """A line of CONAMUS's expenses of 2024."""

    heading: str
    amount_francs: int
    funder: str


@dataclass(frozen=True, slots=True)
class PublishedYear:
    """A promoter's mutuelles and households in a past mutualist year."""

    promoter: str
    label: str
    sections: int
    households: int

    @property
    def starts_year(self) -> int:
        """The calendar year in which the mutualist year begins."""
        return int(self.label[:4])


#: Counts of 2024 that are not in the report but were published in the press (lerenouveau.bi).
KNOWN_2024 = {
    "MUNASA": Known2024(21_683, 96_265),
    "TUGARUKIRAMAGARA": Known2024(2_172, 10_629, females=5_743),
}


def read_insured() -> dict[str, Insured]:
    """Return the insured of 2025 by federation code."""
    by_name = {row["federation"]: row for row in _rows("insured_2025.csv")}
    return {code: _insured(by_name[name]) for code, name in REPORTED_NAMES.items()}


def _insured(row: dict[str, str]) -> Insured:
    return Insured(
        units=int(row["sections"]),
        male_heads=int(row["households_male_head"]),
        female_heads=int(row["households_female_head"]),
        males=int(row["beneficiaries_male"]),
        females=int(row["beneficiaries_female"]),
    )


def read_rates() -> dict[str, Rates]:
    """Return growth and retention by federation code, as parts of one."""
    by_name = {row["federation"]: row for row in _rows("growth_retention_2025.csv")}
    return {code: _rates(by_name[name]) for code, name in REPORTED_NAMES.items()}


def _rates(row: dict[str, str]) -> Rates:
    growth, retention = int(row["growth_rate_percent"]), int(row["retention_rate_percent"])
    return Rates(Fraction(growth, 100), Fraction(retention, 100))


def read_facility_counts() -> list[FacilityCount]:
    """Return the number of facilities by type and ownership, zeros left out."""
    ownerships = ("public", "private", "faith_based")
    return [
        FacilityCount(row["facility_type"], ownership, int(row[ownership]))
        for row in _rows("facilities_2024.csv")
        for ownership in ownerships
        if int(row[ownership])
    ]


def read_expenses() -> list[PublishedExpense]:
    """Return CONAMUS's expenses of 2024."""
    return [
        PublishedExpense(row["designation"], int(row["amount_bif"]), row["funding_source"])
        for row in _rows("expenses_2024.csv", key="designation")
    ]


def read_past_years() -> list[PublishedYear]:
    """Return the mutuelles and households of 2013–2019 by promoter."""
    return [
        PublishedYear(
            row["promoter"], row["mutualist_year"], int(row["sections"]), int(row["households"])
        )
        for row in _rows("households_2013_2019.csv", key="promoter")
    ]


def _rows(name: str, key: str | None = None) -> list[dict[str, str]]:
    """Read a file without its total lines; ``key`` is the column that names them."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    column = key or next(iter(rows[0]))
    return [row for row in rows if row[column] not in TOTALS]
