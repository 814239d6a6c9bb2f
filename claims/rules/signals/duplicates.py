"""« Même soin deux fois »: another attestation of the same person, day, facility and amount."""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, francs, number, other, plural


def find(claim: SignalFacts) -> Told | None:
    """Return the other attestations that say the same."""
    alike = [
        seen
        for seen in claim.seen
        if seen.is_same_person
        and seen.starts_on == claim.care.starts_on
        and seen.facility == claim.facility
        and seen.asked_francs == claim.asked_francs
    ]
    if not alike:
        return None
    return {**other(alike[0]), "count": len(alike), "francs": claim.asked_francs}


def sentence(told: Told) -> str:
    """Say it."""
    more = number(told, "count") - 1
    also = f", et {plural(more, 'autre')}" if more else ""
    return (
        f"Même patient, même jour ({day(told, 'on')}), même formation sanitaire et même montant "
        f"({francs(told, 'francs')}) que la souche {told['stub']}{also}."
    )


RULE = SignalRule("same_care", "Même soin deux fois", 60, find, sentence)
