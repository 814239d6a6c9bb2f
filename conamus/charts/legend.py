"""Legends: a swatch or a marker, a sign that needs no colour, and a name."""

from __future__ import annotations

from dataclasses import dataclass

from conamus.charts.markers import marker_path
from conamus.charts.palette import ink_on, outline
from conamus.charts.svg import LINE, SMALL, Canvas, fit, number, text_width

SWATCH = 15
GAP = 14


@dataclass(frozen=True)
class Key:
    """One entry: its name, its colour, and a letter or marker that does without colour."""

    name: str
    color: str
    sign: str = ""
    marker: int | None = None
    dashed: bool = False

    @property
    def width(self) -> float:
        return SWATCH + 5 + text_width(self.name) + GAP


def draw_key(canvas: Canvas, key: Key, x: float, y: float, room: float) -> None:
    """The entry with its top left corner at x, y."""
    if key.marker is not None:
        canvas.path(f"M{number(x)} {number(y + 7)}h{SWATCH}", stroke=key.color, stroke_width=2)
        canvas.path(marker_path(key.marker, x + SWATCH / 2, y + 7), fill=key.color)
    else:
        draw_swatch(canvas, key, x, y)
    canvas.text(x + SWATCH + 5, y + 11, fit(key.name, room - SWATCH - 5))


def draw_swatch(canvas: Canvas, key: Key, x: float, y: float) -> None:
    dash = "2" if key.dashed else ""
    canvas.add(
        "rect",
        x=x,
        y=y,
        width=SWATCH,
        height=SWATCH - 1,
        fill=key.color,
        stroke="#767676" if key.dashed else outline(key.color),
        stroke_dasharray=dash,
    )
    if key.sign:
        fill = ink_on(key.color)
        canvas.text(x + SWATCH / 2, y + 11, key.sign, anchor="middle", size=SMALL, fill=fill)


def draw_legend(
    canvas: Canvas,
    keys: tuple[Key, ...],
    width: float,
    top: float,
    *,
    lead: str = "",
    left: float = 0,
) -> float:
    """Entries in rows from the left; returns where the picture may go on below."""
    if not keys:
        return top
    x = left
    if lead:
        canvas.small(x, top + 11, lead)
        x += text_width(lead, SMALL) + GAP
    for key in keys:
        if x > left and x + key.width - GAP > left + width:
            x, top = left, top + LINE + 3
        draw_key(canvas, key, x, top, width)
        x += key.width
    return top + LINE + 10
