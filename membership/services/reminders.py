"""Reminders by text message: asked for, sent one by one by a job, and tried again.

Nothing is written, and nothing sent, while no provider is configured. A message's row is there
before it goes out and is marked just before: one that was on its way when the worker died is
told as failed, of unknown fate, rather than sent a second time.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.figures import format_integer
from federations.models import Job
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.holds import hold_alone
from federations.services.jobs import request_job
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Reminder
from membership.rules.sentences import counted
from membership.rules.text_messages import LONGEST, check_model, filled, length
from membership.selectors.households import units_with_households
from membership.selectors.reminders import (
    SEND_JOB,
    Audience,
    audience,
    facts_of,
    failed_today,
    office_of,
    reminders,
    still_concerned,
    today_began_at,
)
from membership.sms import Provider, ProviderUnreachable, SendingFailed, provider_in_use

#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
Scope = Callable[[], AbstractContextManager[Any]]
#: Messages of one request.
MOST_MESSAGES = 5_000
#: After so many messages in a row that found no provider, the others are not tried.
MOST_UNREACHABLE = 3
OFF = (
    "L’envoi de SMS est désactivé : rien ne part. L’administrateur du système l’ouvre "
    "(SMS_PROVIDER) ; d’ici là, imprimez les listes."
)
_UNKNOWN_FATE = "Interrompu pendant l’envoi : on ne sait pas s’il est parti."
_TOO_LATE = "N’est pas parti le jour de la demande."
_NOT_TRIED = "Pas essayé : la passerelle ne répondait plus."
MODELS = {
    Reminder.Purpose.RENEW: (
        "{federation} : le ménage {menage} n'est pas encore inscrit pour {annee}. Renouvelez "
        "auprès de votre mutuelle. Info : {telephone}"
    ),
    Reminder.Purpose.PAY: (
        "{federation} : ménage {menage}, cotisation {annee} en retard de {reste}. Payez à votre "
        "mutuelle pour garder vos droits. Info : {telephone}"
    ),
}
#: The names that a model may hold, and what they stand for.
NAMES = {
    "federation": "le nom court de la fédération",
    "menage": "le numéro du ménage",
    "annee": "l’année mutualiste",
    "reste": "ce qui est en retard (rappel à payer seulement)",
    "telephone": "le téléphone de l’unité, sinon de la fédération",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text for one telephone."""

    household_id: int
    number: str
    phone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The messages that a request would send, and whom it leaves out."""

    messages: list[Message]
    left_out: Audience

    @property
    def longest(self) -> Message | None:
        """The message that takes the most places."""
        return max(self.messages, key=lambda one: length(one.text), default=None)


def prepare_reminders(
    *, actor: Actor, purpose: str, year: int, unit_id: int | None, text: str
) -> Batch:
    """Return the messages as they would go out now; writes nothing."""
    require(actor, Permission.SEND_REMINDERS)
    if purpose not in Reminder.Purpose.values:
        raise DomainError("Choisissez l’objet du rappel.", field="purpose")
    if unit_id is not None and not units_with_households(actor).filter(pk=unit_id).exists():
        raise NotFound("Cette unité n’existe pas, ou n’est pas la vôtre.", field="unit")
    check_model(text, _names_for(purpose))
    found = audience(actor, purpose=purpose, year=year, unit_id=unit_id, on=clock.today())
    batch = Batch(messages=_messages(actor, found, text, year), left_out=found)
    _require_short(batch)
    return batch


@transaction.atomic
def request_reminders(
    *,
    actor: Actor,
    purpose: str,
    year: int,
    unit_id: int | None,
    text: str,
    expected: int | None = None,
    key: str = "",
) -> Job:
    """Write the messages and ask for the job that sends them.

    ``expected``: how many the person was shown; another number now is shown first.
    """
    require(actor, Permission.SEND_REMINDERS)
    provider = _provider()
    content = {"purpose": purpose, "year": year, "unit_id": unit_id, "text": text}

    def create() -> Job:
        _one_request_at_a_time(actor)
        _give_up_old(actor)
        batch = prepare_reminders(
            actor=actor, purpose=purpose, year=year, unit_id=unit_id, text=text
        )
        _require_as_shown(batch, expected)
        return _ask(actor, provider, _rows(actor, batch.messages, purpose, year))

    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"kind": SEND_JOB, **content},
        create=create,
        find=lambda pk: Job.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def retry_reminders(*, actor: Actor, key: str = "") -> Job:
    """Send today's failed messages again, to those whom there is still something to tell."""
    require(actor, Permission.SEND_REMINDERS)
    provider = _provider()

    def create() -> Job:
        _one_request_at_a_time(actor)
        failed = _concerned(actor, failed_today(actor))
        again = [_copy(actor, row) for row in failed]
        return _ask(actor, provider, again)

    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"kind": SEND_JOB, "retry": True},
        create=create,
        find=lambda pk: Job.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


def send_reminders(
    *, actor: Actor, reminder_ids: Sequence[int], scope: Scope, progress: Progress
) -> dict[str, int]:
    """Send the waiting ones of some messages; call it outside of any scope."""
    require(actor, Permission.SEND_REMINDERS)
    provider = _provider()
    total, unreachable = len(reminder_ids), 0
    for done, reminder_id in enumerate(reminder_ids, start=1):
        with scope():
            row = _take(actor, reminder_id)
        if row is None:
            continue
        if unreachable >= MOST_UNREACHABLE:
            changes = {"state": Reminder.State.FAILED, "error": _NOT_TRIED, "sent_at": None}
        else:
            changes, was_unreachable = _hand_over(provider, row)
            unreachable = unreachable + 1 if was_unreachable else 0
        with scope():
            _own(actor, [reminder_id]).update(**changes)
        progress(done, total, f"{format_integer(done)} sur {format_integer(total)}")
    with scope():
        states = list(_own(actor, reminder_ids).values_list("state", flat=True))
    return {state.value: states.count(state) for state in Reminder.State}


