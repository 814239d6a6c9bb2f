"""Derive the place lists of this folder from their sources.

Run once, by a maintainer, when a source changes; nothing in production imports it:

    pip install tburundigeo==1.0.2
    python federations/data/derive.py

It reads `sources/*.csv` and the zones and collines of tburundigeo, and writes the CSV files beside
it. The new division is copied; what it decides itself is `former_commune_code`, the commune of the
old division in which a colline lay. No free colline-level list of both divisions is known, so the
commune comes from names where names tell (`former_method` = name) and from a deterministic sharing
out of the remaining zones otherwise (`assigned`). README.md states the rules.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from tburundigeo.data import communes, provinces, quartiers, zones

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
UNTIL_2025 = "until_2025"
SINCE_2025 = "since_2025"
Rows = Sequence[Sequence[object]]

FORMER_PROVINCES = {
    "Bubanza": "A-BUB", "Bujumbura Mairie": "A-BJM", "Bujumbura Rural": "A-BJR", "Bururi": "A-BUR",
    "Cankuzo": "A-CAN", "Cibitoke": "A-CIB", "Gitega": "A-GIT", "Karusi": "A-KAR",
    "Kayanza": "A-KAY", "Kirundo": "A-KIR", "Makamba": "A-MAK", "Muramvya": "A-MUR",
    "Muyinga": "A-MUY", "Mwaro": "A-MWA", "Ngozi": "A-NGO", "Rumonge": "A-RUM",
    "Rutana": "A-RUT", "Ruyigi": "A-RUY",
}  # fmt: skip
FORMER_SEATS = {"Bujumbura Mairie": "Bujumbura", "Bujumbura Rural": "Isale"}
PROVINCES = {
    "Buhumuza": "B-BUH", "Bujumbura": "B-BUJ", "Burunga": "B-BRG",
    "Butanyerera": "B-BUT", "Gitega": "B-GIT",
}  # fmt: skip
MISSPELT_COMMUNES = {"Karus": "Karusi"}

# Zones that kept the name they had inside one former commune, by (new commune, zone).
KNOWN_ZONES = {
    ("Isare", "Ryarusera"): ("Muramvya", "Muramvya"),
    ("Mugere", "Kanyosha"): ("Bujumbura Mairie", "Muha"),
    ("Mugere", "Kinindo"): ("Bujumbura Mairie", "Muha"),
    ("Mugere", "Musaga"): ("Bujumbura Mairie", "Muha"),
    ("Musongati", "Mpinga"): ("Rutana", "Mpinga-Kayove"),
    ("Ntahangwa", "Butterere"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Cibitoke"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Gihosha"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Kamenge"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Kinama"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Ngagara"): ("Bujumbura Mairie", "Ntahangwa"),
    ("Ntahangwa", "Gatumba"): ("Bujumbura Rural", "Mutimbuzi"),
    ("Ntahangwa", "Rubirizi"): ("Bujumbura Rural", "Mutimbuzi"),
    ("Ntahangwa", "Rukaramu"): ("Bujumbura Rural", "Mutimbuzi"),
    ("Nyanza", "Nyanza"): ("Makamba", "Nyanza-Lac"),
}

# A former commune of which few colline names could be matched still weighs as much as a small one.
LEAST_WEIGHT = 5


@dataclass
class Zone:
    """A zone of the new division with its collines, and what was decided about them."""

    code: str
    name: str
    collines: list[tuple[str, str]]
    former: str = ""
    method: str = "assigned"
    exceptions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """A former commune that gave collines to a new one."""

    code: str
    name: str
    weight: int
    main: bool
    stated: int


def read(name: str) -> list[dict[str, str]]:
    with (SOURCES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, headers: list[str], rows: Rows) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)


def former_codes(mapping: list[dict[str, str]]) -> dict[tuple[str, str], str]:
    """Codes of the former communes: province code and rank in alphabetical order."""
    codes = {}
    for province, code in FORMER_PROVINCES.items():
        names = sorted(
            r["commune_until_2025"] for r in mapping if r["province_until_2025"] == province
        )
        for rank, name in enumerate(names, 1):
            codes[province, name] = f"{code}-{rank:02d}"
    return codes


def current_codes() -> dict[str, tuple[str, str]]:
    """Code and name of each new commune, by its tburundigeo code."""
    province_names = {p["code"]: p["name"].title() for p in provinces.data}
    result = {}
    for row in communes.data:
        name = MISSPELT_COMMUNES.get(row["name"], row["name"])
        rank = row["code"].rsplit("-", 1)[1]
        result[row["code"]] = (f"{PROVINCES[province_names[row['province_code']]]}-{rank}", name)
    return result


def zones_by_commune(current: dict[str, tuple[str, str]]) -> dict[str, list[Zone]]:
    """The zones of each new commune, by commune code, with codes of our own."""
    collines = defaultdict(list)
    for row in quartiers.data:
        collines[row["zone_code"]].append(row)
    result = defaultdict(list)
    for row in zones.data:
        commune = current[row["commune_code"]][0]
        code = f"{commune}-{row['code'].rsplit('-', 1)[1]}"
        inside = [
            (f"{code}-{c['code'].rsplit('-', 1)[1]}", c["name"]) for c in collines[row["code"]]
        ]
        result[commune].append(Zone(code, row["name"], inside))
    return dict(result)


def other_target(row: dict[str, str]) -> tuple[str, int] | None:
    """The second commune of a split one and how many collines it took."""
    if not row["other_target"]:
        return None
    name, count = row["other_target"].split(":")
    return name, int(count)


def matched(row: dict[str, str]) -> int:
    head, _, count = row["method"].partition(": ")
    return int(count) if head == "colline names matched" else 0


def sources_by_commune(
    mapping: list[dict[str, str]], codes: dict[tuple[str, str], str], by_name: dict[str, str]
) -> dict[str, list[Source]]:
    """Who gave collines to each new commune."""
    result = defaultdict(list)
    for row in mapping:
        name = row["commune_until_2025"]
        code = codes[row["province_until_2025"], name]
        weight = max(matched(row), LEAST_WEIGHT)
        result[by_name[row["main_commune_since_2025"]]].append(Source(code, name, weight, True, 0))
        if second := other_target(row):
            result[by_name[second[0]]].append(Source(code, name, weight, False, second[1]))
    return dict(result)


def assign_by_zone_name(
    commune: str, zones_: list[Zone], sources: list[Source], codes: dict
) -> None:
    names = {s.name: s.code for s in sources if s.main}
    for zone in zones_:
        known = KNOWN_ZONES.get((commune, zone.name))
        code = codes[known] if known else names.get(zone.name)
        if code:
            zone.former, zone.method = code, "name"


def assign_by_colline_name(zones_: list[Zone], sources: list[Source]) -> None:
    """A commune with no zone of its name takes the one open zone that holds its namesake."""
    served = {z.former for z in zones_}
    for source in (s for s in sources if s.main and s.code not in served):
        holders = [z for z in zones_ if not z.former and source.name in {n for _, n in z.collines}]
        if len(holders) == 1:
            holders[0].former, holders[0].method = source.code, "name"


def assign_stated_counts(zones_: list[Zone], sources: list[Source]) -> None:
    """Give each split commune its stated number of collines here, whole zones if any sum fits."""
    served = {z.former for z in zones_}
    for source in (s for s in sources if not s.main and s.code not in served):
        open_zones = [z for z in zones_ if not z.former and not z.exceptions]
        choices = [c for size in (1, 2) for c in combinations(open_zones, size)]
        exact = [c for c in choices if sum(len(z.collines) for z in c) == source.stated]
        if exact:
            for zone in exact[0]:
                zone.former = source.code
            continue
        host = min(
            (z for z in open_zones if len(z.collines) > source.stated),
            key=lambda z: len(z.collines),
        )
        host.exceptions = {code: source.code for code, _ in host.collines[: source.stated]}


def assign_the_rest(zones_: list[Zone], sources: list[Source]) -> None:
    """Share the open zones out, largest first, to the former commune furthest below its part."""
    mains = [s for s in sources if s.main]
    total = sum(s.weight for s in mains)
    collines = sum(len(z.collines) for z in zones_)
    lacking = {s.code: collines * s.weight / total for s in mains}
    for zone in zones_:
        if zone.former in lacking:
            lacking[zone.former] -= len(zone.collines)
    without = {s.code for s in mains} - {z.former for z in zones_}
    for zone in sorted(
        (z for z in zones_ if not z.former), key=lambda z: (-len(z.collines), z.code)
    ):
        candidates = sorted(without) or sorted(lacking)
        zone.former = max(candidates, key=lambda code: lacking[code])
        lacking[zone.former] -= len(zone.collines)
        without.discard(zone.former)


def province_rows() -> Rows:
    former = [[UNTIL_2025, c, n, FORMER_SEATS.get(n, n)] for n, c in FORMER_PROVINCES.items()]
    seats = {r["province"]: r["province_seat"] for r in read("provinces_5_communes_42.csv")}
    return former + [[SINCE_2025, c, n, seats[n]] for n, c in PROVINCES.items()]


def mapping_rows(
    mapping: list[dict[str, str]], codes: dict[tuple[str, str], str], by_name: dict[str, str]
) -> Rows:
    rows: list[list[object]] = []
    for row in mapping:
        code = codes[row["province_until_2025"], row["commune_until_2025"]]
        method = "colline_names" if matched(row) else "by_hand"
        main = by_name[row["main_commune_since_2025"]]
        rows.append([code, main, row["share_of_collines_in_main"], "true", method])
        if second := other_target(row):
            share = round(second[1] / matched(row), 2)
            rows.append([code, by_name[second[0]], share, "false", method])
    return rows


def colline_rows(by_commune: dict[str, list[Zone]]) -> Rows:
    rows: list[list[object]] = []
    for zone in (z for zones_ in by_commune.values() for z in zones_):
        for code, name in zone.collines:
            exception = zone.exceptions.get(code)
            method = "assigned" if exception else zone.method
            rows.append([code, name, zone.code, exception or zone.former, method])
    return rows


def main() -> None:
    mapping = read("communes_119_to_42.csv")
    codes, current = former_codes(mapping), current_codes()
    by_name = {name: code for code, name in current.values()}
    by_commune = zones_by_commune(current)
    sources = sources_by_commune(mapping, codes, by_name)
    for name, code in by_name.items():
        assign_by_zone_name(name, by_commune[code], sources[code], codes)
        assign_by_colline_name(by_commune[code], sources[code])
        assign_stated_counts(by_commune[code], sources[code])
        assign_the_rest(by_commune[code], sources[code])
    former = [[UNTIL_2025, code, name, code[:5]] for (_, name), code in codes.items()]
    since = [[SINCE_2025, code, name, code[:5]] for code, name in current.values()]
    zone_rows = [[z.code, z.name, code] for code, zones_ in by_commune.items() for z in zones_]
    districts = [
        [f"D-{r['code']}", r["health_district"], FORMER_PROVINCES[r["province_until_2025"]]]
        for r in read("health_districts_45.csv")
    ]
    write("provinces.csv", ["division", "code", "name", "seat"], province_rows())
    write("communes.csv", ["division", "code", "name", "province_code"], former + since)
    write("zones.csv", ["code", "name", "commune_code"], zone_rows)
    write(
        "collines.csv",
        ["code", "name", "zone_code", "former_commune_code", "former_method"],
        colline_rows(by_commune),
    )
    write(
        "mapping.csv",
        ["former_commune_code", "commune_code", "share", "main", "method"],
        mapping_rows(mapping, codes, by_name),
    )
    write("health_districts.csv", ["code", "name", "former_province_code"], districts)


if __name__ == "__main__":
    main()
