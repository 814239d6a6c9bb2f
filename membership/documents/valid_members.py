"""The printed list of valid members: what a facility without a line looks people up in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from membership.selectors.valid_members import ValidMember


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidMembersList:
    """All that is printed: of whom, for whom, on which day."""

    federation: str
    facility: str
    communes: tuple[str, ...]
    units: tuple[str, ...]
    on: date
    members: Sequence[ValidMember]


def print_valid_members(listed: ValidMembersList) -> PrintedDocument:
    """Print the list, in the order of its names."""
    context = {"list": listed, "sans": SANS, "count": len(listed.members)}
    return print_html(render_html("pdf/valid_members.html", context))
