"""What a picture of the user guide is: who looks where, what is done first, what is kept.

The pictures themselves are listed by subject: guide_pictures.py, guide_membership.py and
guide_care.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

CONFEDERATION, FEDERATION, AGENT = "confederation_manager", "federation_manager", "mutuelle_agent"
CENTRE, FACILITY, AUDITOR = "centre_operator", "facility_user", "auditor"
#: The top of the page, without what follows the first table or form.
TOP = {"x": 0, "y": 0, "width": 1366, "height": 420}


def as_it_opens(page: Page) -> None:
    """Leave the page as it opens."""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks where, what is done first, and what is kept of the page."""

    name: str
    role: str
    address: str
    prepare: Callable[[Page], None] = as_it_opens
    #: A selector: its first element alone is kept.
    part: str = ""
    clip: dict[str, int] | None = None
    is_narrow: bool = False
    #: The person's federation, where it matters which.
    federation: str = "MUNASA"


def open_first(page: Page) -> None:
    """Follow the first link of the list."""
    page.locator("#liste tbody a").first.click()
    page.wait_for_load_state()
