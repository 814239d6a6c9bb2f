"""Household cards on paper: A4 sheets of eight, fronts on one page and backs on the next.

Backs are in mirrored order, so that a sheet printed on both sides and turned over its long edge
has each back behind its front.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from conamus.printing.pdf import SANS, PrintedDocument, data_address, print_html, render_html

CARDS_A_SHEET, COLUMNS = 8, 2
#: Points of the picture for each module of the code: sharp at any printer's resolution.
_POINTS_A_MODULE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCard:
    """All that is on a card; ``people``: name, position, sex, year of birth, the head first."""

    federation: str
    unit: str
    household: str
    serial: str
    issued_on: date
    expires_on: date
    code: str
    people: tuple[tuple[str, str, str, int], ...]
    photo: tuple[str, bytes] | None = None

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
    def years(self) -> list[int]:
        """The years whose stickers it takes."""
        return list(range(self.issued_on.year, self.expires_on.year + 1))


def print_cards(cards: Sequence[PrintedCard]) -> PrintedDocument:
    """Print cards, eight a sheet."""
    sheets = [
        {"fronts": part, "backs": mirrored(part)}
        for part in (
            list(cards[first : first + CARDS_A_SHEET])
            for first in range(0, len(cards), CARDS_A_SHEET)
        )
    ]
    return print_html(render_html("pdf/membership/cards.html", {"sheets": sheets, "sans": SANS}))


def mirrored(cards: Sequence[PrintedCard]) -> list[PrintedCard | None]:
    """Return the cards row by row from right to left; None where a row has no card.

    >>> mirrored([1, 2, 3])
    [2, 1, None, 3]
    """
    rows = [list(cards[first : first + COLUMNS]) for first in range(0, len(cards), COLUMNS)]
    padded = [row + [None] * (COLUMNS - len(row)) for row in rows]
    return [card for row in padded for card in reversed(row)]
