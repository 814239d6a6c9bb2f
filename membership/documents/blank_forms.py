"""Enrolment forms on paper, one a page: blank, or filled with what is known of a household.

A blank form may bear a running number of its own, so that a clerk can tell which ones have come
back; the household's number is given when it is entered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from membership.models import Beneficiary, Household
from membership.selectors.papers import Sheet
from membership.selectors.scales import LoadedScale

_TEMPLATE = "pdf/membership/enrolment_forms.html"
#: Lines for people: on a blank form, and left blank after those who are known.
LINES, MORE_LINES = 12, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form: its own number, or the household that it is filled for."""

    number: str = ""
    household: Household | None = None
    people: Sequence[Beneficiary] = ()
    due_francs: int | None = None
    told: str = ""

    @property
    def head(self) -> Beneficiary | None:
        """The subscriber."""
        heads = (one for one in self.people if one.relationship == Beneficiary.Relationship.HEAD)
        return next(heads, None)

    @property
    def blank_ranks(self) -> range:
        """The ranks of the lines left to write on."""
        known = len(self.people)
        return range(known + 1, max(LINES, known + MORE_LINES) + 1)


def numbered_forms(count: int, first: int | None, prefix: str) -> list[Form]:
    """Return blank forms, numbered from ``first`` where it is given.

    >>> [form.number for form in numbered_forms(2, 9, "UMU-S1-2026")]
    ['UMU-S1-2026-0009', 'UMU-S1-2026-0010']
    >>> numbered_forms(1, None, "UMU-S1-2026")[0].number
    ''
    """
    if first is None:
        return [Form() for _ in range(count)]
    return [Form(number=f"{prefix}-{number:04d}") for number in range(first, first + count)]


def enrolment_forms_pdf(
    sheet: Sheet, forms: Sequence[Form], scale: LoadedScale | None
) -> PrintedDocument:
    """Return the forms as a PDF, a page each."""
    context = {
        "sheet": sheet,
        "forms": forms,
        "scale": scale.scale if scale else None,
        "bands": [band for band in scale.scale.bands if not band.category] if scale else [],
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))
