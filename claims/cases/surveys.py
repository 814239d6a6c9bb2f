"""« enquête »: what an answer is worth, a facility's score, a group's, and what is hidden."""

from fractions import Fraction

from claims.rules.questionnaires import (
    QuestionFacts,
    QuestionnaireKind,
    QuestionType,
    read_answer,
)
from claims.rules.surveys import (
    QuestionSum,
    hidden_groups,
    is_shown,
    mean_score,
    score,
)
from conamus.cases.facts import Facts
from conamus.kernel.figures import format_rate

_TYPES = {kind.label: kind for kind in QuestionType}
_KINDS = {kind.label: kind for kind in QuestionnaireKind}


def survey(facts: Facts) -> dict[str, object]:
    """Answer the question that the case asks: points, a score, a mean, or what is hidden."""
    if facts.has("groupes"):
        counts = {row.text("groupe"): row.integer("entretiens") for row in facts.rows("groupes")}
        return {"masqués": sorted(hidden_groups(counts))}
    if facts.has("scores"):
        known = [Fraction(text) / 100 for text in facts.texts("scores") if text != "None"]
        return {"moyenne": _told(mean_score(known))}
    if facts.has("réponse"):
        return _worth(facts)
    kind = facts.choice("genre", _KINDS, QuestionnaireKind.QUALITY)
    sums = [
        QuestionSum(row.integer("poids", 1), row.integer("réponses"), row.integer("points"))
        for row in facts.rows("questions")
    ]
    found = score(sums) if is_shown(kind, facts.integer("entretiens", 1)) else None
    return {"score": _told(found)}


def _worth(facts: Facts) -> dict[str, object]:
    choices = tuple(
        (row.text("mot"), row.optional_integer("points")) for row in facts.rows("choix")
    )
    question = QuestionFacts(
        position=1,
        section="",
        text="?",
        type=facts.choice("type", _TYPES),
        choices=choices,
        is_required=facts.flag("obligatoire", False),
    )
    typed = facts.text("réponse")
    answer = read_answer(question, "" if typed == "vide" else typed, "q1")
    return {
        "gardée": None if answer is None else answer.value,
        "points": None if answer is None else answer.points,
    }


def _told(value: Fraction | None) -> str | None:
    return None if value is None else format_rate(value)
