"""Reads about yearly reports: those produced, and what one can be produced for.

Every function needs an open scope.
"""

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from federations.models import Job, Unit
from federations.rules.roles import Role
from federations.tenancy.actor import Actor
from membership.selectors import insured_by_unit, network_insured
from prudential.models import AnnualReport

REPORT_JOB = "annual_report"
REPORTING_KINDS = (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)


def annual_reports(tenant_id: int) -> QuerySet[AnnualReport]:
    """Return the tenant's produced reports, latest first, without their bytes and figures."""
    found = AnnualReport.objects.filter(tenant_id=tenant_id).select_related("unit", "tenant")
    return found.order_by("-produced_at", "-pk").defer("facts")


def readable_reports(actor: Actor) -> QuerySet[AnnualReport]:
    """Return the produced reports that the actor may read: the regulator, those opened."""
    found = annual_reports(actor.tenant_id)
    return found.filter(is_for_regulator=True) if actor.role is Role.REGULATOR else found


def report_with_file(actor: Actor, report_id: int) -> AnnualReport | None:
    """Return a report that the actor may read, with its file."""
    found = readable_reports(actor).filter(pk=report_id)
    return found.select_related("file").first()


def report_job(tenant_id: int, job_id: UUID) -> Job | None:
    """Return the tenant's job that makes a report."""
    return Job.objects.filter(tenant_id=tenant_id, pk=job_id, kind=REPORT_JOB).first()


def unfinished_report_jobs(tenant_id: int) -> QuerySet[Job]:
    """Return the tenant's reports in the making, latest first."""
    found = Job.objects.filter(tenant_id=tenant_id, kind=REPORT_JOB, state__in=Job.UNFINISHED)
    return found.order_by("-created_at")


def report_of_job(tenant_id: int, job_id: UUID) -> AnnualReport | None:
    """Return the report that a job has made, if it has."""
    return annual_reports(tenant_id).filter(made_by_job=job_id).first()


def reporting_units(tenant_id: int) -> QuerySet[Unit]:
    """Return the tenant's units whose report can be produced."""
    return Unit.objects.filter(tenant_id=tenant_id, kind__in=REPORTING_KINDS, valid_to__isnull=True)


def unit_of_tenant(tenant_id: int, unit_id: int) -> Unit | None:
    """Return a unit of that very tenant: the directory shows others', which count as unknown."""
    found = Unit.objects.filter(tenant_id=tenant_id, pk=unit_id).select_related("tenant")
    return found.first()


def find_unit(tenant_id: int, code: str, on_date: date) -> Unit | None:
    """Return the tenant's unit of that code, open on the day; case does not matter."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on_date)
    found = Unit.objects.filter(still_open, tenant_id=tenant_id, code__iexact=code)
    return found.select_related("tenant").first()


def find_unit_anywhere(code: str, on_date: date) -> Unit | None:
    """Return the network's unit of that code, open on the day; None if several have it."""
    still_open = Q(valid_to__isnull=True) | Q(valid_to__gt=on_date)
    found = list(Unit.objects.filter(still_open, code__iexact=code).select_related("tenant")[:2])
    return found[0] if len(found) == 1 else None


def has_membership(unit: Unit, year: int) -> bool:
    """Tell whether anybody of the unit is enrolled for a mutualist year."""
    if unit.kind == Unit.Kind.CONFEDERATION:
        return bool(network_insured(year, year))
    return bool(insured_by_unit(unit.tenant_id, [year]))
