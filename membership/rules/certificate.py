"""For whom a certificate of membership is due, and what it says of the money: the truth, no more.

It is shown to others than the mutuelle, who see in it a household that belongs: so it is given to
who has paid something, has an accepted promise, or has nothing to pay itself, and says which
(docs/decisions/0016).
"""

from membership.rules.payments import Owed
from membership.rules.sentences import francs


def refusal(owed: Owed, year: int) -> str:
    """Return why no certificate is given for a year; empty: it is due."""
    is_backed = _paid(owed) > 0 or owed.promise_id is not None
    if is_backed or _share(owed) <= 0:
        return ""
    if owed.has_unanswered_promise:
        return (
            f"La promesse signée pour {year} attend sa réponse, et rien n’est payé : pas "
            "d’attestation avant qu’elle soit acceptée, ou un acompte reçu."
        )
    return (
        f"Rien n’est payé ni promis pour {year} : pas d’attestation. Recevez d’abord un acompte, "
        "ou faites accepter une promesse de paiement."
    )


def money_sentence(owed: Owed) -> str:
    """Say what was paid of the household's own part, to the franc.

    >>> from datetime import date
    >>> money_sentence(
    ...     Owed(
    ...         enrolled_on=date(2025, 1, 2),
    ...         is_cancelled=False,
    ...         due_francs=31_000,
    ...         fee_francs=1_000,
    ...         payer="household",
    ...         payer_share_francs=0,
    ...         paid_francs=10_000,
    ...         household_paid_francs=10_000,
    ...         fee_paid_francs=1_000,
    ...     )
    ... )
    'Sa cotisation est payée en partie : 10 000 FBu sur 31 000 FBu ; il reste 21 000 FBu à payer.'
    """
    share, left = _share(owed), owed.household_left_francs
    if share <= 0:
        return "Il n’a lui-même rien à payer : sa cotisation est à la charge d’un autre payeur."
    if left <= 0:
        return f"Sa cotisation, {francs(share)}, est payée en entier{_elsewhere(owed)}."
    if _paid(owed) <= 0:
        return (
            f"Sa cotisation, {francs(share)}, n’est pas encore payée : une promesse de paiement a "
            "été acceptée."
        )
    promised = " par une promesse acceptée" if owed.promise_id is not None else ""
    return (
        f"Sa cotisation est payée en partie : {francs(_paid(owed))} sur "
        f"{francs(share)}{_elsewhere(owed)} ; il reste {francs(left)} à payer{promised}."
    )


def _share(owed: Owed) -> int:
    """What the household itself must pay, all in all: here, and where it came from."""
    return owed.due_francs - owed.payer_share_francs + owed.paid_before_francs


def _paid(owed: Owed) -> int:
    """What it paid itself, here and there."""
    return owed.household_paid_francs + owed.paid_before_francs


def _elsewhere(owed: Owed) -> str:
    """Who received what was paid before it came."""
    if not owed.paid_before_francs:
        return ""
    return f", dont {francs(owed.paid_before_francs)} à {owed.paid_before_at}, d’où il vient"
