"""A year that is put in order after the next one was signed: the next one becomes a renewal.

Who signs for a year while the year before is unpaid is new, with joining fee and waiting. Paid the
day before, it would have renewed: so what the desk happened to write first does not decide. The
first enrolment is cancelled, saying why, and a renewal of the same people is signed in its place
(docs/decisions/0039). Only where nothing hangs on it yet: what was received or promised for a first
enrolment stays as it was given a receipt for, and the pages say what can be done.
"""

from collections.abc import Collection
from copy import copy

from django.db.models import Exists, OuterRef

from conamus import clock
from federations.models import Unit
from federations.selectors.units import replaced_by_each
from federations.tenancy.actor import Actor
from membership.models import Enrolment, EnrolmentSupplement, Household, Payment, Promise
from membership.rules.renewals import receipt_words, signed_anew_because
from membership.rules.scale import amount_due
from membership.selectors.insured_years import insured_of, later_first, waiting_of, with_facts
from membership.selectors.payments import receipt_of
from membership.selectors.scales import load_scale
from membership.services.enrolments import paid_for
from membership.services.following_year import retell_following_year


def renew_what_follows(
    actor: Actor, household: Household, settled: Enrolment, *, by: Payment | Promise
) -> None:
    """Make the year after a renewal, if ``by`` has put an enrolment's year in order.

    With the household held, in the transaction of what settles the year.
    """
    first = later_first(settled)
    if first is None or household.closed_on is not None or not _is_free(first):
        return
    today = clock.today()
    facts = list(with_facts(Enrolment.objects.filter(tenant_id=actor.tenant_id, pk=settled.pk)))
    if not insured_of(actor.tenant_id, facts, on=today):
        return
    renewal = _renewal_of(first, settled, household)
    renewal.waits_until = waiting_of(actor.tenant_id, facts, on=today).get(settled.pk)
    less = first.due_francs - renewal.due_francs
    first.cancelled_on = max(today, first.enrolled_on)
    first.cancelled_because = signed_anew_because(settled.year_id, _told(by), less_francs=less)
    first.save(update_fields=["cancelled_on", "cancelled_because"])
    renewal.save(force_insert=True)
    retell_following_year(actor.tenant_id, renewal.year_id, [household.pk])


def renew_what_a_file_settled(actor: Actor, enrolment_ids: Collection[int]) -> None:
    """Do the same after payments written together, their households held; one query mostly."""
    next_first = Enrolment.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("household"),
        year_id=OuterRef("year_id") + 1,
        is_renewal=False,
        cancelled_on__isnull=True,
    )
    found = Enrolment.objects.filter(tenant_id=actor.tenant_id, pk__in=enrolment_ids)
    for settled in found.filter(Exists(next_first)).select_related("household"):
        written = Payment.objects.filter(tenant_id=actor.tenant_id, enrolment=settled)
        last = written.select_related("unit").order_by("-pk")[0]
        renew_what_follows(actor, settled.household, settled, by=last)


def _told(by: Payment | Promise) -> str:
    if isinstance(by, Payment):
        return receipt_words(receipt_of(by))
    return f"la promesse acceptée le {by.answered_on:%d/%m/%Y}"


def _is_free(first: Enrolment) -> bool:
    """Tell whether nothing hangs on an enrolment that the household has yet to pay."""
    own = {"tenant_id": first.tenant_id, "enrolment": first}
    if first.due_francs <= first.payer_francs or first.signed_at_id or paid_for(first):
        return False
    promises = Promise.objects.filter(withdrawn_on__isnull=True, **own)
    if promises.exclude(state=Promise.State.REFUSED).exists():
        return False
    return not EnrolmentSupplement.objects.filter(**own).exists()


def _renewal_of(first: Enrolment, settled: Enrolment, household: Household) -> Enrolment:
    """The same people and category, signed today where the household is, without the fee."""
    row = copy(first)
    row.pk, row._state = None, copy(first._state)
    row._state.adding = True
    replaced = replaced_by_each(Unit.objects.filter(pk=household.unit_id))
    row.is_renewal, row.is_returning, row.enrolled_on = True, False, clock.today()
    row.unit_id, row.colline_id = household.unit_id, household.colline_id
    row.is_same_unit = settled.unit_id in {household.unit_id, *replaced.get(household.unit_id, ())}
    row.joining_fee_francs = 0
    if first.scale is not None:
        scale = load_scale(first.scale).scale
        due = amount_due(scale, size=first.people, category=first.category, is_new=False)
        row.payer_francs = due.payer_francs
    return row
