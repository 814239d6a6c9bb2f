"""What is drawn is in proportion to the values, and a gap is never a zero."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conamus.charts.bars import BarChart
from conamus.charts.lines import Break, LineChart, spread
from conamus.charts.palette import ACCENT, QUALITATIVE, TINT, WHITE
from conamus.charts.picture import Series
from conamus.charts.shares import SUM_NOTE, ShareChart, share_of
from tests.charts.drawn import bars, curve, elements, texts
from tests.charts.samples import YEARS, lone_line, lone_share, pyramid, several_lines, sparkline

AMOUNTS = st.lists(st.integers(1, 10**9), min_size=2, max_size=6)


def names(count: int) -> tuple[str, ...]:
    return tuple(f"Unité {i}" for i in range(count))


@given(AMOUNTS)
def test_lying_bars_are_as_long_as_their_values(values: list[int]) -> None:
    chart = BarChart(title="t", categories=names(len(values)), series=(Series("s", tuple(values)),))
    drawn = [width for _, _, width, _ in bars(chart.svg(), ACCENT)]
    full = max(drawn)
    for width, value in zip(drawn, values, strict=True):
        assert width == pytest.approx(full * value / max(values), abs=2)


@given(AMOUNTS)
def test_standing_bars_are_as_high_as_their_values(values: list[int]) -> None:
    chart = BarChart(
        title="t",
        orientation="vertical",
        categories=names(len(values)),
        series=(Series("s", tuple(values)),),
    )
    drawn = bars(chart.svg(), ACCENT)
    full = max(height for *_, height in drawn)
    feet = {y + height for _, y, _, height in drawn}
    assert len(feet) == 1
    for (*_, height), value in zip(drawn, values, strict=True):
        assert height == pytest.approx(full * value / max(values), abs=2)


@given(AMOUNTS)
def test_parts_fill_the_whole_in_proportion(values: list[int]) -> None:
    parts = share_of(dict(zip(names(len(values)), values, strict=True)))
    chart = ShareChart(title="t", categories=("2024",), series=parts)
    drawn = [
        (float(r.attrib["x"]), float(r.attrib["width"]))
        for r in elements(chart.svg(width=600), "rect")
        if r.get("stroke") == WHITE
    ]
    for (_, width), value in zip(drawn, values, strict=True):
        assert width == pytest.approx(600 * value / sum(values), abs=1.5)
    assert max(x + width for x, width in drawn) <= 601
    shares = [row[2] for row in chart.table().rows]
    assert sum(share for share in shares if isinstance(share, Fraction)) == 1


def test_a_negative_bar_lies_on_the_other_side_of_zero() -> None:
    chart = BarChart(title="t", categories=("a", "b"), series=(Series("s", (-4, 8)),))
    (x_below, _, width_below, _), (x_above, _, width_above, _) = bars(chart.svg(), ACCENT)
    assert x_below + width_below == pytest.approx(x_above, abs=1)
    assert width_above == pytest.approx(2 * width_below, abs=2)


def test_both_sides_of_a_pyramid_share_one_scale() -> None:
    svg = pyramid().svg()
    men = {y: width for _, y, width, _ in bars(svg, ACCENT)}
    women = {y: width for _, y, width, _ in bars(svg, TINT)}
    assert len(men) == 4  # the fifth federation's men are not known
    assert len(women) == 5
    widest = max(women, key=lambda y: women[y])
    assert men[widest] == pytest.approx(women[widest] * 78766 / 90866, abs=1.5)


def test_a_gap_and_a_break_interrupt_the_curve() -> None:
    runs = curve(lone_line().svg(), ACCENT)
    assert [len(run) for run in runs] == [4, 2]
    assert "n.d." in texts(lone_line().svg())


def test_the_break_is_a_dashed_line_with_its_reason() -> None:
    svg = lone_line().svg()
    dashed = [p for p in elements(svg, "path") if p.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert "Série reprise" in " ".join(texts(svg))
    assert any("Rupture de série après 2019" in note for note in lone_line().notes())


def test_a_break_without_a_gap_interrupts_the_curve_too() -> None:
    chart = LineChart(
        title="t",
        categories=("2018", "2019", "2020"),
        series=(Series("s", (1, 2, 3)),),
        breaks=(Break("2018", "autre méthode"),),
    )
    assert [len(run) for run in curve(chart.svg(), ACCENT)] == [1, 2]


def test_a_break_after_no_category_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown categories"):
        replace(lone_line(), breaks=(Break("1999", "?"),))


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=2, max_size=12))
def test_a_curve_has_a_point_for_each_value_and_none_for_a_gap(values: list[int | None]) -> None:
    known = [value for value in values if value is not None]
    chart = LineChart(
        title="t", categories=names(len(values)), series=(Series("s", tuple(values)),)
    )
    if not known:
        assert texts(chart.svg()) == ["Aucune donnée à montrer."]
        return
    points = [point for run in curve(chart.svg(), ACCENT) for point in run]
    assert len(points) == len(known)
    by_value = sorted(zip(known, (y for _, y in points), strict=True))
    heights = [y for _, y in by_value]
    assert heights == sorted(heights, reverse=True)


def test_each_curve_is_named_and_marked() -> None:
    svg = several_lines().svg()
    assert {"Femuscabu", "Twiteho", "Munasa", "Tugaruki", "Tuzokira"} <= set(texts(svg))
    colors = {p.get("stroke") for p in elements(svg, "path") if p.get("fill") == "none"}
    assert colors == set(QUALITATIVE)


@given(st.lists(st.floats(0, 200), min_size=1, max_size=8))
def test_names_at_the_end_of_curves_do_not_touch(heights: list[float]) -> None:
    placed = spread(sorted(heights), 15, 0, 200)
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(placed))
    assert placed[-1] <= 200 + 1e-6


def test_a_sparkline_ends_at_its_last_value_and_shows_its_gap() -> None:
    svg = sparkline().svg()
    runs = curve(svg, ACCENT)
    assert [len(run) for run in runs] == [4, 2]
    (dot,) = elements(svg, "circle")
    assert (int(dot.attrib["cx"]), int(dot.attrib["cy"])) == runs[-1][-1]
    assert sparkline().table().rows == tuple(zip(YEARS, lone_line().series[0].values, strict=True))


def test_a_lone_share_lists_value_and_percent() -> None:
    assert {"168\u202f525\u202f976", "70,3\u202f%"} <= set(texts(lone_share().svg()))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=9))
def test_written_percents_sum_to_a_hundred(amounts: list[int]) -> None:
    """Alone and side by side, whatever the amounts; nothing moves by a whole step."""
    series = tuple(Series(f"s{i}", (amount, amount)) for i, amount in enumerate(amounts))
    several = ShareChart(title="t", categories=("a", "b"), series=series)
    lone = share_of({f"s{i}": amount for i, amount in enumerate(amounts)})
    alone = ShareChart(title="t", categories=("a",), series=lone)
    for chart, step in ((several, Fraction(1, 100)), (alone, Fraction(1, 1000))):
        shares = chart.rounded(0)
        if not sum(amounts):
            assert set(shares) == {None}
            continue
        assert sum(share for share in shares if share is not None) == 1
        for i, share in enumerate(shares):
            assert abs(share - chart.share(i, 0)) < step


def test_the_rounding_is_said_where_it_changed_a_percent() -> None:
    """1, 1 and 1 of three are 33,3 each, and one of them 33,4."""
    thirds = ShareChart(title="t", categories=("a",), series=share_of({"x": 1, "y": 1, "z": 1}))
    assert {"33,4\u202f%", "33,3\u202f%"} <= set(texts(thirds.svg()))
    assert SUM_NOTE in thirds.notes()
    halves = ShareChart(title="t", categories=("a",), series=share_of({"x": 1, "y": 1}))
    assert SUM_NOTE not in halves.notes()


def test_a_negative_share_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        ShareChart(title="t", categories=("a",), series=(Series("s", (-1,)),))
