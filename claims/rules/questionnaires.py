"""Questionnaires as data: kinds of question, what an answer is worth, the file they come in.

One form of words serves the checklist of a visit, the satisfaction of members and the quality of
facilities. An answer is worth 0 to 100 points, or none: a number and a free text are never scored,
nor is a choice whose words carry no points, nor « sans objet »: it is kept, so that an obligatory
question that does not apply is answered. An empty answer is none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.text import read_number, search_key

MOST_QUESTIONS = 60
MOST_WEIGHT = 20
LONGEST_TEXT = 500
FULL = 100
#: Kept where a question does not apply.
NOT_APPLICABLE = "s. o."
_NOT_APPLICABLE_KEYS = frozenset({"so", "s o", "sans objet"})


class QuestionnaireKind(StrEnum):
    """What a questionnaire is for."""

    VISIT = "visit"
    SATISFACTION = "satisfaction"
    QUALITY = "quality"

    @property
    def label(self) -> str:
        """The kind in French."""
        return _KINDS[self]


_KINDS = {
    QuestionnaireKind.VISIT: "grille de visite",
    QuestionnaireKind.SATISFACTION: "satisfaction des membres",
    QuestionnaireKind.QUALITY: "qualité des formations sanitaires",
}


class QuestionType(StrEnum):
    """How a question is answered."""

    SCALE = "scale"
    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"

    @property
    def label(self) -> str:
        """The type in French, as the file writes it."""
        return _TYPES[self]


_TYPES = {
    QuestionType.SCALE: "échelle 1 à 5",
    QuestionType.YES_NO: "oui ou non",
    QuestionType.CHOICE: "choix",
    QuestionType.NUMBER: "nombre",
    QuestionType.TEXT: "texte libre",
}
_TYPE_WORDS = {
    **{search_key(label): kind for kind, label in _TYPES.items()},
    "echelle": QuestionType.SCALE,
    "oui non": QuestionType.YES_NO,
    "texte": QuestionType.TEXT,
}
_SCALE = {str(mark): (mark - 1) * 25 for mark in range(1, 6)}
_YES_NO = {"oui": FULL, "non": 0}
_YES_WORDS = {"oui": "oui", "o": "oui", "1": "oui", "non": "non", "n": "non", "0": "non"}
_CHOICE = re.compile(r"(.+?)\s*=\s*(\d{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFacts:
    """A question: its place, how it is answered, what it weighs.

    ``choices``: each word and its points, None for a word that is not scored.
    """

    position: int
    section: str
    text: str
    type: QuestionType
    choices: tuple[tuple[str, int | None], ...] = ()
    weight: int = 1
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is kept: its value, and its points; None: it is not scored."""

    value: str
    points: int | None


def read_answer(question: QuestionFacts, typed: str, field: str) -> Answer | None:
    """Return what was answered; None for nothing.

    >>> ask = QuestionFacts(position=1, section="", text="?", type=QuestionType.SCALE)
    >>> read_answer(ask, "4", "q1"), read_answer(ask, "so", "q1")
    (Answer(value='4', points=75), Answer(value='s. o.', points=None))
    """
    text = " ".join(typed.split())
    if not text:
        if question.is_required:
            raise DomainError("Cette question attend une réponse.", field=field)
        return None
    if _is_not_applicable(question, text):
        return Answer(NOT_APPLICABLE, None)
    return _READERS[question.type](question, text, field)


def _is_not_applicable(question: QuestionFacts, text: str) -> bool:
    """Tell whether « sans objet » was typed, unless it is a choice's own word."""
    own = {search_key(word) for word, _ in question.choices}
    return search_key(text) in _NOT_APPLICABLE_KEYS - own


def _read_scale(question: QuestionFacts, text: str, field: str) -> Answer:
    if text not in _SCALE:
        raise DomainError("De 1 à 5.", field=field)
    return Answer(text, _SCALE[text])


def _read_yes_no(question: QuestionFacts, text: str, field: str) -> Answer:
    word = _YES_WORDS.get(search_key(text))
    if word is None:
        raise DomainError("Oui ou non.", field=field)
    return Answer(word, _YES_NO[word])


def _read_choice(question: QuestionFacts, text: str, field: str) -> Answer:
    for word, points in question.choices:
        if search_key(word) == search_key(text):
            return Answer(word, points)
    words = ", ".join(word for word, _ in question.choices)
    raise DomainError(f"L’un de : {words}.", field=field)


