"""Server time, queries and bytes of every page that the menu's pages lead on to.

As `portal_pages`, beyond the menu: from each page of a role's menu on, each link of its contents
is followed, each list asked each order, choice and text that it offers (bench/links.py). Of pages
of one kind (one address's name, one set of questions) the first two are looked at. What is read of
a private kind leaves its trace, as it does for anybody.

    python -m bench --as-is every_page                          (the running demonstration)
    … every_page --role federation_manager --only /cotisations/ --why
"""

import argparse
import logging
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from django.test import Client, override_settings
from django.urls import Resolver404, resolve

from bench.links import PageLinks, asked, followed
from bench.measure import machine_line
from bench.portal_pages import (
    EMPTY_PAGE,
    MOST_MILLISECONDS,
    Page,
    measured_page,
    network_is_missing,
    page_settings,
    paths_of,
    say_why,
    signed_in,
)
from federations.rules.roles import Role

ROLES = (
    Role.CONFEDERATION_MANAGER, Role.FEDERATION_MANAGER, Role.MEDICAL_ADVISER,
    Role.CENTRE_OPERATOR,
)  # fmt: skip
MOST_OF_A_KIND = 2
#: A first round that is under this share of the limit says enough.
_SURELY_WITHIN = 0.8
#: A choice is a kind of its own; a number or a free text is not.
_CHOICE = re.compile(r"-?[a-z_éè-]+")
#: Machines' and strangers' addresses; leaving.
_NOT_FOLLOWED = ("/compte/", "/readyz", "/healthz")


@dataclass(slots=True)
class Walk:
    """The addresses of one role that are still to be looked at, and how many of each kind were."""

    waiting: deque[str]
    known: set[str] = field(default_factory=set)
    kinds: Counter[object] = field(default_factory=Counter)
    paths: set[str] = field(default_factory=set)

    def lead_on(self, address: str, links: PageLinks) -> None:
        """Look at what a page leads to; its list is asked once, not each order of each choice."""
        path = address.partition("?")[0]
        is_first = path not in self.paths
        self.paths.add(path)
        for found in followed(address, links):
            is_own = found.partition("?")[0] == path
            if is_first or not is_own:
                self.follow(found, _kind(found, is_own=is_own))
        for found in asked(address, links) if is_first else ():
            self.ask(found)

    def follow(self, address: str, kind: object) -> None:
        """Look at an address that a page links to, unless enough of its kind were."""
        if kind is not None and address not in self.known and self.kinds[kind] < MOST_OF_A_KIND:
            self.kinds[kind] += 1
            self.ask(address)

    def ask(self, address: str) -> None:
        """Look at an address, whatever its kind."""
        if address not in self.known:
            self.known.add(address)
            self.waiting.append(address)


def main() -> int:
    """Walk, tell each page above a limit as it is found, and what was looked at."""
    options = _options()
    if network_is_missing():
        return 2
    logging.disable(logging.WARNING)
    sys.stdout.write(f"{machine_line()}\n")
    with override_settings(**page_settings()):
        above = sum(_walk(role, options) for role in ROLES if options.role in ("", role.value))
    return 1 if above else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--role", default="", choices=["", *(role.value for role in ROLES)])
    parser.add_argument("--only", default="", help="start at menu pages that begin so, and stay")
    parser.add_argument("--why", action="store_true", help="print the statements above a limit")
    parser.add_argument("--all", action="store_true", help="tell the pages within them too")
    return parser.parse_args()


def _walk(role: Role, options: argparse.Namespace) -> int:
    """Look at one role's pages; return how many are above a limit."""
    client = signed_in(role)
    bound = measured_page(client, role, EMPTY_PAGE, options.rounds).milliseconds
    walk = Walk(deque())
    for path in paths_of(role):
        walk.ask(path)
    looked, above = 0, 0
    for page in _pages(client, role, walk, options):
        looked, above = looked + 1, above + (not page.is_within)
        if options.all or not page.is_within:
            _tell(page, bound, options)
    sys.stdout.write(f"{role.value}: {looked} pages looked at, {above} above a limit\n")
    return above


def _pages(client: Client, role: Role, walk: Walk, options: argparse.Namespace) -> Iterator[Page]:
    while walk.waiting:
        address = walk.waiting.popleft()
        if not address.startswith(options.only):
            continue
        content = _content(client, address)
        if content is None:
            continue
        walk.lead_on(address, PageLinks(content))
        yield _measured(client, role, address, options.rounds)


def _content(client: Client, address: str) -> str | None:
    """Return a page's text; None of a file, of what leads elsewhere and of what is refused."""
    answer = client.get(address, secure=True)
    # A form that is not filled in says so (422).
    if answer.status_code >= 400 and answer.status_code != 422:
        sys.stdout.write(f"-- {address}: {answer.status_code}\n")
    is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return answer.content.decode() if is_page else None


def _measured(client: Client, role: Role, address: str, rounds: int) -> Page:
    """Measure a page once, and again by the best of some rounds where that is not enough."""
    page = measured_page(client, role, address, 1)
    if page.milliseconds <= _SURELY_WITHIN * MOST_MILLISECONDS:
        return page
    return measured_page(client, role, address, rounds)


def _kind(address: str, *, is_own: bool) -> object:
    """Return what pages like that of an address have in common; None of what is not followed.

    Of a page's own choices (its tabs, the orders of its list) each is a kind.
    """
    parts = urlsplit(address)
    if parts.path.startswith(_NOT_FOLLOWED):
        return None
    try:
        name = resolve(parts.path).url_name
    except Resolver404:
        return None
    asked_for = frozenset(
        (key, value if is_own and _CHOICE.fullmatch(value) else "")
        for key, value in parse_qsl(parts.query)
    )
    return name, asked_for


def _tell(page: Page, bound: float, options: argparse.Namespace) -> None:
    """Print a page's time, queries and weight on one line."""
    if options.why and not page.is_within:
        say_why(page)
    cells = (
        f"{page.role.value} {page.path}",
        f"{page.milliseconds:.0f} ms (by the clock {page.clock_milliseconds:.0f})",
        f"{page.milliseconds / bound:.1f} × an empty page",
        f"{len(page.queries)} queries",
        f"{page.bytes} B",
        "ok" if page.is_within else "ABOVE",
    )
    sys.stdout.write(" | ".join(cells) + "\n")
    sys.stdout.flush()
