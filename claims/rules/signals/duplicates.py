"""« Même soin deux fois »: another attestation of the same person, day, facility and amount.

Nearly the same amount is the same here: a franc less, or a line of little, hides nothing.
"""

from claims.rules.signals.facts import SeenCare, SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, francs, number, other, plural

#: The larger amount may exceed the smaller by a tenth of itself.
_NEARLY = 10


def find(claim: SignalFacts) -> Told | None:
    """Return the other attestations that say the same, by the one whose amount is nearest."""
    alike = [
        seen
        for seen in claim.seen
        if seen.is_same_person
        and seen.starts_on == claim.care.starts_on
        and seen.facility == claim.facility
        and _gap(claim, seen) * _NEARLY <= max(seen.asked_francs, claim.asked_francs)
    ]
    if not alike:
        return None
    nearest = min(alike, key=lambda seen: _gap(claim, seen))
    return {
        **other(nearest),
        "count": len(alike),
        "francs": claim.asked_francs,
        "other_francs": nearest.asked_francs,
    }


def _gap(claim: SignalFacts, seen: SeenCare) -> int:
    return abs(seen.asked_francs - claim.asked_francs)


def sentence(told: Told) -> str:
    """Say it; a signal of before told one amount only, the same for both."""
    more = number(told, "count") - 1
    also = f", et {plural(more, 'autre')}" if more else ""
    amount = f"même montant ({francs(told, 'francs')})"
    if told.get("other_francs", told["francs"]) != told["francs"]:
        amount = f"presque le même montant ({francs(told, 'francs')})"
        also = f" ({francs(told, 'other_francs')}){also}"
    return (
        f"Même patient, même jour ({day(told, 'on')}), même formation sanitaire et {amount} "
        f"que la souche {told['stub']}{also}."
    )


RULE = SignalRule("same_care", "Même soin deux fois", 60, find, sentence)
