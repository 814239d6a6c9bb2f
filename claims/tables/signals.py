"""Columns of the signals' pages: rules with what was made of them, signals of claims, of months."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_tables2.utils import A

from claims.models import ClaimSignal, FacilitySignal
from claims.rules.signals import signal_label, signal_sentence
from claims.rules.signals.across import Standing
from claims.rules.signals.facilities import FacilityMonth
from claims.rules.words import LEVELS, OWNERSHIPS
from claims.selectors.facility_parts import ToldSignal
from claims.selectors.signals import RuleFigures
from claims.tables.care_figures import DistanceColumn
from conamus.kernel.figures import NOT_KNOWN, format_francs, format_integer, format_rate
from conamus.pages.columns import CodeColumn, FrancsColumn, MomentColumn, NumberColumn
from membership.rules.sentences import counted

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
    settled_at = MomentColumn("Traité le", default="", order_by=("settled_at", "pk"))
    settled_because = tables.Column("Parce que", default="", orderable=False)
    settle = tables.Column("", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = ClaimSignal
        fields = (
            "raised_at", "rule", "facts", "stub", "facility", "weight", "state", "settled_by",
            "settled_at", "settled_because",
        )  # fmt: skip

    def render_rule(self, value: str) -> str:
        """Name it."""
        return signal_label(value)

    value_rule = render_rule

    def render_facts(self, record: ClaimSignal) -> str:
        """Say it, and where it was learnt late."""
        late = "" if record.after_decision_id is None else "Après la décision. "
        return late + signal_sentence(record.rule, record.facts)

    value_facts = render_facts

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
    settled_at = MomentColumn("Traité le", default="", order_by=("settled_at", "pk"))
    settled_because = tables.Column("Parce que", default="", orderable=False)
    settle = tables.Column("", empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        model = FacilitySignal
        fields = (
            "month", "rule", "facts", "facility", "state", "settled_by", "settled_at",
            "settled_because",
        )  # fmt: skip

    def render_month(self, record: FacilitySignal) -> str:
        """Name the month."""
        return f"{record.month:%m/%Y}"

    value_month = render_month

    def render_rule(self, value: str) -> str:
        """Name it."""
        return signal_label(value)

    value_rule = render_rule

    def render_facts(self, record: FacilitySignal) -> str:
        """Say it."""
        return signal_sentence(record.rule, record.facts)

    value_facts = render_facts

    def render_settle(self, record: FacilitySignal) -> SafeString:
        """Lead to its page."""
        return _settle_link("signal_facility_settle", record)


class AcrossTable(tables.Table):
    """Facilities, a line each: the whole among its peers, and each federation's part of it."""

    name = tables.Column(
        "Formation sanitaire",
        accessor="whole__care__name",
        linkify=("signal_compared_facility", {"pk": A("whole__care__facility")}),
    )
    kind = tables.Column("Type et statut", accessor="whole__care")
    cases = NumberColumn("Cas", accessor="whole__care__cases")
    cost = FrancsColumn("Coût par cas", accessor="whole__cost_francs", default=NOT_KNOWN)
    usual = FrancsColumn("D’habitude chez les pairs", accessor="whole__usual", default=NOT_KNOWN)
    distance = DistanceColumn("Écart", accessor="whole__distance", default=NOT_KNOWN)
    parts = tables.Column("Par fédération")
    opened = NumberColumn("Signaux à examiner", accessor="whole__signals__opened")
    confirmed = NumberColumn("Confirmés", accessor="whole__signals__confirmed")

    def render_kind(self, value: FacilityMonth) -> str:
        """Name both."""
        return f"{LEVELS.get(value.level, value.level)}, {_ownership(value)}"

    value_kind = render_kind

    def render_parts(self, value: Mapping[str, Standing]) -> str:
        """Each federation's cases and cost of one."""
        return " ; ".join(
            f"{name} : {counted(one.care.cases, 'cas', 'cas')} à {format_francs(one.cost_francs)}"
            for name, one in value.items()
        )

    value_parts = render_parts


def _ownership(care: FacilityMonth) -> str:
    return OWNERSHIPS.get(care.ownership, care.ownership)


class PartTable(tables.Table):
    """One facility: a line each federation, the last one the whole."""

    federation = tables.Column("Fédération", accessor="0")
    cases = NumberColumn("Cas", accessor="1__care__cases")
    cost = FrancsColumn("Coût par cas", accessor="1__cost_francs", default=NOT_KNOWN)
    usual = FrancsColumn("D’habitude chez les pairs", accessor="1__usual", default=NOT_KNOWN)
    distance = DistanceColumn("Écart", accessor="1__distance", default=NOT_KNOWN)
    standing = tables.Column("Situation", accessor="1__is_far")
    opened = NumberColumn("Signaux à examiner", accessor="1__signals__opened")
    confirmed = NumberColumn("Confirmés", accessor="1__signals__confirmed")
    dismissed = NumberColumn("Écartés", accessor="1__signals__dismissed")

    def render_standing(self, value: bool) -> str:
        """In words."""
        return "au-dessus de la limite" if value else "parmi ses pairs"


class ToldSignalTable(tables.Table):
    """The signals of one facility's months, whoever has them."""

    month = tables.Column("Mois")
    federation = tables.Column("Levé par")
    rule = tables.Column("Règle")
    facts = tables.Column("Ce qui est inhabituel", empty_values=())
    state = tables.Column("État", accessor="state_label")
    settled_by = tables.Column("Par", default="")
    settled_because = tables.Column("Parce que", default="")
    settle = tables.Column("", empty_values=())

    def render_month(self, value: date) -> str:
        """Name the month."""
        return f"{value:%m/%Y}"

    def render_rule(self, value: str) -> str:
        """Name it."""
        return signal_label(value)

    def render_facts(self, record: ToldSignal) -> str:
        """Say it."""
        return signal_sentence(record.rule, record.facts)

    def render_settle(self, record: ToldSignal) -> str | SafeString:
        """Lead to its page where it is the actor's to settle."""
        return _settle_link("signal_facility_settle", record) if record.pk else ""


def _settle_link(url_name: str, record: ClaimSignal | FacilitySignal | ToldSignal) -> SafeString:
    word = "Traiter" if record.state == OPEN else "Voir"
    return format_html('<a href="{}">{}</a>', reverse(url_name, args=[record.pk]), word)
