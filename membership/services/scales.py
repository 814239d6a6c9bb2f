"""Writes of scales: adopt CONAMUS's template, prepare one's own, put it in force, replace it.

A scale in force is never changed: a new version is prepared as a draft and put in force in its
place, and enrolments keep the one that they were computed on. A federation's scale that is not
the template's needs a dated derogation with its reason.
"""

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound
from federations.rules.roles import Permission
from federations.selectors.tenants import confederation_id
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import ContributionScale, ScaleBand, ScaleCategory
from membership.rules.scale import Scale, check_scale
from membership.selectors.campaigns import mutualist_year
from membership.selectors.scales import (
    LoadedScale,
    load_scale,
    readable_scale,
    scale_in_force,
)

State = ContributionScale.State


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleDraft:
    """What a draft holds: the scale, which partners pay, and the derogation where there is one."""

    scale: Scale
    #: Category's code → the partner that pays its part.
    partners: dict[str, int]
    derogation_on: date | None = None
    derogation_reason: str = ""


@transaction.atomic
def adopt_template(*, actor: Actor, year: int, key: str = "") -> ContributionScale:
    """Put CONAMUS's scale of a year in force for the federation, as it is."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"adopt_scale": year},
        create=lambda: _adopt(actor, year),
        find=lambda pk: ContributionScale.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


def _adopt(actor: Actor, year: int) -> ContributionScale:
    template = _template(actor, year)
    if template is None:
        raise NotFound(f"CONAMUS n’a pas encore de barème en vigueur pour {year}.")
    current = scale_in_force(actor.tenant_id, year)
    if current is not None and _is_same(current.scale, template.scale):
        raise Conflict(f"Le barème {year} de CONAMUS est déjà en vigueur chez vous.")
    row = _copy(actor, template, year)
    return _put_in_force(actor, load_scale(row), clock.today())


@transaction.atomic
def start_scale(*, actor: Actor, year: int, from_scale_id: int, key: str = "") -> ContributionScale:
    """Begin a draft for a year as a copy of another scale: the template, last year's, this one."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    mutualist_year(year)
    source = readable_scale(actor.tenant_id, from_scale_id)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"start_scale": year, "from": from_scale_id},
        create=lambda: _copy(actor, source, year),
        find=lambda pk: ContributionScale.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def write_scale(*, actor: Actor, scale_id: int, draft: ScaleDraft) -> ContributionScale:
    """Replace what a draft holds. Its bands must cover every size of household."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    row = _lock_draft(actor, scale_id)
    check_scale(replace(draft.scale, year=row.year_id))
    _check_derogation(draft)
    row.joining_fee_francs = draft.scale.joining_fee_francs
    row.most_people = draft.scale.most_people
    row.fee_again_after_years = draft.scale.fee_again_after_years
    row.growth = draft.scale.growth.value
    row.derogation_on = draft.derogation_on
    row.derogation_reason = draft.derogation_reason
    row.save()
    ScaleBand.objects.filter(tenant_id=actor.tenant_id, scale=row).delete()
    ScaleCategory.objects.filter(tenant_id=actor.tenant_id, scale=row).delete()
    _write_lines(row, draft.scale, draft.partners)
    return row


def _check_derogation(draft: ScaleDraft) -> None:
    if draft.derogation_on is not None and draft.derogation_on > clock.today():
        raise DomainError("La dérogation est déjà décidée : son jour est passé.",
                          field="derogation_on")  # fmt: skip


@transaction.atomic
def put_scale_in_force(*, actor: Actor, scale_id: int, in_force_from: date) -> ContributionScale:
    """Put a draft in force; the one in force for the year, if any, is replaced from then on."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    loaded = load_scale(_lock_draft(actor, scale_id))
    check_scale(loaded.scale)
    _require_derogation(actor, loaded)
    if in_force_from > loaded.row.year.ends_on:
        raise DomainError(
            f"Le barème {loaded.row.year_id} entre en vigueur avant la fin de l’année.",
            field="in_force_from",
        )
    if in_force_from > clock.today():
        raise DomainError(
            "Un barème mis en vigueur vaut aussitôt : choisissez aujourd’hui ou un jour passé ; "
            "jusque-là, gardez-le en préparation.",
            field="in_force_from",
        )
    return _put_in_force(actor, loaded, in_force_from)


