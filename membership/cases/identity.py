"""« ressemblance » and « orthographe »: two records compared, two spellings folded."""

from conamus.cases.facts import Facts
from membership.rules.identity import Person, compare, fold_word

_SEXES = {"homme": "M", "femme": "F"}


def likeness(facts: Facts) -> dict[str, object]:
    """Say whether two records are one person, and what makes it so."""
    match = compare(_person(facts.part("première fiche")), _person(facts.part("seconde fiche")))
    return {
        "verdict": match.verdict.label,
        "raisons": match.reasons,
        "ressemblance": match.score,
    }


def spelling(facts: Facts) -> dict[str, object]:
    """Say whether two spellings are one name."""
    one, other = fold_word(facts.text("écrit")), fold_word(facts.text("ou bien"))
    return {"même nom": one == other, "plis": [one, other]}


def _person(facts: Facts) -> Person:
    return Person(
        key="",
        family_name=facts.text("nom"),
        given_name=facts.text("prénom", ""),
        sex=facts.choice("sexe", _SEXES),
        birth_date=facts.day("naissance"),
        is_birth_estimated=facts.flag("année estimée", default=False),
        place=facts.text("colline", ""),
        area=facts.text("unité", ""),
        phone=facts.text("téléphone", ""),
        paper=facts.text("pièce", ""),
        household=facts.text("ménage", ""),
    )
