"""Filters of the lists of invoices, payment orders and complaints."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from claims.forms.money import METHOD_CHOICES
from claims.models import Complaint, FacilityInvoice, PaymentOrder
from claims.rules.invoices import near_until
from claims.selectors.complaints import answered_ones, waiting_ones
from conamus import clock
from conamus.kernel.text import search_key
from conamus.pages.widgets import DayInput, SearchInput
from membership.rules.payments import plain_reference

LATE, NEAR, TO_PAY = "en-retard", "proche", "a-payer"
VALID, CANCELLED, COUNTER = "valables", "annules", "contre-ordres"
OPEN, TOO_LATE, ANSWERED, WITHDRAWN = "ouvertes", "en-retard", "repondues", "annulees"


class InvoiceFilter(django_filters.FilterSet):
    """By number or facility, state, month, and what is late."""

    q = django_filters.CharFilter(
        label="Facture ou formation sanitaire", widget=SearchInput, method="keep_found"
    )
    state = django_filters.ChoiceFilter(
        label="État", choices=FacilityInvoice.State.choices, empty_label="tous"
    )
    due = django_filters.ChoiceFilter(
        label="À payer",
        choices=[(TO_PAY, "reste à payer"), (NEAR, "échéance proche"), (LATE, "échéance passée")],
        empty_label="toutes",
        method="keep_due",
    )
    since = django_filters.DateFilter(
        label="Reçues du", field_name="received_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="received_on", lookup_expr="lte", widget=DayInput
    )

    is_take_on = django_filters.ChoiceFilter(
        label="Origine",
        choices=[("True", "ouvertes à la reprise"), ("False", "reçues depuis")],
        empty_label="toutes",
    )

    class Meta:
        model = FacilityInvoice
        fields = ("q", "state", "due", "since", "until", "is_take_on")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number or a facility's name leads to."""
        return rows.filter(Q(number__icontains=text.strip()) | of_facility(text))

    def keep_due(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep what remains to be paid, or what is late of it."""
        left, today = (
            rows.filter(state=FacilityInvoice.State.SETTLED, due_francs__gt=0),
            clock.today(),
        )
        if value == LATE:
            return left.filter(due_on__lt=today)
        return left.filter(due_on__range=(today, near_until(today))) if value == NEAR else left


class OrderFilter(django_filters.FilterSet):
    """By reference or facility, means, days, and whether undone."""

    q = django_filters.CharFilter(
        label="Ordre, référence ou formation sanitaire", widget=SearchInput, method="keep_found"
    )
    kind = django_filters.ChoiceFilter(
        label="Nature", choices=PaymentOrder.Kind.choices, empty_label="toutes"
    )
    method = django_filters.ChoiceFilter(label="Moyen", choices=METHOD_CHOICES, empty_label="tous")
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[(VALID, "valables"), (CANCELLED, "annulés"), (COUNTER, "contre-ordres")],
        empty_label="tous",
        method="keep_state",
    )
    since = django_filters.DateFilter(
        label="Du", field_name="paid_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="paid_on", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = PaymentOrder
        fields = ("q", "kind", "method", "state", "since", "until")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a number, a reference or a facility's name leads to."""
        wanted = Q(reference=plain_reference(text)) | of_facility(text)
        number = text.strip().upper().removeprefix("OP-").split("-")[-1]
        if number.isdigit() and len(number) < 10:
            wanted |= Q(order_number=int(number))
        return rows.filter(wanted)

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the valid ones, those undone, or the counter-orders."""
        if value == COUNTER:
            return rows.filter(reverses__isnull=False)
        return rows.filter(reverses__isnull=True, reversed_by__isnull=value == VALID)


class ComplaintFilter(django_filters.FilterSet):
    """By who complains, of what, and whether answered."""

    q = django_filters.CharFilter(
        label="Plaignant ou formation sanitaire", widget=SearchInput, method="keep_found"
    )
    subject = django_filters.ChoiceFilter(
        label="Objet", choices=Complaint.Subject.choices, empty_label="tous"
    )
    state = django_filters.ChoiceFilter(
        label="État",
        choices=[
            (OPEN, "à répondre"),
            (TOO_LATE, "en retard"),
            (ANSWERED, "répondues"),
            (WITHDRAWN, "annulées"),
        ],
        empty_label="tous",
        method="keep_state",
    )
    since = django_filters.DateFilter(
        label="Reçues du", field_name="received_on", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="received_on", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Complaint
        fields = ("q", "subject", "state", "since", "until")

    def keep_found(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        """Keep what a name leads to."""
        return rows.filter(Q(complainant__icontains=text.strip()) | of_facility(text))

    def keep_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep those that wait, that wait too long, that were answered, or written by error."""
        if value == ANSWERED:
            return answered_ones(rows)
        if value == WITHDRAWN:
            return rows.filter(cancelled_on__isnull=False)
        waiting = waiting_ones(rows)
        return waiting.filter(due_on__lt=clock.today()) if value == TOO_LATE else waiting


def of_facility(text: str) -> Any:
    """Return the predicate of rows whose facility has every word of a text in its name or code."""
    wanted = Q()
    for word in search_key(text).split():
        wanted &= Q(facility__search_key__contains=word) | Q(facility__code__icontains=word)
    return wanted if search_key(text) else Q(pk__in=[])
