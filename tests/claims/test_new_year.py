"""What counts from one year of care into the next: episodes, limits in days, intervals, locks."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Event, Thread

import pytest
from django.db import connection
from django.db.models import Sum

from claims.models import ClaimLine, DecisionLine
from claims.services.decisions import decide_submitted, lock_accounts, redo_decisions
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_claim, give_clauses
from tests.conftest import reading_all_tenants
from tests.world import World

LAST, FIRST = date(2024, 12, 31), date(2025, 1, 1)
EPISODE = {"kind": "ceiling", "scope": "episode", "francs": 3_000}
DEDUCTIBLE = {"kind": "deductible", "scope": "episode", "francs": 2_000}
EPISODE_LIMIT = {"kind": "limit", "scope": "episode", "quantity": 6}
SEVEN_DAYS = {"kind": "limit", "scope": "person_year", "days": 7, "quantity": 6}
INTERVAL = {"kind": "interval", "days": 7}
TWO_YEARS = {"kind": "interval", "days": 730}


def _claim(world: World, on: date, boxes: int = 5, **more: object) -> int:
    lines = [(DRUG, boxes, 500)]
    return give_claim(world, on=on, lines=lines, episode="E1", stub=f"KIN-{on:%y%m%d}", **more)


def _run(world: World, verb: Callable, claim: int, on: date) -> None:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        verb(actor=system, claim_ids=[claim], year=on.year)


def _paid(world: World) -> int:
    with open_scope(world.system("UMUCO"), source="essai"):
        in_force = DecisionLine.objects.filter(decision__superseded_at__isnull=True)
        return in_force.aggregate(francs=Sum("mutuelle_francs"))["francs"]


@pytest.mark.parametrize("days", [(LAST, FIRST), (FIRST, LAST)], ids=["in order", "late entry"])
@pytest.mark.parametrize(
    ("clause", "francs"),
    [
        (EPISODE, 3_000),
        (DEDUCTIBLE, 3_000),
        (EPISODE_LIMIT, 3_000),
        (SEVEN_DAYS, 3_000),
        (INTERVAL, 2_500),
        (TWO_YEARS, 2_500),
    ],
    ids=["ceiling", "deductible", "limit", "days", "interval", "two years"],
)
def test_new_year_does_not_forget(
    world: World, days: tuple[date, date], clause: dict[str, object], francs: int
) -> None:
    """Two cares of 2 500, the last day and the first, whichever is decided first."""
    give_clauses(world, clause)
    claims = {on: _claim(world, on) for on in days}
    for on, claim in claims.items():
        _run(world, decide_submitted, claim, on)
    assert _paid(world) == francs
    for on, claim in claims.items():
        _run(world, redo_decisions, claim, on)
    assert _paid(world) == francs


@pytest.mark.parametrize("scope", ["person_year", "household_year"])
def test_what_is_counted_over_a_year_stays_in_it(world: World, scope: str) -> None:
    give_clauses(world, {"kind": "ceiling", "scope": scope, "francs": 2_000})
    for on in (LAST, FIRST):
        _run(world, decide_submitted, _claim(world, on), on)
    assert _paid(world) == 4_000


def test_an_interval_is_counted_from_the_day_of_a_line_of_a_stay(world: World) -> None:
    """Admitted on 20 December, given on 4 January: six days later is too soon."""
    give_clauses(world, INTERVAL)
    stay = _claim(world, date(2024, 12, 20), days=20)
    with reading_all_tenants():
        lines = ClaimLine.objects.filter(care_year=2024, claim_id=stay)
        assert lines.update(given_on=date(2025, 1, 4)) == 1
    _run(world, decide_submitted, stay, LAST)
    _run(world, decide_submitted, _claim(world, date(2025, 1, 10)), FIRST)
    assert _paid(world) == 2_500


@pytest.mark.parametrize("held", [LAST, FIRST])
def test_two_years_decisions_wait_for_each_other(own_database: World, held: date) -> None:
    """While one claim's accounts are held, the other year's is not decided."""
    give_clauses(own_database, EPISODE)
    claims = {on: _claim(own_database, on) for on in (LAST, FIRST)}
    (other,) = set(claims) - {held}
    done = Event()

    def decide_other() -> None:
        _run(own_database, decide_submitted, claims[other], other)
        done.set()
        connection.close()

    thread = Thread(target=decide_other)
    with open_scope(own_database.system("UMUCO"), source="essai"):
        lock_accounts([claims[held]], held.year)
        thread.start()
        assert not done.wait(timeout=1)
    thread.join()
    assert done.is_set()


@pytest.mark.parametrize("verb", [decide_submitted, redo_decisions])
def test_an_episode_shares_its_ceiling_decided_at_once(own_database: World, verb: Callable) -> None:
    give_clauses(own_database, EPISODE)
    claims = {on: _claim(own_database, on) for on in (LAST, FIRST)}
    if verb is redo_decisions:
        for on, claim in claims.items():
            _run(own_database, decide_submitted, claim, on)
    start, met = Barrier(2), []

    def work(claim: int, on: date) -> None:
        start.wait()
        try:
            _run(own_database, verb, claim, on)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            met.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(claim, on)) for on, claim in claims.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == []
    assert _paid(own_database) == 3_000
