"""« Adhésion antidatée »: rights that cover the care were written after the care began."""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day


def find(claim: SignalFacts) -> Told | None:
    """Return the operation dated on or before the care and written after it."""
    on = claim.care.starts_on
    found = [one for one in claim.backdated if one.dated_on <= on < one.written_on]
    if not found:
        return None
    first = min(found, key=lambda one: one.written_on)
    return {
        "on": on.isoformat(),
        "dated_on": first.dated_on.isoformat(),
        "written_on": first.written_on.isoformat(),
        "is_payment": first.is_payment,
    }


def sentence(told: Told) -> str:
    """Say it."""
    what = "Le paiement" if told["is_payment"] else "L’adhésion"
    suffix = "" if told["is_payment"] else "e"
    return (
        f"{what} daté{suffix} du {day(told, 'dated_on')} est inscrit{suffix} le "
        f"{day(told, 'written_on')}, après les soins du {day(told, 'on')}."
    )


RULE = SignalRule(
    "backdated", "Adhésion antidatée après la maladie", 55, find, sentence, looks_later=True
)
