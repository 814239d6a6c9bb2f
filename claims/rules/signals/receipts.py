"""« Reçu annulé »: what opened the rights was cancelled after the care, and not made up for.

Rights hold as they stood on the day of care. That the money never was the household's is known only
once its receipt is cancelled; a receipt that was written again rightly leaves nothing to pay.
"""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, francs


def find(claim: SignalFacts) -> Told | None:
    """Return the receipt that stood on the day of care and was cancelled later."""
    on = claim.care.starts_on
    found = [one for one in claim.cancelled if one.received_on <= on < one.cancelled_on]
    if not found:
        return None
    last = max(found, key=lambda one: one.cancelled_on)
    return {
        "on": on.isoformat(),
        "received_on": last.received_on.isoformat(),
        "cancelled_on": last.cancelled_on.isoformat(),
        "left": last.left_francs,
    }


def sentence(told: Told) -> str:
    """Say it."""
    return (
        f"Le reçu du {day(told, 'received_on')} est annulé le {day(told, 'cancelled_on')}, après "
        f"les soins du {day(told, 'on')} ; il reste {francs(told, 'left')} à payer pour l’année."
    )


RULE = SignalRule(
    "receipt_cancelled", "Droits ouverts par un reçu annulé", 40, find, sentence, looks_later=True
)
