"""« Deux endroits à la fois »: stays that share a night, and care far apart on one day.

A patient may leave one facility and enter another on the same day: a transfer is no overlap. Two
stays that share a night in one facility are one stay billed twice. Two facilities are far apart
where they are of two health districts; within one, a referral the same day is what should happen.
Who stays in one is not seen in the other, but for the days of entering and of leaving.
"""

from claims.rules.signals.facts import SeenCare, SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, other
from claims.rules.words import CareKind


def find_overlap(claim: SignalFacts) -> Told | None:
    """Return another stay that shares a night with this one."""
    if claim.care.kind is not CareKind.STAY:
        return None
    for seen in claim.seen:
        if seen.is_same_person and seen.kind is CareKind.STAY and _overlaps(claim, seen):
            return {
                **other(seen),
                "until": seen.ends_on.isoformat(),
                "mine_from": claim.care.starts_on.isoformat(),
                "mine_until": claim.care.ends_on.isoformat(),
                "is_same_place": seen.facility == claim.facility,
            }
    return None


def _overlaps(claim: SignalFacts, seen: SeenCare) -> bool:
    return claim.care.starts_on < seen.ends_on and seen.starts_on < claim.care.ends_on


def say_overlap(told: Told) -> str:
    """Say it."""
    where = f"est à {told['facility']}"
    if told.get("is_same_place"):
        where = f"est déjà à {told['facility']}"
    return (
        f"Séjour du {day(told, 'mine_from')} au {day(told, 'mine_until')}, alors que le patient "
        f"{where} du {day(told, 'on')} au {day(told, 'until')} (souche {told['stub']})."
    )


def find_far(claim: SignalFacts) -> Told | None:
    """Return care of the same day in a facility of another health district."""
    for seen in claim.seen:
        if seen.is_same_person and _is_far(claim, seen) and _is_same_day(claim, seen):
            return {
                **other(seen),
                "mine": claim.facility_name,
                "mine_on": claim.care.starts_on.isoformat(),
                "district": seen.district,
                "my_district": claim.district,
                **_stay(claim, seen),
            }
    return None


def _is_far(claim: SignalFacts, seen: SeenCare) -> bool:
    return seen.facility != claim.facility and seen.district != claim.district


def _is_same_day(claim: SignalFacts, seen: SeenCare) -> bool:
    """Two visits of one day, or a visit within a stay; two stays are an overlap."""
    mine = claim.care
    if mine.kind is seen.kind:
        return mine.kind is not CareKind.STAY and seen.starts_on == mine.starts_on
    if mine.kind is CareKind.STAY:
        return mine.starts_on < seen.starts_on < mine.ends_on
    return seen.starts_on < mine.starts_on < seen.ends_on


def _stay(claim: SignalFacts, seen: SeenCare) -> Told:
    """Return the days of the one that is a stay, and whose it is."""
    if claim.care.kind is seen.kind:
        return {}
    is_mine = claim.care.kind is CareKind.STAY
    stay = claim.care if is_mine else seen
    days = {"from": stay.starts_on.isoformat(), "until": stay.ends_on.isoformat()}
    return {**days, "is_stay_mine": is_mine}


def say_far(told: Told) -> str:
    """Say it."""
    here = f"{told['mine']} (district de {told['my_district']}"
    there = f"{told['facility']} (district de {told['district']}, souche {told['stub']}"
    if "until" not in told:
        return (
            f"Le {day(told, 'on')}, le même patient est soigné à {here}) et à {there}) : "
            "carte prêtée ?"
        )
    visit, stay, on = (there, here, "on") if told["is_stay_mine"] else (here, there, "mine_on")
    return (
        f"Le {day(told, on)}, le même patient est soigné à {visit}) pendant son séjour à {stay}, "
        f"du {day(told, 'from')} au {day(told, 'until')}) : carte prêtée ?"
    )


OVERLAP = SignalRule("overlap", "Séjours qui se chevauchent", 60, find_overlap, say_overlap)
FAR = SignalRule("lent_card", "Carte prêtée : deux lieux le même jour", 45, find_far, say_far)
