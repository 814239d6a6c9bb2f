"""Server time, queries and bytes of every page that a role's menu leads to, at national size.

On a database that holds the demonstration network and, where it is to count, its year of care.
The pages are those of the menu itself (conamus/pages/navigation), for every role, and a few
beyond it. The time is the processors', ours and the database's, the best of some rounds: what the
clock shows on an idle machine, whatever else this one does; the clock's is told beside it. The
bound is the time of a page that asks nothing of its own (session, user, role, frame): what any page
costs before it shows a figure.

    python -m bench portal_pages                (the network loaded first)
    python -m bench --as-is portal_pages        (the running demonstration, only read)
    … portal_pages --why                        (and the statements of a page above its limits)
    … portal_pages --role auditor --only /soins/
"""

import argparse
import gzip
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measure import (
    Figure,
    best_worked,
    is_table_query,
    report,
)
from bench.signing import signed_in_as
from conamus.pages.navigation import menu_of
from federations.models import RoleAssignment
from federations.rules.roles import Role

MOST_MILLISECONDS = 100
MOST_QUERIES = 12
MOST_BYTES = 15_000
EMPTY_PAGE = "/provenance/"
_NETWORK = ("/reseau/", "/carte/", "/carte/?decoupage=since_2025&mesure=couverture")
_RATES = ("/indicateurs/?par=age", "/indicateurs/?par=ancienne-commune")
#: What pages of the menu lead to, and searches by what very many share.
BEYOND_THE_MENU: dict[Role, tuple[str, ...]] = {
    Role.CONFEDERATION_MANAGER: (*_NETWORK, "/federations/munasa/", *_RATES),
    Role.REGULATOR: (*_NETWORK, "/federations/munasa/"),
    Role.FEDERATION_MANAGER: ("/carte/", "/federations/munasa/", "/menages/?q=ndayi", *_RATES),
}
_SHOWN_STATEMENTS = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One page as one role sees it."""

    role: Role
    path: str
    #: By the clock, and of processors.
    clock_milliseconds: float
    milliseconds: float
    #: Milliseconds and text of each statement that touches a table.
    queries: tuple[tuple[float, str], ...]
    bytes: int

    @property
    def is_within(self) -> bool:
        """Whether no limit is passed."""
        return (
            self.milliseconds <= MOST_MILLISECONDS
            and len(self.queries) <= MOST_QUERIES
            and self.bytes <= MOST_BYTES
        )


def main() -> int:
    """Measure every page, print, and fail above a limit."""
    options = _options()
    if network_is_missing():
        return 2
    logging.disable(logging.WARNING)
    roles = [role for role in Role if options.role in ("", role.value) and menu_of(role)]
    with override_settings(**page_settings()):
        return report(_figures([role for role in roles if role is not Role.SYSTEM], options))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--role", default="", choices=["", *(role.value for role in Role)])
    parser.add_argument("--only", default="", help="paths that begin so")
    parser.add_argument("--why", action="store_true", help="print the statements above a limit")
    return parser.parse_args()


def network_is_missing() -> bool:
    """Tell, and say so, where the demonstration network is not loaded."""
    if RoleAssignment.objects.filter(tenant__code="MUNASA").exists():
        return False
    sys.stderr.write("refused: the demonstration network is not loaded\n")
    return True


def page_settings() -> dict[str, object]:
    """Answer the test client's host, and name static files without a collected manifest."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "ALLOWED_HOSTS": ["testserver"],
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
    }


def paths_of(role: Role) -> list[str]:
    """Return the addresses of every page of a role's menu, then those beyond it."""
    in_menu = [reverse(page.url_name) for entry in menu_of(role) for page in entry.pages]
    return [*dict.fromkeys(in_menu), *BEYOND_THE_MENU.get(role, ())]


def _figures(roles: list[Role], options: argparse.Namespace) -> Iterator[Figure]:
    for role in roles:
        client = signed_in(role)
        bound = measured_page(client, role, EMPTY_PAGE, options.rounds).milliseconds
        for path in paths_of(role):
            if not path.startswith(options.only):
                continue
            page = measured_page(client, role, path, options.rounds)
            if options.why and not page.is_within:
                say_why(page)
            yield from _page_figures(page, bound)


def signed_in(role: Role) -> Client:
    """Return a client signed in as somebody of that role, of the largest federation if any."""
    held = RoleAssignment.objects.filter(role=role).select_related("user")
    assignment = held.filter(tenant__code="MUNASA").first() or held.first()
    if assignment is None:
        raise LookupError(f"nobody is {role}")
    return signed_in_as(assignment.user)


def measured_page(client: Client, role: Role, path: str, rounds: int) -> Page:
    """Measure a page: the best time of some rounds after a warm-up, its queries and weight."""
    client.get(path, secure=True)
    worked = best_worked(lambda: client.get(path, secure=True), rounds=rounds)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{role} {path}: {answer.status_code}")
    queries = tuple(
        (1000 * float(query["time"]), query["sql"])
        for query in captured.captured_queries
        if is_table_query(query["sql"])
    )
    return Page(
        role=role,
        path=path,
        clock_milliseconds=1000 * worked.seconds,
        milliseconds=1000 * worked.busy_seconds,
        queries=queries,
        bytes=len(gzip.compress(answer.content)),
    )


def say_why(page: Page) -> None:
    """Print the slowest statements of a page, or all of one that has too many."""
    sys.stdout.write(f"\n-- {page.role.value} {page.path}: {page.milliseconds:.0f} ms\n")
    slowest = sorted(page.queries, reverse=True)
    shown = page.queries if len(page.queries) > MOST_QUERIES else slowest[:_SHOWN_STATEMENTS]
    sys.stdout.writelines(f"   {milliseconds:.0f} ms  {sql}\n" for milliseconds, sql in shown)
    sys.stdout.flush()


def _page_figures(page: Page, bound: float) -> Iterator[Figure]:
    name = f"{page.role.value} {page.path}"
    yield Figure(
        name=f"{name} time (by the clock {page.clock_milliseconds:.0f})",
        measured=page.milliseconds, bound=bound, limit=MOST_MILLISECONDS, unit="ms",
    )  # fmt: skip
    yield Figure(
        name=f"{name} queries", measured=len(page.queries), limit=MOST_QUERIES, unit="queries"
    )
    yield Figure(name=f"{name} gzip", measured=page.bytes, limit=MOST_BYTES, unit="B")
