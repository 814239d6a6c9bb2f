"""Forms of the till: taking a payment, cancelling a receipt."""

from typing import Any

from django import forms

from conamus import clock
from conamus.kernel.figures import format_francs
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField
from membership.forms.fields import offer_backdating
from membership.models import Method, PayerKind
from membership.rules.payments import MOST_PAPER, MOST_REFERENCE, PaymentRequest

#: What a desk may take; the take-on of a paper register comes by file.
DESK_METHODS = [(value, label) for value, label in Method.choices if value != Method.OPENING]
#: Shown together: nobody who takes cash has to pass through them.
NOT_CASH = ("reference", "payer_phone", "operator_fee_francs")


class PaymentForm(ServiceForm):
    """Money received for an enrolment; ``enrolment`` has its balance annotated."""

    payer = forms.ChoiceField(label="Payé par")
    # Shown as what is left: emptied, it is no yes to all of it.
    amount_francs = FrancsField(
        label="Montant reçu (FBu)", error_messages={"required": "Tapez le montant reçu."}
    )
    method = forms.ChoiceField(label="Moyen", choices=DESK_METHODS, initial=Method.CASH)
    received_on = DayField(label="Reçu le")
    paper_receipt = forms.CharField(
        label="Numéro du reçu papier",
        max_length=MOST_PAPER,
        required=False,
        help_text="S’il en a été remis un du carnet.",
    )
    reference = forms.CharField(
        label="Référence",
        max_length=MOST_REFERENCE,
        required=False,
        help_text="Celle de l’opérateur, ou du bordereau de banque ou de microfinance.",
    )
    payer_phone = forms.CharField(
        label="Téléphone du payeur",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    operator_fee_francs = FrancsField(label="Frais de l’opérateur (FBu)", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.enrolment = kwargs.pop("enrolment")
        super().__init__(*args, **kwargs)
        left = self.enrolment.household_left_francs
        amount = self.fields["amount_francs"]
        amount.widget.attrs["autofocus"] = True
        amount.initial = max(0, left) or None
        amount.help_text = f"Reste à payer par le ménage : {format_francs(max(0, left))}."
        self.fields["received_on"].initial = clock.today()
        self._offer_payers()
        offer_backdating(self)

    def _offer_payers(self) -> None:
        """Most households pay alone: nothing is asked then."""
        enrolment = self.enrolment
        if enrolment.payer == PayerKind.HOUSEHOLD or not enrolment.payer_francs:
            del self.fields["payer"]
            return
        partner = enrolment.payer_partner
        other = partner.name if partner else enrolment.get_payer_display()
        left = enrolment.left_francs - enrolment.household_left_francs
        label = f"{other} (reste {format_francs(max(0, left))})"
        field = self.fields["payer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type's sake
        field.choices = [("household", "le ménage"), (enrolment.payer, label)]

    def main_fields(self) -> list[forms.BoundField]:
        """Return the fields that every payment has."""
        return [field for field in self.visible_fields() if field.name not in NOT_CASH]

    def other_fields(self) -> list[forms.BoundField]:
        """Return those of payments that are not in cash."""
        return [self[name] for name in NOT_CASH]

    def request(self) -> PaymentRequest:
        """Return what is asked, once valid."""
        data = self.cleaned_data
        return PaymentRequest(
            method=data["method"],
            received_on=data["received_on"],
            amount_francs=data["amount_francs"],
            payer=data.get("payer") or PayerKind.HOUSEHOLD.value,
            reference=data["reference"],
            payer_phone=data["payer_phone"],
            operator_fee_francs=data["operator_fee_francs"] or 0,
            paper_receipt=data["paper_receipt"],
            backdating_reason=data.get("backdating_reason", ""),
        )


class ReversalForm(ServiceForm):
    """Why a receipt is cancelled."""

    reason = forms.CharField(
        label="Motif de l’annulation",
        max_length=200,
        widget=forms.TextInput(attrs={"autofocus": True}),
        help_text="Il est imprimé sur le contre-reçu.",
    )
