"""« Droits »: care without open rights, after the death, within a waiting period.

The decision already says what is not owed (`claims.rules.adjudication`): its cuts are read, so
that both always agree. Death is looked at by itself, for a household's rights go on after it.
"""

from claims.rules.adjudication import LineDecision
from claims.rules.cuts import CutCode
from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, number, plural
from claims.rules.words import Family


def cut_lines(claim: SignalFacts, code: CutCode) -> list[tuple[LineDecision, Told]]:
    """Return the lines that were cut for a reason, with the facts of the cut."""
    return [
        (line, cut.facts) for line in claim.decision.lines for cut in line.cuts if cut.code is code
    ]


def _is_after_death(claim: SignalFacts) -> bool:
    return claim.died_on is not None and claim.care.ends_on > claim.died_on


def find_without(claim: SignalFacts) -> Told | None:
    """Return why the patient had no rights on the day of care."""
    cuts = cut_lines(claim, CutCode.NO_RIGHTS)
    if not cuts or _is_after_death(claim):
        return None
    return {"on": claim.care.starts_on.isoformat(), "why": claim.care.rights.sentence.rstrip(".")}


def say_without(told: Told) -> str:
    """Say it."""
    why = f" : {told['why']}" if told["why"] else ""
    return f"Pas de droits le {day(told, 'on')}{why}."


def find_after_death(claim: SignalFacts) -> Told | None:
    """Return the day of death that the care is after."""
    if claim.died_on is None or not _is_after_death(claim):
        return None
    return {"died_on": claim.died_on.isoformat(), "on": claim.care.ends_on.isoformat()}


def say_after_death(told: Told) -> str:
    """Say it."""
    return f"Soins jusqu’au {day(told, 'on')}, décès inscrit au {day(told, 'died_on')}."


def find_waiting(claim: SignalFacts) -> Told | None:
    """Return the waiting period that the care falls into."""
    cuts = cut_lines(claim, CutCode.WAITING)
    if not cuts:
        return None
    _, facts = cuts[0]
    return {
        "lines": len(cuts),
        "family": str(facts["family"]),
        "days": number(facts, "days"),
        "opens_on": str(facts["opens_on"]),
        "on": claim.care.starts_on.isoformat(),
    }


def say_waiting(told: Told) -> str:
    """Say it."""
    return (
        f"Soins du {day(told, 'on')} pendant le délai d’attente "
        f"({Family(str(told['family'])).label}, {plural(number(told, 'days'), 'jour')}) : couverts "
        f"dès le {day(told, 'opens_on')}."
    )


WITHOUT = SignalRule(
    "no_rights", "Soins sans droits", 25, find_without, say_without, looks_later=True
)
AFTER_DEATH = SignalRule(
    "after_death", "Soins après le décès", 80, find_after_death, say_after_death, looks_later=True
)
WAITING = SignalRule(
    "waiting",
    "Soins pendant le délai d’attente",
    25,
    find_waiting,
    say_waiting,
    looks_later=True,
)
