"""Writes of agreements: signed, suspended, taken up again, ended, renewed, with their papers.

Two agreements of one facility with the same mutuelle, or with the whole federation, never share
a day: who writes about a facility's holds them to the end.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q

from claims.models import Agreement, AgreementDocument, AgreementSuspension
from claims.rules.advances import AdvanceClause, clause_problems
from claims.selectors.agreements import running_on, suspension_of
from claims.services.holding import hold
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date
from federations.models import HealthFacility, Unit
from federations.rules.days import require_near_day
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.files import store_file
from federations.services.ownership import require_own_unit
from federations.services.papers import clean_paper
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerms:
    """What is signed with a facility; ``unit_id`` None: by the whole federation."""

    facility_id: int
    starts_on: date
    unit_id: int | None = None
    number: str = ""
    ends_on: date | None = None
    payment_term_days: int = 30
    advance_francs: int | None = None
    advance_percent: int | None = None
    advance_months: int | None = None


@transaction.atomic
def sign_agreement(*, actor: Actor, terms: AgreementTerms, key: str = "") -> Agreement:
    """Record an agreement with a facility."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["agreement", asdict(terms)],
        create=lambda: _sign(actor, terms),
        find=lambda pk: Agreement.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def change_agreement(
    *,
    actor: Actor,
    agreement_id: int,
    number: str,
    payment_term_days: int,
    advances: AdvanceClause,
) -> Agreement:
    """Correct number, payment term and clause of advances; the days have services of their own."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    refuse_problems(clause_problems(advances))
    row = _own(actor, agreement_id)
    row.number, row.payment_term_days = number.strip(), payment_term_days
    row.advance_francs, row.advance_percent = advances.francs, advances.percent
    row.advance_months = advances.months
    advance = ("advance_francs", "advance_percent", "advance_months")
    save_checked(row, changed=("number", "payment_term_days", *advance))
    return row


@transaction.atomic
def end_agreement(*, actor: Actor, agreement_id: int, ends_on: date, because: str) -> Agreement:
    """End an agreement on a day, or bring its end forward."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = _own(actor, agreement_id)
    if ends_on <= row.starts_on:
        raise DomainError(
            f"La convention commence le {format_date(row.starts_on)} : sa fin vient après.",
            field="ends_on",
        )
    if row.ends_on is not None and ends_on > row.ends_on:
        raise DomainError(
            f"Elle finit déjà le {format_date(row.ends_on)} : pour la prolonger, renouvelez-la.",
            field="ends_on",
        )
    row.ends_on, row.ended_because = ends_on, because.strip()
    save_checked(row, conflict_field="ends_on", changed=("ends_on", "ended_because"))
    return row


@transaction.atomic
def withdraw_agreement(*, actor: Actor, agreement_id: int) -> None:
    """Drop an agreement that has not begun: no care was ever accepted under it."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = _own(actor, agreement_id)
    if row.starts_on <= clock.today():
        raise Conflict("Cette convention a commencé : mettez-y fin, elle ne se retire plus.")
    if row.documents.exists() or row.suspensions.exists():
        raise Conflict(
            "Elle a des documents ou une suspension : ils y restent. Mettez-lui fin le lendemain "
            "de son début."
        )
    row.delete()


@transaction.atomic
def renew_agreement(
    *, actor: Actor, agreement_id: int, number: str, ends_on: date | None, key: str = ""
) -> Agreement:
    """Follow an agreement that ends by another on the day of its end."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    before = _own(actor, agreement_id)
    if before.ends_on is None:
        raise Conflict("Cette convention n’a pas de fin : elle n’a pas à être renouvelée.")
    terms = AgreementTerms(
        facility_id=before.facility_id,
        unit_id=before.unit_id,
        starts_on=before.ends_on,
        number=number,
        ends_on=ends_on,
        payment_term_days=before.payment_term_days,
        advance_francs=before.advance_francs,
        advance_percent=before.advance_percent,
        advance_months=before.advance_months,
    )
    return sign_agreement(actor=actor, terms=terms, key=key)


@transaction.atomic
def suspend_agreement(
    *, actor: Actor, agreement_id: int, starts_on: date, ends_on: date | None, reason: str
) -> AgreementSuspension:
    """Suspend an agreement from a day, to a day or until it is lifted."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = _own(actor, agreement_id)
    pause = AgreementSuspension(
        tenant_id=actor.tenant_id, agreement=row, facility_id=row.facility_id,
        starts_on=starts_on, ends_on=ends_on, reason=reason.strip(),
    )  # fmt: skip
    gathering = Gathering()
    with gathering.part():
        _require_order(starts_on, ends_on)
    with gathering.part():
        _require_within(row, starts_on)
        require_near_day(starts_on, today=clock.today(), act="Une suspension", field="starts_on")
    with gathering.part():
        _require_not_suspended(row, starts_on, ends_on)
    save_checked(pause, gathered=gathering)
    return pause


@transaction.atomic
def lift_suspension(*, actor: Actor, agreement_id: int, ends_on: date) -> AgreementSuspension:
    """Take a suspended agreement up again from a day on."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = _own(actor, agreement_id)
    pause = (
        row.suspensions.select_for_update()
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on))
        .order_by("starts_on")
        .first()
    )
    if pause is None:
        raise Conflict("Cette convention n’est pas suspendue.")
    if ends_on <= pause.starts_on:
        raise DomainError(
            f"Elle est suspendue dès le {format_date(pause.starts_on)} : choisissez un jour qui "
            "suit, ou retirez cette suspension tant qu’elle est à venir.",
            field="ends_on",
        )
    pause.ends_on = ends_on
    save_checked(pause, changed=("ends_on",))
    return pause


