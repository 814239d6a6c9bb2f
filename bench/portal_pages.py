"""Server time, queries and bytes of each role's pages, at national size.

On a database that holds the demonstration network; every role's home page, and the pages
of figures that it may open. The bound is the time of a page that asks nothing of its own
(session, user, role, frame): what any page costs before it shows a figure.

    python -m bench portal_pages          (throw-away services, network loaded)
    python -m bench.portal_pages          (the running demonstration, only read)
"""

import argparse
import gzip
import logging
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after django.setup()
from django.db import connection  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bench.measure import (  # noqa: E402
    Figure,
    median_seconds,
    report,
    table_queries,
)
from bench.signing import signed_in_as  # noqa: E402
from federations.models import RoleAssignment  # noqa: E402
from federations.rules.roles import Role  # noqa: E402

MOST_MILLISECONDS = 100
MOST_QUERIES = 12
MOST_BYTES = 15_000
EMPTY_PAGE = "/provenance/"
NETWORK_PAGES = ("/reseau/", "/carte/", "/carte/?decoupage=since_2025&mesure=couverture")
PAGES: dict[Role, tuple[str, ...]] = {
    Role.CONFEDERATION_MANAGER: ("/", *NETWORK_PAGES, "/federations/munasa/"),
    Role.MEDICAL_ADVISER: ("/",),
    Role.REGULATOR: ("/", *NETWORK_PAGES, "/federations/munasa/"),
    Role.FEDERATION_MANAGER: ("/", "/carte/", "/federations/munasa/"),
    Role.CENTRE_OPERATOR: ("/",),
    Role.MUTUELLE_AGENT: ("/",),
    Role.ADVISING_NURSE: ("/",),
    Role.FACILITY_USER: ("/",),
    Role.AUDITOR: ("/",),
    Role.SYSTEM_ADMINISTRATOR: ("/",),
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page as one role sees it."""

    role: Role
    path: str
    milliseconds: float
    queries: int
    bytes: int


def main() -> int:
    """Measure every page, print, and fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    if not RoleAssignment.objects.filter(tenant__code="MUNASA").exists():
        sys.stderr.write("refused: the demonstration network is not loaded\n")
        return 2
    logging.disable(logging.WARNING)
    with override_settings(**page_settings()):
        return report(_figures(rounds))


def page_settings() -> dict[str, object]:
    """Answer the test client's host, and name static files without a collected manifest."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "ALLOWED_HOSTS": ["testserver"],
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
    }


def _figures(rounds: int) -> Iterator[Figure]:
    for role, paths in PAGES.items():
        client = signed_in(role)
        bound = _measure(client, role, EMPTY_PAGE, rounds).milliseconds
        for path in paths:
            yield from _page_figures(_measure(client, role, path, rounds), bound)


def signed_in(role: Role) -> Client:
    """Return a client signed in as somebody of that role, of the largest federation if any."""
    held = RoleAssignment.objects.filter(role=role).select_related("user")
    assignment = held.filter(tenant__code="MUNASA").first() or held.first()
    if assignment is None:
        raise LookupError(f"nobody is {role}")
    return signed_in_as(assignment.user)


def _measure(client: Client, role: Role, path: str, rounds: int) -> Page:
    milliseconds = 1000 * median_seconds(lambda: client.get(path, secure=True), rounds=rounds)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{role} {path}: {answer.status_code}")
    queries = table_queries(query["sql"] for query in captured.captured_queries)
    return Page(role, path, milliseconds, len(queries), len(gzip.compress(answer.content)))


def _page_figures(page: Page, bound: float) -> Iterator[Figure]:
    name = f"{page.role.value} {page.path}"
    yield Figure(
        name=f"{name} time", measured=page.milliseconds, bound=bound,
        limit=MOST_MILLISECONDS, unit="ms",
    )  # fmt: skip
    yield Figure(name=f"{name} queries", measured=page.queries, limit=MOST_QUERIES, unit="queries")
    yield Figure(name=f"{name} gzip", measured=page.bytes, limit=MOST_BYTES, unit="B")


if __name__ == "__main__":
    sys.exit(main())
