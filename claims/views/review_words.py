"""What a case's page says: figures and sentences, ready for the template."""

from collections.abc import Mapping, Sequence
from typing import Any

from claims.models import Claim, ClaimSignal, FacilityReply, Review
from claims.rules.adjudication import LineDecision
from claims.rules.facts import LineFacts
from claims.rules.findings import REASONS
from claims.rules.sentences import cut_sentence, flag_sentence
from claims.rules.signals import signal_label, signal_sentence
from claims.rules.words import CareKind
from claims.selectors.review_case import (
    HeldAgreement,
    Profile,
    agreements_held,
    facility_profile,
    past_care,
)
from claims.selectors.reviews import Reading, signals_of, why_here
from conamus.kernel.figures import format_date, format_francs, format_integer, format_number


def case_words(
    claim: Claim, reading: Reading, names: Mapping[str, str], reviews: Sequence[Review]
) -> dict[str, Any]:
    """Return what the page shows of a case and beside it."""
    replies = FacilityReply.objects.filter(claim_id=claim.pk).order_by("pk")
    return {
        "why": why_here(claim),
        "facts": _facts(claim),
        "lines": _lines(reading, names),
        "totals": reading.plain,
        "proposed": reading.found if reading.findings else None,
        "flags": [flag_sentence(flag) for flag in reading.plain.flags],
        "rights": reading.case.care.rights.sentence,
        "signals": [_signal(one) for one in signals_of(claim)],
        "reviews": reviews,
        "replies": list(replies),
        "history": past_care(claim),
        "agreements": [_agreement(one) for one in agreements_held(claim)],
        "profile": _profile(facility_profile(claim)),
    }


def _facts(claim: Claim) -> list[tuple[str, Any]]:
    days = format_date(claim.starts_on)
    if claim.ends_on != claim.starts_on:
        days = f"{days} au {format_date(claim.ends_on)}"
    return [
        ("Formation sanitaire", claim.facility.name),
        ("Genre", f"{CareKind(claim.care_kind).label}, {days}"),
        ("Reçue le", format_date(claim.received_on)),
        ("Traitée par", claim.processing.name),
        ("Saisie par", f"{claim.entered_by} ({claim.get_source_display()})"),
        ("Référé", "oui" if claim.has_referral else "non"),
    ]


def _lines(reading: Reading, names: Mapping[str, str]) -> list[dict[str, Any]]:
    asked = {line.position: line for line in reading.case.care.lines}
    return [_line(line, asked[line.position], names) for line in reading.plain.lines]


def _line(line: LineDecision, asked: LineFacts, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "position": line.position,
        "quantity": format_number(asked.quantity, 2).removesuffix(",00"),
        "unit_price_francs": asked.unit_price_francs,
        "agreed_price_francs": asked.agreed_price_francs,
        "name": names.get(line.act, line.act),
        "family": line.family.label,
        "asked_francs": line.asked_francs,
        "mutuelle_francs": line.mutuelle_francs,
        "patient_francs": line.patient_francs,
        "cuts": [cut_sentence(cut, REASONS, tells_illness=True) for cut in line.cuts],
    }


def _signal(signal: ClaimSignal) -> dict[str, Any]:
    return {
        "row": signal,
        "name": signal_label(signal.rule),
        "sentence": signal_sentence(signal.rule, signal.facts),
        "is_open": signal.state == ClaimSignal.State.OPEN,
    }


def _agreement(held: HeldAgreement) -> str:
    """Say an agreement in a sentence."""
    whose = f"avec {held.unit}" if held.unit else "avec la fédération"
    until = f" au {format_date(held.ends_on)}" if held.ends_on else ""
    number = f" n° {held.number}" if held.number else ""
    told = f"Convention{number} {whose}, dès le {format_date(held.starts_on)}{until}."
    if held.suspended_because is not None:
        return f"{told} Suspendue le jour des soins : {held.suspended_because}."
    return told


def _profile(profile: Profile) -> dict[str, Any]:
    """Return the few figures of the facility beside its peers' median."""
    return {
        "cases": profile.cases,
        "peers": profile.peers,
        "rows": [
            ("Coût par cas", _francs(profile.cost_francs), _francs(profile.peers_cost_francs)),
            (
                "Part des séjours",
                _percent(profile.stay_percent),
                _percent(profile.peers_stay_percent),
            ),
            (
                "Cas par malade",
                _figure(profile.cases_per_person),
                _figure(profile.peers_cases_per_person),
            ),
        ],
        "signals": f"{format_integer(profile.signals_confirmed)} sur "
        f"{format_integer(profile.signals_settled)}",
    }


def _francs(value: int | None) -> str:
    return "n.d." if value is None else format_francs(value)


def _percent(value: Any) -> str:
    return "n.d." if value is None else f"{format_number(value, 1)} %"


def _figure(value: Any) -> str:
    return "n.d." if value is None else format_number(value, 2)
