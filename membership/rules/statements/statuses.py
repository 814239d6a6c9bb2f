"""What became of a transaction, by the word that an operator's statement has for it.

Only what is known to mean "received" is money received: operators invent words, and one that
nobody knows is for a person to read.
"""

from enum import StrEnum

from conamus.kernel.text import search_key


class Fate(StrEnum):
    """What became of a transaction."""

    DONE = "done"
    #: Not yet: a later statement says how it ended.
    WAITING = "waiting"
    FAILED = "failed"
    #: Was done, and is taken back.
    UNDONE = "undone"
    UNCLEAR = "unclear"


_WORDS = {
    Fate.DONE: (
        "abouti", "aboutie", "accepte", "acceptee", "approuve", "approuvee", "approved",
        "complet", "complete", "completed", "completed successfully", "confirme", "confirmed",
        "confirmee", "credite", "credited", "creditee", "done", "effectue", "effectuee", "ok",
        "paid", "paye", "payee", "processed", "recu", "recue", "received", "reussi", "reussie",
        "settled", "succeeded", "succes", "success", "successful", "termine", "terminee",
        "valide", "validee", "avec succes", "effectue avec succes", "effectuee avec succes",
    ),
    Fate.WAITING: (
        "en attente", "en cours", "en cours de traitement", "in progress", "initiated", "initie",
        "initiee", "pending", "processing",
    ),
    Fate.FAILED: (
        "abandonne", "abandonnee", "aborted", "avorte", "avortee", "declined", "echec", "echoue",
        "echouee", "error", "erreur", "expire", "expired", "expiree", "failed", "failure",
        "non abouti", "non aboutie", "non reussi", "non reussie", "refuse", "refused", "refusee",
        "rejected", "rejete", "rejetee", "timed out", "timeout", "unsuccessful",
    ),
    Fate.UNDONE: (
        "annulation", "annule", "annulee", "canceled", "cancelled", "extourne", "extournee",
        "refund", "refunded", "rembourse", "remboursee", "reversal", "reversed", "rollback",
        "rolled back",
    ),
}  # fmt: skip
_FATES = {word: fate for fate, words in _WORDS.items() for word in words}
#: Say of what, not what became of it.
_SUBJECTS = frozenset(("operation", "paiement", "payment", "transaction", "transfer", "transfert"))


def fate_of(status: str) -> Fate:
    """Return what became of a transaction; a statement that says nothing lists what was done.

    >>> [fate_of(said).value for said in ("", "Transaction réussie", "En cours", "Non abouti")]
    ['done', 'done', 'waiting', 'failed']
    >>> fate_of("Suspendu"), fate_of("Annulation échouée")
    (<Fate.UNCLEAR: 'unclear'>, <Fate.UNCLEAR: 'unclear'>)
    """
    if not status.strip():
        return Fate.DONE
    said = " ".join(word for word in search_key(status).split() if word not in _SUBJECTS)
    return _FATES.get(said, Fate.UNCLEAR)
