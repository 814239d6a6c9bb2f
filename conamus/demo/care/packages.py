"""The demonstration's benefit packages: CONAMUS's of each year, and one federation's derogation.

Published: 80 % in public facilities and 50 % in private ones, at most 200,000 a stay, chronic
diseases excluded, free care under five and for pregnancy in public facilities. Ours: 80 % in
faith-based ones, and all that begins in 2026 (the open questions' defaults).
"""

from dataclasses import dataclass
from datetime import date

PACKAGE_YEARS = (2024, 2025, 2026)
FREE_CARE = "État (gratuité)"
STAY_CEILING_FRANCS = 200_000
_NEW_IN = 2026

Clause = dict[str, object]
_COMMON: tuple[Clause, ...] = (
    {"kind": "rate", "ownership": "public", "percent": 80},
    {"kind": "rate", "ownership": "faith_based", "percent": 80},
    {"kind": "rate", "ownership": "private", "percent": 50},
    {"kind": "exclusion", "is_chronic": True},
    {"kind": "other_payer", "payer": FREE_CARE, "percent": 100, "ownership": "public",
     "age_to": 4},
    {"kind": "other_payer", "payer": FREE_CARE, "percent": 100, "ownership": "public",
     "is_maternity": True},
)  # fmt: skip
_OF_2026: tuple[Clause, ...] = (
    {"kind": "limit", "quantity": 15, "scope": "stay", "family": "hospital_day",
     "bearer": "patient"},
    {"kind": "requirement", "paper": "authorisation", "family": "surgery", "francs": 50_000,
     "bearer": "facility"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Derogation:
    """A federation's own ceiling of a stay for a year, decided on a day."""

    tenant: str
    year: int
    decided_on: date
    reason: str
    stay_ceiling_francs: int


DEROGATIONS = (
    Derogation(
        "TUZOKIRA",
        2025,
        date(2024, 11, 15),
        "Assemblée générale : plafond d’un séjour relevé à 250 000 FBu, à l’essai pour un an.",
        250_000,
    ),
)


def derogation_of(tenant: str, year: int) -> Derogation | None:
    """Return a federation's derogation of a year."""
    return next((one for one in DEROGATIONS if (one.tenant, one.year) == (tenant, year)), None)


def clauses_of(tenant: str, year: int) -> list[Clause]:
    """Return the clauses of a tenant's package of a year."""
    derogation = derogation_of(tenant, year)
    francs = derogation.stay_ceiling_francs if derogation else STAY_CEILING_FRANCS
    ceiling: Clause = {"kind": "ceiling", "scope": "stay", "care_kind": "stay", "francs": francs}
    return [*_COMMON, ceiling, *(_OF_2026 if year >= _NEW_IN else ())]
