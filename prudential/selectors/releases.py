"""Reads of released figures: the day's and the last released, and what the regulator is shown.

The day's and the kept ones are CONAMUS's, whose role reads them to release anew. The regulator's
role is answered by functions that hide small groups (prudential/sql/released_figures.sql). Every
function is one query and needs an open scope.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from federations.models import RecutUnit
from federations.selectors.statements import rows_of
from membership.rules.insured import InsuredCount
from prudential.models import ReleasedFigures
from prudential.rules.recuts import joined
from prudential.rules.releases import Cell, Pair, Released, YearFigures, first_released

#: Every mutualist year that there is.
_ALL_YEARS = (0, 9999)

Subject = ReleasedFigures.Subject
Json = dict[str, Any]

_DAY = """
SELECT tenant_id, unit_id, year, former_commune_id, current_commune_id,
       male_heads, female_heads, males, females, renewals, same_unit_renewals
FROM network_insured_places(%s, %s)
"""
_RELEASED = """
SELECT tenant_id, unit_id, year, male_heads, female_heads, males, females, renewals,
       same_unit_renewals, households AS shown_households, people AS shown_people
FROM released_insured(%s, %s)
"""
_SETTLED_ON = "SELECT figures_settled_on(%s) AS day"
_SUMMED = ("male_heads", "female_heads", "males", "females", "renewals", "same_unit_renewals")
_KEPT = ("tenant_id", "unit_id", *_SUMMED)


def released_insured(first_year: int, last_year: int) -> list[InsuredCount]:
    """Return the insured of every federation as the regulator is shown them; small groups: None."""
    return [InsuredCount(**row) for row in rows_of(_RELEASED, first_year, last_year)]


def settled_on(subject: Subject) -> date | None:
    """Return the day of the release that the regulator is shown; None before the first."""
    (row,) = rows_of(_SETTLED_ON, subject.value)
    day: date | None = row["day"]
    return day


def day_figures() -> dict[int, YearFigures]:
    """Return every mutualist year as it is counted now."""
    units: dict[tuple[int, int, int], Counter[str]] = defaultdict(Counter)
    places: dict[int, dict[Cell, Pair]] = defaultdict(dict)
    for row in rows_of(_DAY, *_ALL_YEARS):
        units[row["year"], row["tenant_id"], row["unit_id"]].update(
            {name: row[name] for name in _SUMMED}
        )
        households, people = row["male_heads"] + row["female_heads"], row["males"] + row["females"]
        if households:
            places[row["year"]][_cell(row)] = households, people
    counted: dict[int, dict[int, InsuredCount]] = defaultdict(dict)
    for (year, tenant, unit), sums in units.items():
        each = {name: sums[name] for name in _SUMMED}
        counted[year][unit] = InsuredCount(tenant_id=tenant, unit_id=unit, year=year, **each)
    return {year: YearFigures(counted[year], places[year]) for year in counted}


def recut_together() -> list[frozenset[int]]:
    """Return the units of the network that re-cuts closed and opened, those that hang together."""
    parts: dict[int, set[int]] = defaultdict(set)
    for recut, unit in RecutUnit.objects.order_by("pk").values_list("recut_id", "unit_id"):
        parts[recut].add(unit)
    return joined(parts.values())


def as_counted() -> dict[int, Released]:
    """Return every mutualist year as it would be released if nothing were known of it."""
    return {year: first_released(day) for year, day in day_figures().items()}


def released_years(tenant_id: int) -> dict[int, Released]:
    """Return every mutualist year as it was last released, small groups included."""
    found = ReleasedFigures.objects.filter(tenant_id=tenant_id, subject=Subject.INSURED)
    return {row.year: _from_json(row.year, row.figures) for row in found}


def is_released(tenant_id: int, on: date) -> bool:
    """Tell whether all figures were released on a day, or later."""
    days = ReleasedFigures.objects.filter(tenant_id=tenant_id).values_list("settled_on", flat=True)
    oldest = days.order_by("settled_on").first()
    return oldest is not None and oldest >= on


# --- as they are kept ---------------------------------------------------------------


def released_as_json(released: Released) -> Json:
    """Return what is kept of a year: the columns that the database's functions read."""
    figures = released.figures
    return {
        "units": [_unit_as_json(count, released) for _, count in sorted(figures.units.items())],
        "places": _places_as_json(figures.places),
        "told_places": _places_as_json(released.told_places),
    }


def _unit_as_json(count: InsuredCount, released: Released) -> Json:
    same, others = released.told_returns[count.unit_id]
    kept = {name: getattr(count, name) for name in _KEPT}
    return {**kept, "told_same_unit": same, "told_other_units": others}


def _places_as_json(places: Mapping[Cell, Pair]) -> list[Json]:
    return [
        {
            "unit_id": unit, "former_commune_id": former, "current_commune_id": current,
            "households": households, "people": people,
        }
        for (unit, former, current), (households, people) in sorted(places.items())
    ]  # fmt: skip


def _from_json(year: int, kept: Json) -> Released:
    units, told = {}, {}
    for row in kept["units"]:
        key = row["unit_id"]
        units[key] = InsuredCount(year=year, **{name: row[name] for name in _KEPT})
        told[key] = (row["told_same_unit"], row["told_other_units"])
    places = {_cell(row): _pair(row) for row in kept["places"]}
    told_places = {_cell(row): _pair(row) for row in kept["told_places"]}
    return Released(YearFigures(units, places), told, told_places)


def _cell(row: Json) -> Cell:
    return row["unit_id"], row["former_commune_id"], row["current_commune_id"]


def _pair(row: Json) -> Pair:
    return row["households"], row["people"]
