"""Forms of campaigns and targets."""

from collections.abc import Sequence
from typing import Any

from django import forms

from federations.forms.fields import DayField
from federations.forms.versions import ReadForm
from federations.models import Unit
from membership.models import Campaign
from membership.rules.backdating import USUAL_DAYS


def _label(name: str) -> str:
    """The column's own name: the page of a campaign and its history say the same words."""
    return str(getattr(Campaign._meta.get_field(name), "verbose_name", name)).capitalize()


class CampaignForm(ReadForm):
    """The days and terms of a campaign."""

    opens_on = DayField(label=_label("opens_on"))
    closes_on = DayField(label=_label("closes_on"), help_text="Dernier jour de la collecte.")
    grace_until = DayField(
        label=_label("grace_until"),
        help_text="Dernier jour où un renouvellement payé ouvre les droits sans carence.",
    )
    waiting_days_new = forms.IntegerField(label=_label("waiting_days_new"), min_value=0)
    waiting_days_late = forms.IntegerField(label=_label("waiting_days_late"), min_value=0)
    newborn_days = forms.IntegerField(label=_label("newborn_days"), min_value=0)
    promise_tolerance_days = forms.IntegerField(label=_label("promise_tolerance_days"), min_value=0)
    waiting_from_year_start = forms.BooleanField(
        label=_label("waiting_from_year_start"),
        required=False,
        help_text="Non coché : elle court dès le paiement. Payé le 15 décembre, avec une carence "
        "de 30 jours, les droits s’ouvrent le 14 janvier ; coché, le 31 janvier.",
    )
    waiting_days_reopened = forms.IntegerField(
        label=_label("waiting_days_reopened"),
        min_value=0,
        help_text="Après une promesse non tenue ou un reçu annulé, une fois tout payé.",
    )
    entry_back_days = forms.IntegerField(
        label=_label("entry_back_days"),
        min_value=0,
        help_text="0 : la carence d’une personne à charge court du jour de son inscription, même "
        "si un agent date son entrée plus tôt.",
    )
    backdating_days = forms.IntegerField(
        label=_label("backdating_days"),
        min_value=0,
        initial=USUAL_DAYS,
        help_text=(
            "Au-delà, ou avant la fin de la grâce une fois passée : le gestionnaire de la "
            "fédération seul, avec un motif, et l’opération est listée."
        ),
    )
    last_enrolment_on = DayField(
        label=_label("last_enrolment_on"),
        required=False,
        help_text="Vide : les adhésions restent possibles jusqu’à la fin de l’année.",
    )


class TargetsForm(ReadForm):
    """How many households each unit's population counts; empty: not known."""

    source = forms.CharField(
        label="Source",
        max_length=200,
        help_text="D’où viennent ces nombres : recensement, district sanitaire, année.",
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        number = forms.NumberInput(attrs={"class": "form-control form-control-sm num", "min": 1})
        for unit in units:
            self.fields[f"unit-{unit.pk}"] = forms.IntegerField(
                label=unit.name, required=False, min_value=1, widget=number
            )

    def unit_fields(self) -> list[tuple[Unit, forms.BoundField]]:
        """Return each unit with its field, for the table."""
        return [(unit, self[f"unit-{unit.pk}"]) for unit in self.units]
