"""The form of an activity, with its participants row by row, and that of an expense."""

import re
from typing import Any

from django import forms
from django.db.models import QuerySet

from conamus import clock
from conamus.kernel.text import read_number
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, UnitField, offer_choices, offer_rows
from federations.forms.versions import VersionedForm
from federations.models import Activity, Expense, Partner
from federations.models.activities import LONGEST_RESULT
from federations.rules.activities import (
    ActivityFacts,
    ExpenseFacts,
    ParticipantGroup,
    activity_problems,
    expense_problems,
)
from federations.selectors.reach import units_in_reach
from federations.selectors.registers import offered_funders
from federations.tenancy.actor import Actor
from federations.views.directory.choices import commune_choices, optional_number

PARTS = ("label", "total", "women")
FEWEST_ROWS, MOST_ROWS = 3, 30
_PART_LABELS = {"label": "qui", "total": "nombre", "women": "dont femmes"}
_ROW_FIELD = re.compile(r"participants-(\d+)-(\w+)")


class FunderField(forms.ModelChoiceField):
    """A funder of one's own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Partner.objects.none(),
            label="Bailleur",
            required=False,
            **kwargs,
        )


def _funders(form: ServiceForm) -> QuerySet[Partner]:
    chosen = form.initial.get("funder")
    known = chosen if isinstance(chosen, int) else None
    return offered_funders(form.actor.tenant_id, chosen=known)


def row_field(row: int, part: str) -> str:
    """Return the name of a participants row's field, which is also where its errors go."""
    return f"participants-{row}-{part}"


