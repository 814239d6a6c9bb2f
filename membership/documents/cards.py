"""Household cards on paper: A4 sheets of eight, fronts on one page and backs on the next.

Backs are in mirrored order, so that a sheet printed on both sides and turned over its long edge
has each back behind its front.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import islice

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from conamus.printing.pdf import SANS, PrintedDocument, data_address, print_parts, render_html

CARDS_A_SHEET, COLUMNS = 8, 2
#: Sheets that are laid out at a time: a line of progress each few seconds.
SHEETS_A_PART = 5
#: Members' photos on a back, beside the head's on the front; more would leave no room for names.
MOST_PHOTOS = 6
#: With as many people, names are set smaller on one line each.
_MANY = 8
Picture = tuple[str, bytes]
#: Told how many cards are laid out.
Watch = Callable[[int], None]
#: Points of the picture for each module of the code: sharp at any printer's resolution.
_POINTS_A_MODULE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCard:
    """All that is on a card: its front as it was signed, its back as the household is today.

    ``people``: name, position, sex, year of birth, the head first. ``photo`` is the head's;
    ``photos`` those of others, with their positions.
    """

    federation: str
    unit: str
    household: str
    head_name: str
    people_count: int
    serial: str
    issued_on: date
    expires_on: date
    code: str
    people: tuple[tuple[str, str, str, int], ...]
    photo: Picture | None = None
    photos: tuple[tuple[str, Picture], ...] = ()

    @property
    def qr_address(self) -> str:
        """The QR code as a picture in the document itself."""
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=_POINTS_A_MODULE, border=2)
        code.add_data(self.code)
        picture = BytesIO()
        code.make_image().save(picture, "PNG")
        return data_address("image/png", picture.getvalue())

    @property
    def photo_address(self) -> str:
        """The photo as a picture in the document itself; empty: a frame to stick one in."""
        return data_address(*self.photo) if self.photo else ""

    @property
    def photo_addresses(self) -> list[tuple[str, str]]:
        """The members' photos that the back has room for, each with its position."""
        return [(position, data_address(*one)) for position, one in self.photos[:MOST_PHOTOS]]

    @property
    def density(self) -> str:
        """How the back sets the names: beside photos, many, or as they come."""
        beside = "beside" if self.photos else ""
        return f"{beside} many" if len(self.people) > _MANY else beside

    @property
    def years(self) -> list[int]:
        """The years whose stickers it takes."""
        return list(range(self.issued_on.year, self.expires_on.year + 1))


def print_cards(cards: Iterable[PrintedCard], watch: Watch | None = None) -> PrintedDocument:
    """Print cards, eight a sheet, telling ``watch`` after some sheets how many are laid out."""
    return print_parts(_parts(cards, watch))


def _parts(cards: Iterable[PrintedCard], watch: Watch | None) -> Iterator[str]:
    """The HTML of some sheets at a time; the next is asked for once these are laid out."""
    done, left = 0, iter(cards)
    while part := list(islice(left, CARDS_A_SHEET * SHEETS_A_PART)):
        yield _sheets_html(part)
        done += len(part)
        if watch is not None:
            watch(done)


def _sheets_html(cards: Sequence[PrintedCard]) -> str:
    parts = [cards[first : first + CARDS_A_SHEET] for first in range(0, len(cards), CARDS_A_SHEET)]
    sheets = [{"fronts": part, "backs": mirrored(part)} for part in parts]
    return render_html("pdf/membership/cards.html", {"sheets": sheets, "sans": SANS})


def mirrored(cards: Sequence[PrintedCard]) -> list[PrintedCard | None]:
    """Return the cards row by row from right to left; None where a row has no card.

    >>> mirrored([1, 2, 3])
    [2, 1, None, 3]
    """
    rows = [list(cards[first : first + COLUMNS]) for first in range(0, len(cards), COLUMNS)]
    padded = [row + [None] * (COLUMNS - len(row)) for row in rows]
    return [card for row in padded for card in reversed(row)]
