"""Celery's side of care: what comes back every hour, safe to run twice."""

from celery import shared_task
from django.db import close_old_connections

from claims.services.care_sums import recount_all_care
from claims.services.facility_signals import raise_all_facility_signals
from claims.services.finality import make_all_final
from claims.services.later_signals import look_again_everywhere
from claims.services.sent_claims import PATIENCE, check_all_waiting
from conamus import clock


@shared_task(name="claims.tasks.check_waiting_claims")
def check_waiting_claims() -> int:
    """Check what was sent and whose own job did not decide it."""
    close_old_connections()
    return check_all_waiting(before=clock.moment() - PATIENCE)


@shared_task(name="claims.tasks.make_claims_final")
def make_claims_final() -> int:
    """Make final what nobody may contest any more."""
    close_old_connections()
    return make_all_final(on=clock.today())


@shared_task(name="claims.tasks.raise_facility_signals")
def raise_facility_signals() -> int:
    """Look at the facilities' last months against their peers."""
    close_old_connections()
    return raise_all_facility_signals(on=clock.today())


@shared_task(name="claims.tasks.raise_later_signals")
def raise_later_signals() -> int:
    """Look again at decided care that the register of members has learnt something of since."""
    close_old_connections()
    return look_again_everywhere(on=clock.today())


@shared_task(name="claims.tasks.recount_care")
def recount_care() -> None:
    """Count the sums of care again: each statement adds rows to them, this makes them few."""
    close_old_connections()
    recount_all_care(on=clock.today())
