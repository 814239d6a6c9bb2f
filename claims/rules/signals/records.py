"""« Deux fiches »: one person, known under two records until they were merged, twice in care.

Two cards may be an honest mistake of the register. Care on the same days under both is not: it was
paid twice, or somebody else had the second card.
"""

from claims.rules.signals.facts import SeenCare, SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, other


def find(claim: SignalFacts) -> Told | None:
    """Return care of the same days under the person's other record."""
    seen = next((seen for seen in claim.seen if _is_twice(claim, seen)), None)
    return {**other(seen), "mine": claim.care.starts_on.isoformat()} if seen else None


def _is_twice(claim: SignalFacts, seen: SeenCare) -> bool:
    mine = claim.care
    return (
        seen.is_other_record and mine.starts_on <= seen.ends_on and seen.starts_on <= mine.ends_on
    )


def sentence(told: Told) -> str:
    """Say it."""
    return (
        f"Deux fiches fusionnées de la même personne : soins du {day(told, 'mine')} sous l’une, du "
        f"{day(told, 'on')} à {told['facility']} sous l’autre (souche {told['stub']})."
    )


RULE = SignalRule(
    "two_records", "Deux fiches d’une même personne", 60, find, sentence, looks_later=True
)
