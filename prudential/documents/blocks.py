"""The parts a printed report is made of: text, key figures, tables, figures, photos.

A report is composed of these values before any HTML exists; each names the template
that prints it. Tables, figures and photos are numbered once, in the order in which they
are composed, so that the lists at the front and the captions cannot disagree.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.safestring import SafeString

from conamus.charts.formats import MASKED
from conamus.charts.picture import Picture
from conamus.printing.pdf import data_address
from prudential.rules.outline import OutlineSection

_TEMPLATES = "pdf/annual_report"
_PRINT_WIDTH = 640
#: A table of more rows may go on on the next page.
LONG = 8


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more that the application writes."""

    text: str
    style: str = ""
    template: ClassVar[str] = f"{_TEMPLATES}/_paragraph.html"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own; ``level`` is the one after it."""

    text: str
    level: int = 3
    template: ClassVar[str] = f"{_TEMPLATES}/_heading.html"


@dataclass(frozen=True, slots=True)
class Prose:
    """A text that people wrote, made safe."""

    html: SafeString
    template: ClassVar[str] = f"{_TEMPLATES}/_prose.html"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A large figure with its words."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Some large figures side by side."""

    items: tuple[KeyFigure, ...]
    template: ClassVar[str] = f"{_TEMPLATES}/_key_figures.html"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    template: ClassVar[str] = f"{_TEMPLATES}/_bullets.html"


@dataclass(frozen=True, slots=True)
class Definitions:
    """Words and what is meant by them."""

    items: tuple[tuple[str, str], ...]
    template: ClassVar[str] = f"{_TEMPLATES}/_definitions.html"


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A cell of a table's head."""

    text: str
    columns: int = 1
    rows: int = 1
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; ``style`` is "total", "group", "note" or nothing.

    The first cell may stand over several columns, whose cells are then not given.
    """

    cells: tuple[str, ...]
    style: str = ""
    first_columns: int = 1

    def placed(self) -> Iterator[tuple[str, int, int]]:
        """Yield each cell's text, its first column and over how many it stands."""
        column = 0
        for index, text in enumerate(self.cells):
            columns = self.first_columns if index == 0 else 1
            yield text, column, columns
            column += columns


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table's body as it is printed."""

    text: str
    columns: int
    is_number: bool

    @property
    def is_words(self) -> bool:
        """Tell of the words that stand for a figure, which may be cut at a space."""
        return self.text == MASKED


@dataclass(frozen=True, slots=True)
class Table:
    """A numbered table; ``text_columns`` are those that are not figures."""

    number: int
    title: str
    head: tuple[tuple[HeadCell, ...], ...]
    rows: tuple[Row, ...]
    text_columns: frozenset[int]
    widths: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""
    is_long: bool = False
    #: Its cells hold typed text: columns are as wide as said, and no text is measured for them.
    is_typed: bool = False
    is_dense: bool = False
    template: ClassVar[str] = f"{_TEMPLATES}/_table.html"

    @property
    def anchor(self) -> str:
        """Where links to the table go."""
        return f"tableau-{self.number}"

    @property
    def caption(self) -> str:
        """The number and title, as the list of tables repeats them."""
        return f"Tableau {self.number}. {self.title}"

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return sum(cell.columns for cell in self.head[0])

    def lines(self) -> Iterator[tuple[str, list[TableCell]]]:
        """Yield each row's style and its cells as they are printed."""
        for row in self.rows:
            yield (
                row.style,
                [
                    TableCell(text, columns, is_number=column not in self.text_columns)
                    for text, column, columns in row.placed()
                ],
            )


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure, drawn as SVG within the document."""

    number: int
    title: str
    address: str
    alternative: str
    notes: tuple[str, ...] = ()
    source: str = ""
    label: ClassVar[str] = "Figure"
    style: ClassVar[str] = "figure"
    template: ClassVar[str] = f"{_TEMPLATES}/_figure.html"

    @property
    def anchor(self) -> str:
        """Where links to the figure go."""
        return f"{self.label.lower()}-{self.number}"

    @property
    def caption(self) -> str:
        """The number and title."""
        return f"{self.label} {self.number}. {self.title}"


@dataclass(frozen=True, slots=True)
class Photo(Figure):
    """A numbered photo of a narrative section."""

    label: ClassVar[str] = "Photo"
    style: ClassVar[str] = "photo"


Block = Paragraph | Heading | Prose | KeyFigures | Bullets | Definitions | Table | Figure | Photo


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the outline with what it holds."""

    section: OutlineSection
    blocks: tuple[Block, ...]


@dataclass
class Numbering:
    """Makes numbered blocks and remembers them for the lists at the front."""

    typeface: str
    tables: list[Table] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)

    def table(
        self,
        title: str,
        head: Sequence[Sequence[HeadCell]],
        rows: Iterable[Row],
        *,
        text_columns: Iterable[int] = (0,),
        widths: Sequence[int] = (),
        notes: Sequence[str] = (),
        source: str = "",
        is_long: bool = False,
        is_dense: bool = False,
        is_typed: bool = False,
    ) -> Table:
        """Return the next table."""
        made = Table(
            number=len(self.tables) + 1,
            title=title,
            head=tuple(tuple(line) for line in head),
            rows=tuple(rows),
            text_columns=frozenset(text_columns),
            widths=tuple(widths),
            notes=tuple(note for note in notes if note),
            source=source,
            is_long=is_long,
            is_dense=is_dense,
            is_typed=is_typed,
        )
        self.tables.append(made)
        return made

    def figure(self, picture: Picture) -> Figure:
        """Return the next figure, drawn in the document's typeface."""
        number = len(self.figures) + 1
        drawing = picture.svg(width=_PRINT_WIDTH, uid=f"figure-{number}")
        drawing = drawing.replace('font-family="sans-serif"', f'font-family="{self.typeface}"', 1)
        unit = f" ({picture.unit})" if picture.unit else ""
        made = Figure(
            number=number,
            title=f"{picture.title}{unit}",
            address=data_address("image/svg+xml", drawing.encode()),
            alternative=f"{picture.title}. {picture.spoken()}",
            notes=picture.notes(),
            source=picture.source,
        )
        self.figures.append(made)
        return made

    def photo(self, caption: str, content_type: str, content: bytes) -> Photo:
        """Return the next photo."""
        made = Photo(
            number=len(self.photos) + 1,
            title=caption,
            address=data_address(content_type, content),
            alternative=caption,
        )
        self.photos.append(made)
        return made
