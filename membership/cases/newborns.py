"""« nouveau-né »: what is answered for an undeclared child by its mother's card."""

from dataclasses import replace

from conamus.cases.facts import Facts
from membership.cases.coverage import (
    household_of,
    last_day_of,
    person_of,
    year_of,
)
from membership.rules.newborns import check_birth, newborn_coverage
from membership.rules.rights import RightsFacts, YearFacts


def newborn(facts: Facts) -> dict[str, object]:
    """Say the child's coverage on the day asked, from the mother's facts alone."""
    born_on, on = facts.day("né le"), facts.day("le")
    check_birth(born_on, on=on)
    parts = [facts] + ([facts.part("année d'avant")] if facts.has("année d'avant") else [])
    who = facts.part("mère")
    goes_on = who.flag("couverte la veille ailleurs", default=False)
    mother = RightsFacts(
        person=person_of(who),
        household=household_of(facts.part("ménage")),
        years=tuple(_hers(year_of(part), goes_on) for part in parts),
    )
    coverage = newborn_coverage(born_on=born_on, on=on, mother=mother, mother_then=mother)
    return {
        "ouverts": coverage.is_open,
        "dès le": coverage.opens_on,
        "jusqu'au": last_day_of(coverage.closes_on),
        "raison": coverage.code.label,
        "phrase": coverage.sentence,
        "appeler": coverage.who.label or None,
    }


def _hers(year: YearFacts, goes_on: bool) -> YearFacts:
    """The year as the mother has it: her cover may go on from another household."""
    if year.enrolment is None:
        return year
    return replace(year, enrolment=replace(year.enrolment, continues_cover=goes_on))
