"""Units of every level as they stood in 2025: which they are is partly published, see `zones`.

The number of units already open in a past year follows the published counts of 2013–2019 where
those belong to the same federation (MUNASA, FEMUSCABU, Tugarukiramagara); other dates are drawn.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random

from conamus.demo.network import zones
from conamus.demo.network.federations import CONFEDERATION, FEDERATIONS, FederationFacts
from conamus.demo.network.gazetteer import Gazetteer
from conamus.demo.provenance import stream
from conamus.demo.published import PROMOTERS, PublishedYear

#: The first mutuelles were born in 1999 at Murayi, in the commune of Giheta (published).
CRADLE = ("MUNASA", "Giheta")
#: Promoters whose published counts are of the same mutuelles as today's.
_SAME_MUTUELLES = ("MUNASA", "ADISCO", "UCODE/AMR")
LAST_OPENING = 2023
ANTENNAS_SINCE = date(2023, 7, 1)
COMMUNAL_ANTENNAS_SINCE = date(2024, 3, 1)
UNIONS_SINCE = date(2019, 1, 1)

#: Province → zones, each a tuple of commune names.
Zones = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit and its place in the tree; codes name its parent, its centre and its places."""

    tenant: str
    code: str
    kind: str
    name: str
    valid_from: date
    parent: tuple[str, str] | None = None
    centre: str | None = None
    place: str | None = None
    district: str | None = None
    address: str = ""
    zone: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """What other plans call it by."""
        return self.tenant, self.code


def plan_units(gazetteer: Gazetteer, past_years: list[PublishedYear]) -> list[UnitPlan]:
    """Return every unit, each after its parent and its centre."""
    plans = [_confederation(gazetteer)]
    covered: set[str] = set()
    for federation in FEDERATIONS:
        insuring = list(_insuring(federation, gazetteer, past_years))
        covered.update(code for unit in insuring for code in unit.zone)
        plans += [_root(federation), *_centres(federation, gazetteer), *insuring]
    return [*plans, *_antennas(gazetteer, covered), *_unions(gazetteer)]


def of(name: str) -> str:
    """Return a place's name after « de », with its elision.

    >>> of("Itaba"), of("Giheta")
    ('d’Itaba', 'de Giheta')
    """
    return f"d’{name}" if name[0] in "AEIOUÉ" else f"de {name}"


def _confederation(gazetteer: Gazetteer) -> UnitPlan:
    facts = CONFEDERATION
    seat = gazetteer.commune_code("Bujumbura Mairie", "Ntahangwa")
    opening = date(facts.first_year, 1, 1)
    return UnitPlan(facts.code, facts.code, "confederation", facts.short_name, opening,
                    place=seat, address=facts.address)  # fmt: skip


def _root(facts: FederationFacts) -> UnitPlan:
    parent = (CONFEDERATION.code, CONFEDERATION.code)
    opening = date(facts.first_year, 1, 1)
    return UnitPlan(facts.code, facts.code, "federation", facts.short_name, opening, parent)


def _centres(facts: FederationFacts, gazetteer: Gazetteer) -> Iterator[UnitPlan]:
    rng = stream(f"centres {facts.code}")
    for number, (province, seat, _) in enumerate(zones.CENTRES[facts.code], start=1):
        yield UnitPlan(
            tenant=facts.code,
            code=f"{facts.prefix}-C{number:02d}",
            kind="management_centre",
            name=f"Centre de gestion {facts.short_name.split()[0].split('-')[0]} {of(seat)}",
            valid_from=date(rng.randint(facts.first_year, 2019), rng.randint(1, 8), 1),
            parent=(facts.code, facts.code),
            place=gazetteer.commune_code(province, seat),
        )


def _zones_of(facts: FederationFacts, gazetteer: Gazetteer) -> Zones:
    if facts.code == "MUNASA":
        return {
            province: tuple((c.name,) for c in gazetteer.communes_in(province))
            for province in zones.MUNASA_PROVINCES
        }
    chosen: dict[str, Zones] = {
        "FEMUSCABU": zones.FEMUSCABU_ZONES,
        "TUGARUKIRAMAGARA": zones.TUGARUKIRAMAGARA_ZONES,
        "TWITEHO": zones.TWITEHO_ZONES,
        "TUZOKIRA": zones.TUZOKIRA_ZONES,
    }
    return chosen[facts.code]


