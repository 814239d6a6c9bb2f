"""Writes of benefit packages: adopt CONAMUS's, prepare one's own, put it in force, replace it.

A version that came into force is never edited: a new one is prepared as a draft and holds from a
day, and every decision names the version that it was taken by. A federation's package that is
not CONAMUS's needs a dated derogation with its reason.
"""

from datetime import date

from django.db import transaction
from django.forms.models import model_to_dict

from claims.models import BenefitPackage, PackageClause
from claims.rules.packages import Fault, faults
from claims.selectors.package_versions import (
    is_same,
    latest_in_force,
    load_package,
    readable_package,
    template_of,
)
from claims.selectors.packages import LoadedPackage
from claims.services.holding import hold
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import MutualistYear
from membership.selectors.campaigns import mutualist_year

State = BenefitPackage.State


@transaction.atomic
def adopt_package(*, actor: Actor, year: int, key: str = "") -> BenefitPackage:
    """Put CONAMUS's package of a year in force for the federation, as it is."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"adopt_package": year},
        create=lambda: _adopt(actor, year),
        find=lambda pk: BenefitPackage.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def start_package(
    *, actor: Actor, year: int, from_package_id: int | None, key: str = ""
) -> BenefitPackage:
    """Begin a draft for a year: empty, or as a copy of another version or year."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    mutualist_year(year)
    source = None
    if from_package_id is not None:
        source = readable_package(actor, from_package_id)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"start_package": year, "from": from_package_id},
        create=lambda: _start(actor, source, year),
        find=lambda pk: BenefitPackage.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def write_terms(
    *,
    actor: Actor,
    package_id: int,
    late_after_days: int | None,
    accepts_unpriced: bool,
    derogation_on: date | None = None,
    derogation_reason: str = "",
) -> BenefitPackage:
    """Write what a draft says beside its clauses."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    row = lock_draft(actor, package_id)
    if derogation_on is not None and derogation_on > clock.today():
        raise DomainError(
            "La dérogation est déjà décidée : son jour est passé.", field="derogation_on"
        )
    row.late_after_days, row.accepts_unpriced = late_after_days, accepts_unpriced
    row.derogation_on, row.derogation_reason = derogation_on, derogation_reason.strip()
    terms = ("late_after_days", "accepts_unpriced", "derogation_on", "derogation_reason")
    save_checked(row, changed=terms)
    return row


@transaction.atomic
def put_package_in_force(*, actor: Actor, package_id: int, in_force_from: date) -> BenefitPackage:
    """Put a draft in force from a day; the versions of the year that held end on that day."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    loaded = load_package(lock_draft(actor, package_id))
    gathering = Gathering()
    gathering.found += [_told(fault) for fault in faults(loaded.package)]
    with gathering.part():
        _require_derogation(actor, loaded)
    with gathering.part():
        _require_day(actor, loaded.row.year, in_force_from)
    gathering.refuse()
    return _put_in_force(actor, loaded.row, in_force_from)


@transaction.atomic
def discard_package(*, actor: Actor, package_id: int) -> None:
    """Drop a draft; the history keeps that it was."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    lock_draft(actor, package_id).delete()


def lock_draft(actor: Actor, package_id: int) -> BenefitPackage:
    """Hold one of the tenant's drafts; what came into force is never changed."""
    row = (
        BenefitPackage.objects.select_for_update(of=("self",))
        .select_related("year", "tenant")
        .filter(tenant_id=actor.tenant_id, pk=package_id)
        .first()
    )
    if row is None:
        raise NotFound("Ce paquet n’existe pas.")
    if row.state != State.DRAFT:
        raise Conflict("Ce paquet n’est plus en préparation : préparez-en une nouvelle version.")
    return row


def _told(fault: Fault) -> DomainError:
    return DomainError(f"{fault.place.capitalize()} : {fault.sentence}")


