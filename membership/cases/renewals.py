"""« renouvellement »: whether a year may be renewed, or is followed by a new enrolment."""

from conamus.cases.facts import Facts
from membership.cases.coverage import household_of, year_of
from membership.rules.renewals import waiting_left, was_insured


def renewal(facts: Facts) -> dict[str, object]:
    """Say whether the year before insured the household, as its money stands on the day."""
    household = household_of(facts.part("ménage"))
    year, on = year_of(facts), facts.day("le")
    return {
        "renouvelable": was_insured(year, household, on=on),
        "carence reportée au": waiting_left(year, household, on=on),
    }
