"""What every picture has: a title, a unit, notes, a source, a table, and a drawing.

`Picture` is the base of all kinds. A kind says what it draws (`draw`) and what it is made of
(`table`, `points`); the names that a screen reader speaks, the note about missing values and the
identifiers are the same for all and live here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from zlib import crc32

from conamus.charts.formats import COUNT, MASKED, MASKED_NOTE, Format
from conamus.charts.svg import Canvas, document
from conamus.kernel.figures import NOT_KNOWN, Number, exact

SCREEN_WIDTH = 400
PRINT_WIDTH = 640
NARROWEST = 300

Cell = str | Number | None
MISSING_NOTE = f"{NOT_KNOWN}\u00a0: donnée non disponible."
MISSING_NOTES = {NOT_KNOWN: MISSING_NOTE, MASKED: MASKED_NOTE}
NO_DATA = "Aucune donnée à montrer."


@dataclass(frozen=True)
class Series:
    """Values in the order of the picture's categories; None is not known, and never zero."""

    name: str
    values: tuple[Number | None, ...]
    short: str = ""
    color: str = ""

    @property
    def label(self) -> str:
        return self.short or self.name


@dataclass(frozen=True)
class Point:
    """One value of a picture with the words that name it."""

    label: str
    value: Number | None


@dataclass(frozen=True)
class Table:
    """The figures of a picture: raw in `rows` for downloads, written out in `text_rows`."""

    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    formats: tuple[Format, ...] = ()

    def format_of(self, column: int) -> Format:
        return self.formats[column] if column < len(self.formats) else COUNT

    def text(self, column: int, cell: Cell) -> str:
        return cell if isinstance(cell, str) else self.format_of(column)(cell)

    def text_rows(self) -> list[list[str]]:
        return [[self.text(i, cell) for i, cell in enumerate(row)] for row in self.rows]


@dataclass(frozen=True)
class Drawing:
    """What a kind has drawn, and how high it came out."""

    canvas: Canvas
    height: float


@dataclass(frozen=True, kw_only=True)
class Picture(ABC):
    """The words around a drawing; each kind adds its data.

    ``urls`` are the addresses of what each cell of the table is made of, cell for cell, ""
    where no list has just those rows; ``list_url`` is the list behind the whole.
    """

    title: str
    unit: str = ""
    format: Format = COUNT
    note: str = ""
    source: str = ""
    description: str = ""
    download_url: str = ""
    list_url: str = ""
    urls: tuple[tuple[str, ...], ...] = ()

    @abstractmethod
    def points(self) -> list[Point]:
        """Every value that the picture draws."""

    @abstractmethod
    def table(self) -> Table:
        """The figures drawn, as a table."""

    @abstractmethod
    def draw(self, width: int) -> Drawing:
        """The drawing at a given width."""

    def notes(self) -> tuple[str, ...]:
        """The note given, and what the drawing itself needs explained."""
        found = self.missing_texts()
        missing = (note for text, note in MISSING_NOTES.items() if text in found)
        return tuple(note for note in (self.note, *missing) if note)

    def missing_texts(self) -> frozenset[str]:
        """What absent values are written as, where there are any."""
        missing = any(point.value is None for point in self.points())
        return frozenset({self.format.missing} if missing else ())

    def missing_text(self) -> str:
        """The text of absent values, "" where there is none."""
        return "".join(self.missing_texts())

    def linked_rows(self) -> list[list[tuple[str, str]]]:
        """The table's rows written out, each cell with its address or ""."""
        rows = self.table().text_rows()
        addresses = self.urls or tuple(("",) * len(row) for row in rows)
        return [
            list(zip(row, of_row, strict=True)) for row, of_row in zip(rows, addresses, strict=True)
        ]

    def spoken(self) -> str:
        """What a screen reader says after the title."""
        return self.description or summary(self.points(), self.format, self.unit)

    def svg(self, *, width: int = SCREEN_WIDTH, uid: str = "") -> str:
        """The picture as SVG; `uid` keeps identifiers apart when a page shows a picture twice."""
        width = max(width, NARROWEST)
        drawing = self.draw(width) if any_value(self.points()) else no_data()
        return document(
            drawing.canvas,
            uid=uid or self.uid(),
            title=self.title,
            description=self.spoken(),
            width=width,
            height=drawing.height,
        )

    def uid(self) -> str:
        """An identifier made from the content: the same picture has the same one every time."""
        return f"fig{crc32(repr(self).encode()):08x}"


def any_value(points: list[Point]) -> bool:
    return any(point.value is not None for point in points)


def no_data() -> Drawing:
    canvas = Canvas()
    canvas.small(0, 20, NO_DATA)
    return Drawing(canvas, 30)


def summary(points: list[Point], written: Format, unit: str) -> str:
    """The range of the values in one sentence.

    >>> summary([Point("Est", 2), Point("Ouest", 9)], COUNT, "ménages")
    'De 2 (Est) à 9 (Ouest), ménages. 2 valeurs.'
    """
    found = [(exact(p.value), p.label) for p in points if p.value is not None]
    if not found:
        return NO_DATA
    low, high = min(found), max(found)
    suffix = f", {unit}" if unit else ""
    plural = "s" if len(found) > 1 else ""
    return (
        f"De {written(low[0])} ({low[1]}) à {written(high[0])} ({high[1]}){suffix}."
        f" {len(found)} valeur{plural}."
    )


def check_lengths(categories: tuple[str, ...], series: tuple[Series, ...]) -> None:
    """A series of another length would draw a value under the wrong name."""
    for one in series:
        if len(one.values) != len(categories):
            raise ValueError(
                f"series {one.name!r} has {len(one.values)} values for {len(categories)} categories"
            )


def series_points(categories: tuple[str, ...], series: tuple[Series, ...]) -> list[Point]:
    several = len(series) > 1
    return [
        Point(f"{one.name}, {category}" if several else category, value)
        for one in series
        for category, value in zip(categories, one.values, strict=True)
    ]


def series_table(
    axis: str, categories: tuple[str, ...], series: tuple[Series, ...], written: Format
) -> Table:
    """One row per category, one column per series."""
    return Table(
        headers=(axis, *(one.name for one in series)),
        rows=tuple(
            (category, *(one.values[i] for one in series)) for i, category in enumerate(categories)
        ),
        formats=(COUNT, *(written for _ in series)),
    )


def fractions(series: tuple[Series, ...]) -> list[Fraction]:
    return [exact(v) for one in series for v in one.values if v is not None]
