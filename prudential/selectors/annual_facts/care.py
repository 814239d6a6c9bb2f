"""The care of a report's year: a federation's own members', or the network's as released."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from claims.rules.care_figures import CareSums, total_of
from claims.rules.cuts import CutCode
from claims.rules.words import CareKind
from claims.selectors.care_figures import (
    By,
    Part,
    care_of,
    cut_francs,
    federation_names,
    first_care_year,
    people_treated,
)
from conamus.kernel.text import sort_key
from federations.models import HealthFacility, Unit
from prudential.models import ReleasedFigures
from prudential.rules.annual_care import (
    CareFacts,
    Exchange,
    Groups,
    Sums,
    known_whole,
    payers_of,
)
from prudential.selectors.care_held import is_care_held
from prudential.selectors.care_releases import care_aggregates, first_released_year
from prudential.selectors.releases import settled_on


def care_facts(unit: Unit, year: int, *, counted_on: date) -> CareFacts:
    """Return the year's care as the unit's report tells it; its own is that of ``counted_on``."""
    if is_care_held():
        return _unknown(is_released=unit.kind == Unit.Kind.CONFEDERATION)
    if unit.kind == Unit.Kind.CONFEDERATION:
        return _released(unit.tenant_id, year)
    return _own(unit.tenant_id, year, counted_on)


def _unknown(*, is_released: bool) -> CareFacts:
    return CareFacts(
        is_released=is_released,
        settled_on=None,
        first_year=None,
        whole=known_whole(),
        months=(),
        kinds=(),
        is_incomplete=True,
    )


def _released(tenant_id: int, year: int) -> CareFacts:
    months, kinds, federations = (
        care_aggregates(year, by) for by in (By.MONTH, By.KIND, By.FEDERATION)
    )
    return CareFacts(
        is_released=True,
        settled_on=settled_on(ReleasedFigures.Subject.CARE),
        first_year=first_released_year(tenant_id),
        months=_by_month(months),
        kinds=_by_kind(kinds),
        federations=_by_federation(federations),
        whole=known_whole(months, kinds, federations),
    )


def _own(tenant_id: int, year: int, counted_on: date) -> CareFacts:
    members = Part(home=tenant_id)
    months = care_of(year, By.MONTH, members)
    facilities = care_of(year, By.FACILITY, members)
    whole = total_of(months)
    return CareFacts(
        is_released=False,
        settled_on=counted_on,
        first_year=first_care_year(tenant_id),
        months=_by_month(months),
        kinds=_by_kind(care_of(year, By.KIND, members)),
        facility_types=_by_facility(facilities, "facility_type", HealthFacility.Type.values),
        ownerships=_by_facility(facilities, "ownership", HealthFacility.Ownership.values),
        exchanges=_exchanges(tenant_id, year),
        people=people_treated(tenant_id, year),
        payers=payers_of(whole, cut_francs(year, CutCode.OTHER_PAYER, members)),
        whole=whole,
    )


def _by_month(found: Iterable[Sums]) -> tuple[tuple[int, Sums], ...]:
    return tuple(sorted(((int(one.key), one) for one in found), key=lambda pair: pair[0]))


def _by_kind(found: Iterable[Sums]) -> Groups:
    by_key = {one.key: one for one in found}
    return tuple((kind.value, by_key[kind]) for kind in CareKind if kind in by_key)


def _by_federation(found: Iterable[Sums]) -> Groups:
    by_key = {one.key: one for one in found}
    named = ((name, by_key[key]) for key, name in federation_names(by_key).items())
    return tuple(sorted(named, key=lambda pair: sort_key(pair[0])))


def _by_facility(found: Iterable[CareSums], field: str, values: Iterable[str]) -> Groups:
    """Sum the facilities by a field of theirs, in the order of its values."""
    by_facility = {int(one.key): one for one in found}
    groups: dict[str, list[CareSums]] = defaultdict(list)
    facilities = HealthFacility.objects.filter(pk__in=by_facility)
    for pk, value in facilities.values_list("pk", field):
        groups[value].append(by_facility[pk])
    return tuple((value, total_of(groups[value])) for value in values if value in groups)


def _exchanges(tenant_id: int, year: int) -> tuple[Exchange, ...]:
    """Return what was treated between the federation and each other one, by their names."""
    sent = _others(care_of(year, By.PROCESSING, Part(home=tenant_id)), tenant_id)
    received = _others(care_of(year, By.FEDERATION, Part(processing=tenant_id)), tenant_id)
    none, names = total_of([]), federation_names(sent.keys() | received.keys())
    return tuple(
        Exchange(name, sent.get(key, none), received.get(key, none))
        for key, name in sorted(names.items(), key=lambda pair: sort_key(pair[1]))
    )


def _others(found: Iterable[CareSums], tenant_id: int) -> Mapping[str, CareSums]:
    return {one.key: one for one in found if one.key != str(tenant_id)}