def _adopt(actor: Actor, year: int) -> BenefitPackage:
    template = template_of(actor.tenant_id, year)
    if template is None:
        raise NotFound(f"CONAMUS n’a pas encore de paquet en vigueur pour {year}.")
    current = latest_in_force(actor.tenant_id, year)
    if current is not None and is_same(current.package, template.package):
        raise Conflict(f"Le paquet {year} de CONAMUS est déjà en vigueur chez vous.")
    row = _start(actor, template, year)
    starts_on = template.row.in_force_from
    assert starts_on is not None  # noqa: S101 (in force)
    day = max(clock.today(), starts_on)
    _require_day(actor, row.year, day)
    return _put_in_force(actor, row, day)


def _require_derogation(actor: Actor, loaded: LoadedPackage) -> None:
    template = template_of(actor.tenant_id, loaded.row.year_id)
    if template is None or is_same(loaded.package, template.package):
        return
    if not loaded.row.derogation_reason.strip() or loaded.row.derogation_on is None:
        raise DomainError(
            "Ce paquet s’écarte de celui de CONAMUS : inscrivez le jour et le motif de la "
            "dérogation sous « Délais et dérogation », puis mettez-le en vigueur."
        )


def _require_day(actor: Actor, year: MutualistYear, day: date) -> None:
    """A package holds within its year, and from today on: what was decided stays decided.

    Where nobody had one for the year yet, its first may begin in the past.
    """
    if not year.starts_on <= day < year.ends_on:
        raise DomainError(
            f"Le paquet de {year.pk} vaut entre le {format_date(year.starts_on)} et la fin de "
            "l’année.",
            field="in_force_from",
        )
    is_first = latest_in_force(actor.tenant_id, year.pk) is None and (
        template_of(actor.tenant_id, year.pk) is None
    )
    if day < clock.today() and not is_first:
        raise DomainError(
            "Un autre paquet vaut déjà pour les soins passés : choisissez un jour dès aujourd’hui.",
            field="in_force_from",
        )


def _put_in_force(actor: Actor, row: BenefitPackage, day: date) -> BenefitPackage:
    # Held, so that two people who put two drafts in force come one after the other.
    hold(actor.tenant_id, "packages", row.year_id)
    held = BenefitPackage.objects.select_for_update(of=("self",)).filter(
        tenant_id=actor.tenant_id, year_id=row.year_id, in_force_from__isnull=False
    )
    for before in held:
        assert before.in_force_from is not None  # noqa: S101 (filtered)
        if before.in_force_until is None or before.in_force_until > day:
            # One that was to begin later never begins: its days are none.
            before.in_force_until = max(day, before.in_force_from)
        before.state = State.REPLACED
        before.save(update_fields=["in_force_until", "state"])
    row.state, row.in_force_from, row.adopted_by = State.IN_FORCE, day, actor.name[:150]
    row.save(update_fields=["state", "in_force_from", "adopted_by"])
    return row


def _start(actor: Actor, source: LoadedPackage | None, year: int) -> BenefitPackage:
    template = template_of(actor.tenant_id, year)
    row = BenefitPackage(
        tenant_id=actor.tenant_id,
        year_id=year,
        template=None if template is None else template.row,
    )
    if source is not None:
        row.late_after_days = source.row.late_after_days
        row.accepts_unpriced = source.row.accepts_unpriced
    row.save()
    if source is not None:
        _copy_clauses(source.row, row)
    return row


def _copy_clauses(source: BenefitPackage, row: BenefitPackage) -> None:
    kept = [field.name for field in PackageClause._meta.concrete_fields]
    kept = [name for name in kept if name not in ("id", "tenant", "package", "act")]
    PackageClause.objects.bulk_create(
        PackageClause(
            tenant_id=row.tenant_id,
            package=row,
            act_id=clause.act_id,
            **model_to_dict(clause, fields=kept),
        )
        for clause in source.clauses.order_by("pk")
    )
