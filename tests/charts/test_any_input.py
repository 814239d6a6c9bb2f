"""Whatever the words and the numbers, a picture is drawn; the examples in docstrings hold."""

import doctest
import importlib
from fractions import Fraction
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.charts.bars import BarChart
from conamus.charts.formats import COUNT, PERCENT
from conamus.charts.lines import LineChart
from conamus.charts.picture import Picture, Series
from conamus.charts.pyramid import Pyramid
from conamus.charts.shares import ShareChart
from conamus.charts.sparkline import Sparkline
from conamus.charts.svg import fit, text_width, wrap
from tests.charts.drawn import parse

WITH_EXAMPLES = ("formats", "funnel", "scale", "lines", "bands", "outline", "picture", "svg")
NUMBERS = st.one_of(
    st.none(), st.integers(0, 10**13), st.fractions(0, 10**6), st.decimals(0, 10**6, places=3)
)


@pytest.mark.parametrize(
    "module",
    [importlib.import_module(f"conamus.charts.{name}") for name in WITH_EXAMPLES]
    + [importlib.import_module("conamus.kernel.figures")],
    ids=lambda module: module.__name__,
)
def test_examples_in_docstrings_hold(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Any words and any numbers in every kind that takes series."""
    count = draw(st.integers(0, 14))
    words = st.text(max_size=40)
    categories = tuple(draw(st.lists(words, min_size=count, max_size=count)))

    def series() -> Series:
        values = draw(st.lists(NUMBERS, min_size=count, max_size=count))
        return Series(draw(words), tuple(values), draw(words))

    title, unit, written = draw(words), draw(words), draw(st.sampled_from([COUNT, PERCENT]))
    some = tuple(series() for _ in range(draw(st.integers(1, 6))))
    common = {"title": title, "unit": unit, "format": written, "categories": categories}
    return draw(
        st.sampled_from(
            [
                BarChart(series=some, **common),
                BarChart(series=some, orientation="vertical", **common),
                LineChart(series=some, **common),
                ShareChart(series=some, **common),
                Pyramid(left=some[0], right=some[-1], **common),
                Sparkline(values=some[0].values, **common),
            ]
        )
    )


@given(pictures(), st.sampled_from([300, 400, 640]))
def test_any_words_and_numbers_make_a_whole_picture(chart: Picture, width: int) -> None:
    root = parse(chart.svg(width=width))
    assert root.get("role") == "img"
    assert all(len(row) == len(chart.table().headers) for row in chart.table().text_rows())


@given(st.text(max_size=60), st.integers(20, 300))
def test_cut_text_fits_its_room(words: str, room: int) -> None:
    assert text_width(fit(words, room)) <= room
    assert all(text_width(line) <= room for line in wrap(words, room, lines=3))
    assert len(wrap(words, room, lines=3)) <= 3


def test_wrapping_breaks_after_hyphens_and_keeps_every_letter() -> None:
    assert wrap("FEMUSCABU-HARANIRUBUZIMA", 140) == ["FEMUSCABU-", "HARANIRUBUZIMA"]
    assert wrap("Clinique, polyclinique", 90) == ["Clinique,", "polyclinique"]


def test_a_lone_category_is_a_point_and_a_mark() -> None:
    chart = LineChart(title="t", categories=("2025",), series=(Series("s", (Fraction(3),)),))
    assert "2025" in chart.svg()
