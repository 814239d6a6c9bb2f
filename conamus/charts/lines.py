"""Line charts over an ordered axis, with gaps where nothing is known and marked breaks.

A missing value interrupts the curve; years without any value are shaded and marked "n.d.". A break
(another method, another perimeter) is a dashed line with its reason, and no curve crosses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from conamus.charts.axes import draw_category_axis, draw_value_axis, value_gutter
from conamus.charts.formats import MASKED
from conamus.charts.legend import Key, draw_legend
from conamus.charts.markers import marker_path
from conamus.charts.palette import MUTED, PALE, QUALITATIVE, series_colors
from conamus.charts.picture import (
    Cell,
    Drawing,
    Picture,
    Point,
    Series,
    Table,
    check_lengths,
    fractions,
    series_points,
    series_table,
)
from conamus.charts.scale import Scale, nice_ticks
from conamus.charts.svg import SMALL, SMALL_LINE, Anchor, Canvas, number, text_width, wrap
from conamus.kernel.figures import exact

PLOT_HEIGHT = 200
END_LABELS = 0.34
LABEL_STEP = 15
# Past this part of the plot a caption reads better to the left of its line.
CAPTION_TURN = 0.6


@dataclass(frozen=True)
class Break:
    """A break in the series after a category, and why."""

    after: str
    caption: str


@dataclass(frozen=True, kw_only=True)
class LineChart(Picture):
    """One curve per series over categories in order, years mostly."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    breaks: tuple[Break, ...] = ()
    axis: str = "Année"
    #: (series, category) of the absent values that are known and not shown to the reader.
    masked: frozenset[tuple[str, str]] = frozenset()
    #: Columns of the table, after the curves, that no curve shows.
    beside: tuple[tuple[str, tuple[Cell, ...]], ...] = ()

    def __post_init__(self) -> None:
        check_lengths(self.categories, self.series)
        unknown = {b.after for b in self.breaks} - set(self.categories)
        if unknown:
            raise ValueError(f"break after unknown categories: {sorted(unknown)}")

    def points(self) -> list[Point]:
        return series_points(self.categories, self.series)

    def table(self) -> Table:
        """One row per category; after the curves' columns those that stand beside them."""
        plain = series_table(self.axis, self.categories, self.series, self.format)
        rows = tuple(
            (category, *(self.cell(one, index) for one in self.series),
             *(texts[index] for _, texts in self.beside))
            for index, category in enumerate(self.categories)
        )  # fmt: skip
        headers = (*plain.headers, *(name for name, _ in self.beside))
        return Table(headers, rows, plain.formats)

    def cell(self, one: Series, index: int) -> Cell:
        """A value of the table; one that is masked is already written."""
        value = one.values[index]
        return MASKED if value is None and self.is_masked(one, index) else value

    def is_masked(self, one: Series, index: int) -> bool:
        return (one.name, self.categories[index]) in self.masked

    def missing_texts(self) -> frozenset[str]:
        return frozenset(
            MASKED if self.is_masked(one, index) else self.format.missing
            for one in self.series
            for index, value in enumerate(one.values)
            if value is None
        )

    def notes(self) -> tuple[str, ...]:
        breaks = tuple(f"Rupture de série après {b.after} : {b.caption}." for b in self.breaks)
        return super().notes() + breaks

    def draw(self, width: int) -> Drawing:
        return draw_lines(self, width)

    def color(self, series: int) -> str:
        colors = QUALITATIVE[:2] if len(self.series) == 2 else series_colors(len(self.series))
        return self.series[series].color or colors[series]

    def keys(self) -> tuple[Key, ...]:
        return tuple(Key(one.label, self.color(i), marker=i) for i, one in enumerate(self.series))

    def break_positions(self) -> list[int]:
        """Index of the category before each break."""
        return [self.categories.index(b.after) for b in self.breaks]


@dataclass(frozen=True)
class Plot:
    """Where the categories stand and how values scale."""

    scale: Scale
    positions: list[float]
    left: float
    right: float

    @property
    def top(self) -> float:
        return self.scale.end

    @property
    def base(self) -> float:
        return self.scale.start


