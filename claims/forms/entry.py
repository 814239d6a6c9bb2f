"""The form of an attestation: as the paper reads, its lines below, typed without a mouse.

Lines are fields named as the services name them (`lines.2.act`), so that each refusal lands at
its place. Lines left empty are passed over, and those after them move up.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from claims.rules.entry import MOST_LINES, NewClaim, NewLine, line_field, read_quantity
from claims.rules.words import CareKind
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, SheetField
from federations.models import HealthFacility

#: Lines offered on an empty form; without scripts, more are had by its button.
LINES = 4
PARTS = ("act", "quantity", "unit_price_francs", "given_on")
_LINE = re.compile(r"lines\.(\d{1,3})\.(act|quantity|unit_price_francs|given_on)")
_CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class QuantityField(forms.Field):
    """A quantity as people write it, with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Return the number; None where nothing was typed."""
        text = "".join(str(value or "").split())
        if not text:
            return None
        number = read_quantity(text)
        if number is None:
            raise forms.ValidationError("Tapez un nombre, par exemple 2 ou 1,5.")
        return number


class EntryForm(ServiceForm):
    """One attestation."""

    stub = forms.CharField(label="Souche", max_length=24, widget=forms.TextInput(attrs=_CODE))
    member = forms.CharField(
        label="N° de membre", max_length=40, widget=forms.TextInput(attrs=_CODE)
    )
    care_kind = forms.ChoiceField(
        label="Genre", choices=[(kind.value, kind.label) for kind in CareKind]
    )
    starts_on = DayField(label="Date des soins")
    ends_on = DayField(label="Dernier jour", required=False, help_text="Vide : le même jour.")
    received_on = DayField(label="Reçue le")
    reason = forms.CharField(
        label="Motif (code)",
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={**_CODE, "list": "motifs"}),
    )
    reason_note = forms.CharField(label="Précision du motif", max_length=300, required=False)
    episode = forms.CharField(label="Épisode de soins", max_length=40, required=False)
    has_referral = forms.BooleanField(label="Référé par un centre de santé", required=False)
    told_total_francs = FrancsField(label="Total écrit", required=False)
    told_mutuelle_francs = FrancsField(label="Part mutuelle écrite", required=False)
    told_patient_francs = FrancsField(label="Part patient écrite", required=False)
    is_distinct = forms.BooleanField(label="Ce sont deux attestations différentes", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.facility_id: int = kwargs.pop("facility_id")
        if kwargs.get("data") is not None:
            kwargs["data"] = without_gaps(kwargs["data"])
        super().__init__(*args, **kwargs)
        initial = kwargs.get("initial") or {}
        rows = _rows_in([*(self.data or {}), *initial])
        more = LINES if "more" in (self.data or {}) else int(not self.is_bound)
        self.line_count = min(MOST_LINES, max(LINES, rows + more))
        for position in range(1, self.line_count + 1):
            self._add_line(position)
        self._ask_the_server()

    def _ask_the_server(self) -> None:
        member = self.fields["member"].widget.attrs
        member.update(
            {
                "hx-get": reverse_lazy("claim_entry_member"),
                "hx-trigger": "change",
                "hx-target": "#patient",
                "hx-include": "[name=starts_on]",
            }
        )

    def _add_line(self, position: int) -> None:
        offered = {
            **_CODE,
            "list": "actes",
            "hx-get": reverse_lazy("claim_entry_acts"),
            "hx-trigger": "input changed delay:150ms",
            "hx-target": "#actes",
            "hx-include": "[name=starts_on]",
        }
        made: dict[str, forms.Field] = {
            "act": forms.CharField(
                label=f"Ligne {position} : acte",
                max_length=20,
                required=False,
                widget=forms.TextInput(attrs=offered),
            ),
            "quantity": QuantityField(label=f"Ligne {position} : quantité", required=False),
            "unit_price_francs": SignedFrancsField(
                label=f"Ligne {position} : prix unitaire", required=False
            ),
            "given_on": DayField(
                label=f"Ligne {position} : jour de l’acte, pendant un séjour", required=False
            ),
        }
        for part, field in made.items():
            field.widget.attrs["aria-label"] = str(field.label)
            self.fields[line_field(position, part)] = field

    def rows(self) -> Iterator[tuple[int, list[forms.BoundField]]]:
        """Yield each line's number and its fields."""
        for position in range(1, self.line_count + 1):
            yield position, [self[line_field(position, part)] for part in PARTS]

    def heads(self) -> Iterator[forms.BoundField]:
        """Yield the visible fields that are not of the lines."""
        return (field for field in self.visible_fields() if not field.name.startswith("lines."))

    def clean(self) -> dict[str, Any]:
        """Ask for what is missing of lines begun; an empty quantity is one."""
        cleaned = super().clean() or {}
        for position in range(1, self.line_count + 1):
            values = [cleaned.get(line_field(position, part)) for part in PARTS]
            if all(value in (None, "") for value in values):
                continue
            for part in ("act", "unit_price_francs"):
                name = line_field(position, part)
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    what = "l’acte" if part == "act" else "le prix"
                    self.add_error(name, f"Ligne {position} : {what} manque.")
        return cleaned

    def entry(self) -> NewClaim:
        """Return what was typed, for the service."""
        data = self.cleaned_data
        return NewClaim(
            facility_id=self.facility_id,
            stub=data["stub"],
            member=data["member"],
            care_kind=CareKind(data["care_kind"]),
            starts_on=data["starts_on"],
            ends_on=data["ends_on"] or data["starts_on"],
            received_on=data["received_on"],
            lines=tuple(self._lines(data)),
            reason=data["reason"],
            reason_note=data["reason_note"],
            episode=data["episode"],
            has_referral=data["has_referral"],
            told_total_francs=data["told_total_francs"],
            told_mutuelle_francs=data["told_mutuelle_francs"],
            told_patient_francs=data["told_patient_francs"],
            is_distinct=data["is_distinct"],
        )

    def lines(self) -> list[NewLine]:
        """Return the whole lines typed so far, whatever else is wrong."""
        return list(self._lines(self.cleaned_data))

    def _lines(self, data: dict[str, Any]) -> Iterator[NewLine]:
        for position in range(1, self.line_count + 1):
            parts = (data.get(line_field(position, part)) for part in PARTS)
            act, quantity, price, given_on = parts
            if act and price is not None:
                yield NewLine(
                    act=act,
                    quantity=Decimal(1) if quantity is None else quantity,
                    unit_price_francs=price,
                    given_on=given_on,
                )


