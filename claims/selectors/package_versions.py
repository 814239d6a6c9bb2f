"""Reads of packages as people keep them: every version and year, one's own and CONAMUS's.

What decides a claim reads `claims.selectors.packages`; the pages and the services of packages
read here.
"""

from datetime import date
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from claims.models import BenefitPackage, PackageClause
from claims.rules.package import Package
from claims.selectors.packages import LoadedPackage, as_package, packages_in_force
from conamus.kernel.errors import NotFound
from federations.rules.roles import Role
from federations.selectors.tenants import OF_CONFEDERATION, confederation_id
from federations.tenancy.actor import Actor

_State: Final = BenefitPackage.State
_CLAUSES = Prefetch(
    "clauses", queryset=PackageClause.objects.select_related("act").order_by("kind", "pk")
)
#: The order in which clauses are read: what is paid, then what narrows it.
_KINDS: Final = tuple(PackageClause.Kind.values)


def readable_packages(tenant_id: int) -> QuerySet[BenefitPackage]:
    """Return the tenant's packages of every version, and CONAMUS's that are or were in force."""
    networks = OF_CONFEDERATION & ~Q(state=_State.DRAFT)
    found = BenefitPackage.objects.filter(Q(tenant_id=tenant_id) | networks)
    return found.select_related("tenant", "year", "template").order_by("-year_id", "-pk")


def packages_in_sight(actor: Actor) -> QuerySet[BenefitPackage]:
    """Return the packages that the actor reads: to a facility none that is only prepared."""
    found = readable_packages(actor.tenant_id)
    return found.exclude(state=_State.DRAFT) if actor.role is Role.FACILITY_USER else found


def readable_package(actor: Actor, package_id: int) -> LoadedPackage:
    """Return one of them with its clauses, as the rules take it."""
    row = packages_in_sight(actor).prefetch_related(_CLAUSES).filter(pk=package_id).first()
    if row is None:
        raise NotFound("Ce paquet n’existe pas.")
    return load_package(row)


def load_package(row: BenefitPackage) -> LoadedPackage:
    """Return a version with what the rules take of it."""
    return LoadedPackage(row, as_package(row, row.clauses.all()))


def clauses_in_order(row: BenefitPackage) -> list[PackageClause]:
    """Return a version's clauses, kind by kind, in the order in which the rules rank them."""
    clauses = row.clauses.select_related("act").order_by("pk")
    return sorted(clauses, key=lambda one: _KINDS.index(one.kind))


def template_of(tenant_id: int, year: int) -> LoadedPackage | None:
    """Return CONAMUS's package of a year; for CONAMUS itself there is none to keep to."""
    confederation = confederation_id()
    return None if confederation == tenant_id else latest_in_force(confederation, year)


def latest_in_force(tenant_id: int, year: int) -> LoadedPackage | None:
    """Return the tenant's latest version of a year that came, or will come, into force."""
    row = (
        BenefitPackage.objects.filter(tenant_id=tenant_id, year_id=year, state=_State.IN_FORCE)
        .select_related("tenant", "year", "template")
        .prefetch_related(_CLAUSES)
        .first()
    )
    return None if row is None else load_package(row)


def held_on(tenant_id: int, day: date) -> LoadedPackage | None:
    """Return the version that a claim of the day is decided by: one's own, else CONAMUS's."""
    return packages_in_force({tenant_id}, [day.year]).of(tenant_id, day)


def is_same(one: Package, other: Package) -> bool:
    """Tell whether two packages say the same, whatever the order and the year."""
    return _content(one) == _content(other)


def _content(package: Package) -> tuple[object, ...]:
    parts = (
        package.rates, package.ceilings, package.limits, package.intervals, package.waits,
        package.conditions, package.exclusions, package.requirements, package.other_payers,
        package.deductibles,
    )  # fmt: skip
    return *map(frozenset, parts), package.late_after_days, package.accepts_unpriced