def end_label_room(chart: LineChart, width: int) -> float:
    """Room for the names at the end of the curves, or none if a legend does better."""
    if len(chart.series) < 2:
        return 0
    room = max(text_width(one.label, SMALL) for one in chart.series) + 12
    return room if room <= width * END_LABELS else 0


def measure(chart: LineChart, width: int, top: float, ends: float) -> Plot:
    values = fractions(chart.series)
    whole = chart.format.kind == "number" and not chart.format.digits
    ticks = nice_ticks(values, whole=whole)
    left = value_gutter(chart.format, ticks)
    right = width - ends
    pad = 10 if ends else 20
    count = len(chart.categories)
    step = (right - left - 2 * pad) / max(1, count - 1)
    positions = [left + pad + step * i for i in range(count)]
    return Plot(Scale(ticks, top + PLOT_HEIGHT, top), positions, left, right)


def draw_lines(chart: LineChart, width: int) -> Drawing:
    canvas, ends = Canvas(), end_label_room(chart, width)
    keys = chart.keys() if len(chart.series) > 1 and not ends else ()
    top = draw_legend(canvas, keys, width, 4)
    top += break_room(chart)
    plot = measure(chart, width, top + 12, ends)
    draw_unknown_years(canvas, chart, plot)
    draw_value_axis(canvas, chart.format, plot.scale, plot.left, plot.right)
    draw_breaks(canvas, chart, plot, width)
    for index in range(len(chart.series)):
        draw_curve(canvas, chart, index, plot)
    if len(chart.series) == 1:
        draw_values(canvas, chart, plot)
    elif ends:
        draw_end_labels(canvas, chart, plot)
    height = draw_category_axis(canvas, chart.categories, plot.positions, plot.base, width)
    return Drawing(canvas, plot.base + height)


def break_room(chart: LineChart) -> float:
    """Captions of breaks stand above the plot, each on two lines of its own."""
    return 2 * SMALL_LINE * len(chart.breaks)


def draw_breaks(canvas: Canvas, chart: LineChart, plot: Plot, edge: float) -> None:
    """A dashed line under each caption, captions stacked so that no line strikes through one."""
    last = len(plot.positions) - 1
    marks = [
        ((plot.positions[i] + plot.positions[min(i + 1, last)]) / 2, one.caption)
        for i, one in zip(chart.break_positions(), chart.breaks, strict=True)
    ]
    y = plot.top - 2 - break_room(chart)
    for x, anchor, caption, room in captions(marks, plot, edge):
        canvas.line(x, y - 8, x, plot.base, MUTED, dash="4 3")
        at = x + 4 if anchor == "start" else x - 4
        for row, words in enumerate(wrap(caption, room, SMALL)):
            canvas.small(at, y + row * SMALL_LINE, words, anchor=anchor)
        y += 2 * SMALL_LINE


def captions(
    marks: list[tuple[float, str]], plot: Plot, edge: float
) -> list[tuple[float, Anchor, str, float]]:
    """Captions from the top: those right of their line, leftmost first, then those left of it.

    What stands below then never reaches across a line that began above it.
    """
    turn = plot.left + (plot.right - plot.left) * CAPTION_TURN
    starting = sorted(mark for mark in marks if mark[0] < turn)
    ending = sorted((mark for mark in marks if mark[0] >= turn), reverse=True)
    wall = starting[-1][0] if starting else 0
    result: list[tuple[float, Anchor, str, float]] = []
    result += [(x, "start", caption, edge - x - 4) for x, caption in starting]
    result += [(x, "end", caption, x - wall - 8) for x, caption in ending]
    return result


def runs(chart: LineChart, series: int) -> Iterator[list[int]]:
    """Stretches of categories with values and no break between them."""
    stops = set(chart.break_positions())
    run: list[int] = []
    for index, value in enumerate(chart.series[series].values):
        if value is not None:
            run.append(index)
        if run and (value is None or index in stops):
            yield run
            run = []
    if run:
        yield run


def draw_curve(canvas: Canvas, chart: LineChart, series: int, plot: Plot) -> None:
    one, color = chart.series[series], chart.color(series)
    steps, marks = "", ""
    for run in runs(chart, series):
        points = [(plot.positions[i], plot.scale(exact(one.values[i] or 0))) for i in run]
        steps += "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        marks += "".join(marker_path(series, x, y) for x, y in points)
    if steps:
        canvas.path(steps, stroke=color, stroke_width=2, fill="none")
        canvas.path(marks, fill=color, stroke="#fff")


