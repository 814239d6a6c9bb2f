"""Forms of surveys: questionnaire, campaign, interview, file of interviews, published score."""

from typing import Any

from django import forms

from claims.forms.visits import QuestionsForm
from claims.models import SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.surveys import AgeBand
from claims.services.published_scores import FIRST_YEAR, ScoreFacts
from claims.services.published_scores import MOST_FACILITIES as MOST_SCORED
from claims.services.surveys import MOST_FACILITIES, MOST_WANTED, NewCampaign
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, SheetField, offer_choices

_KINDS = [(one.value, one.label) for one in QuestionnaireKind]
_SURVEY_KINDS = [pair for pair in _KINDS if pair[0] != QuestionnaireKind.VISIT]
_FILE_HELP = "CSV, XLSX ou ODS, 5 Mo au plus."


class QuestionnaireForm(ServiceForm):
    """A version of a questionnaire, its questions in a file."""

    kind = forms.ChoiceField(label="Genre", choices=_KINDS)
    title = forms.CharField(label="Titre", max_length=120)
    in_force_from = DayField(label="En vigueur dès le")
    file = SheetField(label="Fichier des questions", help_text=_FILE_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["in_force_from"].initial = clock.today()


class SurveyForm(ServiceForm):
    """A survey as it is launched."""

    title = forms.CharField(label="Titre", max_length=120)
    kind = forms.ChoiceField(label="Genre", choices=_SURVEY_KINDS)
    year = forms.IntegerField(label="Année", min_value=2015, max_value=2100)
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au")
    wanted = forms.IntegerField(
        label="Entretiens par formation sanitaire", min_value=1, max_value=MOST_WANTED, initial=30
    )
    codes = forms.CharField(
        label="Formations sanitaires",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Leurs codes, séparés par des espaces ; ou laissez vide et tirez-les au sort.",
    )
    drawn = forms.IntegerField(
        label="Ou tirer au sort",
        required=False,
        min_value=1,
        max_value=MOST_FACILITIES,
        help_text="Combien, parmi toutes les formations sanitaires conventionnées.",
    )

    def campaign(self) -> NewCampaign:
        """Return what is launched, once valid."""
        data = self.cleaned_data
        names = ("title", "kind", "year", "starts_on", "ends_on", "wanted")
        codes = data["codes"].replace(",", " ").replace(";", " ").split()
        return NewCampaign(
            **{name: data[name] for name in names}, codes=tuple(codes), drawn=data["drawn"] or 0
        )


class InterviewForm(QuestionsForm):
    """One interview: where, when, of whom in a band, and the answers."""

    facility = forms.TypedChoiceField(label="Formation sanitaire", coerce=int)
    taken_on = DayField(label="Date")
    sex = forms.ChoiceField(label="Sexe", choices=[("", "…"), *SurveyInterview.Sex.choices])
    age_band = forms.ChoiceField(
        label="Âge", choices=[("", "…"), *((one.value, one.label) for one in AgeBand)]
    )

    def __init__(
        self, *args: Any, facilities: list[tuple[int, str]], is_grid: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_choices(self, "facility", [("", "…"), *facilities])
        if is_grid:
            del self.fields["sex"], self.fields["age_band"]


class InterviewsFileForm(ServiceForm):
    """A file of interviews."""

    file = SheetField(label="Fichier", help_text=f"{_FILE_HELP} Un entretien par ligne.")


class PublishedForm(ServiceForm):
    """What a source says of a score, whatever the year."""

    percent = forms.DecimalField(
        label="Score publié (%)", min_value=0, max_value=100, max_digits=4, decimal_places=1
    )
    facilities = forms.IntegerField(
        label="Sur combien de formations sanitaires",
        required=False,
        min_value=1,
        max_value=MOST_SCORED,
        help_text="Vide si la source ne le dit pas.",
    )
    source = forms.CharField(
        label="Source", max_length=300, help_text="Le rapport, son année, sa page."
    )

    def facts(self) -> ScoreFacts:
        """Return what was published, once valid."""
        names = ("kind", "year", "percent", "facilities", "source")
        return ScoreFacts(**{name: self.cleaned_data[name] for name in names})


class ScoreForm(PublishedForm):
    """A score that was published, as its source says it."""

    kind = forms.ChoiceField(label="Genre", choices=_SURVEY_KINDS)
    year = forms.IntegerField(label="Année", min_value=FIRST_YEAR, max_value=2100)
    field_order = ("kind", "year", "percent", "facilities", "source")


class ScoreCorrectionForm(PublishedForm):
    """A correction of it: of the same kind and year, with its reason."""

    kind = forms.CharField(widget=forms.HiddenInput)
    year = forms.IntegerField(widget=forms.HiddenInput)
    because = forms.CharField(label="Pourquoi", max_length=300)
