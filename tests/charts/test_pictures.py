"""What holds for every picture: whole XML, no style, safe names, small, spoken, with its table."""

import re
from dataclasses import replace

import pytest

from conamus.charts.picture import PRINT_WIDTH, SCREEN_WIDTH, Picture, Series
from conamus.charts.svg import SMALL
from tests.charts.drawn import SVG, elements, parse, texts
from tests.charts.samples import (
    FEDERATIONS,
    HOSTILE,
    every_picture,
    grouped_bars,
    growth_bars,
    hostile_bars,
    lone_line,
    lying_bars,
    outline_map,
    pyramid,
    several_shares,
    standing_bars,
)

PICTURES = every_picture()
WIDTHS = (SCREEN_WIDTH, PRINT_WIDTH)
ALLOWED = {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
kinds = pytest.mark.parametrize("kind", PICTURES)


@kinds
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_whole_xml_of_presentation_attributes_only(kind: str, width: int) -> None:
    root = parse(PICTURES[kind].svg(width=width))
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in ALLOWED
        assert not {
            name for name in element.attrib if name in {"style", "class"} or name[:2] == "on"
        }
        assert not any(
            "url(" in value or "javascript" in value for value in element.attrib.values()
        )


@kinds
def test_it_has_a_role_and_names_for_screen_readers(kind: str) -> None:
    root = parse(PICTURES[kind].svg(uid="f7"))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f7-t f7-d"
    title, description = root[0], root[1]
    assert (title.tag, title.get("id"), title.text) == (SVG + "title", "f7-t", PICTURES[kind].title)
    assert (description.tag, description.get("id")) == (SVG + "desc", "f7-d")
    assert description.text


@kinds
@pytest.mark.parametrize("width", WIDTHS)
def test_it_stays_small(kind: str, width: int) -> None:
    weight = len(PICTURES[kind].svg(width=width).encode())
    assert weight <= (12_000 if "provinces" in kind else 6_200)


@kinds
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_drawn_outside_the_frame(kind: str, width: int) -> None:
    svg = PICTURES[kind].svg(width=width)
    right, bottom = (float(n) for n in parse(svg).attrib["viewBox"].split()[2:])
    for rect in elements(svg, "rect"):
        x, y, w, h = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= right + 1
        assert 0 <= y <= y + h <= bottom + 1
    for text in elements(svg, "text"):
        assert all(0 <= float(x) <= right for x in text.attrib["x"].split())
        assert SMALL / 2 <= float(text.attrib["y"]) <= bottom


@kinds
def test_its_identifier_is_its_content(kind: str) -> None:
    chart = PICTURES[kind]
    assert chart.uid() == replace(chart).uid()
    assert chart.uid() != replace(chart, title="Autre titre").uid()
    assert re.fullmatch(r"fig[0-9a-f]{8}", chart.uid())


@kinds
def test_its_table_is_rectangular_and_holds_every_value(kind: str) -> None:
    chart = PICTURES[kind]
    table = chart.table()
    assert all(len(row) == len(table.headers) for row in table.rows)
    cells = [cell for row in table.rows for cell in row if not isinstance(cell, str)]
    for point in chart.points():
        assert point.value in cells
    assert table.headers[0]


@pytest.mark.parametrize(
    "chart",
    [lying_bars(), grouped_bars(), growth_bars(), pyramid(), outline_map("provinces_18")],
    ids=lambda chart: chart.title,
)
def test_every_figure_of_the_table_is_written_in_the_picture(chart: Picture) -> None:
    written = " ".join(texts(chart.svg()))
    table = chart.table()
    for row in table.rows:
        for column, cell in enumerate(row):
            if not isinstance(cell, str):
                assert table.text(column, cell) in written


def test_a_hostile_name_stays_text() -> None:
    svg = hostile_bars().svg()
    assert "<script" not in svg
    root = parse(svg)
    assert root[0].text == HOSTILE
    assert any(text.startswith("<script>alert") for text in texts(svg))
    assert "\x00" not in svg
    svg.encode("utf-8")


def test_pictures_carry_no_colour_alone() -> None:
    """Grouped bars are named or ordered; parts have letters; curves have names and shapes."""
    assert any("Hommes" in text for text in texts(grouped_bars().svg()))
    assert {"De gauche à droite :", "Public"} <= set(texts(standing_bars().svg()))
    assert {"A", "B", "C"} <= {text.split(" ")[0] for text in texts(several_shares().svg())}


@pytest.mark.parametrize("kind", ["grouped bars", "lone line", "pyramid", "18 provinces"])
def test_missing_values_are_explained(kind: str) -> None:
    assert any(note.startswith("n.d.") for note in PICTURES[kind].notes())
    assert "n.d." in " ".join(texts(PICTURES[kind].svg()))


def test_a_picture_without_gaps_explains_none() -> None:
    assert lying_bars().notes() == ()


def test_a_picture_of_nothing_says_so() -> None:
    empty = replace(lying_bars(), series=(Series("Ménages", (None,) * 5),))
    assert texts(empty.svg()) == ["Aucune donnée à montrer."]
    assert empty.table().text_rows()[0] == [FEDERATIONS[0], "n.d."]


def test_a_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 5 categories"):
        replace(lying_bars(), series=(Series("Ménages", (1, 2)),))


def test_the_spoken_text_gives_the_range() -> None:
    spoken = lying_bars().spoken()
    assert "599 (TWITEHO AMAGARA YACU)" in spoken
    assert "36\u202f888 (MUNASA-TWITWARARIKANE)" in spoken
    assert replace(lone_line(), description="Dit autrement").spoken() == "Dit autrement"
