"""Pages of signals: rules with their rate of confirmation, signals, one settled with a reason."""

from fractions import Fraction
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from claims.filters.claims import COUNTED
from claims.filters.signals import FacilitySignalFilter, SignalFilter
from claims.forms.signals import SettleForm
from claims.models import Claim, ClaimSignal, FacilitySignal
from claims.rules.signals import signal_label, signal_sentence
from claims.rules.signals.facilities import LAST_DAYS, ROUND_FRANCS
from claims.rules.signals.weights import ENOUGH
from claims.selectors.signal_ties import why_not_settler
from claims.selectors.signals import (
    claim_of_signal,
    facility_figures,
    listed_facility_signals,
    listed_signals,
    rule_figures,
    signal_by_id,
)
from claims.services.signals import confirm_signal, dismiss_signal
from claims.tables.signals import FacilitySignalTable, RuleTable, SignalTable
from conamus.kernel.figures import format_date, format_francs, format_integer, format_rate
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from federations.rules.roles import Permission, is_permitted


def _signals(count: int) -> str:
    return f"{format_integer(count)} {'signaux' if count > 1 else 'signal'}"


class SignalRules(ActorPage):
    """Every rule, what it raised, what people made of it."""

    permission = Permission.SETTLE_SIGNALS
    template_name = "claims/signals.html"

    def page(self) -> dict[str, Any]:
        """Return the two tables and the sentence of state."""
        claims, facilities = rule_figures(self.actor), facility_figures(self.actor)
        opened = sum(one.opened for one in (*claims, *facilities))
        settled = sum(one.settled for one in (*claims, *facilities))
        confirmed = sum(one.confirmed for one in (*claims, *facilities))
        return {
            "title": "Signaux",
            "claims_table": RuleTable(claims, list_url="signal_list", orderable=False),
            "facilities_table": RuleTable(
                facilities, list_url="signal_facilities", exclude=("weight",), orderable=False
            ),
            "opened": _signals(opened) if opened else "",
            "settled": f"{format_integer(settled)} traité{'s' if settled > 1 else ''}",
            "rate": format_rate(Fraction(confirmed, settled) if settled else None, 0),
            "enough": ENOUGH,
            "last_days": LAST_DAYS,
            "round": format_francs(ROUND_FRANCS),
        }


class SignalList(ListPage):
    """The signals of attestations, what waits first."""

    permission = Permission.SETTLE_SIGNALS
    title = "Signaux des attestations"
    table_class = SignalTable
    filter_class = SignalFilter
    empty_text = (
        "Aucun signal. Les règles regardent chaque attestation quand elle est transmise ; ce "
        "qu’elles trouvent se lit ici et dans la file d’examen."
    )

    def rows(self) -> QuerySet[ClaimSignal]:
        """Return the signals in the actor's sight."""
        return listed_signals(self.actor)

    def state(self, count: int) -> str:
        """Count them."""
        return f"{_signals(count)} ; aucun ne rejette par lui-même."


class FacilitySignalList(ListPage):
    """The signals of facilities' months."""

    permission = Permission.SETTLE_SIGNALS
    title = "Signaux des formations sanitaires"
    table_class = FacilitySignalTable
    filter_class = FacilitySignalFilter
    empty_text = (
        "Aucun signal. Chaque mois fini est comparé à celui des formations sanitaires du même "
        "type et statut."
    )

    def rows(self) -> QuerySet[FacilitySignal]:
        """Return those of the federation."""
        return listed_facility_signals(self.actor)

    def state(self, count: int) -> str:
        """Count them."""
        return f"{_signals(count)} de mois entiers."


