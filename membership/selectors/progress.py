"""How far a year's campaign is: by unit of a federation, by federation for CONAMUS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

from django.db.models import Count, Q

from federations.models import Federation, Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor
from membership.models import Enrolment, Household, UnitTarget
from membership.selectors.insured import network_insured
from membership.selectors.renewals import of_not_renewed


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """How far a campaign is in a unit (None: in a whole): renewed, new, those of last year.

    ``left``: those of last year to renew still.
    """

    unit: Unit | None
    renewed: int
    new: int
    before: int
    left: int
    target: int | None

    @property
    def households(self) -> int:
        """Households enrolled for the year."""
        return self.renewed + self.new


def progress_by_unit(actor: Actor, year: int, *, on: date) -> list[UnitProgress]:
    """Return the progress of each insuring unit in the actor's sight, in four queries."""
    counted, missing = _counts(actor, year), _missing(actor, year)
    nothing = _Counted(renewed=0, new=0, before=0)
    targets = dict(
        UnitTarget.objects.filter(tenant_id=actor.tenant_id, year_id=year).values_list(
            "unit_id", "households"
        )
    )
    return [
        UnitProgress(
            unit=unit,
            target=targets.get(unit.pk),
            left=missing.get(unit.pk, 0),
            **counted.get(unit.pk, nothing),
        )
        for unit in insuring_units(actor, on=on, with_rows=frozenset({*counted, *missing}))
    ]


class _Counted(TypedDict):
    renewed: int
    new: int
    before: int


def _counts(actor: Actor, year: int) -> dict[int, _Counted]:
    enrolled = Enrolment.objects.filter(
        tenant_id=actor.tenant_id, year_id__in=(year - 1, year), cancelled_on__isnull=True
    )
    rows = (
        enrolled.order_by()
        .values("unit_id")
        .annotate(
            renewed=Count("id", filter=Q(year_id=year, is_renewal=True)),
            new=Count("id", filter=Q(year_id=year, is_renewal=False)),
            before=Count("id", filter=Q(year_id=year - 1)),
        )
    )
    return {row["unit_id"]: _counted(row) for row in rows}


def _missing(actor: Actor, year: int) -> dict[int, int]:
    """How many households the list of those not renewed shows, by unit."""
    own = Household.objects.filter(tenant_id=actor.tenant_id)
    missing = of_not_renewed(own, actor=actor, year=year)
    return dict(missing.order_by().values_list("unit_id").annotate(Count("id")))


def _counted(row: Mapping[str, Any]) -> _Counted:
    return _Counted(renewed=row["renewed"], new=row["new"], before=row["before"])


def insuring_units(
    actor: Actor, *, on: date, with_rows: frozenset[int] = frozenset()
) -> list[Unit]:
    """Return the insuring units in sight that are open, or hold some of the rows counted."""
    there = open_on(on) | Q(pk__in=with_rows)
    found = units_in_reach(actor).filter(there, kind__in=Unit.INSURING)
    return list(found.order_by("sort_key"))


def network_progress(year: int) -> list[tuple[str, UnitProgress]]:
    """Return each federation's name and progress: for the confederation, in two queries."""
    counted: dict[int, _Counted] = {}
    for count in network_insured(year - 1, year):
        sums = counted.setdefault(count.tenant_id, _Counted(renewed=0, new=0, before=0))
        households = count.households or 0
        if count.year == year:
            sums["renewed"] += count.renewals or 0
            sums["new"] += households - (count.renewals or 0)
        else:
            sums["before"] += households
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    nothing = _Counted(renewed=0, new=0, before=0)
    return [
        (each.name, _of_federation(counted.get(each.pk, nothing)))
        for each in federations.order_by("sort_key")
    ]


def _of_federation(sums: _Counted) -> UnitProgress:
    """From sums alone: CONAMUS has no list of another's households."""
    left = max(0, sums["before"] - sums["renewed"])
    return UnitProgress(unit=None, target=None, left=left, **sums)
