"""Loads the reference lists of places: both administrative divisions and the health districts.

Until mid-2025 there were 18 provinces and 119 communes; since then 5 and 42, with zones and
collines (loi organique n° 1/05 du 16 mars 2023). Loading adds what is missing, recognised by
its code, and changes nothing that is there: a federation may have corrected it. The day of the
change is taken to be 1 July 2025, the sources say no more than "mid-2025".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from conamus.kernel.text import search_key, sort_key
from federations.models import CommuneMapping, HealthDistrict, Place
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.bulk import insert_rows, reserve_ids
from federations.services.place_files import (
    SINCE_2025,
    UNTIL_2025,
    PlaceLists,
    read_place_lists,
)
from federations.tenancy.actor import Actor

CHANGED_ON = date(2025, 7, 1)
#: Division → in force from, until (excluded); None: not known, still so.
_IN_FORCE = {UNTIL_2025: (None, CHANGED_ON), SINCE_2025: (CHANGED_ON, None)}
_PLACE_COLUMNS = (
    "id", "kind", "division", "code", "name", "sort_key", "search_key", "seat", "parent_id",
    "former_commune_id", "former_method", "valid_from", "valid_to",
)  # fmt: skip

#: Where a place is found: division and code.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PlacesAdded:
    """How many rows a loading has added."""

    places: int
    mappings: int
    districts: int


@dataclass(frozen=True, slots=True)
class _NewPlace:
    """A place as the lists give it, before it has a key."""

    kind: str
    division: str
    code: str
    name: str
    parent: Key | None = None
    seat: str = ""
    former: Key | None = None
    former_method: str = ""


def load_places(*, actor: Actor) -> PlacesAdded:
    """Add the places, correspondences and health districts that are missing."""
    require(actor, Permission.MANAGE_PLACES)
    lists = read_place_lists()
    ids = place_ids()
    added = 0
    for level in _levels(lists):
        missing = [place for place in level if (place.division, place.code) not in ids]
        added += _add_places(missing, ids)
    return PlacesAdded(added, _add_mappings(lists, ids), _add_districts(lists, ids))


def place_ids() -> dict[Key, int]:
    """Return the key of every place by division and code."""
    found = Place.objects.values_list("division", "code", "id")
    return {(division, code): key for division, code, key in found}


def _levels(lists: PlaceLists) -> tuple[list[_NewPlace], ...]:
    """The places from the top down, so that a parent comes before its children."""
    kinds = Place.Kind
    provinces = [
        _NewPlace(kinds.PROVINCE, p.division, p.code, p.name, seat=p.seat) for p in lists.provinces
    ]
    communes = [
        _NewPlace(kinds.COMMUNE, c.division, c.code, c.name, (c.division, c.province_code))
        for c in lists.communes
    ]
    zones = [
        _NewPlace(kinds.ZONE, SINCE_2025, z.code, z.name, (SINCE_2025, z.commune_code))
        for z in lists.zones
    ]
    collines = [
        _NewPlace(
            kinds.COLLINE, SINCE_2025, c.code, c.name, (SINCE_2025, c.zone_code),
            former=(UNTIL_2025, c.former_commune_code), former_method=c.former_method,
        )
        for c in lists.collines
    ]  # fmt: skip
    return provinces, communes, zones, collines


def _add_places(places: list[_NewPlace], ids: dict[Key, int]) -> int:
    """Insert places whose parents have keys; note their own keys in ``ids``."""
    if not places:
        return 0
    keys = reserve_ids("federations_place", len(places))
    ids.update({(p.division, p.code): key for p, key in zip(places, keys, strict=True)})
    rows = (
        (
            ids[p.division, p.code], p.kind, p.division, p.code, *_named(p.name), p.seat,
            ids[p.parent] if p.parent else None, ids[p.former] if p.former else None,
            p.former_method, *_IN_FORCE[p.division],
        )
        for p in places
    )  # fmt: skip
    return insert_rows("federations_place", _PLACE_COLUMNS, rows)


def _add_mappings(lists: PlaceLists, ids: dict[Key, int]) -> int:
    present = set(CommuneMapping.objects.values_list("former_id", "current_id"))
    rows = (
        (ids[UNTIL_2025, m.former_commune_code], ids[SINCE_2025, m.commune_code],
         m.share or None, m.is_main, m.method)
        for m in lists.mapping
    )  # fmt: skip
    columns = ("former_id", "current_id", "share", "is_main", "method")
    return _insert_missing(
        "federations_communemapping", columns, rows, lambda row: row[:2] in present
    )


def _add_districts(lists: PlaceLists, ids: dict[Key, int]) -> int:
    present = set(HealthDistrict.objects.values_list("code", flat=True))
    rows = (
        (d.code, *_named(d.name), ids[UNTIL_2025, d.former_province_code]) for d in lists.districts
    )
    columns = ("code", "name", "sort_key", "search_key", "former_province_id")
    return _insert_missing(
        "federations_healthdistrict", columns, rows, lambda row: row[0] in present
    )


def _insert_missing(
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple],
    is_present: Callable[[tuple], bool],
) -> int:
    missing = [row for row in rows if not is_present(row)]
    return insert_rows(table, columns, missing) if missing else 0


def _named(name: str) -> tuple[str, str, str]:
    return name, sort_key(name), search_key(name)
