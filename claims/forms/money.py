"""Forms of invoices and payment orders."""

from typing import Any

from django import forms

from claims.forms.term_fields import FacilityField
from claims.rules.orders import METHODS, MOST_BACKDATING, OrderRequest, share_field
from claims.selectors.invoices import centres
from claims.services.invoices import MOST_NUMBER, MOST_TOLD, InvoiceFacts
from conamus import clock
from conamus.kernel.figures import format_francs
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, UnitField, offer_rows
from federations.models import Unit
from membership.models import Method
from membership.rules.backdating import USUAL_DAYS
from membership.rules.payments import MOST_REFERENCE

METHOD_CHOICES = [(value, label) for value, label in Method.choices if value in METHODS]
MOST_STUBS = 20_000


class MonthInput(forms.DateInput):
    """The browser's own month field."""

    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m")


class MonthField(forms.DateField):
    """A month, kept as its first day; what browsers without the field send is read too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=MonthInput(), input_formats=["%Y-%m", "%m/%Y", "%Y-%m-%d"], **kwargs
        )


class InvoiceForm(ServiceForm):
    """An invoice as it came."""

    facility = FacilityField()
    centre = UnitField(
        label="Centre de gestion",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="la fédération",
    )
    number = forms.CharField(
        label="Numéro de la facture",
        max_length=MOST_NUMBER,
        help_text="Celui que la formation sanitaire lui a donné.",
    )
    month = MonthField(label="Mois facturé")
    received_on = DayField(label="Reçue le")
    told_count = forms.IntegerField(
        label="Attestations annoncées", required=False, min_value=0, max_value=MOST_TOLD
    )
    told_francs = FrancsField(
        label="Montant annoncé (FBu)",
        required=False,
        help_text="Ce qu’elle demande à la mutuelle, comparé à ce qui est décidé.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = clock.today()
        if self.actor.unit_id is not None:
            del self.fields["centre"]
            return
        offer_rows(self, "centre", centres(self.actor, clock.today()))

    def facts(self) -> InvoiceFacts:
        """Return the invoice, once valid."""
        data = self.cleaned_data
        centre = data.get("centre")
        return InvoiceFacts(
            facility_id=data["facility"].pk,
            number=data["number"],
            month=data["month"],
            received_on=data["received_on"],
            told_count=data["told_count"],
            told_francs=data["told_francs"],
            centre_id=centre.pk if centre else None,
        )


class TieForm(ServiceForm):
    """Which attestations an invoice holds."""

    which = forms.ChoiceField(
        label="Attestations",
        choices=[
            ("month", "toutes celles du mois qui ne sont sur aucune facture"),
            ("stubs", "celles de la liste ci-dessous"),
        ],
        initial="month",
        widget=forms.RadioSelect,
    )
    stubs = forms.CharField(
        label="Numéros de souche",
        required=False,
        max_length=MOST_STUBS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Un par ligne, ou séparés par des virgules.",
    )

    def listed(self) -> list[str]:
        """Return the stubs as they were typed."""
        return split_stubs(self.cleaned_data["stubs"])


class UntieForm(ServiceForm):
    """Which attestations an invoice is to hold no more."""

    stubs = forms.CharField(
        label="Numéros de souche",
        max_length=MOST_STUBS,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Un par ligne, ou séparés par des virgules.",
    )


def split_stubs(text: str) -> list[str]:
    """Return the stubs of a text, one a line or parted by commas."""
    parts = text.replace(",", "\n").replace(";", "\n").splitlines()
    return [part.strip() for part in parts if part.strip()]


class SettleForm(ServiceForm):
    """The version of the invoice that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReasonForm(ServiceForm):
    """Why something is undone."""

    reason = forms.CharField(
        label="Motif", max_length=200, widget=forms.TextInput(attrs={"autofocus": True})
    )


class RetentionForm(ServiceForm):
    """How much is retained, or released, and why."""

    amount_francs = FrancsField(label="Montant (FBu)")
    reason = forms.CharField(label="Motif", max_length=200)


class OrderForm(ServiceForm):
    """How money goes out."""

    method = forms.ChoiceField(label="Moyen", choices=METHOD_CHOICES, initial=Method.BANK)
    reference = forms.CharField(
        label="Référence",
        max_length=MOST_REFERENCE,
        required=False,
        help_text="Celle du virement, du bordereau ou de l’opérateur ; elle ne sert qu’une fois.",
    )
    paid_on = DayField(label="Payé le")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = clock.today()

    def request(self) -> OrderRequest:
        """Return how it is paid, once valid."""
        data = self.cleaned_data
        return OrderRequest(
            method=data["method"],
            reference=data["reference"],
            paid_on=data["paid_on"],
            backdating_reason=data.get("backdating_reason", ""),
        )


class PayForm(OrderForm):
    """An order for invoices of one facility: an amount beside each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.invoices = kwargs.pop("invoices")
        super().__init__(*args, **kwargs)
        for invoice in self.invoices:
            self.fields[share_field(invoice.pk)] = FrancsField(
                label=f"Facture {invoice.number} de {invoice.month:%m/%Y} (FBu)",
                required=False,
                initial=invoice.due_francs,
                help_text=f"Reste {format_francs(invoice.due_francs)}. Vide : pas maintenant.",
            )
        names = [share_field(invoice.pk) for invoice in self.invoices]
        self.order_fields([*names, "method", "reference", "paid_on"])

    def shares(self) -> dict[int, int]:
        """Return what is paid of each invoice, once valid."""
        typed = ((one.pk, self.cleaned_data[share_field(one.pk)]) for one in self.invoices)
        return {pk: francs for pk, francs in typed if francs is not None}


class AdvanceForm(OrderForm):
    """Money paid before there is an invoice."""

    facility = FacilityField()
    amount_francs = FrancsField(label="Montant (FBu)")
    backdating_reason = forms.CharField(
        label="Motif, si elle est antidatée",
        max_length=MOST_BACKDATING,
        required=False,
        help_text=f"Demandé quand elle fut payée il y a plus de {USUAL_DAYS} jours.",
    )

    field_order = (
        "facility", "amount_francs", "method", "reference", "paid_on", "backdating_reason",
    )  # fmt: skip


class RepaymentForm(OrderForm):
    """Money that a facility brings back."""

    amount_francs = FrancsField(label="Montant (FBu)")

    field_order = ("amount_francs", "method", "reference", "paid_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].label = "Reçu le"


class AsOfForm(forms.Form):
    """The day on which what is due is looked at."""

    on = DayField(label="Au")


class SpanForm(forms.Form):
    """The days of a statement."""

    since = DayField(label="Du")
    until = DayField(label="Au")