def _read_number(question: QuestionFacts, text: str, field: str) -> Answer:
    if not re.fullmatch(r"\d{1,9}(?:[.,]\d{1,2})?", text):
        raise DomainError("Un nombre, avec deux décimales au plus.", field=field)
    return Answer(text.replace(",", "."), None)


def _read_text(question: QuestionFacts, text: str, field: str) -> Answer:
    if len(text) > LONGEST_TEXT:
        raise DomainError(f"{LONGEST_TEXT} caractères au plus.", field=field)
    return Answer(text, None)


_READERS = {
    QuestionType.SCALE: _read_scale,
    QuestionType.YES_NO: _read_yes_no,
    QuestionType.CHOICE: _read_choice,
    QuestionType.NUMBER: _read_number,
    QuestionType.TEXT: _read_text,
}


def read_questions(rows: Sequence[tuple[int, Mapping[str, str]]]) -> tuple[QuestionFacts, ...]:
    """Read the rows of a file: section, question, type, choix, poids, obligatoire.

    Every refusal names its row; all at once.
    """
    gathering = Gathering()
    questions: list[QuestionFacts] = []
    for number, row in rows:
        with gathering.part():
            questions.append(_read_question(len(questions) + 1, number, row))
    if not 1 <= len(rows) <= MOST_QUESTIONS:
        gathering.found.append(DomainError(f"De 1 à {MOST_QUESTIONS} questions.", field="file"))
    gathering.refuse()
    if not any(map(is_scored, questions)):
        raise DomainError("Aucune question n’a de points : rien ne ferait un score.", field="file")
    return tuple(questions)


def is_scored(question: QuestionFacts) -> bool:
    """Tell whether some answer to the question has points.

    >>> is_scored(QuestionFacts(position=1, section="", text="?", type=QuestionType.NUMBER))
    False
    """
    if question.type is QuestionType.CHOICE:
        return any(points is not None for _, points in question.choices)
    return question.type in (QuestionType.SCALE, QuestionType.YES_NO)


def _read_question(position: int, number: int, row: Mapping[str, str]) -> QuestionFacts:
    where = f"Ligne {number} : "
    text = " ".join(row.get("question", "").split())
    if not 1 <= len(text) <= 300:
        raise DomainError(f"{where}écrivez la question, en 300 caractères au plus.", field="file")
    kind = _TYPE_WORDS.get(search_key(row.get("type", "")))
    if kind is None:
        words = ", ".join(_TYPES.values())
        raise DomainError(f"{where}le type est l’un de : {words}.", field="file")
    weight = read_number(row.get("weight", "").strip() or "1") or 0
    if not 1 <= weight <= MOST_WEIGHT:
        raise DomainError(f"{where}le poids est de 1 à {MOST_WEIGHT}.", field="file")
    return QuestionFacts(
        position=position,
        section=" ".join(row.get("section", "").split())[:80],
        text=text,
        type=kind,
        choices=_read_choices(where, kind, row.get("choices", "")),
        weight=weight,
        is_required=_YES_WORDS.get(search_key(row.get("required", ""))) == "oui",
    )


def _read_choices(where: str, kind: QuestionType, text: str) -> tuple[tuple[str, int | None], ...]:
    """Read « bon = 100 ; moyen = 50 ; ne sait pas »."""
    words = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    if kind is not QuestionType.CHOICE:
        if words:
            raise DomainError(f"{where}seul le type « choix » a des choix.", field="file")
        return ()
    choices: dict[str, int | None] = {}
    for word in words:
        match = _CHOICE.fullmatch(word)
        name, points = (match[1], int(match[2])) if match else (word, None)
        if points is not None and points > FULL:
            raise DomainError(f"{where}les points vont de 0 à {FULL}.", field="file")
        choices[name] = points
    if len(choices) < 2 or len(choices) != len(words):
        raise DomainError(
            f"{where}écrivez au moins deux choix différents, séparés par « ; ».", field="file"
        )
    return tuple(choices.items())


def told_choices(choices: Sequence[tuple[str, int | None]]) -> str:
    """Write choices as the file has them.

    >>> told_choices([("bon", 100), ("ne sait pas", None)])
    'bon = 100 ; ne sait pas'
    """
    return " ; ".join(word if points is None else f"{word} = {points}" for word, points in choices)
