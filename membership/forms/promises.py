"""Forms of promises: the signed paper with its instalments, and the answer to it."""

from typing import Any

from django import forms

from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, PaperField
from membership.rules.promises import InstalmentFact
from membership.services.promises import (
    MOST_PAPER_NUMBER,
    PromiseRequest,
    SignedPaper,
)

#: A harvest is paid for once or a few times.
ROWS = 4
_INCOMPLETE = "Une échéance a un jour et un montant."


def row_field(row: int, part: str) -> str:
    """Return the name of an instalment's field, which is also where its errors go."""
    return f"instalments-{row}-{part}"


class PromiseForm(ServiceForm):
    """A promise as it was signed; ``left_francs`` is what it must pay."""

    signed_on = DayField(label="Signée le")
    buyer = forms.CharField(
        label="Retenue faite par",
        max_length=120,
        help_text="La station de lavage ou la coopérative qui retient l’argent.",
    )
    document = PaperField(
        label="Promesse signée (photo ou PDF)",
        required=False,
        more_help="Sans photo, donnez le numéro du papier.",
    )
    paper_number = forms.CharField(
        label="N° du papier signé", required=False, max_length=MOST_PAPER_NUMBER
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        left = kwargs.pop("left_francs")
        super().__init__(*args, **kwargs)
        self.fields["signed_on"].initial = clock.today()
        for row in range(ROWS):
            due, amount = DayField(required=False), FrancsField(required=False)
            due.label, amount.label = f"Échéance {row + 1}, jour", f"Échéance {row + 1}, montant"
            amount.initial = left if row == 0 else None
            self.fields[row_field(row, "due_on")] = due
            self.fields[row_field(row, "amount_francs")] = amount

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields beside the instalments."""
        return [self[name] for name in ("signed_on", "buyer", "document", "paper_number")]

    def instalment_rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of the instalments, row by row."""
        return [
            [self[row_field(row, part)] for part in ("due_on", "amount_francs")]
            for row in range(ROWS)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask both a day and an amount of each instalment."""
        data = super().clean() or self.cleaned_data
        for row in range(ROWS):
            due, amount = row_field(row, "due_on"), row_field(row, "amount_francs")
            if due in self.errors or amount in self.errors:
                continue
            if (data.get(due) is None) != (data.get(amount) is None):
                self.add_error(due if data.get(due) is None else amount, _INCOMPLETE)
        return data

    def request(self) -> PromiseRequest:
        """Return what is asked, once valid."""
        data = self.cleaned_data
        pairs = [
            (data[row_field(row, "due_on")], data[row_field(row, "amount_francs")])
            for row in range(ROWS)
        ]
        return PromiseRequest(
            signed_on=data["signed_on"],
            buyer=data["buyer"],
            paper_number=data["paper_number"],
            instalments=tuple(
                InstalmentFact(due_on=due, amount_francs=amount) for due, amount in pairs if due
            ),
        )

    def paper(self) -> SignedPaper | None:
        """Return the paper that was sent, if any."""
        upload = self.cleaned_data["document"]
        return SignedPaper(upload.name, upload.read()) if upload else None


class RefusalForm(ServiceForm):
    """Why a promise is refused."""

    answer = forms.CharField(
        label="Motif du refus", max_length=200, widget=forms.TextInput(attrs={"autofocus": True})
    )


class WithdrawalForm(ServiceForm):
    """Why an accepted promise is taken back."""

    because = forms.CharField(
        label="Motif du retrait",
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