@transaction.atomic
def withdraw_suspension(*, actor: Actor, agreement_id: int, suspension_id: int) -> None:
    """Drop a suspension that has not begun: no care was ever refused by it."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    pause = suspension_of(_own(actor, agreement_id), suspension_id)
    if pause.starts_on <= clock.today():
        raise Conflict("Cette suspension a commencé : reprenez la convention d’un jour qui suit.")
    pause.delete()


@transaction.atomic
def add_document(
    *, actor: Actor, agreement_id: int, title: str, name: str, content: bytes
) -> AgreementDocument:
    """Keep a signed paper of an agreement, PDF or photo."""
    require(actor, Permission.MANAGE_AGREEMENTS)
    row = _own(actor, agreement_id)
    kept = clean_paper(content, field="file")
    file = store_file(
        tenant_id=actor.tenant_id,
        name=name,
        content_type=kept.content_type,
        content=kept.content,
    )
    document = AgreementDocument(
        tenant_id=actor.tenant_id, agreement=row, facility_id=row.facility_id,
        title=title.strip(), file=file, added_by=actor.name[:150],
    )  # fmt: skip
    save_checked(document)
    return document


def _sign(actor: Actor, terms: AgreementTerms) -> Agreement:
    hold(actor.tenant_id, "agreements", terms.facility_id)
    row = Agreement(tenant_id=actor.tenant_id, **asdict(terms))
    row.number = row.number.strip()
    # Before the row's own constraints, which say it less well.
    refuse_problems(clause_problems(row.advances))
    gathering = Gathering()
    with gathering.part():
        _require_open_facility(terms)
    with gathering.part():
        _require_insuring_unit(actor, terms.unit_id)
    with gathering.part():
        _require_order(terms.starts_on, terms.ends_on)
        _require_first_day(terms.starts_on)
        require_near_day(
            terms.starts_on, today=clock.today(), act="Une convention", field="starts_on"
        )
        _require_alone(actor, row)
    save_checked(row, conflict_field="starts_on", gathered=gathering)
    return row


def _require_open_facility(terms: AgreementTerms) -> None:
    facility = HealthFacility.objects.filter(pk=terms.facility_id).first()
    if facility is None:
        raise NotFound("Cette formation sanitaire n’existe pas.", field="facility")
    if facility.closed_on is not None and terms.starts_on >= facility.closed_on:
        raise DomainError(
            f"{facility.name} est fermée depuis le {format_date(facility.closed_on)}.",
            field="starts_on",
        )


def _require_insuring_unit(actor: Actor, unit_id: int | None) -> None:
    if unit_id is not None and require_own_unit(actor, unit_id).kind not in Unit.INSURING:
        raise DomainError("Une convention est d’une mutuelle ou d’une section.", field="unit")


def _require_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on <= starts_on:
        raise DomainError("La fin vient après le début.", field="ends_on")


def _require_first_day(starts_on: date) -> None:
    """Refuse a day on which nothing was kept. No decision reads the agreement's days."""
    if starts_on < FIRST_MONTH:
        raise DomainError(
            f"Rien n’est inscrit avant {FIRST_MONTH.year} : choisissez un jour plus récent.",
            field="starts_on",
        )


def _require_alone(actor: Actor, row: Agreement) -> None:
    others = Agreement.objects.filter(tenant_id=actor.tenant_id, facility_id=row.facility_id)
    signed = Q(unit__isnull=True) if row.unit_id is None else Q(unit_id=row.unit_id)
    shared = _sharing_days(row.starts_on, row.ends_on)
    other = others.filter(shared, signed).order_by("starts_on").first()
    if other is not None:
        ends = f" au {format_date(other.ends_on)}" if other.ends_on else ", sans fin"
        raise DomainError(
            f"Une convention avec elle court déjà du {format_date(other.starts_on)}{ends} : "
            "mettez-y fin, ou renouvelez-la.",
            field="starts_on",
        )


def _sharing_days(starts_on: date, ends_on: date | None) -> Q:
    """What keeps dated rows to those that share a day with a period."""
    ends_later = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
    return ends_later if ends_on is None else ends_later & Q(starts_on__lt=ends_on)


def _require_within(row: Agreement, starts_on: date) -> None:
    if not Agreement.objects.filter(running_on(starts_on), pk=row.pk).exists():
        raise DomainError("La convention ne court pas ce jour-là.", field="starts_on")


def _require_not_suspended(row: Agreement, starts_on: date, ends_on: date | None) -> None:
    other = row.suspensions.filter(_sharing_days(starts_on, ends_on)).first()
    if other is not None:
        raise DomainError(
            f"Elle est déjà suspendue dès le {format_date(other.starts_on)}.", field="starts_on"
        )


def _own(actor: Actor, agreement_id: int) -> Agreement:
    row = (
        Agreement.objects.select_for_update(of=("self",))
        .filter(tenant_id=actor.tenant_id, pk=agreement_id)
        .first()
    )
    if row is None:
        raise NotFound("Cette convention n’existe pas.")
    return row
