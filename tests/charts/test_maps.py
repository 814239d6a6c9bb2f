"""Maps: a mark for each place, its class by tint and sign, provinces known by name."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.charts.bands import Band, band_of, nice_bands
from conamus.charts.formats import COUNT
from conamus.charts.outline import Level, OutlineMap, outlines, province_names
from conamus.charts.palette import band_colors
from conamus.charts.tiles import Tile, TileGroup, TileMap
from tests.charts.drawn import elements, texts
from tests.charts.samples import BANDS, outline_map, tile_map


@pytest.mark.parametrize("communes", [119, 42])
def test_there_is_a_tile_per_commune_in_the_tint_of_its_class(communes: int) -> None:
    chart = tile_map(communes)
    drawn = {p.attrib["fill"]: p.attrib["d"].count("M") for p in elements(chart.svg(), "path")}
    classes = Counter(row[3] for row in chart.table().rows)
    colors = dict(zip((band.label for band in BANDS), band_colors(3), strict=True))
    assert drawn == {colors.get(str(label), "#fff"): count for label, count in classes.items()}
    assert sum(drawn.values()) == communes


@pytest.mark.parametrize("communes", [119, 42])
def test_every_tile_has_a_sign_beside_its_tint(communes: int) -> None:
    chart = tile_map(communes)
    signs: Counter[str] = Counter()
    for text in elements(chart.svg(), "text"):
        places = text.attrib["x"].split()
        if len(places) == len(text.text or "") and set(text.text or "") <= set("012?"):
            signs.update(text.text or "")
    legend = Counter("012?")
    values = Counter("?" if p.value is None else str(p.value) for p in chart.points())
    assert signs == values + legend


@pytest.mark.parametrize("communes", [119, 42])
@pytest.mark.parametrize("width", [400, 640])
def test_tiles_do_not_overlap(communes: int, width: int) -> None:
    corners = [
        tuple(int(n) for n in step.split("h")[0].split())
        for p in elements(tile_map(communes).svg(width=width), "path")
        for step in p.attrib["d"].split("M")[1:]
    ]
    columns, rows = {x for x, _ in corners}, {y for _, y in corners}
    assert len(set(corners)) == communes
    for places in (sorted(columns), sorted(rows)):
        assert all(b - a >= 20 or b - a == 0 for a, b in pairwise(places))


def test_unknown_groups_follow_in_order() -> None:
    chart = TileMap(
        title="t",
        bands=BANDS,
        groups=tuple(TileGroup(f"Groupe {i}", (Tile("x", 1),)) for i in range(5)),
    )
    assert chart.places(4) == [(0, 0), (0, 1), (0, 2), (0, 3), (1, 0)]
    assert "Groupe 4" in texts(chart.svg())


@pytest.mark.parametrize(
    ("level", "count"), [("provinces_17", 17), ("provinces_18", 18), ("provinces_5", 5)]
)
def test_each_level_has_its_provinces_named_and_tinted(level: Level, count: int) -> None:
    chart = outline_map(level)
    svg = chart.svg()
    shapes = [p for p in elements(svg, "path") if p.attrib["d"].endswith("z")]
    assert len(shapes) == min(count, 17)
    assert len(province_names(level)) == count
    written = " ".join(texts(svg))
    assert all(name in written for name in province_names(level))
    fills = [chart.fill(name) for name in sorted(set(province_names(level)) - {"Rumonge"})]
    assert [shape.attrib["fill"] for shape in shapes] == fills


def test_rumonge_is_a_disc_and_the_note_says_why() -> None:
    chart = outline_map("provinces_18")
    (disc,) = elements(chart.svg(), "circle")
    assert disc.attrib["fill"] == chart.fill("Rumonge")
    assert any("Rumonge" in note for note in chart.notes())
    assert not elements(outline_map("provinces_17").svg(), "circle")


def test_the_five_provinces_name_the_two_divided_communes() -> None:
    note = " ".join(outline_map("provinces_5").notes())
    assert "Bukeye" in note
    assert "Muramvya" in note


def test_a_province_of_another_map_is_refused() -> None:
    with pytest.raises(ValueError, match="Burunga"):
        OutlineMap(title="t", level="provinces_18", values=(("Burunga", 1),), bands=BANDS)


def area(path: str) -> float:
    """Shoelace formula on a closed path of relative steps."""
    start, steps = path.rstrip("z").split("l")
    x, y = (int(n) for n in start.lstrip("M").split())
    numbers = [int(n) for n in steps.replace("-", " -").split()]
    points = [(x, y)]
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def test_the_five_provinces_cover_the_seventeen_exactly() -> None:
    """Joined or not, the same country: rounding alone may part them."""
    old = sum(area(shape["path"]) for shape in outlines()["until_2015"].values())
    new = sum(area(shape["path"]) for shape in outlines()["since_2025"].values())
    assert new == pytest.approx(old, rel=0.001)


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=20))
def test_classes_hold_every_value_once(values: list[int]) -> None:
    bands = nice_bands(values, COUNT)
    assert 1 <= len(bands) <= 6
    for value in values:
        assert sum(band.holds(value) for band in bands) == 1  # type: ignore[arg-type]


def test_a_value_in_no_class_is_refused() -> None:
    with pytest.raises(ValueError, match="no class holds 9"):
        band_of((Band("moins de 5", None, 5),), 9)
