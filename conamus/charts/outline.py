"""Outline maps of the provinces, tinted by class, with each name and value written on them.

The outlines (see `data/README.md`) are those of the 17 provinces before 2015. Rumonge, created in
2015 from parts of Bururi and Bujumbura Rural, is drawn as a disc at its capital; the five provinces
since 2025 are the old ones joined. Both are said in the notes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict

from conamus.charts.bands import Band, band_keys, band_of, color_of
from conamus.charts.legend import draw_legend
from conamus.charts.palette import MUTED, NEUTRAL, ink_on
from conamus.charts.picture import Drawing, Picture, Point, Table
from conamus.charts.svg import SMALL, SMALL_LINE, Canvas, element
from conamus.kernel.figures import Number

Level = Literal["provinces_17", "provinces_18", "provinces_5"]

MAP_HEIGHT = 430
SIDE_LEGEND = 600
RUMONGE = "Rumonge"
# Too narrow for their names, which stand west of the border.
NAMED_OUTSIDE = ("Bujumbura Mairie", "Bujumbura Rural")
OUTSIDE = 36
DISC = 9
LEVEL_NOTES: dict[Level, str] = {
    "provinces_17": "Limites des 17 provinces d’avant 2015.",
    "provinces_18": (
        "Limites d’avant 2015 : la province de Rumonge, créée alors à partir de Bururi et de "
        "Bujumbura Rural, est figurée par un disque à son chef-lieu."
    ),
    "provinces_5": (
        "Les communes de Bukeye et de Muramvya, que la réforme de 2025 partage entre provinces, "
        "sont figurées dans celle de Gitega."
    ),
}


class Shape(TypedDict):
    path: str
    label: list[int]


class Outlines(TypedDict):
    width: int
    height: int
    rumonge: list[int]
    until_2015: dict[str, Shape]
    since_2025: dict[str, Shape]


@cache
def outlines() -> Outlines:
    """The outlines, read once."""
    source = Path(__file__).parent / "data" / "outlines.json"
    found: Outlines = json.loads(source.read_text(encoding="utf-8"))
    return found


def shapes(level: Level) -> dict[str, Shape]:
    return outlines()["since_2025" if level == "provinces_5" else "until_2015"]


def province_names(level: Level) -> tuple[str, ...]:
    """The provinces that a map of this level shows.

    >>> len(province_names("provinces_18"))
    18
    """
    names = set(shapes(level))
    return tuple(sorted(names | {RUMONGE} if level == "provinces_18" else names))


@dataclass(frozen=True, kw_only=True)
class OutlineMap(Picture):
    """A value per province; a province without one is "n.d."."""

    level: Level
    values: tuple[tuple[str, Number | None], ...]
    bands: tuple[Band, ...]
    axis: str = "Province"

    def __post_init__(self) -> None:
        unknown = {name for name, _ in self.values} - set(province_names(self.level))
        if unknown:
            raise ValueError(f"no such province on this map: {sorted(unknown)}")

    def by_name(self) -> dict[str, Number | None]:
        given = dict(self.values)
        return {name: given.get(name) for name in province_names(self.level)}

    def points(self) -> list[Point]:
        return [Point(name, value) for name, value in self.by_name().items()]

    def table(self) -> Table:
        rows = tuple(
            (name, value, self.band_label(value)) for name, value in self.by_name().items()
        )
        return Table((self.axis, self.unit or "Valeur", "Classe"), rows, (self.format, self.format))

    def band_label(self, value: Number | None) -> str:
        index = band_of(self.bands, value)
        return self.format(None) if index is None else self.bands[index].label

    def notes(self) -> tuple[str, ...]:
        return (*super().notes(), LEVEL_NOTES[self.level])

    def fill(self, name: str) -> str:
        return color_of(self.bands, band_of(self.bands, self.by_name()[name]))

    def draw(self, width: int) -> Drawing:
        return draw_map(self, width)


def draw_map(chart: OutlineMap, width: int) -> Drawing:
    """The map, with its legend beside it where there is room and below it elsewhere."""
    canvas, scale = Canvas(), MAP_HEIGHT / outlines()["height"]
    map_width = outlines()["width"] * scale
    beside = width >= SIDE_LEGEND
    left = 36.0 if beside else width - map_width - 2
    draw_shapes(canvas, chart, left, scale)
    for name, shape in shapes(chart.level).items():
        x, y = shape["label"]
        if name in NAMED_OUTSIDE:
            draw_outside(canvas, chart, name, left + x * scale, y * scale, left + OUTSIDE)
        else:
            draw_name(canvas, chart, name, left + x * scale, y * scale)
    if chart.level == "provinces_18":
        draw_rumonge(canvas, chart, left, scale)
    keys = band_keys(chart.bands, missing=chart.missing_text(), signed=False)
    if beside:
        start = left + map_width + 10
        draw_legend(canvas, keys, width - start, MAP_HEIGHT * 0.6, left=start)
        return Drawing(canvas, MAP_HEIGHT + 6)
    return Drawing(canvas, draw_legend(canvas, keys, width, MAP_HEIGHT + 12))


def draw_shapes(canvas: Canvas, chart: OutlineMap, left: float, scale: float) -> None:
    """The provinces on their own grid: finer than a unit of the picture, yet whole numbers."""
    inner = Canvas()
    for name, shape in shapes(chart.level).items():
        unknown = chart.by_name()[name] is None
        inner.path(shape["path"], fill=chart.fill(name), stroke_dasharray="5" if unknown else "")
    move = f"translate({round(left)} 2) scale({scale:g})"
    canvas.parts.append(
        element(
            "g",
            "".join(inner.parts),
            transform=move,
            stroke=NEUTRAL,
            stroke_width=2,
            stroke_linejoin="round",
        )
    )


def draw_name(canvas: Canvas, chart: OutlineMap, name: str, x: float, y: float) -> None:
    """Name over value, inside the province."""
    fill = ink_on(chart.fill(name))
    value = chart.format(chart.by_name()[name])
    canvas.text(x, y, name, anchor="middle", size=SMALL, fill=fill)
    canvas.text(x, y + SMALL_LINE, value, anchor="middle", size=SMALL, fill=fill, bold=True)


def draw_outside(
    canvas: Canvas, chart: OutlineMap, name: str, x: float, y: float, end: float
) -> None:
    """Name and value west of the border, with a line to the place."""
    canvas.line(end + 4, y, x, y, MUTED)
    words = name.split(" ")
    upper = y + 4 - len(words) * SMALL_LINE / 2
    for row, word in enumerate(words):
        canvas.text(end, upper + row * SMALL_LINE, word, anchor="end", size=SMALL)
    value = chart.format(chart.by_name()[name])
    below = upper + len(words) * SMALL_LINE
    canvas.text(end, below, value, anchor="end", size=SMALL, bold=True)


def draw_rumonge(canvas: Canvas, chart: OutlineMap, left: float, scale: float) -> None:
    x, y = left + outlines()["rumonge"][0] * scale, outlines()["rumonge"][1] * scale
    canvas.add("circle", cx=x, cy=y, r=DISC, fill=chart.fill(RUMONGE), stroke=MUTED, stroke_width=2)
    draw_outside(canvas, chart, RUMONGE, x - DISC, y, left + OUTSIDE)
