"""« Gratuité »: care that the State gives free in public facilities was billed.

Which care is free is the package's (its other payers): the decision flags such lines, and what
they asked is told here. Cover that a household holds elsewhere (CAM, MFP) is billed rightly.
"""

from claims.rules.adjudication import FlagCode
from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import francs, number, plural


def find(claim: SignalFacts) -> Told | None:
    """Return what was billed of free care, and whose it is."""
    flags = [flag for flag in claim.decision.flags if flag.code is FlagCode.FREE_CARE]
    if not flags:
        return None
    positions = {flag.position for flag in flags}
    asked = [line.asked_francs for line in claim.decision.lines if line.position in positions]
    return {"lines": len(asked), "francs": sum(asked), "payer": str(flags[0].facts["payer"])}


def sentence(told: Told) -> str:
    """Say it."""
    return (
        f"{plural(number(told, 'lines'), 'ligne')} de soins gratuits pour "
        f"{francs(told, 'francs')} : {told['payer']} les doit, ils ne se facturent pas à la "
        "mutuelle."
    )


RULE = SignalRule("free_care", "Soins gratuits facturés", 45, find, sentence, looks_later=True)
