"""Families that the tests of membership register: people as a clerk describes them."""

from datetime import date

from membership.services.households import HouseholdFacts, PersonFacts
from tests.world import World

TODAY = date(2025, 6, 30)


def person(given: str, relationship: str = "child", **more: object) -> PersonFacts:
    """A girl born in 2010, unless told otherwise."""
    facts = {
        "family_name": "Nzeyimana",
        "given_name": given,
        "sex": "F",
        "relationship": relationship,
        "birth_date": None if "birth_year" in more else date(2010, 2, 3),
    }
    return PersonFacts(**{**facts, **more})


def head(**more: object) -> PersonFacts:
    """A man of forty."""
    facts = {"sex": "M", "birth_date": date(1985, 4, 5), **more}
    return person(str(facts.pop("given_name", "Désiré")), "head", **facts)


def family(world: World, *people: PersonFacts, **more: object) -> HouseholdFacts:
    """A household of section 1 of UMUCO."""
    facts = {
        "unit_id": world.units["UMU-S1"],
        "colline_id": world.places["N-GI-01-1-1"],
        "registered_on": TODAY,
        "people": people or (head(), person("Chantal", "spouse", birth_date=date(1988, 1, 9))),
    }
    return HouseholdFacts(**{**facts, **more})
