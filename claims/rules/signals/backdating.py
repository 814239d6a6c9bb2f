"""« Adhésion antidatée »: rights that cover the care were written after the care began."""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day

#: What opens rights and may be dated back: how its sentence begins, and whether it is feminine.
_WHAT = {
    "enrolment": ("L’adhésion", True),
    "payment": ("Le paiement", False),
    "joined": ("L’entrée dans le ménage", True),
    "marriage": ("L’entrée par mariage", True),
    "birth": ("La déclaration de naissance", True),
    "corrected": ("La correction de la fiche", True),
    "taken_back": ("Le retour dans le ménage", False),
    "reinstated": ("La réintégration du ménage", True),
    "merged": ("L’entrée prise d’une fiche en double", True),
}


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
        "what": first.what,
    }


def sentence(told: Told) -> str:
    """Say it."""
    what, is_feminine = _WHAT[str(told["what"])]
    suffix = "e" if is_feminine else ""
    return (
        f"{what} daté{suffix} du {day(told, 'dated_on')} est inscrit{suffix} le "
        f"{day(told, 'written_on')}, après les soins du {day(told, 'on')}."
    )


RULE = SignalRule(
    "backdated", "Adhésion antidatée après la maladie", 55, find, sentence, looks_later=True
)
