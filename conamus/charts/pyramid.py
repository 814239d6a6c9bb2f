"""Two populations back to back, men to the left and women to the right, on the same scale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from conamus.charts.palette import ACCENT, MUTED, TINT, outline
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
from conamus.charts.svg import LINE, Canvas, fit, text_width
from conamus.kernel.figures import exact

BAR = 16
GAP = 10
CENTRE_LABELS = 0.22


@dataclass(frozen=True, kw_only=True)
class Pyramid(Picture):
    """A bar to each side per category: age classes, federations."""

    categories: tuple[str, ...]
    left: Series
    right: Series
    axis: str = "Catégorie"

    def __post_init__(self) -> None:
        check_lengths(self.categories, self.series)

    @property
    def series(self) -> tuple[Series, Series]:
        return self.left, self.right

    def points(self) -> list[Point]:
        return series_points(self.categories, self.series)

    def table(self) -> Table:
        return series_table(self.axis, self.categories, self.series, self.format)

    def draw(self, width: int) -> Drawing:
        return draw_pyramid(self, width)


@dataclass(frozen=True)
class Halves:
    """The inner edges of both halves and the length of the longest bar."""

    left: float
    right: float
    longest: float
    highest: Fraction

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def measure(chart: Pyramid, width: int) -> Halves:
    widest = max(text_width(name) for name in chart.categories) + 14
    centre = widest if widest <= width * CENTRE_LABELS else 0
    values = max(text_width(chart.format(v)) for one in chart.series for v in one.values) + 6
    half = (width - centre) / 2
    return Halves(half, half + centre, half - values, max(fractions(chart.series)) or Fraction(1))


def draw_pyramid(chart: Pyramid, width: int) -> Drawing:
    canvas, halves = Canvas(), measure(chart, width)
    above = halves.left == halves.right
    canvas.text(halves.left - 4, 14, chart.left.name, anchor="end", bold=True)
    canvas.text(halves.right + 4, 14, chart.right.name, bold=True)
    top = 24.0
    for index, name in enumerate(chart.categories):
        if above:
            canvas.text(halves.middle, top + 11, fit(name, width), anchor="middle")
            top += LINE
        else:
            canvas.text(halves.middle, top + 12, name, anchor="middle")
        draw_side(canvas, chart, 0, index, halves, top)
        draw_side(canvas, chart, 1, index, halves, top)
        top += BAR + GAP
    return Drawing(canvas, top)


def draw_side(
    canvas: Canvas, chart: Pyramid, side: int, index: int, halves: Halves, top: float
) -> None:
    value = chart.series[side].values[index]
    written = chart.format(value)
    fill = chart.series[side].color or (ACCENT, TINT)[side]
    length = 0.0 if value is None else float(exact(value) / halves.highest) * halves.longest
    start = halves.left - length if side == 0 else halves.right
    if length:
        canvas.rect(start, top, length, BAR, fill, outline(fill))
    x = halves.left - length - 4 if side == 0 else halves.right + length + 4
    ink = MUTED if value is None else "#222"
    canvas.text(x, top + 12, written, anchor="end" if side == 0 else "start", fill=ink)