def _hand_over(provider: Provider, row: Reminder) -> tuple[dict[str, Any], bool]:
    """Return what becomes of the row, and whether the provider could not be reached."""
    try:
        reference = provider.send(row.phone, row.text)
    except SendingFailed as error:
        told = {"state": Reminder.State.FAILED, "error": str(error)[:200], "sent_at": None}
        return told, isinstance(error, ProviderUnreachable)
    return {
        "state": Reminder.State.SENT,
        "provider_reference": reference,
        "sent_at": timezone.now(),
    }, False


def _take(actor: Actor, reminder_id: int) -> Reminder | None:
    """Mark a message as going out; None where it is not to go out (any more)."""
    waiting = _own(actor, [reminder_id]).filter(state=Reminder.State.WAITING)
    if not waiting.filter(sent_at__isnull=True).update(sent_at=timezone.now()):
        waiting.update(state=Reminder.State.FAILED, error=_UNKNOWN_FATE)
        return None
    return _own(actor, [reminder_id]).get()


def _own(actor: Actor, ids: Iterable[int]) -> Any:
    return Reminder.objects.filter(tenant_id=actor.tenant_id, pk__in=list(ids)).order_by()


def _provider() -> Provider:
    provider = provider_in_use()
    if provider is None:
        raise DomainError(OFF)
    return provider


def _names_for(purpose: str) -> dict[str, str]:
    if purpose == Reminder.Purpose.PAY:
        return NAMES
    return {name: told for name, told in NAMES.items() if name != "reste"}


def _messages(actor: Actor, found: Audience, model: str, year: int) -> list[Message]:
    office = office_of(actor.tenant_id)
    return [
        Message(
            household_id=one.household_id,
            number=one.number,
            phone=one.mobile,
            text=filled(model, facts_of(one, year, office)),
        )
        for one in found.reached
    ]


def _require_short(batch: Batch) -> None:
    longest = batch.longest
    if longest is not None and length(longest.text) > LONGEST:
        raise DomainError(
            f"Pour le ménage {longest.number}, le texte a {length(longest.text)} caractères : "
            f"{LONGEST} au plus, pour un seul SMS. Raccourcissez-le.",
            field="text",
        )
    if len(batch.messages) > MOST_MESSAGES:
        raise DomainError(
            f"Plus de {format_integer(MOST_MESSAGES)} messages : choisissez une unité.",
            field="unit",
        )


def _require_as_shown(batch: Batch, expected: int | None) -> None:
    if expected is not None and len(batch.messages) != expected:
        raise DomainError(
            f"Ce ne sont plus {counted(expected, 'message')} mais {len(batch.messages)} : relisez "
            "l’aperçu, puis envoyez."
        )


def _one_request_at_a_time(actor: Actor) -> None:
    """Two people who press at the same moment must not reach one telephone twice."""
    hold_alone(f"reminders:{actor.tenant_id}")


def _give_up_old(actor: Actor) -> None:
    """What a lost job never sent is told as failed, and hinders nobody."""
    reminders(actor).filter(
        state=Reminder.State.WAITING, asked_at__lt=today_began_at()
    ).order_by().update(state=Reminder.State.FAILED, error=_TOO_LATE)


def _rows(actor: Actor, messages: Sequence[Message], purpose: str, year: int) -> list[Reminder]:
    return [
        Reminder(
            tenant_id=actor.tenant_id,
            household_id=one.household_id,
            purpose=purpose,
            year=year,
            phone=one.phone,
            text=one.text,
            asked_by=actor.name,
        )
        for one in messages
    ]


def _concerned(actor: Actor, failed: Sequence[Reminder]) -> list[Reminder]:
    kept = []
    for purpose, year in sorted({(row.purpose, row.year) for row in failed}):
        same = [row for row in failed if (row.purpose, row.year) == (purpose, year)]
        keys = still_concerned(
            actor,
            purpose=purpose,
            year=year,
            household_ids=[row.household_id for row in same],
            on=clock.today(),
        )
        kept += [row for row in same if row.household_id in keys]
    return kept


def _copy(actor: Actor, row: Reminder) -> Reminder:
    """The failure stays in the log; what is sent again is a new message."""
    return Reminder(
        tenant_id=actor.tenant_id,
        household_id=row.household_id,
        purpose=row.purpose,
        year=row.year,
        phone=row.phone,
        text=row.text,
        asked_by=actor.name,
    )


def _ask(actor: Actor, provider: Provider, rows: Sequence[Reminder]) -> Job:
    if not rows:
        raise DomainError("Aucun message à envoyer : personne n’est à rappeler par SMS.")
    for row in rows:
        row.provider = provider.name
    made = Reminder.objects.bulk_create(rows, batch_size=1000)
    return request_job(
        actor=actor,
        kind=SEND_JOB,
        title=f"Envoi de {counted(len(made), 'rappel')} par SMS",
        parameters={"reminder_ids": [row.pk for row in made]},
    )
