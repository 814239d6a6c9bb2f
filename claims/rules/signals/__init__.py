"""Signals of fraud: what is unusual in an attestation, each rule with its reason and weight.

No signal rejects anything: it sends the attestation to a person, ranked by what looking at it may
be worth. Rules are pure; `RULES` is the registry of those that look at one attestation,
`claims.rules.signals.facilities` of those that look at a facility's month against its peers.
"""

from collections.abc import Mapping

from claims.rules.signals import (
    backdating,
    duplicates,
    free_care,
    frequency,
    hands,
    patients,
    places,
    prices,
    rights,
    stubs,
)
from claims.rules.signals.facts import (
    Backdated,
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
    hands.RULE,
)
BY_CODE: Mapping[str, SignalRule] = {rule.code: rule for rule in RULES}


def signals_of(claim: SignalFacts) -> tuple[Raised, ...]:
    """Return every signal of an attestation, in the order of the registry."""
    found = ((rule, rule.find(claim)) for rule in RULES)
    return tuple(Raised(rule.code, told) for rule, told in found if told is not None)


def signal_sentence(rule: str, told: Told) -> str:
    """Say a signal in French, from the facts that it kept.

    A signal outlives its rule's wording: where the facts lack what it says now, its name is said.
    """
    found = BY_CODE.get(rule)
    if found is None:
        return "Règle retirée depuis."
    try:
        return found.sentence(told)
    except KeyError:
        return f"{found.label}."


__all__ = [
    "BY_CODE",
    "RULES",
    "Backdated",
    "Hand",
    "Raised",
    "SeenCare",
    "SignalFacts",
    "SignalRule",
    "Told",
    "signal_sentence",
    "signals_of",
    "weight_percent",
]
