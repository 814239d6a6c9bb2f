"""Renewing a section of 500 households, against a bare INSERT of the same enrolments.

Five hundred of last year's households of the largest federation are put into one unit and
renewed by the service: locked, checked, priced by the scale, written with their history. The
bound writes the same rows by one INSERT … SELECT of the same role, history on. Every round is
rolled back:

    python -m bench renewal            (the network loaded first)
    python -m bench --as-is renewal    (the running demonstration, left as it was)
"""

import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from django.db import connection, transaction

from bench.measure import Figure, report
from conamus import clock
from federations.models import Federation, Unit
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from membership.models import Enrolment, Household
from membership.selectors.renewals import not_renewed
from membership.services.renewals import renew_households

SIZE, ROUNDS = 500, 5
LIMIT_MS = 2000
LARGEST = "MUNASA"
_COPY = """
INSERT INTO membership_enrolment (
    tenant_id, household_id, unit_id, year_id, colline_id, enrolled_on, is_renewal, is_same_unit,
    head_sex, head_birth_year, males, females, category, scale_id, contribution_francs,
    joining_fee_francs, payer_francs, payer, payer_partner_id
)
SELECT tenant_id, household_id, unit_id, %s, colline_id, %s, true, true, head_sex, head_birth_year,
       males, females, category, scale_id, contribution_francs, joining_fee_francs, payer_francs,
       payer, payer_partner_id
FROM membership_enrolment
WHERE tenant_id = %s AND year_id = %s AND household_id = ANY(%s) AND cancelled_on IS NULL
"""


def main() -> int:
    """Measure, print, and fail above the limit."""
    actor = system_actor(Federation.objects.get(code=LARGEST).pk, "mesure")
    measured, bound = _median(actor, _renew), _median(actor, _insert)
    name = f"renewing {SIZE} households"
    figure = Figure(name=name, measured=measured, limit=LIMIT_MS, unit="ms", bound=bound)
    return report([figure])


def _median(actor: Actor, work: Callable[[Actor, int, list[int]], None]) -> float:
    return statistics.median(_timed(actor, work) for _ in range(ROUNDS))


def _timed(actor: Actor, work: Callable[[Actor, int, list[int]], None]) -> float:
    with _section(actor) as (unit_id, household_ids):
        start = perf_counter()
        work(actor, unit_id, household_ids)
        return 1000 * (perf_counter() - start)


@contextmanager
def _section(actor: Actor) -> Iterator[tuple[int, list[int]]]:
    """Put last year's households into one unit, not enrolled for this year; undone after."""
    year = clock.today().year
    with open_scope(actor, source="mesure"):
        unit = Unit.objects.filter(tenant_id=actor.tenant_id, kind=Unit.Kind.SECTION).first()
        if unit is None:
            sys.exit("the network has no section")
        enrolled = Enrolment.objects.filter(
            tenant_id=actor.tenant_id, year_id=year - 1, household__closed_on__isnull=True
        )
        keys = list(enrolled.order_by("pk").values_list("household_id", flat=True)[:SIZE])
        Household.objects.filter(tenant_id=actor.tenant_id, pk__in=keys).update(unit=unit)
        Enrolment.objects.filter(
            tenant_id=actor.tenant_id, household_id__in=keys, year_id=year
        ).update(cancelled_on=clock.today())
        found = not_renewed(actor, year).filter(pk__in=keys).count()
        if found != SIZE:
            sys.exit(f"{found} households to renew, {SIZE} are needed")
        yield unit.pk, keys
        transaction.set_rollback(True)


def _renew(actor: Actor, unit_id: int, household_ids: list[int]) -> None:
    made = renew_households(
        actor=actor,
        unit_id=unit_id,
        year=clock.today().year,
        household_ids=household_ids,
        enrolled_on=clock.today(),
    )
    if made.enrolled != SIZE:
        sys.exit(f"{made.enrolled} renewed, {SIZE} were asked: {made.refused[:3]}")


def _insert(actor: Actor, unit_id: int, household_ids: list[int]) -> None:
    today = clock.today()
    values = [today.year, today, actor.tenant_id, today.year - 1, household_ids]
    with connection.cursor() as cursor:
        cursor.execute(_COPY, values)
