"""Writes of the catalogue: acts, medicines, reasons for care; added, corrected, closed.

CONAMUS keeps the network's list, a federation what it adds of its own. A code never changes and
is never given twice: attestations carry it. What is closed stays, for the care already given.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from claims.models import Act, CareReason
from claims.selectors.catalogue import acts, is_act_decided, is_reason_decided, reasons
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotAllowed, NotFound
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor

_CODE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
#: What of a reason the rules read.
_MARKS = ("is_chronic", "is_maternity")
_DECIDED_ACT = (
    "Des soins sont déjà décidés dans cette famille : retirez cet acte, et ajoutez-en un sous un "
    "autre code dans la bonne famille."
)
_DECIDED_REASON = (
    "Des soins sont déjà décidés pour ce motif : retirez-le, et ajoutez-en un sous un autre code."
)
NOT_YOURS = "Cette ligne est tenue par {} : demandez-lui de la changer."


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDetails:
    """What a person says of an act or medicine."""

    name: str
    family: str
    strength: str = ""
    form: str = ""
    atc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDetails:
    """What a person says of a reason for care."""

    name: str
    icd10: str = ""
    is_chronic: bool = False
    is_maternity: bool = False
    usual_treatment: str = ""


Details = ActDetails | ReasonDetails


@transaction.atomic
def add_act(*, actor: Actor, code: str, details: ActDetails, key: str = "") -> Act:
    """Add an act to the catalogue."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["act", code, asdict(details)],
        create=lambda: _add(Act(tenant_id=actor.tenant_id), code, details),
        find=lambda pk: Act.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def add_reason(*, actor: Actor, code: str, details: ReasonDetails, key: str = "") -> CareReason:
    """Add a reason for care to the list."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["care_reason", code, asdict(details)],
        create=lambda: _add(CareReason(tenant_id=actor.tenant_id), code, details),
        find=lambda pk: CareReason.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def change_act(*, actor: Actor, act_id: int, details: ActDetails) -> Act:
    """Correct what the catalogue says of an act; its code stays."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    act = _own_act(actor, act_id)
    gathering = Gathering()
    with gathering.part():
        if details.family != act.family and is_act_decided(act.pk):
            raise DomainError(_DECIDED_ACT, field="family")
    _fill(act, details, gathering)
    return act


@transaction.atomic
def change_reason(*, actor: Actor, reason_id: int, details: ReasonDetails) -> CareReason:
    """Correct what the list says of a reason; its code stays."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    reason = _own_reason(actor, reason_id)
    gathering = Gathering()
    marked = [name for name in _MARKS if getattr(details, name) != getattr(reason, name)]
    if marked and is_reason_decided(reason.pk):
        gathering.found.extend(DomainError(_DECIDED_REASON, field=name) for name in marked)
    _fill(reason, details, gathering)
    return reason


@transaction.atomic
def close_act(*, actor: Actor, act_id: int, closed_on: date | None) -> Act:
    """Withdraw an act from a day on; None takes it back."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    act = _own_act(actor, act_id)
    _require_near(closed_on)
    act.closed_on = closed_on
    save_checked(act, changed=("closed_on",))
    return act


@transaction.atomic
def close_reason(*, actor: Actor, reason_id: int, closed_on: date | None) -> CareReason:
    """Withdraw a reason from a day on; None takes it back."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    reason = _own_reason(actor, reason_id)
    _require_near(closed_on)
    reason.closed_on = closed_on
    save_checked(reason, changed=("closed_on",))
    return reason


def _add(row: Any, code: str, details: Details) -> Any:
    gathering = Gathering()
    row.code = code.strip().upper()
    with gathering.part():
        if not row.code or not set(row.code) <= _CODE:
            raise DomainError(
                "Le code est fait de lettres sans accent, de chiffres et de tirets (AMOX500).",
                field="code",
            )
    _fill(row, details, gathering)
    return row


def _fill(row: Any, details: Details, gathering: Gathering | None = None) -> None:
    values = asdict(details)
    for name, value in values.items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)
    changed = None if row._state.adding else (*values, "sort_key", "search_key")
    save_checked(row, conflict_field="code", gathered=gathering, changed=changed)


def _require_near(closed_on: date | None) -> None:
    if closed_on is not None:
        require_near_day(closed_on, today=clock.today(), act="Un retrait", field="closed_on")


def _own_act(actor: Actor, act_id: int) -> Act:
    act = acts(actor.tenant_id).filter(pk=act_id).first()
    if act is None:
        raise NotFound("Cet acte n’est pas au catalogue.")
    _require_keeper(actor, act)
    return Act.objects.select_for_update().get(tenant_id=actor.tenant_id, pk=act_id)


def _own_reason(actor: Actor, reason_id: int) -> CareReason:
    reason = reasons(actor.tenant_id).filter(pk=reason_id).first()
    if reason is None:
        raise NotFound("Ce motif de soins n’est pas dans la liste.")
    _require_keeper(actor, reason)
    return CareReason.objects.select_for_update().get(tenant_id=actor.tenant_id, pk=reason_id)


def _require_keeper(actor: Actor, row: Act | CareReason) -> None:
    if row.tenant_id != actor.tenant_id:
        raise NotAllowed(NOT_YOURS.format(row.tenant.short_name))
