"""How far a year's campaign is: by unit of a federation, by federation for CONAMUS."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, Q

from federations.models import Federation, Unit
from federations.selectors.reach import units_in_reach
from federations.selectors.statements import rows_of
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor
from membership.models import Household, UnitTarget
from membership.rules.targets import TargetPart, each_population_once, whole_target
from membership.selectors.indicators import year_targets
from membership.selectors.insured import network_insured
from membership.selectors.renewals import of_not_renewed
from membership.selectors.targets import handovers

#: What became of last year's households, and where this year's were: by the unit of each year,
#: none where the household was not enrolled; waits: it may still renew in the unit that it was in;
#: passed: it is enrolled in another federation, or is the duplicate of one that is enrolled.
_PAIRS = """
SELECT b.unit_id AS there, n.unit_id AS here,
       (h.unit_id = b.unit_id AND h.closed_on IS NULL) IS TRUE AS waits,
       k.household_id IS NOT NULL AS passed, count(*) AS households
FROM (SELECT household_id, unit_id FROM membership_enrolment
      WHERE tenant_id = %s AND year_id = %s AND cancelled_on IS NULL) b
FULL JOIN (SELECT household_id, unit_id FROM membership_enrolment
           WHERE tenant_id = %s AND year_id = %s AND cancelled_on IS NULL) n
       ON n.household_id = b.household_id
LEFT JOIN membership_household h
       ON h.tenant_id = %s AND h.id = b.household_id AND n.household_id IS NULL
LEFT JOIN households_kept_elsewhere(%s, %s) k
       ON k.household_id = b.household_id AND n.household_id IS NULL
GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a campaign is, in two sums that add up.

    ``before``, households of last year, are those that are enrolled again (``renewed``, of whom
    ``elsewhere``: in another unit or federation, or under the record that theirs is a duplicate
    of), those that went without (``gone``: closed, or now in another unit) and those to renew
    still: ``left``, which is what the list shows, less those that came to it from elsewhere
    (``came``). ``households`` are those who renewed in the unit, who ``moved_in`` from another one,
    and who are ``new``: not enrolled in the federation last year.
    """

    before: int = 0
    renewed: int = 0
    elsewhere: int = 0
    gone: int = 0
    left: int = 0
    came: int = 0
    moved_in: int = 0
    new: int = 0

    @property
    def households(self) -> int:
        """Households enrolled for the year."""
        return self.renewed - self.elsewhere + self.moved_in + self.new


def total_progress(parts: Iterable[Progress]) -> Progress:
    """Sum the progress of several lines."""
    rows = list(parts)
    names = [field.name for field in fields(Progress)]
    return Progress(**{name: sum(getattr(row, name) for row in rows) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProgress:
    """A unit's progress and its target; None: not entered."""

    unit: Unit
    progress: Progress
    target: int | None


def progress_by_unit(actor: Actor, year: int, *, on: date) -> list[UnitProgress]:
    """Return the progress of each insuring unit in the actor's sight, in four queries."""
    counted = _progress(actor, year)
    targets = dict(
        UnitTarget.objects.filter(tenant_id=actor.tenant_id, year_id=year).values_list(
            "unit_id", "households"
        )
    )
    return [
        UnitProgress(
            unit=unit, progress=counted.get(unit.pk, Progress()), target=targets.get(unit.pk)
        )
        for unit in insuring_units(actor, on=on, with_rows=counted.keys() | targets.keys())
    ]


def target_of_all(rows: Iterable[UnitProgress]) -> int | None:
    """Return the target of units together, each population once; None: one has none."""
    parts = [
        TargetPart(
            tenant_id=row.unit.tenant_id, unit_id=row.unit.pk, group_key="", households=row.target
        )
        for row in rows
    ]
    return whole_target(each_population_once(parts, handovers())) or None


def _progress(actor: Actor, year: int) -> dict[int, Progress]:
    tenant, left = actor.tenant_id, _left(actor, year)
    counts: dict[int, Counter[str]] = {
        key: Counter(left=households, came=households) for key, households in left.items()
    }
    for pair in rows_of(_PAIRS, tenant, year - 1, tenant, year, tenant, year, year):
        there, here, households = pair["there"], pair["here"], pair["households"]
        is_back = here is not None or pair["passed"]
        if there is not None:
            unit = counts.setdefault(there, Counter())
            unit["before"] += households
            unit["renewed"] += households if is_back else 0
            unit["elsewhere"] += households if is_back and here != there else 0
            unit["gone"] += households if not is_back and not pair["waits"] else 0
            unit["came"] -= households if pair["waits"] else 0
        if here not in (None, there):
            name = "new" if there is None else "moved_in"
            counts.setdefault(here, Counter())[name] += households
    return {key: Progress(**found) for key, found in counts.items()}


def _left(actor: Actor, year: int) -> dict[int, int]:
    """How many households the list of those not renewed shows, by unit."""
    own = Household.objects.filter(tenant_id=actor.tenant_id)
    missing = of_not_renewed(own, actor=actor, year=year)
    return dict(missing.order_by().values_list("unit_id").annotate(Count("id")))


def insuring_units(actor: Actor, *, on: date, with_rows: Collection[int] = ()) -> list[Unit]:
    """Return the insuring units in sight that are open, or hold some of the rows counted."""
    there = open_on(on) | Q(pk__in=with_rows)
    found = units_in_reach(actor).filter(there, kind__in=Unit.INSURING)
    return list(found.order_by("sort_key"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationProgress:
    """A federation's progress and the target of its units; None: not entered for all of them."""

    name: str
    progress: Progress
    target: int | None


def network_progress(actor: Actor, year: int) -> list[FederationProgress]:
    """Return each federation's progress: for the confederation, in four queries."""
    counted: dict[int, Counter[str]] = {}
    for count in network_insured(year - 1, year):
        sums = counted.setdefault(count.tenant_id, Counter())
        if count.year == year:
            sums["renewed"] += count.renewals or 0
            sums["elsewhere"] += count.elsewhere or 0
            sums["new"] += count.newcomers or 0
        else:
            sums["before"] += count.households or 0
    targets: dict[int, list[TargetPart]] = {}
    for part in each_population_once(year_targets(actor, year), handovers()):
        targets.setdefault(part.tenant_id, []).append(part)
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    return [
        FederationProgress(
            name=each.name,
            progress=_of_federation(counted.get(each.pk, Counter())),
            target=whole_target(targets.get(each.pk, [])) or None,
        )
        for each in federations.order_by("sort_key")
    ]


def _of_federation(sums: Counter[str]) -> Progress:
    """From sums alone: CONAMUS has no list of another's households."""
    return Progress(left=sums["before"] - sums["renewed"], **sums)
