"""Ceilings under many decisions at once: real threads, each with its connection, on the database.

Whatever the order in which people of two federations decide, redo and decide again, no person's
year is paid above its ceiling, nothing that was owed under it is lost, and every line adds up.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from random import Random
from threading import Barrier, Thread

import pytest
from django.db import connection

from claims.models import Claim, Decision, DecisionLine
from claims.rules.states import State
from claims.services.decisions import decide_submitted, redo_decisions
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_claim, give_terms
from tests.world import World

CEILING = 50_000
_MEMBERS = ("UMU-1001-0", "UMU-1001-1", "UMU-1002-0")
_AT_ONCE = 4


def _claims(world: World, rng: Random, member: str) -> dict[int, tuple[str, int]]:
    """Four claims of a person: who processed each, and what it would be paid without a ceiling."""
    made = {}
    for _ in range(_AT_ONCE):
        processing = rng.choice(("UMUCO", "UMUCO", "INEZA"))
        boxes = rng.randint(20, 48)
        claim = give_claim(
            world,
            member=member,
            processing=processing,
            facility="FS-T001" if processing == "UMUCO" else "FS-T002",
            lines=[(DRUG, boxes, 500)],
            on=date(2025, 4, rng.randint(1, 28)),
            stub=f"KIN-{rng.randrange(10**6):06d}",
        )
        made[claim] = (processing, boxes * 400)
    return made


def _at_once(works: list[Callable[[], None]]) -> None:
    """Begin all at the same moment, each on a connection of its own; raise what any of them met."""
    start, met = Barrier(len(works)), []

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            met.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == []


def _verb(world: World, verb: Callable, claim: int, processing: str) -> Callable[[], None]:
    def work() -> None:
        system = world.system(processing)
        with open_scope(system, source="essai"):
            verb(actor=system, claim_ids=[claim], year=2025)

    return work


@pytest.mark.parametrize("seed", range(3))
def test_no_ceiling_is_passed_whatever_is_decided_at_once(seed: int, own_database: World) -> None:
    """A person's four claims decided at one moment, then redone at one; person after person."""
    rng = Random(seed)  # noqa: S311 - reproducible, not secret
    give_terms(own_database)
    owed: defaultdict[str, int] = defaultdict(int)
    for member in _MEMBERS:
        claims = _claims(own_database, rng, member)
        for verb in (decide_submitted, redo_decisions):
            _at_once([_verb(own_database, verb, c, by) for c, (by, _) in claims.items()])
        for claim, (_, francs) in claims.items():
            owed[_person(own_database, claim)] += francs
    paid = _paid(own_database)
    assert paid == {person: min(CEILING, francs) for person, francs in owed.items()}


def _person(world: World, claim: int) -> str:
    with open_scope(world.system("UMUCO"), source="essai"):
        return str(Claim.objects.get(care_year=2025, pk=claim).person_id)


def _paid(world: World) -> dict[str, int]:
    """What each person was paid by the decisions in force; each line's parts make what it asks."""
    paid: defaultdict[str, int] = defaultdict(int)
    with open_scope(world.system("UMUCO"), source="essai"):
        assert set(Claim.objects.values_list("state", flat=True)) == {State.DECIDED}
        in_force = Decision.objects.filter(superseded_at__isnull=True)
        assert in_force.count() == Claim.objects.count()
        for line in DecisionLine.objects.filter(decision__superseded_at__isnull=True):
            parts = line.mutuelle_francs + line.patient_francs + line.other_payer_francs
            assert parts == line.agreed_francs
            paid[str(line.decision.person_id)] += line.mutuelle_francs
    return dict(paid)
