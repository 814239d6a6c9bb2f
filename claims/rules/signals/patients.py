"""« Âge et sexe »: an act that this patient can hardly have had: a lent card, or a false act.

The package says to whom an act is owed: what it cut for that is read. Care
of pregnancy and delivery needs no clause.
"""

from claims.rules.cuts import CutCode
from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.rights import cut_lines
from claims.rules.signals.words import number, plural
from claims.rules.words import SEXES, Family
from conamus.kernel.periods import age_on

YOUNGEST_MOTHER, OLDEST_MOTHER = 12, 55


def find(claim: SignalFacts) -> Told | None:
    """Return the first line that does not go with the patient's age or sex."""
    care = claim.care
    age = age_on(care.patient.birth_date, care.starts_on)
    refused = [line.position for line, _ in cut_lines(claim, CutCode.CONDITION)]
    births = [
        line.position for line in care.lines if care.is_maternity or line.family is Family.DELIVERY
    ]
    if care.patient.sex == "F" and YOUNGEST_MOTHER <= age <= OLDEST_MOTHER:
        births = []
    positions = sorted({*refused, *births})
    if not positions:
        return None
    line = next(line for line in care.lines if line.position == positions[0])
    return {
        "position": line.position,
        "act": line.act,
        "family": line.family.value,
        "sex": care.patient.sex,
        "age": age,
    }


def sentence(told: Told) -> str:
    """Say it."""
    patient = f"{SEXES[str(told['sex'])]} de {plural(number(told, 'age'), 'an')}"
    return (
        f"Ligne {told['position']} ({told['act']}, {Family(str(told['family'])).label}) : ne va "
        f"pas avec le patient, {patient}. Acte faux, ou carte prêtée."
    )


RULE = SignalRule(
    "age_sex", "Acte contraire à l’âge ou au sexe", 50, find, sentence, looks_later=True
)
