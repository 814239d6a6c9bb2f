"""The bill that a package is tried on: where, for whom, up to eight lines. Sent by GET."""

from fractions import Fraction
from typing import Any

from django import forms

from claims.forms.term_fields import (
    ActField,
    FacilityField,
    clean_act,
    refuse_other_facility,
)
from claims.rules.words import CareKind
from claims.selectors.simulation import Bill, BillLine
from conamus.kernel.text import tidy
from conamus.pages.forms import RefusableForm
from federations.forms.fields import DayField, FrancsField

LINES = 8
#: The page's list of codes to complete from.
ACT_CODES = "codes-des-actes"
_SMALL = {"class": "form-control form-control-sm"}


class SimulationForm(RefusableForm):
    """A bill that nobody sent."""

    facility = FacilityField()
    on = DayField(label="Le")
    kind = forms.ChoiceField(
        label="Genre de soins", choices=[(kind.value, kind.label) for kind in CareKind]
    )
    days = forms.IntegerField(label="Jours (d’un séjour)", min_value=1, max_value=366, initial=1)
    age = forms.IntegerField(label="Âge du patient (ans)", min_value=0, max_value=120, initial=30)
    sex = forms.ChoiceField(label="Sexe", choices=[("F", "femme"), ("M", "homme")])
    is_chronic = forms.BooleanField(label="Maladie chronique", required=False)
    is_maternity = forms.BooleanField(label="Grossesse ou accouchement", required=False)
    has_referral = forms.BooleanField(label="Bon de référence présenté", required=False)
    has_authorisation = forms.BooleanField(label="Bon de prise en charge présenté", required=False)
    authorised_francs = FrancsField(
        label="Montant du bon (FBu)", required=False, help_text="Vide : le bon n’en dit pas."
    )
    other_cover = forms.ChoiceField(
        label="Autre couverture",
        choices=[("", "aucune"), ("cam", "CAM"), ("mfp", "MFP")],
        required=False,
    )
    already_paid_francs = FrancsField(
        label="Déjà payé cette année pour la personne (FBu)",
        required=False,
        help_text="Compté comme des soins de la même famille que la ligne la plus chère.",
    )
    rights_days = forms.IntegerField(
        label="Droits ouverts depuis (jours)",
        min_value=0,
        max_value=3650,
        required=False,
        help_text="Vide : assez longtemps pour n’attendre rien.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.actor = kwargs.pop("actor")
        super().__init__(*args, **kwargs)
        for row in range(LINES):
            act = _labelled(ActField(required=False), f"Acte {row + 1}")
            act.widget.attrs["list"] = ACT_CODES
            self.fields[f"act-{row}"] = act
            self.fields[f"quantity-{row}"] = forms.DecimalField(
                label=f"Quantité {row + 1}",
                min_value=0,
                max_digits=9,
                decimal_places=2,
                required=False,
                widget=forms.NumberInput(attrs={**_SMALL, "step": "any"}),
            )
            self.fields[f"price-{row}"] = _labelled(
                FrancsField(required=False), f"Prix unitaire {row + 1}"
            )
        self.rows = [
            [self[f"{part}-{row}"] for part in ("act", "quantity", "price")] for row in range(LINES)
        ]
        names = [name for name in self.fields if "-" not in name]
        self.main_fields = [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        """Read the acts, and ask for one line at least."""
        refuse_other_facility(self, self.actor)
        for row in range(LINES):
            name = f"act-{row}"
            if self.cleaned_data.get(name):
                self.cleaned_data[name] = tidy(self.cleaned_data[name])
            self.cleaned_data[name] = clean_act(self, name, self.actor.tenant_id)
        if not self.errors and not self._filled():
            self.add_error("act-0", "Écrivez au moins une ligne.")
        return self.cleaned_data

    def bill(self) -> Bill:
        """Return what is simulated."""
        data = self.cleaned_data
        names = (
            "facility", "on", "days", "age", "sex", "is_chronic", "is_maternity", "has_referral",
            "authorised_francs", "other_cover", "rights_days",
        )  # fmt: skip
        return Bill(
            **{name: data[name] for name in names},
            kind=CareKind(data["kind"]),
            # Who writes an amount has a bon.
            has_authorisation=data["has_authorisation"] or data["authorised_francs"] is not None,
            already_paid_francs=data["already_paid_francs"] or 0,
            lines=[self._line(row) for row in self._filled()],
        )

    def field_of(self, name: str | None) -> str | None:
        """Return the form's field: the rules count the filled lines, it has gaps between them."""
        if name and name.startswith("price-"):
            return f"price-{self._filled()[int(name.removeprefix('price-'))]}"
        return super().field_of(name)

    def _filled(self) -> list[int]:
        return [row for row in range(LINES) if self.cleaned_data.get(f"act-{row}")]

    def _line(self, row: int) -> BillLine:
        quantity = self.cleaned_data[f"quantity-{row}"]
        return BillLine(
            act=self.cleaned_data[f"act-{row}"],
            quantity=Fraction(1) if quantity is None else Fraction(quantity),
            unit_price_francs=self.cleaned_data[f"price-{row}"],
        )


def _labelled(field: forms.Field, label: str) -> forms.Field:
    field.label, field.help_text = label, ""
    field.widget.attrs.update(_SMALL)
    return field