@transaction.atomic
def discard_scale(*, actor: Actor, scale_id: int) -> None:
    """Drop a draft; the history keeps that it was."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    _lock_draft(actor, scale_id).delete()


def _require_derogation(actor: Actor, loaded: LoadedScale) -> None:
    template = _template(actor, loaded.row.year_id)
    if template is None or _is_same(loaded.scale, template.scale):
        return
    if not loaded.row.derogation_reason.strip() or loaded.row.derogation_on is None:
        raise DomainError(
            "Ce barème s’écarte de celui de CONAMUS : inscrivez la date et le motif de la "
            "dérogation avant de le mettre en vigueur.",
            field="derogation_reason",
        )


def _template(actor: Actor, year: int) -> LoadedScale | None:
    """CONAMUS's scale of the year; for CONAMUS itself there is none to keep to."""
    confederation = confederation_id()
    return None if confederation == actor.tenant_id else scale_in_force(confederation, year)


def _is_same(one: Scale, other: Scale) -> bool:
    def content(scale: Scale) -> tuple[object, ...]:
        bands = frozenset(scale.bands)
        fee = scale.joining_fee_francs, scale.fee_again_after_years
        others = *fee, scale.most_people, scale.growth
        return bands, frozenset(scale.categories), *others

    return content(one) == content(other)


def _lock_draft(actor: Actor, scale_id: int) -> ContributionScale:
    row = (
        ContributionScale.objects.select_for_update(of=("self",))
        .select_related("year")
        .filter(tenant_id=actor.tenant_id, pk=scale_id)
        .first()
    )
    if row is None:
        raise NotFound("Ce barème n’existe pas.")
    if row.state != State.DRAFT:
        raise Conflict("Ce barème n’est plus en préparation : préparez-en une nouvelle version.")
    return row


def _put_in_force(actor: Actor, loaded: LoadedScale, day: date) -> ContributionScale:
    row = loaded.row
    # Locked, so that two people who put two drafts in force come one after the other.
    in_force = ContributionScale.objects.select_for_update(of=("self",)).filter(
        tenant_id=actor.tenant_id, year_id=row.year_id, state=State.IN_FORCE
    )
    for replaced in in_force:
        replaced.state = State.REPLACED
        replaced.save(update_fields=["state"])
    row.state, row.in_force_from, row.adopted_by = State.IN_FORCE, day, actor.name
    row.save(update_fields=["state", "in_force_from", "adopted_by"])
    return row


def _copy(actor: Actor, source: LoadedScale, year: int) -> ContributionScale:
    template = _template(actor, year)
    row = ContributionScale.objects.create(
        tenant_id=actor.tenant_id,
        year_id=year,
        template=None if template is None else template.row,
        joining_fee_francs=source.scale.joining_fee_francs,
        most_people=source.scale.most_people,
        fee_again_after_years=source.scale.fee_again_after_years,
        growth=source.scale.growth.value,
    )
    # A partner belongs to the federation that keeps it: another's payers come without name.
    is_own = source.row.tenant_id == actor.tenant_id
    partners = {
        category.code: category.payer_partner_id
        for category in source.row.categories.all()
        if is_own and category.payer_partner_id is not None
    }
    _write_lines(row, source.scale, partners)
    return row


def _write_lines(row: ContributionScale, scale: Scale, partners: dict[str, int]) -> None:
    ScaleBand.objects.bulk_create(
        ScaleBand(
            tenant_id=row.tenant_id,
            scale=row,
            category=band.category,
            size_from=band.size_from,
            size_to=band.size_to,
            amount_francs=band.amount_francs,
            supplement_from=band.supplement_from,
            supplement_francs=band.supplement_francs,
        )
        for band in scale.bands
    )
    ScaleCategory.objects.bulk_create(
        ScaleCategory(
            tenant_id=row.tenant_id,
            scale=row,
            code=category.code,
            label=category.label,
            payer=category.payer.value,
            payer_partner_id=partners.get(category.code),
            payer_percent=category.payer_percent,
            joining_fee_due=category.joining_fee_due,
            may_promise=category.may_promise,
            agents_may_grant=category.agents_may_grant,
        )
        for category in scale.categories
    )