class ActivityForm(VersionedForm):
    """An activity that took place."""

    theme = forms.CharField(label="Thème", max_length=200)
    kind = forms.ChoiceField(label="Nature", choices=Activity.Kind.choices)
    chapter = forms.ChoiceField(
        label="Chapitre du rapport",
        choices=Activity.Chapter.choices,
        help_text="Où le rapport annuel la compte.",
    )
    unit = UnitField(label="Unité", queryset=None)
    starts_on = DayField(label="Du")
    ends_on = DayField(label="Au")
    place = forms.TypedChoiceField(
        label="Commune", required=False, coerce=optional_number, empty_value=None
    )
    place_note = forms.CharField(
        label="Précision sur le lieu",
        max_length=160,
        required=False,
        help_text="La salle, la colline, ou plusieurs lieux.",
    )
    funder = FunderField(empty_label="non précisé")
    cost_francs = FrancsField(
        label="Coût (FBu)",
        required=False,
        help_text="En francs entiers ; vide s’il n’est pas connu.",
    )
    result = forms.CharField(
        label="Résultat obtenu",
        max_length=LONGEST_RESULT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui change depuis, en quelques phrases.",
    )
    source = forms.CharField(
        label="Source",
        max_length=200,
        required=False,
        help_text="Le rapport de mission, la liste de présence.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_in_reach(self.actor))
        offer_rows(self, "funder", _funders(self))
        offer_choices(self, "place", [("", "non précisée"), *commune_choices()])
        self.row_count = self._rows_wanted()
        for row in range(self.row_count):
            self._add_row(row)

    def _rows_wanted(self) -> int:
        given = self.data.get("rows") if self.is_bound else self.initial.get("rows")
        wanted = read_number(str(given or ""))
        return max(FEWEST_ROWS, min(wanted or 0, MOST_ROWS))

    def _add_row(self, row: int) -> None:
        text = forms.TextInput(attrs={"class": "form-control form-control-sm"})
        number = forms.NumberInput(attrs={"class": "form-control form-control-sm num"})
        fields = {
            "label": forms.CharField(max_length=120, required=False, widget=text),
            "total": forms.IntegerField(required=False, min_value=0, widget=number),
            "women": forms.IntegerField(required=False, min_value=0, widget=number),
        }
        for part, field in fields.items():
            field.label = f"Participants, ligne {row + 1}, {_PART_LABELS[part]}"
            self.fields[row_field(row, part)] = field

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields above the participants."""
        return [field for field in self.visible_fields() if not _ROW_FIELD.match(field.name)]

    def participant_rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of the participants, row by row."""
        return [[self[row_field(row, part)] for part in PARTS] for row in range(self.row_count)]

    def clean(self) -> dict[str, Any]:
        """Ask the rule, and show each of its answers at its field."""
        data = super().clean() or self.cleaned_data
        self._require_totals(data)
        if not self.errors:
            for problem in activity_problems(self.facts(), today=clock.today()):
                self.add_error(self._field_of(problem.field), problem.message)
        return data

    def _filled_rows(self, data: dict[str, Any]) -> list[int]:
        return [
            row
            for row in range(self.row_count)
            if any(data.get(row_field(row, part)) not in (None, "") for part in PARTS)
        ]

    def _require_totals(self, data: dict[str, Any]) -> None:
        for row in self._filled_rows(data):
            total = row_field(row, "total")
            if total not in self.errors and data.get(total) is None:
                self.add_error(total, "Donnez le nombre de participants.")

    def _field_of(self, field: str) -> str:
        """Translate the rule's row, which knows no blank ones, to the form's."""
        match = _ROW_FIELD.fullmatch(field)
        if match is None:
            return field
        return row_field(self._filled_rows(self.cleaned_data)[int(match[1])], match[2])

    def facts(self) -> ActivityFacts:
        """Return what was typed, for the service."""
        data = self.cleaned_data
        return ActivityFacts(
            unit_id=data["unit"].pk,
            starts_on=data["starts_on"],
            ends_on=data["ends_on"],
            kind=data["kind"],
            chapter=data["chapter"],
            theme=data["theme"],
            place_id=data["place"],
            place_note=data["place_note"],
            funder_id=data["funder"].pk if data["funder"] else None,
            cost_francs=data["cost_francs"],
            result=data["result"],
            source=data["source"],
            participants=tuple(self._group(row) for row in self._filled_rows(data)),
        )

    def _group(self, row: int) -> ParticipantGroup:
        values = {part: self.cleaned_data[row_field(row, part)] for part in PARTS}
        return ParticipantGroup(**values)


class ExpenseForm(VersionedForm):
    """An expense that was made."""

    label = forms.CharField(label="Libellé", max_length=200)
    spent_on = DayField(label="Date")
    unit = UnitField(label="Unité", queryset=None)
    heading = forms.ChoiceField(label="Rubrique", choices=Expense.Heading.choices)
    funder = FunderField(empty_label="ressources propres")
    amount_francs = FrancsField(label="Montant (FBu)", help_text="En francs entiers : 1 234 568.")
    voucher = forms.CharField(
        label="Pièce",
        max_length=60,
        required=False,
        help_text="Le numéro de la pièce justificative.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units_in_reach(self.actor))
        offer_rows(self, "funder", _funders(self))

    def clean(self) -> dict[str, Any]:
        """Ask the rule, and show each of its answers at its field."""
        data = super().clean() or self.cleaned_data
        if not self.errors:
            for problem in expense_problems(self.facts(), today=clock.today()):
                self.add_error(problem.field, problem.message)
        return data

    def facts(self) -> ExpenseFacts:
        """Return what was typed, for the service."""
        data = self.cleaned_data
        return ExpenseFacts(
            unit_id=data["unit"].pk,
            spent_on=data["spent_on"],
            heading=data["heading"],
            amount_francs=data["amount_francs"],
            label=data["label"],
            funder_id=data["funder"].pk if data["funder"] else None,
            voucher=data["voucher"],
        )


def activity_initial(activity: Activity) -> dict[str, Any]:
    """Return the form's start from an activity as it is."""
    names = (
        "theme", "kind", "chapter", "starts_on", "ends_on", "place_note", "cost_francs",
        "result", "source", "version",
    )  # fmt: skip
    initial = {name: getattr(activity, name) for name in names}
    initial |= {name: getattr(activity, f"{name}_id") for name in ("unit", "place", "funder")}
    groups = activity.participants.all()
    for row, group in enumerate(sorted(groups, key=lambda each: each.pk)):
        initial |= {row_field(row, part): getattr(group, part) for part in PARTS}
    return initial | {"rows": len(groups) + 1}


def expense_initial(expense: Expense) -> dict[str, Any]:
    """Return the form's start from an expense as it is."""
    names = ("label", "spent_on", "heading", "amount_francs", "voucher", "version")
    initial = {name: getattr(expense, name) for name in names}
    return initial | {"unit": expense.unit_id, "funder": expense.funder_id}


def own_unit_id(actor: Actor) -> int | None:
    """Return the unit that a new fact most likely belongs to."""
    if actor.unit_id is not None:
        return actor.unit_id
    roots = units_in_reach(actor).filter(kind__in=("confederation", "federation"))
    return roots.values_list("pk", flat=True).first()
