"""One attestation from the keyboard to its decision: server time and queries.

An operator of a centre enters an attestation of five lines, sends it, and the system decides it:
one call of the service, in one transaction that is taken back afterwards. On the demonstration
network with its terms of care. The bound is a household read by its primary key in the same run.

    python -m bench claim_entry
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from time import perf_counter

from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from bench.measure import Figure, percentile, report, table_queries
from claims.models import Act, StubUse
from claims.rules.entry import NewClaim, NewLine
from claims.rules.words import CareKind
from claims.selectors.entry import facilities_to_enter, next_stub
from claims.services.attestations import enter_claim
from conamus import clock
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope

MOST_MILLISECONDS = 60
MOST_QUERIES = 15
LINES = 5
WARM_UP = 10
#: Members with an enrolment of the year, drawn from all over the register.
_MEMBERS = """
SELECT b.number, b.household_id
FROM membership_enrolment e
JOIN membership_beneficiary b ON b.tenant_id = e.tenant_id AND b.household_id = e.household_id
WHERE e.tenant_id = %s AND e.year_id = %s AND b.left_on IS NULL
ORDER BY md5(b.number) LIMIT %s
"""
_BY_KEY = "SELECT id, number, unit_id, closed_on FROM membership_household WHERE id = %s"


def main() -> int:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    held = RoleAssignment.objects.filter(role=Role.CENTRE_OPERATOR, tenant__code="MUNASA")
    found = held.select_related("user").first()
    if found is None:
        sys.stderr.write("refused: the demonstration network is not loaded\n")
        return 2
    return report(_figures(actor_of(found), rounds + WARM_UP))


def _figures(actor: Actor, rounds: int) -> Iterator[Figure]:
    entries, households = _entries(actor, rounds)
    times = [_timed_entry(actor, entry) for entry in entries]
    bound = _p95([_timed_key(key) for key in households])
    yield Figure(
        name=f"entered to decided, {LINES} lines, p95",
        measured=_p95(times),
        bound=bound,
        limit=MOST_MILLISECONDS,
        unit="ms",
    )
    counts = [_queries(actor, entry) for entry in entries[:WARM_UP]]
    yield Figure(
        name="queries, entered to decided",
        measured=min(counts),
        limit=MOST_QUERIES,
        unit="queries",
    )
    yield Figure(
        name="queries where a rule raises a signal",
        measured=max(counts),
        limit=MOST_QUERIES,
        unit="queries",
    )


def _entries(actor: Actor, count: int) -> tuple[list[NewClaim], list[int]]:
    """Attestations to enter: one facility's next stub, many members."""
    today = clock.today()
    with open_scope(actor, source="mesure"):
        facility = facilities_to_enter(actor, today - timedelta(days=10))[0]
        stub = next_stub(actor, facility.pk)
        lines = tuple(
            NewLine(act=code, quantity=Decimal(1), unit_price_francs=300)
            for code in Act.objects.order_by("pk").values_list("code", flat=True)[:LINES]
        )
    with connections["loader"].cursor() as cursor:
        cursor.execute(_MEMBERS, [actor.tenant_id, today.year, count])
        members = cursor.fetchall()
    entries = [
        NewClaim(
            facility_id=facility.pk,
            stub=stub,
            member=number,
            care_kind=CareKind.OUTPATIENT,
            starts_on=today - timedelta(days=10),
            ends_on=today - timedelta(days=10),
            received_on=today,
            lines=lines,
            reason="PALU",
        )
        for number, _ in members
    ]
    return entries, [household for _, household in members]


def _timed_entry(actor: Actor, entry: NewClaim) -> float:
    """Time one entry to its decision; what it wrote is taken back."""
    with open_scope(actor, source="mesure"):
        start = perf_counter()
        enter_claim(actor=actor, entry=entry, submit=True)
        taken = 1000 * (perf_counter() - start)
        assert StubUse.objects.filter(number=entry.stub).exists()  # noqa: S101 (it did write)
        transaction.set_rollback(True)
    return taken


def _queries(actor: Actor, entry: NewClaim) -> int:
    with open_scope(actor, source="mesure"):
        with CaptureQueriesContext(connection) as asked:
            enter_claim(actor=actor, entry=entry, submit=True)
        transaction.set_rollback(True)
    return len(table_queries(one["sql"] for one in asked.captured_queries))


def _timed_key(key: int) -> float:
    with connections["loader"].cursor() as cursor:
        start = perf_counter()
        cursor.execute(_BY_KEY, [key])
        cursor.fetchone()
        return 1000 * (perf_counter() - start)


def _p95(times: Sequence[float]) -> float:
    return percentile(times[WARM_UP:], 95)
