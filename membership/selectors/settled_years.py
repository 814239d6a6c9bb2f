"""What became of a first enrolment once the year before it was put in order (services too)."""

from collections.abc import Sequence
from datetime import date

from conamus import clock
from membership.models import Enrolment, Payment
from membership.rules.renewals import receipt_words, settled_by
from membership.selectors.insured_years import insured_enrolments, insured_of, later_first
from membership.selectors.payments import receipt_of


def told_on_receipt(payment: Payment) -> str:
    """Say what a receipt has made of the year after its own; empty where nothing."""
    settled = payment.enrolment
    if payment.reverses_id is not None:
        return ""
    begins = settled_by(settled.year_id, receipt_words(receipt_of(payment)))
    anew = Enrolment.objects.filter(
        tenant_id=settled.tenant_id,
        household_id=settled.household_id,
        year_id=settled.year_id + 1,
        cancelled_because__startswith=begins,
    )
    if anew.exists():
        return (
            f"{settled.year_id} est en ordre : l’adhésion {settled.year_id + 1}, signée comme "
            "première, devient un renouvellement."
        )
    first = later_first(settled)
    if first is None or not insured_enrolments(settled.tenant_id, [settled], on=clock.today()):
        return ""
    return _stays_first(first.year_id)


def told_on_household(tenant_id: int, enrolments: Sequence[Enrolment], today: date) -> str:
    """Say of a household's enrolments (`with_facts`) that one stays first; empty where none."""
    running = {row.year_id: row for row in enrolments if row.cancelled_on is None}
    for year, row in running.items():
        before = running.get(year - 1)
        if year < today.year or row.is_renewal or before is None:
            continue
        if insured_of(tenant_id, [before], on=today):
            return _stays_first(year)
    return ""


def _stays_first(year: int) -> str:
    return (
        f"{year - 1} est en ordre depuis, mais l’adhésion {year}, déjà payée ou promise, reste une "
        "première adhésion, avec droit d’adhésion et carence."
    )
