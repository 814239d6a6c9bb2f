"""Expenses of 2024: CONAMUS's four published lines, and a few generated ones per federation.

The report gives totals of the year, no dates: they are written on 31 December and say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from conamus.demo.provenance import DEMONSTRATION, stream
from conamus.demo.published import PublishedExpense

CONAMUS = "CONAMUS"
LABELS = {
    "INVESTISSEMENT": "Investissements de l’année",
    "ACTIVITES": "Activités de l’année",
    "PERSONNEL": "Personnel de l’année",
}
#: heading, label, month, smallest and largest amount in thousands of francs
_USUAL = (
    ("ACTIVITES", "Campagne d’adhésion", 10, 4_000, 12_000),
    ("ACTIVITES", "Formation des comités", 5, 1_500, 6_000),
    ("FONCTIONNEMENT", "Fournitures, communication et déplacements", 12, 2_000, 7_000),
    ("PERSONNEL", "Salaires et indemnités", 12, 8_000, 30_000),
)


@dataclass(frozen=True, slots=True)
class ExpensePlan:
    """An expense of a tenant's root unit; no funder: own resources."""

    tenant: str
    spent_on: date
    heading: str
    amount_francs: int
    label: str
    funder: str | None = None


def plan_expenses(
    published: list[PublishedExpense], federations: tuple[str, ...]
) -> list[ExpensePlan]:
    """Return CONAMUS's published expenses, then the federations' generated ones."""
    year_end = date(2024, 12, 31)
    plans = [
        ExpensePlan(
            CONAMUS, year_end, line.heading, line.amount_francs,
            f"{LABELS[line.heading]} (total publié)", line.funder,
        )
        for line in published
    ]  # fmt: skip
    return plans + [plan for code in federations for plan in _of_federation(code)]


def _of_federation(code: str) -> Iterator[ExpensePlan]:
    rng = stream(f"expenses {code}")
    for heading, label, month, least, most in _USUAL:
        amount = rng.randrange(least, most, 50) * 1_000
        day = date(2024, month, rng.randint(5, 28))
        yield ExpensePlan(code, day, heading, amount, f"{label} ({DEMONSTRATION})")
