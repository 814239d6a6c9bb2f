"""Value axes with their grid, and the names under a row of categories."""

from __future__ import annotations

from fractions import Fraction

from conamus.charts.formats import Format
from conamus.charts.palette import GRID, MUTED
from conamus.charts.scale import Scale
from conamus.charts.svg import SMALL, SMALL_LINE, Canvas, number, text_width


def value_gutter(written: Format, ticks: tuple[Fraction, ...]) -> float:
    """Room for the widest tick at the left of the plot."""
    return max(text_width(written.tick(tick, ticks[-1]), SMALL) for tick in ticks) + 8


def draw_value_axis(
    canvas: Canvas, written: Format, scale: Scale, left: float, right: float
) -> None:
    """Grid lines with their values at the left; the line of zero is darker."""
    grid = "".join(
        f"M{number(left)} {number(scale(tick))}H{number(right)}" for tick in scale.ticks if tick
    )
    canvas.path(grid, stroke=GRID)
    zero = number(scale(Fraction(0)))
    canvas.path(f"M{number(left)} {zero}H{number(right)}", stroke=MUTED)
    labels = Canvas()
    for tick in scale.ticks:
        labels.text(left - 6, scale(tick) + 4, written.tick(tick, scale.high))
    canvas.group(labels, text_anchor="end", font_size=SMALL, fill=MUTED)


def draw_category_axis(
    canvas: Canvas, names: tuple[str, ...], positions: list[float], base: float, width: int
) -> float:
    """As many names as fit without touching, the last always among them; returns their height."""
    widest = max(text_width(name, SMALL) for name in names)
    step = positions[1] - positions[0] if len(positions) > 1 else width
    every = max(1, -int(-(widest + 8) // step))
    last = len(names) - 1
    labels = Canvas()
    for index, (name, x) in enumerate(zip(names, positions, strict=True)):
        if (last - index) % every == 0:
            half = text_width(name, SMALL) / 2
            labels.text(min(max(x, half), width - half), base + 15, name)
    canvas.group(labels, text_anchor="middle", font_size=SMALL, fill=MUTED)
    return SMALL_LINE + 8
