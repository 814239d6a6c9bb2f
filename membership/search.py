"""What the search over everything finds among members: people and household numbers."""

from django.urls import reverse

from conamus.pages.search import Hit, SearchSource
from federations.rules.roles import Permission
from federations.tenancy.actor import Actor
from membership.selectors.households import (
    found_by,
    household_numbered,
    households,
    people_in_sight,
)


def _households(actor: Actor, text: str, most: int) -> list[Hit]:
    """A number leads to households, a name to people."""
    if any(char.isdigit() for char in text):
        rows = found_by(households(actor), actor=actor, text=text).select_related("unit")
        return [
            Hit(f"Ménage {row.number}", row.unit.name, reverse("household_detail", args=[row.pk]))
            for row in rows[:most]
        ]
    return [
        Hit(
            str(person),
            f"{person.get_relationship_display()}, ménage {person.household.number}, "
            f"{person.household.unit.name}",
            reverse("household_detail", args=[person.household_id]),
        )
        for person in people_in_sight(actor, text)[:most]
    ]


def _one_household(actor: Actor, text: str) -> str:
    """A whole number, of a household or of one of its people: its page, at what comes next."""
    household_id = household_numbered(actor, text)
    return f"{reverse('household_detail', args=[household_id])}#suite" if household_id else ""


SOURCES = (
    SearchSource(
        "Ménages et bénéficiaires",
        Permission.SEE_HOUSEHOLDS,
        _households,
        "households",
        _one_household,
    ),
)
