"""The lists of places as they stand in `federations/data`, read into typed rows.

Pure: no Django and no database, so that the loader of places and the generator of the
demonstration read the same thing. What each file holds, where it comes from and what in it is
derived rather than official: `federations/data/README.md`.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

DATA = Path(__file__).resolve().parent.parent / "data"
UNTIL_2025 = "until_2025"
SINCE_2025 = "since_2025"

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Province:
    """A province of either division, with its seat."""

    division: str
    code: str
    name: str
    seat: str


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of either division."""

    division: str
    code: str
    name: str
    province_code: str


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of a commune of the new division."""

    code: str
    name: str
    commune_code: str


@dataclass(frozen=True, slots=True)
class Colline:
    """A colline or urban quarter, with the commune where it lay until mid-2025."""

    code: str
    name: str
    zone_code: str
    former_commune_code: str
    former_method: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How much of a former commune lies in one of the new (``share`` empty: not known)."""

    former_commune_code: str
    commune_code: str
    share: str
    main: str
    method: str

    @property
    def is_main(self) -> bool:
        """Whether most of the former commune lies there."""
        return self.main == "true"


@dataclass(frozen=True, slots=True)
class District:
    """A health district."""

    code: str
    name: str
    former_province_code: str


@dataclass(frozen=True, slots=True)
class PlaceLists:
    """Both divisions, what links them, and the health districts."""

    provinces: tuple[Province, ...]
    communes: tuple[Commune, ...]
    zones: tuple[Zone, ...]
    collines: tuple[Colline, ...]
    mapping: tuple[Mapping, ...]
    districts: tuple[District, ...]


def read_place_lists(folder: Path = DATA) -> PlaceLists:
    """Read the six files of a folder."""
    return PlaceLists(
        provinces=_read(folder / "provinces.csv", Province),
        communes=_read(folder / "communes.csv", Commune),
        zones=_read(folder / "zones.csv", Zone),
        collines=_read(folder / "collines.csv", Colline),
        mapping=_read(folder / "mapping.csv", Mapping),
        districts=_read(folder / "health_districts.csv", District),
    )


def _read(path: Path, make: Callable[..., Row]) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(make(**row) for row in csv.DictReader(lines))
