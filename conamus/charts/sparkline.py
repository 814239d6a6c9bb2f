"""A curve the size of a word, beside a figure: its shape, its gaps and its last point."""

from __future__ import annotations

from dataclasses import dataclass

from conamus.charts.lines import LineChart, runs
from conamus.charts.palette import ACCENT, GRID
from conamus.charts.picture import Drawing, Picture, Point, Series, Table
from conamus.charts.scale import Scale
from conamus.charts.svg import Canvas, document, number
from conamus.kernel.figures import Number, exact

WIDTH, HEIGHT, PAD = 120, 32, 4


@dataclass(frozen=True, kw_only=True)
class Sparkline(Picture):
    """Values over categories in order."""

    categories: tuple[str, ...]
    values: tuple[Number | None, ...]
    axis: str = "Année"

    def __post_init__(self) -> None:
        self.as_line()

    def as_line(self) -> LineChart:
        """The full chart of the same values."""
        return LineChart(
            title=self.title,
            unit=self.unit,
            format=self.format,
            note=self.note,
            source=self.source,
            axis=self.axis,
            categories=self.categories,
            series=(Series(self.unit or "Valeur", self.values),),
        )

    def points(self) -> list[Point]:
        return self.as_line().points()

    def table(self) -> Table:
        return self.as_line().table()

    def svg(self, *, width: int = WIDTH, uid: str = "") -> str:
        """Always of its own size: it stands in a line of text."""
        drawing = self.draw(WIDTH)
        return document(
            drawing.canvas,
            uid=uid or self.uid(),
            title=self.title,
            description=self.spoken(),
            width=WIDTH,
            height=HEIGHT,
            fixed=True,
        )

    def draw(self, width: int) -> Drawing:
        """The curve between its own least and greatest value: it shows shape, never size."""
        canvas = Canvas()
        found = [exact(v) for v in self.values if v is not None]
        canvas.path(f"M0 {HEIGHT - 1}h{width}", stroke=GRID)
        if found:
            low, high = min(found), max(found)
            scale = Scale((low, high if high > low else low + 1), HEIGHT - PAD - 1, PAD)
            draw_shape(canvas, self, scale, width)
        return Drawing(canvas, HEIGHT)


def draw_shape(canvas: Canvas, chart: Sparkline, scale: Scale, width: int) -> None:
    step = (width - 2 * PAD) / max(1, len(chart.values) - 1)
    line = chart.as_line()
    steps, last = "", (0.0, 0.0)
    for run in runs(line, 0):
        points = [(PAD + i * step, scale(exact(chart.values[i] or 0))) for i in run]
        # A lone value between two gaps would have no length, hence no ink.
        lone = "h1" if len(points) == 1 else ""
        steps += "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + lone
        last = points[-1]
    canvas.path(steps, stroke=ACCENT, stroke_width=2, fill="none", stroke_linecap="round")
    canvas.add("circle", cx=last[0], cy=last[1], r=3, fill=ACCENT)
