"""A whole line, and a whole claim, in one French sentence."""

from collections.abc import Mapping

from claims.rules.adjudication.decision import Adjudication, LineDecision
from claims.rules.sentences.cuts import cut_sentence
from conamus.kernel.figures import format_francs


def line_sentence(line: LineDecision, reasons: Mapping[str, str] | None = None) -> str:
    """Say what was asked, each cut in its order, and what the mutuelle pays: the whole of it."""
    parts = [f"{format_francs(line.asked_francs)} demandés"]
    parts += [cut_sentence(cut, reasons, tells_illness=True) for cut in line.cuts]
    return f"{' ; '.join([*parts, _paid(line.mutuelle_francs)])}."


def claim_sentence(decision: Adjudication) -> str:
    """Say who bears what of a claim; those who bear nothing are left out."""
    shares = (
        ("le patient", decision.patient_francs),
        ("un autre payeur", decision.other_payer_francs),
        ("la formation sanitaire", decision.facility_francs),
    )
    parts = [f"{format_francs(decision.asked_francs)} demandés", _paid(decision.mutuelle_francs)]
    parts += [f"{who} {format_francs(amount)}" for who, amount in shares if amount]
    return f"{' ; '.join(parts)}."


def _paid(francs: int) -> str:
    return f"la mutuelle paie {format_francs(francs)}" if francs else "la mutuelle ne paie rien"
