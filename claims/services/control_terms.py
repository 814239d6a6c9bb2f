"""Writes of the terms of control: which claims a person must see, and the delays; from a day."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from claims.models import ControlTerms
from claims.rules.review import DEFERRAL_DAYS, MOST_DEFERRALS
from claims.selectors.control import ControlTermsInForce, control_terms
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.figures import format_date, format_rate
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor

_DAY = timedelta(days=1)


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
        _check_days(terms, control_terms(actor.tenant_id))
    with gathering.part():
        if terms.second_reader_from_francs < terms.accepted_below_francs:
            raise DomainError(
                "Le second lecteur ne lirait que ce qui est accepté d’office : son montant est "
                "le plus grand des deux.",
                field="second_reader_from_francs",
            )
    save_checked(row, conflict_field="in_force_from", gathered=gathering)
    return row


def _check_days(terms: NewControlTerms, known: ControlTermsInForce) -> None:
    """Refuse what would change the past, or give a month's sample a second rate (decision 0065)."""
    first, today = terms.in_force_from, clock.today()
    require_near_day(first, today=today, act="Un changement de règles", field="in_force_from")
    if first < today and known.row_of(today - _DAY) is not None:
        raise DomainError(
            "Des règles valent déjà pour les jours passés : choisissez un jour dès aujourd’hui.",
            field="in_force_from",
        )
    before = known.row_of(first - _DAY) if first >= today else None
    after = known.next_own(first)
    is_to_come = first.day == 1 and first > today
    if before is not None and before.sample_percent != terms.sample_percent and not is_to_come:
        raise DomainError(
            "L’échantillon d’un mois a un seul taux : pour en changer, choisissez le premier jour "
            f"d’un mois à venir ; avant lui, gardez {_percent(before)}.",
            field="in_force_from",
        )
    is_mid_month = after is not None and after.in_force_from.day != 1
    if after is not None and is_mid_month and after.sample_percent != terms.sample_percent:
        raise DomainError(
            f"Les règles fixées dès le {format_date(after.in_force_from)} donneraient un second "
            f"taux au même mois : gardez leur échantillon, {_percent(after)}.",
            field="sample_percent",
        )


def _percent(row: ControlTerms) -> str:
    return format_rate(Fraction(row.sample_percent) / 100, 2)
