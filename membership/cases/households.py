"""« ménage »: whether a household can stand, its problems and its warnings."""

from conamus.cases.facts import Facts
from membership.rules.households import (
    YOUNGEST_HEAD,
    Member,
    Relationship,
    problems_of,
    warnings_of,
)

_RELATIONSHIPS = {
    "adhérent": Relationship.HEAD,
    "conjoint": Relationship.SPOUSE,
    "enfant": Relationship.CHILD,
    "autre": Relationship.OTHER,
}
_SEXES = {"homme": "M", "femme": "F"}


def household(facts: Facts) -> dict[str, object]:
    """Say every problem and warning of the household on the day asked."""
    members = [_member(row, rank) for rank, row in enumerate(facts.rows("membres"), start=1)]
    on = facts.day("le")
    problems = problems_of(
        members,
        on=on,
        most_people=facts.optional_integer("au plus"),
        youngest_head=facts.integer("âge de l'adhérent", YOUNGEST_HEAD),
    )
    return {
        "valable": not problems,
        "problèmes": [problem.message for problem in problems],
        "champs": [problem.field for problem in problems],
        "avertissements": warnings_of(members, on=on),
    }


def _member(row: Facts, rank: int) -> Member:
    birth = row.day("naissance")
    return Member(
        position=row.integer("n°", rank),
        relationship=row.choice("lien", _RELATIONSHIPS),
        sex=row.choice("sexe", _SEXES),
        birth_date=birth,
        joined_on=row.day("entrée", birth),
        left_on=row.optional_day("sortie"),
        died_on=row.optional_day("décès"),
        person=row.text("personne", ""),
    )
