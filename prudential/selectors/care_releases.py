"""Reads of released care: the day's parts and the last released, what the regulator is shown.

As in selectors/releases.py, the day's and the kept ones are CONAMUS's; the regulator's role is
answered by a function that hides small groups (prudential/sql/released_care.sql).
"""

from collections import defaultdict
from typing import Any

from claims.selectors.care_figures import By
from federations.selectors.statements import rows_of
from prudential.models import ReleasedFigures
from prudential.rules.care_aggregates import CareAggregate
from prudential.rules.care_releases import CarePart, PartKey, Parts

_DAY = """
SELECT care_year, tenant_id, month, care_kind, cases, decided, rejected, asked_francs,
       mutuelle_francs
FROM network_care_parts()
"""
_SHOWN = """
SELECT key, cases, stays, decided, rejected, asked_francs, mutuelle_francs
FROM released_care(%s, %s)
"""
_KEY = ("tenant_id", "month", "care_kind")
_COUNTED = ("cases", "decided", "rejected", "asked_francs", "mutuelle_francs")


def care_aggregates(year: int, by: By) -> list[CareAggregate]:
    """Return a year's care by federation, month or kind as the regulator is shown it."""
    return [CareAggregate(**row) for row in rows_of(_SHOWN, year, by.value)]


def day_care() -> dict[int, dict[PartKey, CarePart]]:
    """Return the parts of every year of care as they are counted now."""
    years: dict[int, dict[PartKey, CarePart]] = defaultdict(dict)
    for row in rows_of(_DAY):
        key, part = _part(row)
        years[row["care_year"]][key] = part
    return years


def released_care(tenant_id: int) -> dict[int, dict[PartKey, CarePart]]:
    """Return the parts of every year of care as they were last released."""
    found = ReleasedFigures.objects.filter(
        tenant_id=tenant_id, subject=ReleasedFigures.Subject.CARE
    )
    return {row.year: dict(map(_part, row.figures["parts"])) for row in found}


def first_released_year(tenant_id: int) -> int | None:
    """Return the first year of care of which anything is released; None: there is none."""
    return min((year for year, parts in released_care(tenant_id).items() if parts), default=None)


def care_as_json(parts: Parts) -> dict[str, Any]:
    """Return what is kept of a year: the columns that the database's function reads."""
    return {
        "parts": [
            dict(zip(_KEY, key, strict=True)) | {name: getattr(part, name) for name in _COUNTED}
            for key, part in sorted(parts.items())
        ]
    }


def _part(row: dict[str, Any]) -> tuple[PartKey, CarePart]:
    key = (row["tenant_id"], row["month"], row["care_kind"])
    return key, CarePart(**{name: row[name] for name in _COUNTED})
