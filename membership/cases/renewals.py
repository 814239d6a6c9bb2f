"""« renouvellement »: whether a year may be renewed, or is followed by a new enrolment."""

from conamus.cases.facts import Facts
from membership.cases.coverage import household_of, year_of
from membership.rules.renewals import was_insured


def renewal(facts: Facts) -> dict[str, object]:
    """Say whether the year before insured the household, as its money stands on the day."""
    household = household_of(facts.part("ménage"))
    return {"renouvelable": was_insured(year_of(facts), household, on=facts.day("le"))}
