"""Signals of fraud: what is unusual in an attestation, each rule with its reason and weight.

No signal rejects anything: it sends the attestation to a person, ranked by what looking at it may
be worth. Rules are pure; `RULES` is the registry of those that look at one attestation,
`claims.rules.signals.facilities` of those that look at a facility's month against its peers. Some
look again once a claim is decided, for what the register of members learns later.
"""

from collections.abc import Iterable, Mapping

from claims.rules.signals import (
    backdating,
    duplicates,
    facilities,
    free_care,
    frequency,
    hands,
    patients,
    places,
    prices,
    receipts,
    records,
    rights,
    stubs,
)
from claims.rules.signals.facts import (
    Backdated,
    CancelledReceipt,
    Hand,
    Raised,
    SeenCare,
    SignalFacts,
    SignalRule,
    Told,
)
from claims.rules.signals.weights import weight_percent

RULES: tuple[SignalRule, ...] = (
    prices.RULE,
    duplicates.RULE,
    stubs.OUTSIDE,
    stubs.TWICE,
    rights.WITHOUT,
    rights.AFTER_DEATH,
    rights.WAITING,
    patients.RULE,
    free_care.RULE,
    places.OVERLAP,
    places.FAR,
    frequency.RULE,
    backdating.RULE,
    receipts.RULE,
    records.RULE,
    hands.RULE,
)
BY_CODE: Mapping[str, SignalRule] = {rule.code: rule for rule in RULES}
LATER_RULES = tuple(rule for rule in RULES if rule.looks_later)


def signals_of(claim: SignalFacts, rules: Iterable[SignalRule] = RULES) -> tuple[Raised, ...]:
    """Return every signal of an attestation, in the order of the registry."""
    found = ((rule, rule.find(claim)) for rule in rules)
    return tuple(Raised(rule.code, told) for rule, told in found if told is not None)


def _rule(code: str) -> SignalRule | facilities.FacilityRule | None:
    """A rule of either kind."""
    return BY_CODE.get(code) or facilities.BY_CODE.get(code)


def signal_label(rule: str) -> str:
    """Name a rule, of attestations or of facilities' months; one retired since by its code."""
    found = _rule(rule)
    return found.label if found else rule


def signal_sentence(rule: str, told: Told) -> str:
    """Say a signal in French, from the facts that it kept.

    A signal outlives its rule's wording: where the facts lack what it says now, its name is said.
    """
    found = _rule(rule)
    if found is None:
        return "Règle retirée depuis."
    try:
        return found.sentence(told)
    except KeyError:
        return f"{found.label}."


__all__ = [
    "BY_CODE",
    "LATER_RULES",
    "RULES",
    "Backdated",
    "CancelledReceipt",
    "Hand",
    "Raised",
    "SeenCare",
    "SignalFacts",
    "SignalRule",
    "Told",
    "signal_label",
    "signal_sentence",
    "signals_of",
    "weight_percent",
]
