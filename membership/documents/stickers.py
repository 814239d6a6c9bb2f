"""The year's stickers, thirty a sheet, each of the size of its frame on the card.

A sticker bears the year and the household's number, so that it says on whose card it belongs. Who
hands it out reads beside it the head's name, the colline and the card in use: an older card of the
household gets none. It says that the household is enrolled for the year, never that rights are
open.
"""

from collections.abc import Sequence

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from membership.models import Enrolment
from membership.selectors.papers import Sheet

_TEMPLATE = "pdf/membership/stickers.html"
#: Three columns of ten.
STICKERS_A_SHEET = 30


def stickers_pdf(sheet: Sheet, rows: Sequence[Enrolment]) -> PrintedDocument:
    """Return the stickers of a unit's enrolments (with ``head_name``, ``serial``) as a PDF."""
    sheets = [
        rows[first : first + STICKERS_A_SHEET] for first in range(0, len(rows), STICKERS_A_SHEET)
    ]
    return print_html(render_html(_TEMPLATE, {"sheet": sheet, "sheets": sheets, "sans": SANS}))
