"""Forms of operators' statements: bring one, settle a line."""

from typing import Any

from django import forms

from conamus.kernel.figures import format_francs
from conamus.pages.forms import ServiceForm
from federations.forms.fields import SheetField, offer_choices
from membership.models import MOBILE_METHODS, Method, Payment
from membership.selectors.payments import receipt_of

_OPERATORS = [(value, label) for value, label in Method.choices if value in MOBILE_METHODS]


class StatementForm(ServiceForm):
    """A statement to bring."""

    method = forms.ChoiceField(label="Opérateur", choices=_OPERATORS, widget=forms.RadioSelect)
    file = SheetField(
        label="Relevé",
        accept=".csv,.txt,.xlsx,.ods",
        help_text=(
            "CSV (ou tableur) avec au moins la référence, la date et le montant ; 5 Mo et "
            "10 000 lignes au plus. Le même fichier une seconde fois ne change rien."
        ),
    )


class LineChoiceForm(ServiceForm):
    """Which payment a line is."""

    payment = forms.TypedChoiceField(
        label="Ce paiement est",
        coerce=lambda value: [int(pk) for pk in value.split("-")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices: list[tuple[Payment, ...]] = kwargs.pop("choices")
        super().__init__(*args, **kwargs)
        offered = [("-".join(str(one.pk) for one in found), _words(found)) for found in choices]
        offer_choices(self, "payment", offered)


class LinePaymentForm(ServiceForm):
    """The household that a line's money is of."""

    number = forms.CharField(label="Numéro du ménage", max_length=20)
    year = forms.IntegerField(label="Cotisation de l’année", min_value=2013, max_value=2100)


class LineAsideForm(ServiceForm):
    """Why a line is left out."""

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Par exemple : ce n’est pas une cotisation, remboursé au payeur.",
    )


class RestAsideForm(ServiceForm):
    """Why all that is left of a statement is left out."""

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text="Par exemple : relevé apporté sous un autre opérateur que le sien.",
    )


def _words(payments: tuple[Payment, ...]) -> str:
    if len(payments) > 1:
        receipts = ", ".join(receipt_of(one) for one in payments)
        return f"les {len(payments)} paiements de ce téléphone, ensemble : {receipts}"
    payment = payments[0]
    reference = payment.reference or "sans référence"
    return (
        f"{receipt_of(payment)} du {payment.received_on:%d/%m/%Y}, ménage "
        f"{payment.enrolment.household.number}, {format_francs(payment.amount_francs)}, "
        f"{payment.payer_phone or 'sans téléphone'}, {reference}"
    )
