"""The 710 contracted health facilities: counts published, names and places generated.

Health centres are named after collines, hospitals after their district or commune; every former
commune has at least one health centre, so that nobody is far from care.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, count
from random import Random

from conamus.demo.network.gazetteer import Gazetteer
from conamus.demo.network.units import of
from conamus.demo.provenance import stream
from conamus.demo.published import FacilityCount

TITLES = {
    "CDS": "CDS",
    "HOPITAL": "Hôpital",
    "CLINIQUE_POLYCLINIQUE": "Clinique",
    "CENTRE_MEDICAL": "Centre médical",
}
#: Where private care is found first: province and commune.
TOWNS = (
    ("Bujumbura Mairie", "Mukaza"), ("Bujumbura Mairie", "Ntahangwa"),
    ("Bujumbura Mairie", "Muha"), ("Gitega", "Gitega"), ("Ngozi", "Ngozi"),
    ("Kayanza", "Kayanza"), ("Muyinga", "Muyinga"), ("Rumonge", "Rumonge"),
    ("Bururi", "Bururi"), ("Kirundo", "Kirundo"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FacilityPlan:
    """A contracted facility; places and district by code."""

    code: str
    name: str
    facility_type: str
    ownership: str
    former_commune: str
    commune: str
    district: str
    contracted_on: date


def plan_facilities(gazetteer: Gazetteer, counts: list[FacilityCount]) -> list[FacilityPlan]:
    """Return the facilities, exactly as many of each type and ownership as published."""
    rng = stream("facilities")
    names = _Names(gazetteer)
    places = {kind: _communes_for(kind, gazetteer, rng) for kind in TITLES}
    numbers = count(1)
    return [
        _facility(next(numbers), wanted, next(places[wanted.facility_type]), gazetteer, names, rng)
        for wanted in counts
        for _ in range(wanted.count)
    ]


def _communes_for(kind: str, gazetteer: Gazetteer, rng: Random) -> Iterator[str]:
    """Former communes in the order in which facilities of a type are set up, without end."""
    everywhere = [c.code for c in gazetteer.communes]
    towns = [gazetteer.commune_code(*town) for town in TOWNS]
    if kind == "HOPITAL":
        return chain(_district_seats(gazetteer), _drawn(everywhere, rng))
    return chain(everywhere, _drawn(everywhere, rng)) if kind == "CDS" else _in_turn(towns)


def _district_seats(gazetteer: Gazetteer) -> list[str]:
    """The first commune of each health district, one of its name if there is one."""
    seats: dict[str, str] = {}
    for code, district in gazetteer.district_of.items():
        seats.setdefault(district, code)
    return list(seats.values())


def _in_turn(communes: list[str]) -> Iterator[str]:
    return chain.from_iterable(communes for _ in count())


def _drawn(communes: list[str], rng: Random) -> Iterator[str]:
    """Each commune once in a shuffled order, then again in another."""
    return chain.from_iterable(rng.sample(communes, len(communes)) for _ in count())


def _facility(
    number: int,
    wanted: FacilityCount,
    commune: str,
    gazetteer: Gazetteer,
    names: "_Names",
    rng: Random,
) -> FacilityPlan:
    return FacilityPlan(
        code=f"FS-{number:04d}",
        name=names.take(wanted.facility_type, commune),
        facility_type=wanted.facility_type,
        ownership=wanted.ownership,
        former_commune=commune,
        commune=gazetteer.current_commune[commune],
        district=gazetteer.district_of[commune],
        contracted_on=date(rng.randint(2012, 2023), rng.randint(1, 12), 1),
    )


class _Names:
    """Gives each facility a name that no other has."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._taken: set[str] = set()

    def take(self, kind: str, commune: str) -> str:
        """Return the first free name for a facility of that type in that commune."""
        name = next(name for name in self._candidates(kind, commune) if name not in self._taken)
        self._taken.add(name)
        return name

    def _candidates(self, kind: str, commune: str) -> Iterator[str]:
        own, title = self._gazetteer.commune_names[commune], TITLES[kind]
        province = self._gazetteer.province_of[commune]
        link = "" if kind == "CDS" else "de "
        for name in (own, *self._gazetteer.colline_names[commune]):
            yield f"{title} {of(name) if link else name}"
        for name in (own, *self._gazetteer.colline_names[commune]):
            yield f"{title} {of(name) if link else name} ({own if name != own else province})"
