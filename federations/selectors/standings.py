"""What facilities were on a day: their type and ownership. Every function needs an open scope."""

from datetime import date
from itertools import pairwise

from conamus.kernel.figures import format_date
from federations.models import FacilityStanding, HealthFacility
from federations.rules import standings as rules
from federations.rules.standings import Standing


def registered(facility: HealthFacility) -> Standing:
    """Return what the register says of a facility."""
    return Standing(facility.facility_type, facility.ownership)


def words_on(facility: HealthFacility) -> list[tuple[date, Standing]]:
    """Return what was said of a facility, in the order in which it was said; mostly nothing."""
    rows = FacilityStanding.objects.filter(facility=facility).order_by("pk")
    told = rows.values_list("starts_on", "facility_type", "ownership")
    return [(since, Standing(level, ownership)) for since, level, ownership in told]


def standing_on(facility: HealthFacility, on: date) -> Standing:
    """Return what a facility was on a day."""
    return rules.standing_on(words_on(facility), registered(facility), on)


def was_until(standing: Standing, until: date) -> str:
    """Say what a facility was; ``until`` is the first day on which it was so no more."""
    level = HealthFacility.Type(standing.facility_type).label
    ownership = HealthFacility.Ownership(standing.ownership).label
    return f"{level}, {ownership}, jusqu’au {format_date(until)} exclu"


def former_standings(facility: HealthFacility) -> list[tuple[Standing, date]]:
    """Return what a facility was before, each with the first day on which it was so no more."""
    periods = rules.periods_of(words_on(facility))
    return [(was, until) for (_, was), (until, _) in pairwise(periods)]
