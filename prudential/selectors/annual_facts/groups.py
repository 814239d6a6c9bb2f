"""The insured of a report: by federation or by unit, and of each unit what may be printed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from federations.models import Federation, Unit
from membership.rules.insured import InsuredCount, InsuredTotals, total_insured
from prudential.rules.annual_facts import UnitFact
from prudential.rules.annual_figures import Group, Membership
from prudential.rules.suppression import hidden_units, shown_membership
from prudential.selectors.annual_facts.reading import Reading
from prudential.selectors.territory import Zones, communes_of


@dataclass(frozen=True, slots=True)
class _UnitCount:
    """What is printed of a unit; None where the network's report may not."""

    households: int | None
    people: int | None


def membership_of(reading: Reading) -> Membership:
    """Return the membership by federation, or by unit in a federation's own report."""
    groups = _federation_groups(reading) if reading.is_network else _unit_groups(reading)
    renewed = total_insured(reading.counts_of(reading.membership_year)).renewals
    membership = Membership(year=reading.membership_year, groups=tuple(groups), renewed=renewed)
    return shown_membership(membership) if reading.is_network else membership


def _federation_groups(reading: Reading) -> list[Group]:
    units: dict[int, int] = defaultdict(int)
    for unit in reading.insuring:
        units[unit.tenant_id] += 1
    groups = []
    for federation in reading.federations:
        now = _total(reading.counts_of(reading.membership_year), tenant_id=federation.pk)
        groups.append(
            Group(
                key=federation.pk,
                name=federation.name,
                short_name=federation.short_name,
                units=units[federation.pk],
                now=now,
                before=_total(reading.counts_of(reading.year), tenant_id=federation.pk),
                renewed=now.renewals,
            )
        )
    return groups


def _unit_groups(reading: Reading) -> list[Group]:
    groups = [_unit_group(reading, unit, unit.name, units=1) for unit in reading.insuring]
    still_open = {unit.pk for unit in reading.units}
    for unit in _other_units(reading):
        name = unit.name if unit.pk in still_open else f"{unit.name} (fermée)"
        groups.append(_unit_group(reading, unit, name, units=0))
    return groups


def _other_units(reading: Reading) -> list[Unit]:
    """Units that insured somebody in either year and do not on the report's day: closed, re-cut.

    Without them the households of a year would not be whole.
    """
    years = (reading.year, reading.membership_year)
    counted = {one.unit_id for one in reading.counts if one.year in years and one.households != 0}
    missing = counted - {unit.pk for unit in reading.insuring}
    found = Unit.objects.filter(tenant_id=reading.unit.tenant_id, pk__in=missing)
    return list(found.order_by("sort_key", "pk"))


def _unit_group(reading: Reading, unit: Unit, name: str, *, units: int) -> Group:
    now = _total(reading.counts_of(reading.membership_year), unit_id=unit.pk)
    return Group(
        key=unit.pk,
        name=name,
        short_name=name,
        units=units,
        now=now,
        before=_total(reading.counts_of(reading.year), unit_id=unit.pk),
        renewed=now.same_unit_renewals,
    )


def _total(counts: Iterable[InsuredCount], **wanted: int) -> InsuredTotals:
    return total_insured(
        count
        for count in counts
        if all(getattr(count, name) == value for name, value in wanted.items())
    )


def units_of(reading: Reading) -> tuple[UnitFact, ...]:
    """Return each insuring unit with what is printed of it."""
    communes = {place.pk: place.name for place in communes_of(reading.division)}
    insured = {
        count.unit_id: _UnitCount(count.households, count.people)
        for count in reading.counts_of(reading.membership_year)
    }
    if reading.is_network:
        insured = _shown(reading, insured)
    return tuple(
        _unit_fact(unit, federation, reading.zones, communes, insured)
        for federation in reading.federations
        for unit in reading.insuring
        if unit.tenant_id == federation.pk
    )


def _unit_fact(
    unit: Unit,
    federation: Federation,
    zones: Zones,
    communes: dict[int, str],
    insured: dict[int, _UnitCount],
) -> UnitFact:
    count = insured.get(unit.pk, _UnitCount(0, 0))
    return UnitFact(
        group=federation.short_name,
        name=unit.name,
        code=unit.code,
        kind=unit.get_kind_display(),
        communes=tuple(sorted(communes[pk] for pk in zones.by_unit.get(unit.pk, ()))),
        centre=unit.management_centre.name if unit.management_centre else "",
        households=count.households,
        people=count.people,
    )


def _shown(reading: Reading, insured: dict[int, _UnitCount]) -> dict[int, _UnitCount]:
    """Hide from the network's readers what a household could be recognised by.

    All units with enrolments count, also one that has closed since and has no line.
    """
    hidden = hidden_units(reading.counts_of(reading.membership_year))
    return {
        key: _UnitCount(
            None if key in hidden.households else count.households,
            None if key in hidden.people else count.people,
        )
        for key, count in insured.items()
    }