def _insuring(
    facts: FederationFacts, gazetteer: Gazetteer, past_years: list[PublishedYear]
) -> Iterator[UnitPlan]:
    """The mutuelles or sections: a name from the first commune, an opening, a centre."""
    chosen = [(p, zone) for p, zs in _zones_of(facts, gazetteer).items() for zone in zs]
    openings = _openings(facts, [zone[0] for _, zone in chosen], past_years)
    named_alike = _repeated([zone[0] for _, zone in chosen])
    for number, ((province, zone), opening) in enumerate(zip(chosen, openings, strict=True), 1):
        suffix = f" ({province})" if zone[0] in named_alike else ""
        codes = tuple(gazetteer.commune_code(province, commune) for commune in zone)
        yield UnitPlan(
            tenant=facts.code,
            code=f"{facts.prefix}-{number:03d}",
            kind=facts.unit_kind,
            name=f"{facts.unit_title} {of(zone[0])}{suffix}",
            valid_from=opening,
            parent=(facts.code, facts.code),
            centre=_centre_for(facts, province),
            place=codes[0],
            district=gazetteer.district_of[codes[0]],
            zone=codes,
        )


def _repeated(names: list[str]) -> frozenset[str]:
    return frozenset(name for name in names if names.count(name) > 1)


def _centre_for(facts: FederationFacts, province: str) -> str:
    served = (provinces for _, _, provinces in zones.CENTRES[facts.code])
    number = next(n for n, provinces in enumerate(served, start=1) if province in provinces)
    return f"{facts.prefix}-C{number:02d}"


def _openings(
    facts: FederationFacts, names: list[str], past_years: list[PublishedYear]
) -> list[date]:
    """An opening day for each unit, as many of them by each past year as was published."""
    rng = stream(f"openings {facts.code}")
    years = sorted(_opening_years(rng, facts, len(names), past_years))
    order = list(range(len(names)))
    rng.shuffle(order)
    order.sort(key=lambda index: (facts.code, names[index]) != CRADLE)
    days = {
        index: date(year, rng.randint(1, 8), 1) for index, year in zip(order, years, strict=True)
    }
    return [days[index] for index in range(len(names))]


def _opening_years(
    rng: Random, facts: FederationFacts, count: int, past_years: list[PublishedYear]
) -> list[int]:
    known = [
        (year.starts_year, min(year.sections, count))
        for year in past_years
        if PROMOTERS[year.promoter] == facts.code and year.promoter in _SAME_MUTUELLES
    ] or [(facts.first_year, count)]
    known.append((LAST_OPENING, count))
    totals = [total for _, total in known]
    return [facts.first_year] + [
        _year_within(rng, known, bisect_left(totals, rank), facts.first_year)
        for rank in range(2, count + 1)
    ]


def _year_within(rng: Random, known: list[tuple[int, int]], step: int, first: int) -> int:
    """A year after the step before, up to the step at which that many units were open."""
    earliest = known[step - 1][0] + 1 if step else first
    return rng.randint(min(earliest, known[step][0]), known[step][0])


def _antennas(gazetteer: Gazetteer, covered: set[str]) -> Iterator[UnitPlan]:
    """An antenna in each province and in each covered commune, under CONAMUS."""
    tenant = CONFEDERATION.code
    codes: dict[str, str] = {}
    for number, (name, province) in enumerate(gazetteer.provinces.items(), start=1):
        codes[name] = f"AP-{number:02d}"
        yield UnitPlan(tenant, codes[name], "provincial_antenna", f"Antenne provinciale {of(name)}",
                       ANTENNAS_SINCE, (tenant, tenant), place=province.code)  # fmt: skip
    repeated = _repeated([gazetteer.commune_names[code] for code in sorted(covered)])
    for number, code in enumerate(sorted(covered), start=1):
        name, province_name = gazetteer.commune_names[code], gazetteer.province_of[code]
        suffix = f" ({province_name})" if name in repeated else ""
        yield UnitPlan(tenant, f"AC-{number:03d}", "communal_antenna",
                       f"Antenne communale {of(name)}{suffix}", COMMUNAL_ANTENNAS_SINCE,
                       (tenant, codes[province_name]), place=code)  # fmt: skip


def _unions(gazetteer: Gazetteer) -> Iterator[UnitPlan]:
    tenant = CONFEDERATION.code
    for number, name in enumerate(zones.UNION_DISTRICTS, start=1):
        yield UnitPlan(tenant, f"UDS-{number:02d}", "district_union",
                       f"Union des mutuelles du district sanitaire {of(name)}", UNIONS_SINCE,
                       (tenant, tenant), district=gazetteer.district_code(name))  # fmt: skip
