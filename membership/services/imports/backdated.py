"""The traces of what an import dates further back than an agent may, with the import's reason."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.utils import timezone

from federations.services.bulk import insert_rows
from membership.models import LifeEvent, Payment
from membership.services.imports.run import ImportRun

_COLUMNS = (
    "tenant_id", "enrolment_id", "payment_id", "event_id", "dated_on", "written_on", "reason",
    "recorded_by", "recorded_by_user_id", "recorded_at",
)  # fmt: skip
#: Enrolment, payment and event, of which one or two are told, and the day.
_Operation = tuple[int | None, int | None, int | None, date]


def trace_old_enrolments(run: ImportRun, enrolments: Sequence[tuple[int, date]]) -> None:
    """List the enrolments that were just written with an old day: their keys and days."""
    if enrolments:
        _trace(run, ((key, None, None, on) for key, on in enrolments))


def trace_old_entries(run: ImportRun, people: Collection[int]) -> None:
    """List the entries of people who have just joined households with an old day."""
    if not people:
        return
    found = LifeEvent.objects.filter(
        tenant_id=run.actor.tenant_id, beneficiary_id__in=people, kind=LifeEvent.Kind.JOINED
    ).order_by("pk")
    _trace(run, ((None, None, key, on) for key, on in found.values_list("pk", "happened_on")))


def trace_old_payments(run: ImportRun, rows: Sequence[Sequence[object]]) -> None:
    """List those of the payments just written (in ``PAYMENT_COLUMNS``) that have an old day."""
    if run.is_without_backdating:
        return
    enrolments = {int(str(row[1])) for row in rows}
    numbers = {tuple(row[2:5]) for row in rows}
    found = Payment.objects.filter(
        tenant_id=run.actor.tenant_id, enrolment_id__in=enrolments
    ).values_list("pk", "enrolment_id", "received_on", "unit_id", "receipt_year", "receipt_number")
    _trace(
        run,
        (
            (enrolment, key, None, on)
            for key, enrolment, on, *number in found
            if tuple(number) in numbers and run.is_backdated(on)
        ),
    )


def _trace(run: ImportRun, operations: Iterable[_Operation]) -> None:
    actor, now = run.actor, timezone.now().isoformat()
    insert_rows(
        "membership_backdating",
        _COLUMNS,
        (
            (
                actor.tenant_id, enrolment, payment, event, on, run.today,
                run.row.backdating_reason, actor.name[:150], actor.user_id, now,
            )
            for enrolment, payment, event, on in operations
        ),
    )  # fmt: skip