class SignalSettle(FormPage):
    """One signal: its sentence, the attestation, confirm or dismiss with a reason."""

    permission = Permission.SETTLE_SIGNALS
    form_class = SettleForm
    template_name = "claims/signal_settle.html"
    title = "Signal"
    submit_label = "Enregistrer"
    success_message = "Le signal est traité ; le poids de sa règle en tient compte."
    is_facility = False
    back_url_name = "signal_list"

    @cached_property
    def signal(self) -> ClaimSignal | FacilitySignal:
        """The signal of the address, in the actor's sight."""
        return signal_by_id(self.actor, self.kwargs["pk"], is_facility=self.is_facility)

    def page(self) -> dict[str, Any]:
        """Return what it says, of what, and what was made of it."""
        signal = self.signal
        is_open = signal.state == ClaimSignal.State.OPEN
        not_yours = why_not_settler(self.actor, signal) if is_open else ""
        return {
            "title": signal_label(signal.rule),
            "state": signal_sentence(signal.rule, signal.facts),
            "signal": signal,
            "facts": self.facts(),
            "is_open": is_open,
            "not_yours": not_yours,
            "may_settle": is_open and not not_yours,
            "settled_on": format_date(localdate(signal.settled_at)) if signal.settled_at else "",
        }

    def facts(self) -> list[tuple[str, Any, str]]:
        """Return what it is about: name, words, address."""
        assert isinstance(self.signal, ClaimSignal)  # noqa: S101 (the address's kind)
        claim = claim_of_signal(self.signal)
        return [
            (
                "Attestation",
                claim.stub_number,
                reverse("claim_detail", args=[claim.care_year, claim.pk]),
            ),
            ("Formation sanitaire", claim.facility.name, ""),
            ("Soins du", format_date(claim.starts_on), ""),
            ("Demandé", format_francs(claim.asked_francs), ""),
            ("État", claim.get_state_display(), ""),
            ("Poids quand il fut levé", f"{self.signal.weight} %", ""),
            *self._after_decision(claim),
        ]

    def _after_decision(self, claim: Claim) -> list[tuple[str, Any, str]]:
        """Say that it was learnt late, and where the decision that still stands is taken anew."""
        assert isinstance(self.signal, ClaimSignal)  # noqa: S101 (the address's kind)
        if self.signal.after_decision_id is None:
            return []
        told: list[tuple[str, Any, str]] = [("Levé", "après la décision", "")]
        if claim.decision_id != self.signal.after_decision_id:
            return [*told, ("Suite", "une autre décision a été prise depuis", "")]
        if is_permitted(self.actor.role, Permission.REDO_DECISIONS):
            which = urlencode({"du": claim.starts_on.isoformat(), "formation": claim.facility.code})
            return [*told, ("Suite", "refaire la décision", f"{reverse('claim_redo')}?{which}")]
        return [*told, ("Suite", "confirmé, le gestionnaire refait la décision", "")]

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        is_right = data["verdict"] == ClaimSignal.State.CONFIRMED
        settle = confirm_signal if is_right else dismiss_signal
        return settle(
            actor=self.actor,
            signal_id=self.kwargs["pk"],
            because=data["because"],
            is_facility=self.is_facility,
        )

    def done_url(self, made: Any) -> str:
        """Go on to what waits of the same rule."""
        return f"{reverse(self.back_url_name)}?rule={made.rule}&state=open"

    def cancel_url(self) -> str:
        """Come back to the list."""
        return f"{reverse(self.back_url_name)}?rule={self.signal.rule}&state=open"


class FacilitySignalSettle(SignalSettle):
    """The same for a facility's month."""

    permission = Permission.SETTLE_SIGNALS
    is_facility = True
    back_url_name = "signal_facilities"

    def facts(self) -> list[tuple[str, Any, str]]:
        """Return the facility and its month."""
        assert isinstance(self.signal, FacilitySignal)  # noqa: S101 (the address's kind)
        facility, month = self.signal.facility, self.signal.month
        claims = f"{reverse('claims')}?annee={month.year}&state={COUNTED}"
        claims += f"&facility={facility.code}&month={month.month}"
        return [
            (
                "Formation sanitaire",
                facility.name,
                reverse("facility_detail", args=[facility.pk]),
            ),
            ("Mois", f"{month:%m/%Y}", claims),
        ]
