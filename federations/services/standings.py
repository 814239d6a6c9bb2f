"""From when a facility is what the register says: written as its type or ownership changes."""

from datetime import date

from conamus import clock
from federations.models import FacilityStanding, HealthFacility
from federations.rules.standings import Standing, check_since, words_to_add
from federations.selectors.standings import registered, words_on


def write_standing(
    facility: HealthFacility,
    wanted: Standing,
    *,
    contracted_on: date,
    since: date | None,
) -> None:
    """Write from which day a held facility is what is wanted; what it was stays known.

    Nothing changes and no day is told: nothing is written. For who changes the register in the
    same breath: the caller has asked who may.
    """
    words = words_for(facility, wanted, contracted_on=contracted_on, since=since)
    FacilityStanding.objects.bulk_create(
        FacilityStanding(
            facility=facility,
            starts_on=day,
            facility_type=standing.facility_type,
            ownership=standing.ownership,
        )
        for day, standing in words
    )


def words_for(
    facility: HealthFacility,
    wanted: Standing,
    *,
    contracted_on: date,
    since: date | None,
) -> list[tuple[date, Standing]]:
    """Return what is still to be said so that a facility is what is wanted since a day."""
    was = registered(facility)
    if wanted == was and since is None:
        return []
    told = check_since(since, contracted_on=contracted_on, today=clock.today())
    return words_to_add(words_on(facility), was, wanted, told)
