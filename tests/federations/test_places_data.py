"""The place lists are whole and consistent: counts of both divisions, links, derived communes."""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "federations" / "data"
DEMO = ROOT / "conamus" / "demo" / "data"

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def places() -> dict[str, list[Row]]:
    return {path.stem: rows(path) for path in DATA.glob("*.csv")}


def in_division(found: list[Row], division: str) -> list[Row]:
    return [row for row in found if row["division"] == division]


@pytest.mark.parametrize(
    ("name", "until_2025", "since_2025"), [("provinces", 18, 5), ("communes", 119, 42)]
)
def test_both_divisions_are_complete(
    places: dict[str, list[Row]], name: str, until_2025: int, since_2025: int
) -> None:
    assert len(in_division(places[name], "until_2025")) == until_2025
    assert len(in_division(places[name], "since_2025")) == since_2025


def test_there_are_45_health_districts_each_in_a_former_province(
    places: dict[str, list[Row]],
) -> None:
    former = {p["code"] for p in in_division(places["provinces"], "until_2025")}
    assert len(places["health_districts"]) == 45
    assert {d["former_province_code"] for d in places["health_districts"]} == former


@pytest.mark.parametrize("name", ["provinces", "communes", "zones", "collines", "health_districts"])
def test_codes_are_unique_and_names_clean(places: dict[str, list[Row]], name: str) -> None:
    found = places[name]
    assert len({row["code"] for row in found}) == len(found)
    assert all(row["name"] and row["name"] == " ".join(row["name"].split()) for row in found)


@pytest.mark.parametrize(
    ("child", "key", "parent"),
    [
        ("communes", "province_code", "provinces"),
        ("zones", "commune_code", "communes"),
        ("collines", "zone_code", "zones"),
        ("collines", "former_commune_code", "communes"),
        ("mapping", "former_commune_code", "communes"),
        ("mapping", "commune_code", "communes"),
    ],
)
def test_every_link_leads_somewhere(
    places: dict[str, list[Row]], child: str, key: str, parent: str
) -> None:
    assert {row[key] for row in places[child]} <= {row["code"] for row in places[parent]}


def test_zones_and_collines_are_counted_as_published(places: dict[str, list[Row]]) -> None:
    commune_of = {z["code"]: z["commune_code"] for z in places["zones"]}
    zones = Counter(commune_of.values())
    collines = Counter(commune_of[c["zone_code"]] for c in places["collines"])
    province = {p["code"]: p["name"] for p in places["provinces"]}
    ours = {
        (province[c["province_code"]], c["name"]): (zones[c["code"]], collines[c["code"]])
        for c in in_division(places["communes"], "since_2025")
    }
    published = {
        (r["province"], r["commune"]): (int(r["zones"]), int(r["collines"]))
        for r in rows(DATA / "sources" / "provinces_5_communes_42.csv")
    }
    assert ours == published


def test_names_are_those_in_force(places: dict[str, list[Row]]) -> None:
    names = {c["name"] for c in places["communes"]}
    assert "Karusi" in names
    assert "Karus" not in names
    assert {"Bujumbura Mairie", "Bujumbura Rural"} <= {p["name"] for p in places["provinces"]}


def targets(places: dict[str, list[Row]]) -> dict[str, Counter[str]]:
    """Number of collines of each former commune in each new commune."""
    commune_of = {z["code"]: z["commune_code"] for z in places["zones"]}
    result: dict[str, Counter[str]] = defaultdict(Counter)
    for colline in places["collines"]:
        result[colline["former_commune_code"]][commune_of[colline["zone_code"]]] += 1
    return result


def test_every_former_commune_has_collines_in_its_main_target(places: dict[str, list[Row]]) -> None:
    found = targets(places)
    mains = [m for m in places["mapping"] if m["main"] == "true"]
    assert len(mains) == 119
    assert all(found[m["former_commune_code"]][m["commune_code"]] > 0 for m in mains)


def test_collines_lie_only_where_the_mapping_says(places: dict[str, list[Row]]) -> None:
    allowed = {(m["former_commune_code"], m["commune_code"]) for m in places["mapping"]}
    derived = {(former, new) for former, counts in targets(places).items() for new in counts}
    assert derived == allowed


def test_split_communes_have_the_stated_number_of_collines(places: dict[str, list[Row]]) -> None:
    names = {c["code"]: c["name"] for c in places["communes"]}
    found = targets(places)
    derived = {
        f"{names[m['former_commune_code']]} {names[m['commune_code']]}": found[
            m["former_commune_code"]
        ][m["commune_code"]]
        for m in places["mapping"]
        if m["main"] == "false"
    }
    stated = {
        f"{r['commune_until_2025']} {r['other_target'].split(':')[0]}": int(
            r["other_target"].split(":")[1]
        )
        for r in rows(DATA / "sources" / "communes_119_to_42.csv")
        if r["other_target"]
    }
    assert len(stated) == 11
    assert derived == stated | {"Muramvya Isare": 7}  # the zone of Ryarusera went there whole


def test_a_zone_of_a_former_communes_name_lies_in_it(places: dict[str, list[Row]]) -> None:
    zone = next(z for z in places["zones"] if z["name"] == "Gashoho")
    former = next(
        c for c in in_division(places["communes"], "until_2025") if c["name"] == "Gashoho"
    )
    inside = [c for c in places["collines"] if c["zone_code"] == zone["code"]]
    assert {(c["former_commune_code"], c["former_method"]) for c in inside} == {
        (former["code"], "name")
    }


def test_each_colline_says_how_its_former_commune_was_found(places: dict[str, list[Row]]) -> None:
    methods = Counter(c["former_method"] for c in places["collines"])
    assert methods == {"name": 957, "assigned": 2087}


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("insured_2025", "federation"),
        ("facilities_2024", "facility_type"),
        ("expenses_2024", "designation"),
    ],
)
def test_published_totals_are_the_sums_of_their_rows(name: str, label: str) -> None:
    found = rows(DEMO / f"{name}.csv")
    total = next(row for row in found if row[label] == "TOTAL")
    parts = [row for row in found if row[label] != "TOTAL"]
    columns = [column for column, value in total.items() if value and column != label]
    sums = {column: sum(int(part[column]) for part in parts) for column in columns}
    assert sums == {column: int(total[column]) for column in columns}


def test_households_of_2013_to_2019_sum_to_their_totals() -> None:
    found = rows(DEMO / "households_2013_2019.csv")
    sums: Counter[str] = Counter()
    for row in (r for r in found if r["promoter"] != "TOTAL"):
        sums[row["mutualist_year"]] += int(row["households"])
    totals = {r["mutualist_year"]: int(r["households"]) for r in found if r["promoter"] == "TOTAL"}
    assert sums == totals
