"""Tile maps: a tile per commune, in blocks by province set out roughly as on the map.

Each tile shows the tint and the sign of its class. Names are in the table: at this size they could
not be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from conamus.charts.bands import Band, band_keys, band_of, color_of, sign_of
from conamus.charts.legend import draw_legend
from conamus.charts.palette import NEUTRAL, ink_on
from conamus.charts.picture import Drawing, Picture, Point, Table
from conamus.charts.svg import SMALL, SMALL_LINE, Canvas, element, fit, number
from conamus.kernel.figures import Number

TILE = 20
STEP = TILE + 2
BLOCK_GAP = 14
NAME_SIZE = 11

# Rows and columns that bring neighbouring provinces together.
PLACES_UNTIL_2025 = {
    "Cibitoke": (0, 0), "Kayanza": (0, 1), "Ngozi": (0, 2), "Kirundo": (0, 3),
    "Bubanza": (1, 0), "Muramvya": (1, 1), "Karusi": (1, 2), "Muyinga": (1, 3),
    "Bujumbura Mairie": (2, 0), "Mwaro": (2, 1), "Gitega": (2, 2), "Cankuzo": (2, 3),
    "Bujumbura Rural": (3, 0), "Bururi": (3, 1), "Rutana": (3, 2), "Ruyigi": (3, 3),
    "Rumonge": (4, 0), "Makamba": (4, 1),
}  # fmt: skip
PLACES_SINCE_2025 = {
    "Butanyerera": (0, 1), "Bujumbura": (1, 0), "Gitega": (1, 1), "Buhumuza": (1, 2),
    "Burunga": (2, 1),
}  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """A commune and its value."""

    name: str
    value: Number | None


@dataclass(frozen=True)
class TileGroup:
    """A province and its communes."""

    name: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, kw_only=True)
class TileMap(Picture):
    """Blocks of tiles, placed as on the map if they are the provinces of one division."""

    groups: tuple[TileGroup, ...]
    bands: tuple[Band, ...]
    group_axis: str = "Province"
    axis: str = "Commune"

    def points(self) -> list[Point]:
        return [Point(f"{t.name}, {g.name}", t.value) for g in self.groups for t in g.tiles]

    def table(self) -> Table:
        return Table(
            headers=(self.group_axis, self.axis, self.unit or "Valeur", "Classe"),
            rows=tuple(
                (group.name, tile.name, tile.value, self.band_label(tile))
                for group in self.groups
                for tile in group.tiles
            ),
            formats=(self.format, self.format, self.format),
        )

    def band_label(self, tile: Tile) -> str:
        index = band_of(self.bands, tile.value)
        return self.format(None) if index is None else self.bands[index].label

    def places(self, columns: int) -> list[tuple[int, int]]:
        """Row and column of each block."""
        names = {group.name for group in self.groups}
        for known in (PLACES_UNTIL_2025, PLACES_SINCE_2025):
            if names <= known.keys() and len(names) == len(self.groups):
                return [known[group.name] for group in self.groups]
        return [divmod(i, columns) for i in range(len(self.groups))]

    def draw(self, width: int) -> Drawing:
        return draw_tiles(self, width)


@dataclass(frozen=True)
class Grid:
    """The blocks' places on the paper and how many tiles go in one row of a block."""

    places: list[tuple[int, int]]
    column_width: float
    across: int
    tops: list[float]
    height: float


def measure(chart: TileMap, width: int, top: float) -> Grid:
    places = chart.places(columns=4)
    columns = max(column for _, column in places) + 1
    column_width = (width + BLOCK_GAP) / columns
    across = max(1, int((column_width - BLOCK_GAP + 2) // STEP))
    deepest = [0] * (max(row for row, _ in places) + 1)
    for (row, _), group in zip(places, chart.groups, strict=True):
        deepest[row] = max(deepest[row], ceil(len(group.tiles) / across))
    tops = []
    for rows in deepest:
        tops.append(top)
        top += SMALL_LINE + 4 + rows * STEP + BLOCK_GAP
    return Grid(places, column_width, across, tops, top - BLOCK_GAP)


def draw_tiles(chart: TileMap, width: int) -> Drawing:
    canvas = Canvas()
    keys = band_keys(chart.bands, missing=chart.missing_text(), signed=True)
    top = draw_legend(canvas, keys, width, 4) + 4
    grid = measure(chart, width, top)
    names, tiles = Canvas(), dict.fromkeys((None, *range(len(chart.bands))), "")
    signs = Signs({}, {})
    for (row, column), group in zip(grid.places, chart.groups, strict=True):
        x, y = column * grid.column_width, grid.tops[row]
        names.text(x, y + 11, fit(group.name, grid.column_width - 2, NAME_SIZE))
        for index, tile in enumerate(group.tiles):
            down, right = divmod(index, grid.across)
            band = band_of(chart.bands, tile.value)
            left, upper = round(x + right * STEP), round(y + SMALL_LINE + 2 + down * STEP)
            tiles[band] += f"M{left} {upper}h{TILE}v{TILE}h-{TILE}z"
            signs.add(ink_on(color_of(chart.bands, band)), sign_of(chart.bands, band), left, upper)
    canvas.group(names, font_size=NAME_SIZE)
    for band, steps in tiles.items():
        if steps:
            draw_band(canvas, steps, color_of(chart.bands, band), band is None)
    signs.draw(canvas)
    return Drawing(canvas, grid.height + 2)


def draw_band(canvas: Canvas, steps: str, color: str, unknown: bool) -> None:
    """All the tiles of a class in one path: a tile each would weigh four times as much."""
    canvas.path(steps, fill=color, stroke=NEUTRAL, stroke_dasharray="2" if unknown else "")


@dataclass
class Signs:
    """Signs gathered by ink and line: one text element can place each of its letters."""

    letters: dict[tuple[str, int], str]
    places: dict[tuple[str, int], list[int]]

    def add(self, ink: str, sign: str, left: int, upper: int) -> None:
        line = (ink, upper + 14)
        self.letters[line] = self.letters.get(line, "") + sign[:1]
        self.places.setdefault(line, []).append(left + 7)

    def draw(self, canvas: Canvas) -> None:
        for line, letters in self.letters.items():
            ink, y = line
            xs = " ".join(number(x) for x in self.places[line])
            canvas.parts.append(element("text", letters, x=xs, y=y, font_size=SMALL, fill=ink))
