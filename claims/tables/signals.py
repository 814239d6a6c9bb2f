"""Columns of the signals' pages: rules with what was made of them, signals of claims, of months."""

from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.utils import A

from claims.models import ClaimSignal, FacilitySignal
from claims.rules.signals import BY_CODE, signal_sentence
from claims.rules.signals.facilities import BY_CODE as FACILITY_RULES
from claims.rules.signals.facilities import facility_sentence
from claims.selectors.signals import RuleFigures
from conamus.kernel.figures import format_integer, format_rate
from conamus.pages.columns import CodeColumn, MomentColumn, NumberColumn

OPEN, CONFIRMED, DISMISSED = (state.value for state in ClaimSignal.State)


class RuleTable(tables.Table):
    """A rule a line: what it raised, what people made of it, what it weighs now."""

    label = tables.Column("Règle", orderable=False)
    raised = NumberColumn("Levés", orderable=False)
    opened = NumberColumn("À examiner", orderable=False)
    confirmed = NumberColumn("Confirmés", orderable=False)
    dismissed = NumberColumn("Écartés", orderable=False)
    rate = tables.Column("Taux de confirmation", default="n.d.", orderable=False)
    weight = tables.Column("Poids", orderable=False)

    def __init__(self, *args: Any, list_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.list_url = list_url

    def _linked(self, record: RuleFigures, count: int, state: str = "") -> str | SafeString:
        """A count, and the signals that it counts behind it."""
        if not count:
            return "0"
        query = f"?rule={record.code}" + (f"&state={state}" if state else "")
        url = reverse(self.list_url) + query
        return format_html('<a href="{}">{}</a>', url, format_integer(count))

    def render_raised(self, record: RuleFigures) -> str | SafeString:
        """Link them."""
        return self._linked(record, record.raised)

    def render_opened(self, record: RuleFigures) -> str | SafeString:
        """Link them."""
        return self._linked(record, record.opened, OPEN)

    def render_confirmed(self, record: RuleFigures) -> str | SafeString:
        """Link them."""
        return self._linked(record, record.confirmed, CONFIRMED)

    def render_dismissed(self, record: RuleFigures) -> str | SafeString:
        """Link them."""
        return self._linked(record, record.dismissed, DISMISSED)

    def render_rate(self, value: Fraction) -> str:
        """In percent."""
        return format_rate(value, 0)

    def render_weight(self, value: int, record: RuleFigures) -> str:
        """Say where it is not measured yet."""
        if record.weight is None:
            return "n.d."
        return f"{value} %{' (de départ)' if record.is_base else ''}"


class SignalTable(tables.Table):
    """Signals of attestations, each with its sentence."""

    raised_at = MomentColumn("Levé le", order_by=("raised_at", "pk"))
    rule = tables.Column("Règle")
    facts = tables.Column("Ce qui est inhabituel", orderable=False, empty_values=())
    stub = CodeColumn(
        "Attestation",
        linkify=("claim_detail", {"year": A("care_year"), "claim_id": A("claim_id")}),
        orderable=False,
    )
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    weight = NumberColumn("Poids (%)")
    state = tables.Column("État")
    settled_by = tables.Column("Par", default="")
    settle = tables.Column("", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = ClaimSignal
        fields = (
            "raised_at", "rule", "facts", "stub", "facility", "weight", "state", "settled_by",
        )  # fmt: skip

    def render_rule(self, value: str) -> str:
        """Name it."""
        return BY_CODE[value].label if value in BY_CODE else value

    def value_rule(self, value: str) -> str:
        """Name it in the export too."""
        return self.render_rule(value)

    def render_facts(self, record: ClaimSignal) -> str:
        """Say it."""
        return signal_sentence(record.rule, record.facts)

    def value_facts(self, record: ClaimSignal) -> str:
        """Say it in the export too."""
        return signal_sentence(record.rule, record.facts)

    def render_settle(self, record: ClaimSignal) -> SafeString:
        """Lead to its page."""
        return _settle_link("signal_settle", record)


class FacilitySignalTable(tables.Table):
    """Signals of facilities' months."""

    month = tables.Column("Mois", order_by=("month", "pk"))
    rule = tables.Column("Règle")
    facts = tables.Column("Ce qui est inhabituel", orderable=False, empty_values=())
    facility = tables.Column(
        "Formation sanitaire",
        accessor="facility__name",
        order_by=("facility__sort_key",),
        linkify=("facility_detail", {"pk": A("facility_id")}),
    )
    state = tables.Column("État")
    settled_by = tables.Column("Par", default="")
    settle = tables.Column("", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = FacilitySignal
        fields = ("month", "rule", "facts", "facility", "state", "settled_by")

    def render_month(self, record: FacilitySignal) -> str:
        """Name the month."""
        return f"{record.month:%m/%Y}"

    def value_month(self, record: FacilitySignal) -> str:
        """Name it in the export too."""
        return f"{record.month:%m/%Y}"

    def render_rule(self, value: str) -> str:
        """Name it."""
        return FACILITY_RULES[value].label if value in FACILITY_RULES else value

    def value_rule(self, value: str) -> str:
        """Name it in the export too."""
        return self.render_rule(value)

    def render_facts(self, record: FacilitySignal) -> str:
        """Say it."""
        return facility_sentence(record.rule, record.facts)

    def value_facts(self, record: FacilitySignal) -> str:
        """Say it in the export too."""
        return facility_sentence(record.rule, record.facts)

    def render_settle(self, record: FacilitySignal) -> SafeString:
        """Lead to its page."""
        return _settle_link("signal_facility_settle", record)


def _settle_link(url_name: str, record: ClaimSignal | FacilitySignal) -> SafeString:
    word = "Traiter" if record.state == OPEN else "Voir"
    return format_html('<a href="{}">{}</a>', reverse(url_name, args=[record.pk]), word)