def draw_values(canvas: Canvas, chart: LineChart, plot: Plot) -> None:
    """Values of a lone curve: the first and last of each run, where they do not touch."""
    values, starts = chart.series[0].values, {run[0] for run in runs(chart, 0)}
    right_of_last = -1.0
    for index, below in sorted(value_places(chart).items()):
        written, y = chart.format(values[index]), plot.scale(exact(values[index] or 0))
        half = text_width(written, SMALL) / 2
        # Outward of its run a label would meet the line of a break: it leans inward.
        lean = (half - 7) * (1 if index in starts else -1)
        x = max(plot.left + half, min(plot.positions[index] + lean, plot.right - half))
        if x - half > right_of_last:
            under = below and y + SMALL_LINE < plot.base
            canvas.text(x, y + 17 if under else y - 8, written, anchor="middle", size=SMALL)
            right_of_last = x + half


def value_places(chart: LineChart) -> dict[int, bool]:
    """The values to write, each with whether the curve leaves more room below its point."""
    values = [exact(v or 0) for v in chart.series[0].values]
    places: dict[int, bool] = {}
    for run in runs(chart, 0):
        places[run[-1]] = len(run) > 1 and values[run[-2]] > values[run[-1]]
        places[run[0]] = len(run) > 1 and values[run[1]] > values[run[0]]
    return places


def draw_end_labels(canvas: Canvas, chart: LineChart, plot: Plot) -> None:
    """Names beside the last known points, pushed apart so that none covers another."""
    ends = sorted(
        (plot.scale(exact(value)), index)
        for index, one in enumerate(chart.series)
        if (value := next((v for v in reversed(one.values) if v is not None), None)) is not None
    )
    heights = spread([y for y, _ in ends], LABEL_STEP, plot.top, plot.base - 8)
    for y, (_, index) in zip(heights, ends, strict=True):
        color = chart.color(index)
        canvas.path(marker_path(index, plot.right + 1, y), fill=color)
        canvas.text(plot.right + 9, y + 4, chart.series[index].label, size=SMALL)


def spread(heights: list[float], step: float, top: float, base: float) -> list[float]:
    """Heights in order, at least `step` apart, moved as little as a single pass can.

    >>> spread([100, 104, 180], 15, 0, 200)
    [100, 115, 180]
    """
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + step) if placed else max(height, top))
    overflow = placed[-1] - base if placed else 0
    if overflow > 0:
        placed[-1] -= overflow
        for index in range(len(placed) - 2, -1, -1):
            placed[index] = min(placed[index], placed[index + 1] - step)
    return placed


def draw_unknown_years(canvas: Canvas, chart: LineChart, plot: Plot) -> None:
    """Shade the stretches in which no series has a value, and say so."""
    empty = [
        i for i in range(len(chart.categories)) if all(s.values[i] is None for s in chart.series)
    ]
    masked = [i for i in empty if any(chart.is_masked(s, i) for s in chart.series)]
    shade(canvas, plot, [i for i in empty if i not in masked], chart.format.missing)
    shade(canvas, plot, masked, MASKED)


def shade(canvas: Canvas, plot: Plot, indexes: list[int], text: str) -> None:
    half = (plot.positions[1] - plot.positions[0]) / 2 if len(plot.positions) > 1 else 20
    for first, last in stretches(indexes):
        left = max(plot.left, plot.positions[first] - half)
        right = min(plot.right, plot.positions[last] + half)
        canvas.rect(left, plot.top, right - left, plot.base - plot.top, PALE)
        canvas.small((left + right) / 2, plot.base - 8, text, anchor="middle")


def stretches(indexes: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, last) pairs.

    >>> stretches([2, 3, 4, 9])
    [(2, 4), (9, 9)]
    """
    if not indexes:
        return []
    cuts = [i + 1 for i, (a, b) in enumerate(pairwise(indexes)) if b != a + 1]
    bounds = [0, *cuts, len(indexes)]
    return [(indexes[a], indexes[b - 1]) for a, b in pairwise(bounds)]