class SignedFrancsField(FrancsField):
    """An amount that the service refuses itself where it is below zero, with its line."""

    def to_python(self, value: Any) -> Any:
        """Return the amount, with its sign."""
        text = str(value or "").strip()
        if text[:1] in ("-", "−"):
            found = super().to_python(text[1:])
            return None if found is None else -found
        return super().to_python(text)


def without_gaps(data: QueryDict) -> QueryDict:
    """Return what was sent with its empty lines at the end."""
    kept = QueryDict(mutable=True)
    lines: dict[int, dict[str, str]] = {}
    for name, values in data.lists():
        found = _LINE.fullmatch(name)
        if found is None:
            kept.setlist(name, values)
        else:
            lines.setdefault(int(found[1]), {})[found[2]] = str(values[-1])
    full = [parts for _, parts in sorted(lines.items()) if any(map(str.strip, parts.values()))]
    for position, parts in enumerate(full[:MOST_LINES], start=1):
        for part, value in parts.items():
            kept[line_field(position, part)] = value
    return kept


def _rows_in(names: Any) -> int:
    return max((int(found[1]) for name in names if (found := _LINE.fullmatch(name))), default=0)


class FacilityChoiceForm(forms.Form):
    """At which facility the attestations were given: chosen once for a pile of papers."""

    formation = forms.ModelChoiceField(
        label="Formation sanitaire",
        queryset=HealthFacility.objects.none(),
        empty_label="choisissez",
    )


class ChangeForm(EntryForm):
    """The same, of an attestation that there is already."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReplaceForm(ChangeForm):
    """The same, with why."""

    because = forms.CharField(label="Pourquoi elle est remplacée", max_length=300)


class FileOfClaimsForm(ServiceForm):
    """A file of attestations, and what happens where some of it is wrong."""

    file = SheetField(
        label="Fichier",
        help_text="CSV, XLSX ou ODS, 50 000 lignes et 5 Mo au plus ; au-delà de 1 000 lignes, une "
        "tâche le vérifie, vous décidez, puis elle l’enregistre.",
    )
    all_or_nothing = forms.BooleanField(
        label="Ne rien enregistrer si une ligne est refusée", required=False
    )
