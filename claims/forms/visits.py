"""Forms of visits: plan, sample, finding, checklist, end, answer."""

from collections.abc import Sequence
from typing import Any

from django import forms

from claims.forms.term_fields import FacilityField
from claims.models import Visit
from claims.rules.questionnaires import NOT_APPLICABLE, QuestionFacts, QuestionType
from claims.rules.visit_sampling import CONFIDENCES, MOST, SampleMethod, SamplePlan
from claims.rules.visits import Verdict
from claims.services.visits import NewVisit
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField

BY_CONFIDENCE, BY_RATE = "confidence", "rate"


class VisitForm(ServiceForm):
    """A visit as it is planned."""

    facility = FacilityField()
    purpose = forms.ChoiceField(label="Objet", choices=Visit.Purpose.choices)
    purpose_note = forms.CharField(
        label="Précision",
        max_length=300,
        required=False,
        help_text="Ce qu’on veut éclaircir, sans nommer un malade ni sa maladie.",
    )
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au", help_text="Le même jour, si la visite dure un jour.")
    period_from = DayField(label="Soins du", help_text="La période que la visite regarde.")
    period_to = DayField(label="Soins au")
    team = forms.CharField(
        label="Équipe",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Un membre par ligne : nom et fonction.",
    )

    def visit(self) -> NewVisit:
        """Return what was planned, once valid."""
        names = ("purpose", "purpose_note", "starts_on", "ends_on", "period_from", "period_to")
        values = {name: self.cleaned_data[name] for name in (*names, "team")}
        return NewVisit(facility_id=self.cleaned_data["facility"].pk, **values)


class VersionForm(ServiceForm):
    """What every form on a visit sends: the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SampleForm(VersionForm):
    """How the attestations to verify are drawn."""

    method = forms.ChoiceField(
        label="Tirage",
        choices=[(one.value, one.label) for one in SampleMethod],
        initial=SampleMethod.STRATIFIED.value,
        help_text="Stratifié : les gros montants ont leur part du tirage.",
    )
    size_by = forms.ChoiceField(
        label="Taille",
        choices=[(BY_CONFIDENCE, "d’après la confiance voulue"), (BY_RATE, "d’après un taux")],
    )
    confidence = forms.TypedChoiceField(
        label="Confiance",
        choices=[(one, f"{one} %") for one in CONFIDENCES],
        coerce=int,
        initial=90,
    )
    expected_percent = forms.IntegerField(
        label="Part non conforme attendue (%)", min_value=1, max_value=99, initial=10
    )
    margin_percent = forms.IntegerField(
        label="Marge (points)", min_value=1, max_value=50, initial=10
    )
    rate_percent = forms.IntegerField(
        label="Taux (%)",
        min_value=1,
        max_value=100,
        initial=10,
        help_text="Si la taille en dépend.",
    )
    at_most = forms.IntegerField(
        label="Au plus (attestations)", min_value=1, max_value=MOST, initial=50
    )

    def plan(self) -> SamplePlan:
        """Return how to draw, once valid."""
        data = self.cleaned_data
        by_rate = data["size_by"] == BY_RATE
        names = ("confidence", "expected_percent", "margin_percent", "at_most")
        return SamplePlan(
            method=SampleMethod(data["method"]),
            rate_percent=data["rate_percent"] if by_rate else None,
            **{name: data[name] for name in names},
        )


class FindingForm(VersionForm):
    """What was found of an attestation."""

    verdict = forms.ChoiceField(
        label="Constat", choices=[("", "…"), *((one.value, one.label) for one in Verdict)]
    )
    lines = forms.CharField(
        label="Lignes en cause",
        max_length=200,
        required=False,
        help_text="« 2, 3 » pour des actes non délivrés ; « 2: 500 » pour 500 FBu de trop.",
    )
    note = forms.CharField(
        label="Remarque",
        max_length=300,
        required=False,
        help_text="Les faits, sans nommer la maladie : la formation sanitaire la lit.",
    )


class QuestionsForm(VersionForm):
    """The questions of a questionnaire, each answered in its own way: ``q1``, ``q2``…"""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: Sequence[QuestionFacts], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[f"q{question.position}"] = answer_field(question)

    @property
    def question_names(self) -> frozenset[str]:
        """The names of the questions' fields, among the others of the form."""
        return frozenset(f"q{one.position}" for one in self.questions)

    def answers(self) -> dict[int, str]:
        """Return what was answered, by question number."""
        return {one.position: self.cleaned_data[f"q{one.position}"] for one in self.questions}

    def sections(self) -> list[tuple[str, list[Any]]]:
        """Return the fields under the names of their sections, in their order."""
        sections: list[tuple[str, list[Any]]] = []
        for question in self.questions:
            if not sections or sections[-1][0] != question.section:
                sections.append((question.section, []))
            sections[-1][1].append(self[f"q{question.position}"])
        return sections


def answer_field(question: QuestionFacts) -> forms.CharField | forms.ChoiceField:
    """Return the field of a question; what is answered is read by the rules."""
    label = f"{question.position}. {question.text}"
    words = _words(question)
    if words:
        return forms.ChoiceField(
            label=label, choices=words, widget=forms.RadioSelect, required=False
        )
    is_number = question.type is QuestionType.NUMBER
    widget: forms.Widget = forms.Textarea(attrs={"rows": 2})
    if is_number:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.CharField(
        label=label, max_length=20 if is_number else 500, widget=widget, required=False
    )


def _words(question: QuestionFacts) -> list[tuple[str, str]]:
    if question.type is QuestionType.SCALE:
        return [(word, word) for word in ("1", "2", "3", "4", "5", NOT_APPLICABLE)]
    if question.type is QuestionType.YES_NO:
        return [(word, word) for word in ("oui", "non", NOT_APPLICABLE)]
    return [(word, word) for word, _ in question.choices]


class EndForm(VersionForm):
    """What a visit came to."""

    met = forms.CharField(label="Reçus par", max_length=200, required=False)
    conclusion = forms.CharField(
        label="Conclusion",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Sans nommer un malade ni sa maladie : la formation sanitaire la lit.",
    )
    advice = forms.CharField(
        label="Recommandations",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SendForm(VersionForm):
    """Nothing more to say: the report goes as it is."""


class AnswerForm(VersionForm):
    """What the facility answers to the report."""

    is_agreed = forms.ChoiceField(
        label="Le rapport est",
        choices=[("yes", "accepté"), ("no", "contesté")],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Réponse",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    answered_by = forms.CharField(
        label="Répondu par",
        max_length=150,
        required=False,
        help_text="Qui a signé la réponse reçue sur papier.",
    )
    paper = forms.CharField(
        label="D’après la pièce",
        max_length=200,
        required=False,
        help_text="Lettre ou procès-verbal : son numéro et sa date.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.actor.facility_id is not None:
            del self.fields["answered_by"], self.fields["paper"]


class BecauseForm(VersionForm):
    """A reason in one's own words."""

    because = forms.CharField(label="Parce que", max_length=300)


def this_month() -> dict[str, Any]:
    """Return the days that a plan begins with: today, and the quarter before."""
    today = clock.today()
    month = today.replace(day=1)
    before = month.month - 3
    start = (
        month.replace(month=before)
        if before > 0
        else month.replace(year=month.year - 1, month=before + 12)
    )
    return {"starts_on": today, "ends_on": today, "period_from": start, "period_to": today}
