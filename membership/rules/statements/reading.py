"""Lines of a statement read into days, francs and telephones; every unreadable one is told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from conamus.kernel.errors import DomainError, Refusals
from conamus.kernel.phones import phone_in
from membership.rules.payments import MOST_REFERENCE, is_shortened, plain_reference
from membership.rules.sentences import day
from membership.rules.statements.columns import find_titles
from membership.rules.statements.statuses import Fate, fate_of

_DATES = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{4})(\d{2})(\d{2})(?!\d)"), (1, 2, 3)),
)
_NO_CENTS = re.compile(r"[.,]0{1,2}$")
_GROUPS = re.compile(r"\d{1,3}([.,]\d{3})+")
_UNITS = re.compile(r"(?i)(fbu|bif)\.?")
#: Told at once: the person corrects the file, not one line after the other.
_MOST_TOLD = 5
_MOST_FRANCS = 999_999_999_999
#: No older day is meant: no operator of the country carried money before.
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """A line as it is kept: what the statement says, from which follows what it is.

    ``status``: the operator's word for what became of it, as it stands; ``is_settled``: somebody
    found its payment, so that it is money whatever the word.
    """

    number: int
    reference: str
    paid_on: date
    amount_francs: int
    phone: str = ""
    fee_francs: int = 0
    note: str = ""
    status: str = ""
    is_outgoing: bool = False
    is_settled: bool = False

    @property
    def aside(self) -> str:
        """Why it is no money received; empty where it may be."""
        if fate_of(self.status) in (Fate.WAITING, Fate.FAILED, Fate.UNDONE):
            return f"Transaction non aboutie chez l’opérateur : « {self.status} »."
        if self.is_outgoing:
            return "Sortie d’argent : ce n’est pas un paiement reçu."
        return "" if self.amount_francs else "Montant nul."

    @property
    def doubt(self) -> str:
        """Why nobody but a person can tell whether it is money received."""
        if fate_of(self.status) != Fate.UNCLEAR:
            return ""
        return f"Statut inconnu chez l’opérateur, « {self.status} » : vérifiez."

    @property
    def is_money(self) -> bool:
        """Whether it is money received."""
        return self.is_settled or not (self.aside or self.doubt)

    @property
    def undoes(self) -> bool:
        """Whether it says that a transaction of its reference and amount came to nothing."""
        fate = fate_of(self.status)
        if fate == Fate.UNDONE:
            return True
        went_back = (Fate.DONE, Fate.UNCLEAR) if self.is_outgoing else (Fate.FAILED,)
        return fate in went_back


def read_lines(lines: Sequence[tuple[int, Sequence[str]]], *, today: date) -> list[ReadLine]:
    """Return the lines beneath the titles; DomainError tells the first unreadable ones.

    ``lines``: each with its number in the file; the titles may stand under a few lines of
    preamble. What is dated after ``today`` has not happened.
    """
    start, places = find_titles(lines)
    read: list[ReadLine] = []
    refused: list[DomainError] = []
    for number, cells in lines[start + 1 :]:
        try:
            read.extend(_line(number, cells, places, today))
        except DomainError as error:
            refused.append(DomainError(f"Ligne {number} : {error.message}", field="file"))
    if refused:
        raise Refusals(_told(refused))
    if not read:
        raise DomainError("Ce relevé n’a aucune transaction.", field="file")
    return read


def _told(refused: list[DomainError]) -> list[DomainError]:
    more = len(refused) - _MOST_TOLD
    if more <= 0:
        return refused
    rest = DomainError(f"… et {more} autres lignes illisibles.", field="file")
    return [*refused[:_MOST_TOLD], rest]


def _line(
    number: int, cells: Sequence[str], places: dict[str, int], today: date
) -> Iterable[ReadLine]:
    def cell(name: str) -> str:
        place = places.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    if _is_total(cell("reference"), cell("paid_on")):
        return []
    amount, is_outgoing = _movement(cell("amount"), cell("debit"))
    return [
        ReadLine(
            number=number,
            reference=_reference(cell("reference")),
            paid_on=_possible_day(read_day(cell("paid_on")), today),
            amount_francs=amount,
            phone=_phone(cell("phone")),
            fee_francs=abs(read_amount(cell("fee") or "0")),
            note=" ".join(cell("note").split())[:200],
            status=" ".join(cell("status").split())[:60],
            is_outgoing=is_outgoing,
        )
    ]


def _is_total(reference: str, day: str) -> bool:
    """A line of totals names neither a transaction nor a day."""
    return not reference and not any(char.isdigit() for char in day)


def _movement(credit: str, debit: str) -> tuple[int, bool]:
    """Return the amount without its sign, and whether the money went out."""
    incoming = read_amount(credit or "0")
    outgoing = read_amount(debit or "0")
    if incoming > 0 and not outgoing:
        return incoming, False
    return abs(outgoing or incoming), bool(outgoing or incoming)


def _reference(text: str) -> str:
    """Two references that are cut, or that a spreadsheet shortened, would be one transaction."""
    reference = plain_reference(text)
    if is_shortened(reference):
        raise DomainError(
            f"le tableur a abîmé la référence, « {text[:30]} » : apportez le fichier tel que "
            "l’opérateur le donne, ou la colonne des références en texte."
        )
    if len(reference) > MOST_REFERENCE:
        raise DomainError(f"la référence dépasse {MOST_REFERENCE} caractères.")
    return reference


def read_day(text: str) -> date:
    """Return the day that a cell begins with, hours left out; DomainError for none.

    >>> read_day("12/03/2025 14:05"), read_day("2025-03-12T08:00:00")
    (datetime.date(2025, 3, 12), datetime.date(2025, 3, 12))
    """
    for pattern, order in _DATES:
        found = pattern.match(text.strip())
        if found is None:
            continue
        try:
            return date(*(int(found[part]) for part in order))
        except ValueError:
            break
    raise DomainError(f"date illisible, « {text[:30]} » (écrivez 31/12/2025).")


def _possible_day(paid_on: date, today: date) -> date:
    """A typing mistake in the year would make the statement's period centuries long."""
    if paid_on > today:
        raise DomainError(f"le {day(paid_on)} est dans l’avenir.")
    if paid_on < _FIRST_DAY:
        raise DomainError(f"le {day(paid_on)} est avant {_FIRST_DAY.year}.")
    return paid_on


def read_amount(text: str) -> int:
    """Return whole francs, with a sign; DomainError for anything else.

    >>> read_amount("30 000"), read_amount("30,000.00 BIF"), read_amount("-1.500")
    (30000, 30000, -1500)
    """
    bare = _UNITS.sub("", re.sub(r"[\s\u00a0\u2009\u202f'’+]", "", text))
    is_negative = bare.startswith(("-", "\u2212", "(")) or bare.endswith(("-", ")"))
    bare = _NO_CENTS.sub("", bare.strip("-\u2212()"))
    digits = re.sub(r"[.,]", "", bare) if _GROUPS.fullmatch(bare) else bare
    if not re.fullmatch(r"[0-9]{1,15}", digits) or int(digits) > _MOST_FRANCS:
        raise DomainError(f"montant illisible, « {text[:30]} » (francs entiers).")
    return -int(digits) if is_negative else int(digits)


def _phone(text: str) -> str:
    """Return the eight digits; what is no telephone (a name, a till) is kept as it is."""
    return phone_in(text) or " ".join(text.split())[:20]
