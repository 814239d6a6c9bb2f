"""Files of surveys: a questionnaire as rows, and interviews as rows (one each, Q1 to Qn)."""

from collections.abc import Sequence

from claims.rules.questionnaires import QuestionFacts, told_choices
from claims.rules.surveys import AgeBand
from federations.rules.take_on import CellKind, Column

#: Interviews of a file.
MOST_ROWS = 2_000

QUESTION_COLUMNS = (
    Column(name="section", heading="Section", example="Accueil"),
    Column(
        name="question",
        heading="Question",
        example="Avez-vous été reçu avec respect ?",
        is_required=True,
    ),
    Column(
        name="type",
        heading="Type",
        example="échelle 1 à 5",
        help="échelle 1 à 5, oui ou non, choix, nombre, texte libre",
        is_required=True,
    ),
    Column(
        name="choices",
        heading="Choix",
        example="",
        help="pour un choix : « bon = 100 ; moyen = 50 ; ne sait pas »",
    ),
    Column(name="weight", heading="Poids", example="1", help="1 si vide"),
    Column(name="required", heading="Obligatoire", example="oui"),
)
_SEXES = {"femme": "F", "homme": "M"}
_BANDS = {band.label: band.value for band in AgeBand}


def interview_columns(questions: Sequence[QuestionFacts]) -> tuple[Column, ...]:
    """Return the columns of a file of interviews: who and where, then a column a question."""
    return (
        Column(
            name="facility",
            heading="Formation sanitaire",
            example="FS-0001",
            help="son code",
            is_required=True,
        ),
        Column(
            name="taken_on",
            heading="Date",
            example="12/05/2025",
            kind=CellKind.DAY,
            is_required=True,
        ),
        Column(
            name="sex",
            heading="Sexe",
            example="femme",
            kind=CellKind.CHOICE,
            choices=_SEXES,
            also={"f": "F", "m": "M"},
        ),
        Column(
            name="age_band",
            heading="Âge",
            example="25 à 39 ans",
            kind=CellKind.CHOICE,
            choices=_BANDS,
        ),
        *(
            Column(
                name=f"q{one.position}",
                heading=f"Q{one.position}",
                example=_example(one),
                help=one.text,
            )
            for one in questions
        ),
    )


def _example(question: QuestionFacts) -> str:
    if question.choices:
        return question.choices[0][0]
    return {"scale": "4", "yes_no": "oui", "number": "2"}.get(question.type.value, "")


def question_row(question: QuestionFacts) -> dict[str, str]:
    """Write a question as a row of the file that would bring it.

    >>> from claims.rules.questionnaires import QuestionType
    >>> ask = QuestionFacts(position=1, section="A", text="?", type=QuestionType.YES_NO)
    >>> question_row(ask)["type"]
    'oui ou non'
    """
    return {
        "section": question.section,
        "question": question.text,
        "type": question.type.label,
        "choices": told_choices(question.choices),
        "weight": str(question.weight),
        "required": "oui" if question.is_required else "",
    }
