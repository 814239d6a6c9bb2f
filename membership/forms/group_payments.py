"""Forms of transfers that pay for several households: the transfer, its rows, its rest."""

from collections.abc import Sequence
from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField
from membership.forms.fields import offer_backdating
from membership.models import MOBILE_METHODS, Method, StatementLine
from membership.rules.group_payments import MOST_PARTS, GroupRequest, Part
from membership.rules.payments import MOST_REFERENCE

_OPERATORS = [(value, label) for value, label in Method.choices if value in MOBILE_METHODS]
_COLUMNS = ("number", "year", "amount")
#: Rows that are seen at once; the others open beneath.
FIRST_ROWS = 5
_INCOMPLETE = "Donnez le numéro du ménage que ce montant paie."


class PartsForm(ServiceForm):
    """Rows of households, each with the year and the amount that it pays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.year: int = kwargs.pop("year")
        proposed: Sequence[Part] = kwargs.pop("proposed", ())
        super().__init__(*args, **kwargs)
        by_row = {part.row: part for part in proposed}
        for row in range(1, MOST_PARTS + 1):
            self._add_row(row, by_row.get(row))
        self.has_many = len(proposed) > FIRST_ROWS

    def _add_row(self, row: int, part: Part | None) -> None:
        number = forms.CharField(label=f"Ménage {row}, numéro", max_length=20, required=False)
        year = forms.IntegerField(
            label=f"Ménage {row}, année", min_value=2013, max_value=2100, required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4", "size": "5"}),
        )  # fmt: skip
        amount = FrancsField(label=f"Ménage {row}, montant", required=False)
        number.initial, year.initial = (part.number, part.year) if part else ("", self.year)
        amount.initial = part.amount_francs if part else None
        for name, field in zip(_COLUMNS, (number, year, amount), strict=True):
            self.fields[f"{name}_{row}"] = field

    def clean(self) -> dict[str, Any]:
        """Ask whose an amount is."""
        data = super().clean() or self.cleaned_data
        for row in range(1, MOST_PARTS + 1):
            if data.get(f"amount_{row}") is not None and not data.get(f"number_{row}"):
                self.add_error(f"number_{row}", _INCOMPLETE)
        return data

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields beside the rows."""
        in_rows = {field.name for row in self._rows(1, MOST_PARTS) for field in row}
        return [field for field in self.visible_fields() if field.name not in in_rows]

    def first_rows(self) -> list[list[forms.BoundField]]:
        """Return the rows that are seen at once."""
        return self._rows(1, FIRST_ROWS)

    def other_rows(self) -> list[list[forms.BoundField]]:
        """Return the rows beneath."""
        return self._rows(FIRST_ROWS + 1, MOST_PARTS)

    def opens_others(self) -> bool:
        """Tell whether something stands, or is wrong, in the rows beneath."""
        if not self.is_bound:
            return self.has_many
        return any(field.value() for row in self.other_rows() for field in (row[0], row[2]))

    def parts(self) -> list[Part]:
        """Return the rows in use, once valid."""
        data = self.cleaned_data
        return [
            Part(
                row=row,
                number=data[f"number_{row}"],
                year=data[f"year_{row}"] or self.year,
                amount_francs=data[f"amount_{row}"],
            )
            for row in range(1, MOST_PARTS + 1)
            if data[f"number_{row}"]
        ]

    def _rows(self, first: int, last: int) -> list[list[forms.BoundField]]:
        return [[self[f"{name}_{row}"] for name in _COLUMNS] for row in range(first, last + 1)]


class GroupPaymentForm(PartsForm):
    """A transfer and how it is shared; of a statement's ``line`` the operator gave the rest."""

    method = forms.ChoiceField(label="Opérateur", choices=_OPERATORS, widget=forms.RadioSelect)
    reference = forms.CharField(label="Référence de l’opérateur", max_length=MOST_REFERENCE)
    amount_francs = FrancsField(label="Montant du transfert (FBu)")
    received_on = DayField(label="Reçu le")
    payer_phone = forms.CharField(
        label="Téléphone du payeur",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    operator_fee_francs = FrancsField(label="Frais de l’opérateur (FBu)", required=False)
    payer = forms.ChoiceField(
        label="Payé par",
        choices=[("household", "les ménages"), ("other", "l’autre payeur de leur catégorie")],
        widget=forms.RadioSelect,
        initial="household",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.line: StatementLine | None = kwargs.pop("line", None)
        super().__init__(*args, **kwargs)
        if self.line is None:
            self.fields["received_on"].initial = clock.today()
            offer_backdating(self)
            return
        # What the statement says is not typed again.
        for name in ("method", "amount_francs", "received_on", "operator_fee_francs"):
            del self.fields[name]
        self.fields["reference"].initial = self.line.reference
        self.fields["payer_phone"].initial = self.line.phone

    def request(self) -> GroupRequest:
        """Return what is asked, once valid; a line's own facts come from the line."""
        data, line = self.cleaned_data, self.line
        return GroupRequest(
            method=data["method"] if line is None else line.statement.method,
            reference=data["reference"],
            received_on=data["received_on"] if line is None else line.paid_on,
            amount_francs=data["amount_francs"] if line is None else line.amount_francs,
            payer_phone=data["payer_phone"],
            operator_fee_francs=data.get("operator_fee_francs") or 0,
            is_other_payer=data["payer"] == "other",
            backdating_reason=data.get("backdating_reason", ""),
        )


class RestForm(PartsForm):
    """Who the rest of a transfer pays for."""

    received_on = DayField(
        label="Date des nouveaux reçus",
        help_text="Le jour du transfert ou, si son mois est clos, aujourd’hui.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        received_on = kwargs.pop("received_on")
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = received_on
        offer_backdating(self)


class ReturnForm(ServiceForm):
    """What became of a rest that was given back."""

    reason = forms.CharField(
        label="Rendu à qui, quand et comment",
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
