"""Server time of a rights check, by number, telephone and name, and of its whole page.

On the demonstration network, or on a register of as many people as asked for, made of copies of
it in a database of its own (bench/large_register.py), which is dropped afterwards:

    python -m bench rights_check                       the national register
    python -m bench rights_check --people 13000000     the whole country, with the plan

The second needs a superuser's address (throw-away services give one), about 8 GB of disk and ten
minutes. The bound of a check is a household read by its primary key in the same run, that of the
page a signed-in page that asks nothing.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter

from django.db import connections
from django.test import Client, override_settings

from bench import as_is
from bench.large_register import explained, large_register
from bench.measure import Figure, percentile, report
from bench.portal_pages import EMPTY_PAGE, page_settings, signed_in
from conamus import clock
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.rules.rights import RightsQuery, read_query
from membership.selectors.rights import people_found
from membership.services.rights import check_rights

MOST_MILLISECONDS = 15
#: What every page of the application keeps to (bench/portal_pages.py).
MOST_PAGE_MILLISECONDS = 100
HOUSEHOLD = "a household's number"
WARM_UP = 20
#: People drawn from the table's pages, wherever these lie.
_SAMPLE = """
SELECT b.number, h.number, b.search_key, extract(year FROM b.birth_date)::int, h.phone, h.id
FROM membership_beneficiary b TABLESAMPLE SYSTEM (%s) REPEATABLE (7)
JOIN membership_household h ON h.id = b.household_id
ORDER BY md5(b.number) LIMIT %s
"""
#: What rights_facts does between the count and the trace, without the scope that it asks for.
_FACTS = "SELECT * FROM coverage_facts(records_reached(%s, %s, %s, %s, %s), %s)"
#: The questions of a measurement are nobody's: the pace of a person is not what is measured.
_FORGOTTEN = "DELETE FROM membership_rightscheck WHERE asked_at > now() - interval '10 minutes'"
_BY_KEY = "SELECT id, number, unit_id, closed_on FROM membership_household WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a receptionist types, and the year of birth with a name."""

    text: str
    birth_year: int | None = None

    def query(self) -> RightsQuery:
        """Return what is looked for."""
        return read_query(self.text, birth_year=self.birth_year, today=clock.today())


def main() -> int:
    """Measure here, or make the large register and measure there."""
    options = _arguments()
    if options.people:
        return large_register(
            options.people, as_is("rights_check", "--rounds", str(options.rounds), "--plan")
        )
    if not RoleAssignment.objects.filter(role=Role.FACILITY_USER).exists():
        sys.stderr.write("refused: the demonstration network is not loaded\n")
        return 2
    logging.disable(logging.WARNING)
    with override_settings(**page_settings()):
        status = report(_figures(options.rounds))
    if options.plan:
        _show_plan()
    return status


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--people", type=int, default=0, help="make a register of so many people")
    parser.add_argument("--plan", action="store_true", help="show how the database finds them")
    return parser.parse_args()


def _figures(rounds: int) -> Iterator[Figure]:
    ways, keys = _samples(rounds + WARM_UP)
    held = RoleAssignment.objects.filter(role=Role.FACILITY_USER).select_related("user")
    actor = actor_of(held[0])
    bound = _p95([_timed_key(key) for key in keys])
    for name, typed in ways.items():
        facts = _p95([_timed_facts(actor, one) for one in typed])
        yield _figure(f"the facts, by {name}", facts, bound, MOST_MILLISECONDS)
        check = _p95([_timed_check(actor, one) for one in typed])
        yield _figure(f"the check and its trace, by {name}", check, bound, MOST_MILLISECONDS)
    client = signed_in(Role.FACILITY_USER)
    empty = _p95([_timed(lambda: client.get(EMPTY_PAGE, secure=True)) for _ in keys])
    pages = _p95([_timed_page(client, one) for one in ways[HOUSEHOLD]])
    yield _figure(f"the page, by {HOUSEHOLD}", pages, empty, MOST_PAGE_MILLISECONDS)
    yield Figure(name="people in the register", measured=_people(), limit=20e6, unit="people")


def _figure(name: str, milliseconds: float, bound: float, limit: float) -> Figure:
    return Figure(name=f"{name}, p95", measured=milliseconds, bound=bound, limit=limit, unit="ms")


def _people() -> float:
    with connections["loader"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM membership_beneficiary")
        return float(cursor.fetchone()[0])


def _samples(count: int) -> tuple[dict[str, list[Typed]], list[int]]:
    """Draw people as behind no wall: what a receptionist would be shown on their cards."""
    share = min(100.0, 100 * 60 * count / max(_people(), 1))
    with connections["loader"].cursor() as cursor:
        cursor.execute(_SAMPLE, [share, count])
        rows = cursor.fetchall()
        cursor.execute(
            "SELECT phone FROM membership_household TABLESAMPLE SYSTEM (%s) REPEATABLE (7)"
            " WHERE phone <> '' LIMIT %s",
            [share, count],
        )
        phones = [Typed(phone) for (phone,) in cursor.fetchall()]
    ways = {
        "a person's number": [Typed(row[0]) for row in rows],
        HOUSEHOLD: [Typed(row[1]) for row in rows],
        "name and year of birth": [Typed(row[2], row[3]) for row in rows],
    }
    if phones:
        ways["telephone"] = phones
    return ways, [row[5] for row in rows]


def _timed(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return 1000 * (perf_counter() - start)


def _timed_key(key: int) -> float:
    with connections["loader"].cursor() as cursor:
        return _timed(lambda: (cursor.execute(_BY_KEY, [key]), cursor.fetchone()))


def _timed_check(actor: Actor, typed: Typed) -> float:
    """Time the service: facts, rules, answer and trace, inside a request's transaction."""
    query = typed.query()
    _forget()
    with open_scope(actor, source="mesure"):
        return _timed(lambda: check_rights(actor=actor, query=query, on=clock.today()))


def _timed_facts(actor: Actor, typed: Typed) -> float:
    """Time the one query and the reading of its rows, inside a request's transaction."""
    query = typed.query()
    _forget()
    with open_scope(actor, source="mesure"):
        return _timed(lambda: people_found(query, clock.today()))


def _timed_page(client: Client, typed: Typed) -> float:
    data = {"text": typed.text, "birth_year": typed.birth_year or ""}
    _forget()
    return _timed(lambda: client.post("/droits/", data, secure=True))


def _forget() -> None:
    with connections["loader"].cursor() as cursor:
        cursor.execute(_FORGOTTEN)


def _p95(times: Sequence[float]) -> float:
    return percentile(times[WARM_UP:], 95)


def _show_plan() -> None:
    """Print how the database found the last household, statement by statement."""
    [typed, *_] = _samples(1)[0][HOUSEHOLD]
    query = typed.query()
    today = clock.today()
    values = [list(query.codes), list(query.phones), query.sound, None, today, today]
    sys.stdout.write("\n".join(explained(_FACTS, values)))
