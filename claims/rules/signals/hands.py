"""« Même personne »: who wrote the attestation also validated something of it."""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told


def find(claim: SignalFacts) -> Told | None:
    """Return what somebody who entered, corrected or sent it validated."""
    own = sorted({hand.what for hand in claim.hands if hand.person in claim.written_by})
    return {"what": own} if own else None


def sentence(told: Told) -> str:
    """Say it."""
    what = told["what"]
    named = " et ".join(str(one) for one in what) if isinstance(what, list) else str(what)
    return f"La même personne a saisi l’attestation et donné {named}."


RULE = SignalRule("same_hands", "Même personne pour saisir et valider", 35, find, sentence)
