"""Time of the search for a household by the beginning of a name, at national size.

On the demonstration network, as the manager of the largest federation, under row-level
security: by a very common family name, a rarer one, a given name, two words, a number, and whole
names that are found only as they sound. Of each the search itself (the scope, the count and the
first page of rows), whose bound is an empty scope; then the whole pages, whose bound is one that
asks nothing of its own. Limits are on the slowest twentieth.

    python -m bench household_search            (the network loaded first)
    python -m bench --as-is household_search    (the running demonstration, only read)
    … household_search --plan                   (the plan of the common name's two queries)
"""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import urlencode

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.measure import Figure, percentile_seconds, report
from bench.portal_pages import (
    EMPTY_PAGE,
    network_is_missing,
    page_settings,
    signed_in,
)
from conamus import clock
from conamus.pages.lists import PAGE_SIZE
from conamus.pages.rows import ShownRows
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.selectors.households import found_by, households, listed

MOST_MILLISECONDS = 50
MOST_MILLISECONDS_OF_A_PAGE = 100
COMMON = "ndayi"
#: What is typed: a common beginning, a rarer one, a given name, two words, a number.
TYPED = (COMMON, "ndayizeye", "jeanne", "ndayizeye jea", "mun-0420")
#: Whole names as nobody writes them; found as they sound (an apostrophe, i for y, l for r).
SOUNDING = ("n'dayisenga godeberte", "jeanne ndaizeye", "habalugila liliane")


def main() -> int:
    """Measure, print, and fail above the limit; or show the plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--plan", action="store_true", help="show the plan and stop")
    options = parser.parse_args()
    if network_is_missing():
        return 2
    logging.disable(logging.WARNING)
    with override_settings(**page_settings()):
        client = signed_in(Role.FEDERATION_MANAGER)
        if options.plan:
            return _show_plan(client)
        return report(_figures(client, options.rounds))


def _figures(client: Client, rounds: int) -> Iterator[Figure]:
    actor = _manager()
    empty = _slowest(lambda: _nothing(actor), rounds)
    for text in (*TYPED, *SOUNDING):
        if not _search(actor, text):
            raise RuntimeError(f"nobody is found by « {text} »: nothing is measured")
        yield Figure(
            name=f"search for « {text} », p95",
            measured=_slowest(lambda text=text: _search(actor, text), rounds), bound=empty,
            limit=MOST_MILLISECONDS, unit="ms",
        )  # fmt: skip
    bound = _slowest(lambda: _open(client, EMPTY_PAGE), rounds)
    everything = f"/recherche/?{urlencode({'q': COMMON})}"
    for path in (_list_of(COMMON), _list_of(SOUNDING[0]), everything):
        yield Figure(
            name=f"page {path}, p95",
            measured=_slowest(lambda path=path: _open(client, path), rounds), bound=bound,
            limit=MOST_MILLISECONDS_OF_A_PAGE, unit="ms",
        )  # fmt: skip


def _manager() -> Actor:
    held = RoleAssignment.objects.filter(role=Role.FEDERATION_MANAGER, tenant__code="MUNASA")
    return actor_of(held.select_related("user")[0])


def _nothing(actor: Actor) -> None:
    with open_scope(actor, source="bench"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _search(actor: Actor, text: str) -> int:
    """What the list asks: how many, and the first page with what it shows of each."""
    with open_scope(actor, source="bench"):
        found = found_by(households(actor), actor=actor, text=text)
        shown = partial(listed, actor=actor, year=clock.today().year)
        list(ShownRows(found, shown)[:PAGE_SIZE])
        return found.count()


def _open(client: Client, path: str) -> None:
    answer = client.get(path, secure=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")


def _slowest(call: Callable[[], object], rounds: int) -> float:
    return 1000 * percentile_seconds(call, 95, rounds=rounds)


def _list_of(text: str) -> str:
    return f"/menages/?{urlencode({'q': text})}"


def _show_plan(client: Client) -> int:
    """Explain, in the manager's own scope, the queries of the list that look for the name."""
    with CaptureQueriesContext(connection) as captured:
        client.get(_list_of(COMMON), secure=True)
    looking = [query["sql"] for query in captured.captured_queries if COMMON in query["sql"]]
    with open_scope(_manager(), source="bench"), connection.cursor() as cursor:
        for query in looking:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {query}")
            sys.stdout.write("\n".join(row[0] for row in cursor.fetchall()) + "\n\n")
    return 0
