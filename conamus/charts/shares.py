"""Shares of a whole: a bar cut into parts, each with a letter, its name, its value and its percent.

One row shows what a whole is made of; several compare wholes, either each stretched to the full
width or, with `absolute`, at their true lengths. The letters make the colours unnecessary.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from string import ascii_uppercase

from conamus.charts.formats import PERCENT, RATE, Format
from conamus.charts.legend import Key, draw_legend, draw_swatch
from conamus.charts.palette import NEUTRAL, QUALITATIVE, WHITE, ink_on
from conamus.charts.picture import (
    Drawing,
    Picture,
    Point,
    Series,
    Table,
    check_lengths,
    series_points,
    series_table,
)
from conamus.charts.svg import LINE, Canvas, fit, text_width, wrap
from conamus.kernel.figures import Number, exact, whole_shares

BAR = 30
NAME = 20
SUM_NOTE = (
    "Pourcentages arrondis selon la méthode des plus grands restes, pour que leur somme fasse 100."
)
GREYS = (NEUTRAL, "#9a9a9a", "#595959")


@dataclass(frozen=True, kw_only=True)
class ShareChart(Picture):
    """A row per category, cut into the parts of its series; parts are zero or more."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    axis: str = "Ensemble"
    absolute: bool = False

    def __post_init__(self) -> None:
        check_lengths(self.categories, self.series)
        if any(v is not None and v < 0 for one in self.series for v in one.values):
            raise ValueError("a share cannot be negative")

    def points(self) -> list[Point]:
        return series_points(self.categories, self.series)

    def table(self) -> Table:
        """A lone whole reads downward with its percents; several are a grid, as is none at all."""
        if len(self.categories) != 1:
            return series_table(self.axis, self.categories, self.series, self.format)
        return Table(
            headers=("Part", self.unit or "Valeur", "Part du total"),
            rows=tuple(
                (one.name, one.values[0], share)
                for one, share in zip(self.series, self.rounded(0), strict=True)
            ),
            formats=(self.format, self.format, RATE),
        )

    def total(self, category: int) -> Fraction:
        values = (one.values[category] for one in self.series)
        return sum((exact(v) for v in values if v is not None), Fraction(0))

    def share(self, series: int, category: int) -> Fraction | None:
        value, total = self.series[series].values[category], self.total(category)
        return None if value is None or not total else exact(value) / total

    @property
    def written(self) -> Format:
        """How percents are written: a lone whole lists them, and its bar says the same."""
        return RATE if len(self.categories) == 1 else PERCENT

    def rounded(self, category: int) -> list[Fraction | None]:
        """The shares of a whole as they are written: their percents sum to 100."""
        return whole_shares([one.values[category] for one in self.series], self.written.digits)

    def notes(self) -> tuple[str, ...]:
        return (*super().notes(), *((SUM_NOTE,) if self.is_adjusted() else ()))

    def is_adjusted(self) -> bool:
        """Tell whether a percent is written otherwise than it would be alone."""
        return any(
            self.written(rounded) != self.written(self.share(series, category))
            for category in range(len(self.categories))
            for series, rounded in enumerate(self.rounded(category))
        )

    def color(self, series: int) -> str:
        return self.series[series].color or (QUALITATIVE + GREYS)[series % 8]

    def key(self, series: int) -> Key:
        return Key(self.series[series].name, self.color(series), sign=letter(series))

    def draw(self, width: int) -> Drawing:
        canvas, top = Canvas(), 4.0
        longest = max(self.total(c) for c in range(len(self.categories)))
        for category in range(len(self.categories)):
            length = self.total(category) / longest if self.absolute and longest else Fraction(1)
            top = draw_row(canvas, self, category, top, width, width * float(length))
        if len(self.categories) == 1:
            return Drawing(canvas, draw_parts(canvas, self, top, width))
        keys = tuple(self.key(i) for i in range(len(self.series)))
        return Drawing(canvas, draw_legend(canvas, keys, width, top) - 4)


def letter(series: int) -> str:
    return ascii_uppercase[series % len(ascii_uppercase)]


def draw_row(
    canvas: Canvas, chart: ShareChart, category: int, top: float, width: int, length: float
) -> float:
    if len(chart.categories) > 1:
        total = chart.format(chart.total(category))
        canvas.text(0, top + 11, fit(chart.categories[category], width - text_width(total) - 10))
        canvas.text(width, top + 11, total, anchor="end")
        top += LINE + 1
    x = 0.0
    for series, rounded in enumerate(chart.rounded(category)):
        share = chart.share(series, category)
        if share:
            part = length * float(share)
            draw_part(canvas, chart, series, rounded, x, top, part)
            x += part
    return top + BAR + 12


def draw_part(
    canvas: Canvas,
    chart: ShareChart,
    series: int,
    share: Fraction | None,
    x: float,
    top: float,
    part: float,
) -> None:
    """The piece with its letter and percent, its letter alone, or neither, as room allows."""
    color = chart.color(series)
    canvas.rect(x, top, part, BAR, color, WHITE)
    for written in (f"{letter(series)} {chart.written(share)}", letter(series)):
        if text_width(written) <= part - 4:
            fill = ink_on(color)
            canvas.text(x + part / 2, top + 20, written, anchor="middle", fill=fill)
            return


def draw_parts(canvas: Canvas, chart: ShareChart, top: float, width: int) -> float:
    """The list below a lone bar: letter, name, value, percent."""
    values = [chart.format(one.values[0]) for one in chart.series]
    percents = [RATE(share) for share in chart.rounded(0)]
    percent_room = max(text_width(p) for p in percents) + 12
    value_room = max(text_width(v) for v in values) + 10
    for series, (value, percent) in enumerate(zip(values, percents, strict=True)):
        canvas.text(width - percent_room, top + 11, value, anchor="end")
        canvas.text(width, top + 11, percent, anchor="end")
        draw_swatch(canvas, chart.key(series), 0, top)
        for line in wrap(chart.series[series].name, width - percent_room - value_room - NAME):
            canvas.text(NAME, top + 11, line)
            top += LINE
        top += 5
    return top


def share_of(parts: dict[str, Number | None]) -> tuple[Series, ...]:
    """One series per part, for a picture of a lone whole."""
    return tuple(Series(name, (value,)) for name, value in parts.items())
