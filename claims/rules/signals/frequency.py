"""« Trop d’attestations »: more of one person, or household, in a calendar month than is usual.

At about one case a person and year, four of one person in a month come by chance once in
hundreds of thousands; illness explains some, so the rule says it and rejects nothing.
"""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, number

#: The number in one month from which it is said, this attestation included.
PERSON, HOUSEHOLD = 4, 8


def find(claim: SignalFacts) -> Told | None:
    """Return how many there are of the person and of the household, where either is many."""
    month = claim.care.starts_on.replace(day=1)
    near = [seen for seen in claim.seen if seen.starts_on.replace(day=1) == month]
    person = 1 + sum(seen.is_same_person for seen in near)
    household = 1 + sum(seen.is_same_household for seen in near)
    if person < PERSON and household < HOUSEHOLD:
        return None
    return {"person": person, "household": household, "month": month.isoformat()}


def sentence(told: Told) -> str:
    """Say it."""
    who = f"{told['person']} attestations de ce patient"
    if number(told, "person") < PERSON:
        who = f"{told['household']} attestations de ce ménage"
    month = day(told, "month").split(" ", 1)[1]
    return f"{who} en {month}."


RULE = SignalRule("many_cases", "Trop d’attestations en un mois", 20, find, sentence)
