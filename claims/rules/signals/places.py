"""« Deux endroits à la fois »: stays that overlap, and visits far apart on one day.

A patient may leave one facility and enter another on the same day: a transfer is no overlap. Two
facilities are far apart where they are of two health districts; within one, a referral the same
day is what should happen.
"""

from claims.rules.signals.facts import SeenCare, SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, other
from claims.rules.words import CareKind


def find_overlap(claim: SignalFacts) -> Told | None:
    """Return another facility's stay that overlaps this one."""
    if claim.care.kind is not CareKind.STAY:
        return None
    for seen in claim.seen:
        if seen.is_same_person and seen.kind is CareKind.STAY and _overlaps(claim, seen):
            return {
                **other(seen),
                "until": seen.ends_on.isoformat(),
                "mine_from": claim.care.starts_on.isoformat(),
                "mine_until": claim.care.ends_on.isoformat(),
            }
    return None


def _overlaps(claim: SignalFacts, seen: SeenCare) -> bool:
    mine = claim.care
    return (
        seen.facility != claim.facility
        and mine.starts_on < seen.ends_on
        and seen.starts_on < mine.ends_on
    )


def say_overlap(told: Told) -> str:
    """Say it."""
    return (
        f"Séjour du {day(told, 'mine_from')} au {day(told, 'mine_until')}, alors que le patient "
        f"est à {told['facility']} du {day(told, 'on')} au {day(told, 'until')} "
        f"(souche {told['stub']})."
    )


def find_far(claim: SignalFacts) -> Told | None:
    """Return a visit of the same day in a facility of another health district."""
    for seen in claim.seen:
        if (
            seen.is_same_person
            and CareKind.STAY not in (seen.kind, claim.care.kind)
            and seen.starts_on == claim.care.starts_on
            and seen.facility != claim.facility
            and seen.district != claim.district
        ):
            return {
                **other(seen),
                "mine": claim.facility_name,
                "district": seen.district,
                "my_district": claim.district,
            }
    return None


def say_far(told: Told) -> str:
    """Say it."""
    return (
        f"Le {day(told, 'on')}, le même patient est soigné à {told['mine']} (district de "
        f"{told['my_district']}) et à {told['facility']} (district de {told['district']}, souche "
        f"{told['stub']}) : carte prêtée ?"
    )


OVERLAP = SignalRule("overlap", "Séjours qui se chevauchent", 60, find_overlap, say_overlap)
FAR = SignalRule("lent_card", "Carte prêtée : deux lieux le même jour", 45, find_far, say_far)
