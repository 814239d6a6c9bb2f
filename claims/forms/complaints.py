"""Forms of members' complaints."""

from typing import Any

from django import forms

from claims.forms.term_fields import FacilityField
from claims.models import Complaint, ComplaintAnswer
from claims.services.complaints import MOST_TOLD, NewComplaint
from conamus import clock
from conamus.kernel.reasons import MOST_REASON
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField


class ComplaintForm(ServiceForm):
    """A complaint as it was heard."""

    complainant = forms.CharField(label="Plaignant", max_length=150)
    phone = forms.CharField(
        label="Téléphone",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    household_number = forms.CharField(label="Numéro du ménage", max_length=24, required=False)
    channel = forms.ChoiceField(label="Reçue par", choices=Complaint.Channel.choices)
    subject = forms.ChoiceField(label="Objet", choices=Complaint.Subject.choices)
    facility = FacilityField(
        required=False,
        help_text="Son code ou son nom entier, si la réclamation porte sur elle.",
    )
    told = forms.CharField(
        label="Ce qui est dit",
        max_length=MOST_TOLD,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Les faits, sans nommer la maladie.",
    )
    received_on = DayField(label="Reçue le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = clock.today()

    def complaint(self, follows_id: int | None = None) -> NewComplaint:
        """Return what was heard, once valid."""
        data = self.cleaned_data
        facility = data["facility"]
        names = ("complainant", "phone", "household_number", "channel", "subject", "told")
        return NewComplaint(
            **{name: data[name] for name in names},
            received_on=data["received_on"],
            facility_id=facility.pk if facility else None,
            follows_id=follows_id,
        )


class AnswerForm(ServiceForm):
    """The answer that was given."""

    outcome = forms.ChoiceField(label="La réclamation est", choices=ComplaintAnswer.Outcome.choices)
    text = forms.CharField(
        label="Réponse donnée", max_length=MOST_TOLD, widget=forms.Textarea(attrs={"rows": 5})
    )
    answered_on = DayField(label="Répondue le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answered_on"].initial = clock.today()


class CancelForm(ServiceForm):
    """Why a complaint should not have been written."""

    because = forms.CharField(
        label="Pourquoi",
        max_length=MOST_REASON,
        help_text="Par exemple : jour mal tapé, inscrite deux fois.",
    )
