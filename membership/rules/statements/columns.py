"""The columns of a statement, by the titles that operators and offices give them."""

from collections.abc import Sequence

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key

#: Column → its titles, folded (no accent, no capital).
TITLES: dict[str, tuple[str, ...]] = {
    "reference": (
        "reference", "ref", "reference transaction", "reference de la transaction",
        "numero de transaction", "no transaction", "n transaction", "id transaction",
        "identifiant", "transaction id", "transaction", "trans id", "txn id", "txnid",
        "receipt no", "receipt number", "receipt", "transfer id", "operation",
    ),
    "paid_on": (
        "date", "jour", "date et heure", "date heure", "date operation", "date de l operation",
        "date transaction", "date de transaction", "date de la transaction", "date paiement",
        "transaction date", "date time", "datetime", "completion time", "transfer date",
        "transaction time", "initiation time", "created",
    ),
    "amount": (
        "montant", "montant fbu", "montant bif", "credit", "montant credit", "entree", "recu",
        "somme", "amount", "amount bif", "paid in", "credit amount", "received", "value",
        "transaction amount", "montant de la transaction",
    ),
    "debit": ("debit", "sortie", "montant debit", "withdrawn", "paid out", "debit amount"),
    "phone": (
        "telephone", "tel", "numero", "numero de telephone", "numero payeur", "payeur",
        "telephone payeur", "expediteur", "numero expediteur", "emetteur", "msisdn", "phone",
        "phone number", "sender", "sender msisdn", "from", "payer", "payer phone", "mobile",
        "other party", "compte emetteur", "numero client", "client",
    ),
    "fee": ("frais", "frais fbu", "commission", "fee", "fees", "charge", "charges"),
    "note": (
        "libelle", "motif", "description", "details", "message", "note", "commentaire",
        "narration", "remark", "remarks", "nom", "name", "sender name",
    ),
    "status": (
        "statut", "etat", "status", "transaction status", "state", "resultat", "result",
    ),
}  # fmt: skip
NEEDED = ("reference", "paid_on", "amount")
_NAMES = {"reference": "référence", "paid_on": "date", "amount": "montant"}
#: How far down the titles may stand: statements begin with the account's name and period.
_MOST_PREAMBLE = 15


def find_titles(lines: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int]]:
    """Return the index of the line of titles and each column's place in it.

    DomainError when no line has the three that are needed, naming those missed.
    """
    best: dict[str, int] = {}
    for index, (_, cells) in enumerate(lines[:_MOST_PREAMBLE]):
        places = recognised(cells)
        if all(name in places for name in NEEDED):
            return index, places
        if len(places) > len(best):
            best = places
    missed = [_NAMES[name] for name in NEEDED if name not in best]
    raise DomainError(
        f"Colonne introuvable : {', '.join(missed)}. La ligne des titres doit nommer au moins "
        "la référence, la date et le montant.",
        field="file",
    )


def recognised(cells: Sequence[str]) -> dict[str, int]:
    """Return the place of each column that a line of titles names; the first of two.

    >>> recognised(["Date", "Transaction ID", "Montant (FBu)", "Téléphone"])
    {'paid_on': 0, 'reference': 1, 'amount': 2, 'phone': 3}
    """
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        title = search_key(cell)
        for name, titles in TITLES.items():
            if title in titles and name not in places:
                places[name] = place
                break
    return places
