"""Bar charts, lying or standing, alone or grouped.

Lying bars carry their value at their end and need no axis; long names stand above their bar, so
that a telephone can show them. Standing bars have an axis of round numbers. A value that is not
known is written "n.d." where its bar would begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from conamus.charts.axes import draw_value_axis, value_gutter
from conamus.charts.legend import Key, draw_legend
from conamus.charts.palette import MUTED, outline, series_colors
from conamus.charts.picture import (
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
from conamus.charts.svg import (
    LINE,
    SMALL,
    SMALL_LINE,
    Canvas,
    fit,
    text_width,
    wrap,
)
from conamus.kernel.figures import exact

BAR = 16
BAR_GAP = 3
GROUP_GAP = 12
SIDE_LABELS = 0.3
STANDING_HEIGHT = 210
GROUP_FILL = 0.72
TINY = 10


@dataclass(frozen=True, kw_only=True)
class BarChart(Picture):
    """One bar per category and series."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = "Catégorie"
    orientation: Literal["horizontal", "vertical"] = "horizontal"
    colors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_lengths(self.categories, self.series)

    def points(self) -> list[Point]:
        return series_points(self.categories, self.series)

    def table(self) -> Table:
        return series_table(self.axis, self.categories, self.series, self.format)

    def draw(self, width: int) -> Drawing:
        return (draw_lying if self.orientation == "horizontal" else draw_standing)(self, width)

    def color(self, series: int, category: int) -> str:
        """A single series may have a colour per category, federations for instance."""
        if len(self.series) == 1 and self.colors:
            return self.colors[category % len(self.colors)]
        return self.series[series].color or series_colors(len(self.series))[series]

    def keys(self) -> tuple[Key, ...]:
        if len(self.series) == 1:
            return ()
        return tuple(Key(one.name, self.color(i, 0)) for i, one in enumerate(self.series))


@dataclass(frozen=True)
class Lying:
    """The measures of a lying chart at one width."""

    labels: float
    scale: Scale
    named: bool

    @property
    def above(self) -> bool:
        return self.labels == 0


def bar_text(chart: BarChart, series: int, category: int, named: bool) -> str:
    one = chart.series[series]
    value = chart.format(one.values[category])
    return f"{value} {one.label}" if named else value


def texts_width(chart: BarChart, named: bool) -> float:
    return max(
        text_width(bar_text(chart, s, c, named))
        for s in range(len(chart.series))
        for c in range(len(chart.categories))
    )


def measure_lying(chart: BarChart, width: int) -> Lying:
    """Room for names, bars and values; each bar names its series if that leaves half of it."""
    widest = max(text_width(category) for category in chart.categories)
    labels = widest + 10 if widest <= width * SIDE_LABELS else 0
    named = len(chart.series) > 1 and texts_width(chart, True) < width * 0.4
    values = fractions(chart.series)
    low, high = min(Fraction(0), *values), max(Fraction(0), *values)
    if low == high:
        high = Fraction(1)
    scale = Scale((low, high), labels, width - texts_width(chart, named) - 8)
    return Lying(labels, scale, named)


def draw_lying(chart: BarChart, width: int) -> Drawing:
    canvas, measures = Canvas(), measure_lying(chart, width)
    top = 4.0
    if chart.keys() and not measures.named:
        top = draw_legend(canvas, chart.keys(), width, top)
    for category in range(len(chart.categories)):
        top = draw_lying_group(canvas, chart, category, measures, top, width)
    return Drawing(canvas, top - GROUP_GAP + 4)


def draw_lying_group(
    canvas: Canvas, chart: BarChart, category: int, measures: Lying, top: float, width: int
) -> float:
    name, bars = chart.categories[category], len(chart.series)
    if measures.above:
        canvas.text(2, top + 11, fit(name, width - 4))
        top += LINE
    else:
        middle = top + bars * (BAR + BAR_GAP) / 2
        canvas.text(measures.labels - 8, middle + 3, name, anchor="end")
    start, zero = top, measures.scale(Fraction(0))
    for series in range(bars):
        draw_lying_bar(canvas, chart, series, category, measures, top)
        top += BAR + BAR_GAP
    # The line of zero stops at each group: it must not strike through the names between them.
    canvas.line(zero, start - 2, zero, top - BAR_GAP + 2, MUTED)
    return top + GROUP_GAP


def draw_lying_bar(
    canvas: Canvas, chart: BarChart, series: int, category: int, measures: Lying, top: float
) -> None:
    value, zero = chart.series[series].values[category], measures.scale(Fraction(0))
    written = bar_text(chart, series, category, measures.named)
    if value is None:
        canvas.text(zero + 5, top + 12, written, fill=MUTED)
        return
    end = measures.scale(exact(value))
    fill = chart.color(series, category)
    if value:
        canvas.rect(min(zero, end), top, abs(end - zero), BAR, fill, outline(fill))
    canvas.text(max(zero, end) + 5, top + 12, written)


def draw_standing(chart: BarChart, width: int) -> Drawing:
    canvas = Canvas()
    top = draw_legend(canvas, chart.keys(), width, 4, lead="De gauche à droite :")
    values = fractions(chart.series)
    ticks = nice_ticks(values, whole=chart.format.kind == "number" and not chart.format.digits)
    left = value_gutter(chart.format, ticks)
    scale = Scale(ticks, top + STANDING_HEIGHT, top + 12)
    draw_value_axis(canvas, chart.format, scale, left, width)
    step = (width - left) / len(chart.categories)
    for category in range(len(chart.categories)):
        draw_standing_group(canvas, chart, category, left + step * category, step, scale)
    bottom = scale.start + draw_standing_names(canvas, chart, left, step, scale.start)
    return Drawing(canvas, bottom)


def draw_standing_group(
    canvas: Canvas, chart: BarChart, category: int, left: float, step: float, scale: Scale
) -> None:
    count = len(chart.series)
    bar = min(step * GROUP_FILL / count, 48)
    start = left + (step - bar * count) / 2
    room = bar if count > 1 else step - 2
    for index, one in enumerate(chart.series):
        value, x = one.values[category], start + bar * index
        zero, middle = scale(Fraction(0)), start + bar * (index + 0.5)
        if value is None:
            canvas.small(middle, zero - 4, chart.format(None), anchor="middle")
            continue
        end = scale(exact(value))
        fill = chart.color(index, category)
        if value:
            height = max(1.0, abs(zero - end))
            upper = zero - height if value > 0 else zero
            canvas.rect(x, upper, bar - 1, height, fill, outline(fill))
        written = chart.format(value)
        if text_width(written, SMALL) <= room:
            above = end - 4 if value >= 0 else end + 12
            canvas.text(middle, above, written, anchor="middle", size=SMALL)


def draw_standing_names(
    canvas: Canvas, chart: BarChart, left: float, step: float, base: float
) -> float:
    """The categories under the axis, on up to three lines; returns their height."""
    words = (word for name in chart.categories for word in name.split(" "))
    size = SMALL if max(text_width(word, SMALL) for word in words) <= step - 2 else TINY
    wrapped = [wrap(name, step - 2, size, lines=3) for name in chart.categories]
    for index, lines in enumerate(wrapped):
        for row, line in enumerate(lines):
            x, y = left + step * (index + 0.5), base + 14 + row * SMALL_LINE
            canvas.text(x, y, line, anchor="middle", size=size)
    return 8 + SMALL_LINE * max(len(lines) for lines in wrapped)
