"""Writes of the terms of control: which claims a person must see, and the delays; from a day."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from claims.models import ControlTerms
from claims.rules.review import DEFERRAL_DAYS, MOST_DEFERRALS
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewControlTerms:
    """Amounts, sample and delays, from a day on."""

    in_force_from: date
    accepted_below_francs: int
    sample_percent: Decimal
    second_reader_from_francs: int
    reply_days: int
    contest_days: int
    most_deferrals: int = MOST_DEFERRALS
    deferral_days: int = DEFERRAL_DAYS


@transaction.atomic
def set_control_terms(*, actor: Actor, terms: NewControlTerms, key: str = "") -> ControlTerms:
    """Set how claims received from a day on are checked; the terms before end there."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["control_terms", asdict(terms)],
        create=lambda: _set(actor, terms),
        find=lambda pk: ControlTerms.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


def _set(actor: Actor, terms: NewControlTerms) -> ControlTerms:
    row = ControlTerms(tenant_id=actor.tenant_id, adopted_by=actor.name[:150], **asdict(terms))
    gathering = Gathering()
    with gathering.part():
        has_some = ControlTerms.objects.filter(tenant_id=actor.tenant_id).exists()
        if has_some and terms.in_force_from < clock.today():
            raise DomainError(
                "Des règles valent déjà pour les jours passés : choisissez un jour dès "
                "aujourd’hui.",
                field="in_force_from",
            )
    with gathering.part():
        if terms.second_reader_from_francs < terms.accepted_below_francs:
            raise DomainError(
                "Le second lecteur ne lirait que ce qui est accepté d’office : son montant est "
                "le plus grand des deux.",
                field="second_reader_from_francs",
            )
    save_checked(row, conflict_field="in_force_from", gathered=gathering)
    return row
