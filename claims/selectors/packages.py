"""Benefit packages as the rules take them: the version in force on the day of care.

A federation without a package of its own lives by the confederation's. Versions that came into
force are never edited; which one holds a day is read each time, in one query with the clauses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from django.db.models import Q

from claims.models import BenefitPackage, PackageClause
from claims.rules.package import (
    Ceiling,
    Condition,
    Deductible,
    Exclusion,
    Interval,
    Limit,
    OtherPayer,
    Package,
    Paper,
    Rate,
    Requirement,
    Scope,
    Target,
    Wait,
)
from claims.rules.words import Bearer, CareKind, Family
from federations.models import Federation
from federations.selectors.tenants import confederation_id


@dataclass(frozen=True, slots=True)
class LoadedPackage:
    """A version of a package: its row, and what the rules take."""

    row: BenefitPackage
    package: Package

    def holds(self, day: date) -> bool:
        """Tell whether the version is in force on a day."""
        starts, until = self.row.in_force_from, self.row.in_force_until
        return starts is not None and starts <= day and (until is None or day < until)


@dataclass(frozen=True, slots=True)
class PackagesInForce:
    """The versions of some years, looked up by federation and day of care."""

    versions: dict[tuple[int, int], list[LoadedPackage]]
    confederation_id: int

    def of(self, tenant_id: int, day: date) -> LoadedPackage | None:
        """Return the federation's version on a day, else the confederation's, else None."""
        for owner in (tenant_id, self.confederation_id):
            for version in self.versions.get((owner, day.year), ()):
                if version.holds(day):
                    return version
        return None


def packages_in_force(tenant_ids: Iterable[int], years: Iterable[int]) -> PackagesInForce:
    """Read the versions of these federations and years, and the confederation's: one query.

    They are read by their clauses: none is adopted without. Where the confederation has none of
    these years, who it is takes one more: its tariffs hold all the same.
    """
    clauses = PackageClause.objects.filter(
        Q(package__tenant_id__in=list(tenant_ids))
        | Q(package__tenant__kind=Federation.Kind.CONFEDERATION),
        package__year__in=list(years),
        package__in_force_from__isnull=False,
    )
    clauses = clauses.select_related("act", "package__tenant")
    latest_first = clauses.order_by("-package__in_force_from", "-package_id", "pk")
    versions: dict[tuple[int, int], list[LoadedPackage]] = {}
    confederation = 0
    for _, said in groupby(latest_first, key=attrgetter("package_id")):
        own = list(said)
        row = own[0].package
        if row.tenant.kind == Federation.Kind.CONFEDERATION:
            confederation = row.tenant_id
        versions.setdefault((row.tenant_id, row.year_id), []).append(
            LoadedPackage(row, as_package(row, own))
        )
    return PackagesInForce(versions, confederation or confederation_id())


def as_package(row: BenefitPackage, clauses: Iterable[PackageClause]) -> Package:
    """Return a version as the rules take it."""
    parts: dict[str, list[object]] = {kind: [] for kind in PackageClause.Kind.values}
    for clause in clauses:
        parts[clause.kind].append(_BUILDERS[PackageClause.Kind(clause.kind)](clause))
    gathered = {_PARTS[kind]: tuple(made) for kind, made in parts.items()}
    return Package(
        year=row.year_id,
        late_after_days=row.late_after_days,
        accepts_unpriced=row.accepts_unpriced,
        **gathered,  # type: ignore[arg-type]
    )


_PARTS = {
    "rate": "rates",
    "ceiling": "ceilings",
    "limit": "limits",
    "interval": "intervals",
    "wait": "waits",
    "condition": "conditions",
    "exclusion": "exclusions",
    "requirement": "requirements",
    "other_payer": "other_payers",
    "deductible": "deductibles",
}


def _target(clause: PackageClause) -> Target:
    return Target(
        family=Family(clause.family) if clause.family else None,
        act=clause.act.code if clause.act else None,
        level=clause.level or None,
        ownership=clause.ownership or None,
        kind=CareKind(clause.care_kind) if clause.care_kind else None,
        sex=clause.sex or None,
        age_from=clause.age_from,
        age_to=clause.age_to,
    )


def _share(clause: PackageClause) -> Fraction:
    assert clause.percent is not None  # noqa: S101 (held by the table)
    return Fraction(clause.percent) / 100


def _bearer(clause: PackageClause) -> Bearer:
    return Bearer(clause.bearer) if clause.bearer else Bearer.FACILITY


def _rate(clause: PackageClause) -> Rate:
    return Rate(share=_share(clause), target=_target(clause))


def _ceiling(clause: PackageClause) -> Ceiling:
    assert clause.francs is not None  # noqa: S101 (held by the table)
    return Ceiling(scope=Scope(clause.scope), francs=clause.francs, target=_target(clause))


def _limit(clause: PackageClause) -> Limit:
    assert clause.quantity is not None  # noqa: S101 (held by the table)
    return Limit(
        quantity=Fraction(clause.quantity),
        scope=Scope(clause.scope) if clause.scope else Scope.CLAIM,
        days=clause.days,
        target=_target(clause),
        bearer=_bearer(clause),
    )


def _interval(clause: PackageClause) -> Interval:
    assert clause.days is not None  # noqa: S101 (held by the table)
    return Interval(days=clause.days, target=_target(clause), bearer=_bearer(clause))


def _wait(clause: PackageClause) -> Wait:
    assert clause.days is not None  # noqa: S101 (held by the table)
    return Wait(days=clause.days, target=_target(clause))


def _condition(clause: PackageClause) -> Condition:
    return Condition(
        target=_target(clause),
        sex=clause.owed_sex or None,
        age_from=clause.owed_age_from,
        age_to=clause.owed_age_to,
        bearer=_bearer(clause),
    )


def _exclusion(clause: PackageClause) -> Exclusion:
    return Exclusion(target=_target(clause), is_chronic=clause.is_chronic, wording=clause.wording)


def _requirement(clause: PackageClause) -> Requirement:
    return Requirement(
        paper=Paper(clause.paper),
        target=_target(clause),
        from_francs=clause.francs or 0,
        bearer=_bearer(clause),
    )


def _other_payer(clause: PackageClause) -> OtherPayer:
    return OtherPayer(
        name=clause.payer,
        share=_share(clause),
        target=_target(clause),
        is_maternity=clause.is_maternity,
        other_cover=clause.other_cover or None,
    )


def _deductible(clause: PackageClause) -> Deductible:
    assert clause.francs is not None  # noqa: S101 (held by the table)
    return Deductible(scope=Scope(clause.scope), francs=clause.francs, target=_target(clause))


_BUILDERS: dict[PackageClause.Kind, Callable[[PackageClause], object]] = {
    PackageClause.Kind.RATE: _rate,
    PackageClause.Kind.CEILING: _ceiling,
    PackageClause.Kind.LIMIT: _limit,
    PackageClause.Kind.INTERVAL: _interval,
    PackageClause.Kind.WAIT: _wait,
    PackageClause.Kind.CONDITION: _condition,
    PackageClause.Kind.EXCLUSION: _exclusion,
    PackageClause.Kind.REQUIREMENT: _requirement,
    PackageClause.Kind.OTHER_PAYER: _other_payer,
    PackageClause.Kind.DEDUCTIBLE: _deductible,
}
