"""How a cell becomes a value: days, births, words of a list, telephones, amounts, names.

Every cell comes as text. A register repeats itself, so what was read once is remembered; what
cannot be read is refused in one French sentence, to which the caller adds the column's title.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from conamus.kernel.errors import DomainError
from conamus.kernel.phones import clean_phone
from conamus.kernel.text import search_key, sign_in_name, sort_key, tidy
from federations.rules.amounts import parse_francs
from membership.rules.households import FIRST_BIRTH, Relationship, estimated_birth, year_alone

_REMEMBERED = 1 << 16
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
#: How Excel counts days; what a date becomes where its cell is a number.
_SERIAL = re.compile(r"[1-9]\d{4}(?:[.,]\d+)?")
#: What Excel and LibreOffice show in the stead of a value.
_ERROR = re.compile(r"#(?:REF|DIV/0|VALUE|NAME|NUM|NULL|N/A|ERREUR|VALEUR|NOM|NOMBRE|NUL)[!?]?\Z")
MOST_NAME = 60
MOST_PAPER = 30

_SEXES = {
    "m": "M", "h": "M", "homme": "M", "masculin": "M", "garcon": "M",
    "f": "F", "femme": "F", "feminin": "F", "fille": "F",
}  # fmt: skip
_RELATIONSHIPS = {
    Relationship.HEAD: "adherent adherente chef head titulaire|chef de menage|chef de famille"
    "|adherent chef de menage",
    Relationship.SPOUSE: "conjoint conjointe epoux epouse mari femme spouse",
    Relationship.CHILD: "enfant fils fille child",
    Relationship.OTHER: "autre other parent mere pere frere soeur neveu niece oncle tante dependant"
    "|autre personne a charge|personne a charge|petit fils|petite fille|grand mere|grand pere",
}
_RELATIONSHIP_WORDS = {
    words: relationship
    for relationship, text in _RELATIONSHIPS.items()
    for words in (*text.split("|")[0].split(), *text.split("|")[1:])
}
_METHODS = {
    "": "cash", "especes": "cash", "cash": "cash", "liquide": "cash", "espece": "cash",
    "banque": "bank", "bank": "bank", "versement": "bank", "virement": "bank",
    "microfinance": "microfinance", "imf": "microfinance", "coopec": "microfinance",
    "lumicash": "lumicash", "ecocash": "ecocash",
    "recolte": "harvest", "retenue sur la recolte": "harvest", "harvest": "harvest",
}  # fmt: skip
_YES_NO = {"": False, "non": False, "no": False, "n": False, "0": False, "faux": False,
           "oui": True, "o": True, "1": True, "vrai": True, "x": True}  # fmt: skip


@lru_cache(maxsize=_REMEMBERED)
def read_day(text: str) -> date:
    """Read a day.

    >>> read_day("12/03/2025"), read_day("2025-03-12")
    (datetime.date(2025, 3, 12), datetime.date(2025, 3, 12))
    """
    try:
        return date.fromisoformat(text[:10]) if text[4:5] == "-" else _french_day(text)
    except ValueError:
        told = "n’est pas une date : écrivez 31/12/2024."
        if _SERIAL.fullmatch(text):
            told = "est une date d’Excel devenue un nombre : mettez la colonne au format Date."
        raise _unread(text, told) from None


def _french_day(text: str) -> date:
    for pattern in _DAYS:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


@lru_cache(maxsize=_REMEMBERED)
def read_birth(text: str, there_on: date | None = None) -> tuple[date, bool]:
    """Read a day of birth, or a year alone: a day that stands for it, and that it is estimated.

    ``there_on``: a day on which the person was there (see ``estimated_birth``).

    >>> read_birth("1984")
    (datetime.date(1984, 7, 1), True)
    >>> read_birth("vers 1984") == read_birth("1984")
    True
    """
    if year := year_alone(text):
        if year < FIRST_BIRTH.year:
            raise _unread(text, f"est avant {FIRST_BIRTH.year}.")
        return estimated_birth(year, there_on), True
    return read_day(text), False


@lru_cache(maxsize=256)
def read_sex(text: str) -> str:
    """Read a sex: M or F."""
    return _word(_SEXES, text, "M, F")


@lru_cache(maxsize=256)
def read_relationship(text: str) -> str:
    """Read what a person is to the head.

    >>> read_relationship("Chef de ménage") == read_relationship("adhérent") == "head"
    True
    """
    return _word(_RELATIONSHIP_WORDS, text, "adhérent, conjoint, enfant, autre")


@lru_cache(maxsize=256)
def read_method(text: str) -> str:
    """Read how money came; nothing: cash."""
    return _word(_METHODS, text, "espèces, banque, microfinance, Lumicash, EcoCash, récolte")


@lru_cache(maxsize=64)
def read_yes(text: str) -> bool:
    """Read yes or no; nothing: no."""
    fold = search_key(text)
    if fold not in _YES_NO:
        raise _unread(text, "n’est ni oui ni non.")
    return _YES_NO[fold]


@lru_cache(maxsize=_REMEMBERED)
def read_phone(text: str) -> str:
    """Read a telephone as it is kept: eight digits.

    >>> read_phone("+257 79 00 00 01"), read_phone("")
    ('79000001', '')
    """
    try:
        return clean_phone(text)
    except DomainError:
        raise _unread(text, "n’est pas un téléphone : écrivez huit chiffres.") from None


def read_paper(text: str) -> str:
    """Read the number of an identity paper as it is compared: capitals, single spaces.

    >>> read_paper(" 531.01 /  12.345 a")
    '531.01 / 12.345 A'
    """
    refuse_formula(text)
    paper = " ".join(text.upper().split())
    if len(paper) > MOST_PAPER:
        raise DomainError(f"plus de {MOST_PAPER} caractères.")
    return paper


def read_francs(text: str) -> int:
    """Read a whole amount, zero included."""
    amount = parse_francs(text, field="")
    if amount < 0:
        raise DomainError("le montant ne peut pas être négatif.")
    return amount


@lru_cache(maxsize=_REMEMBERED)
def read_name(text: str) -> tuple[str, str, str]:
    """Read a name: as it is written, the key it is sorted by, the key it is searched by.

    >>> read_name("  N'DAYI   Éric ")
    ("N'DAYI Éric", "n'dayi eric", 'n dayi eric')
    """
    if len(text.strip().splitlines()) > 1:
        raise _unread(" ".join(text.split()), "tient sur plusieurs lignes : un nom par case.")
    name = tidy(text)
    search = search_key(name)
    if sign_in_name(name) or not search:
        raise _unread(text, "n’est pas un nom : des lettres seulement.")
    if len(name) > MOST_NAME:
        raise DomainError(f"le nom dépasse {MOST_NAME} caractères.")
    return name, sort_key(name), search


def split_names(text: str) -> tuple[str, str]:
    """Return family and given names that are in one cell: capitals first, else the first word.

    >>> split_names("NDAYI KEZA Éric Jean"), split_names("Ndayi Éric"), split_names("NDAYI ÉRIC")
    (('NDAYI KEZA', 'Éric Jean'), ('Ndayi', 'Éric'), ('NDAYI', 'ÉRIC'))
    """
    words = text.split()
    capitals = next((at for at, word in enumerate(words) if not word.isupper()), 0)
    cut = capitals or 1
    return " ".join(words[:cut]), " ".join(words[cut:])


def read_names(text: str) -> tuple[str, str]:
    """Read family and given names in one cell; DomainError where one is missing."""
    family, given = split_names(text)
    if not given:
        raise _unread(text, "n’a qu’un mot : écrivez le nom, puis le prénom.")
    return read_name(family)[0], read_name(given)[0]


def refuse_formula(text: str) -> None:
    """Raise DomainError for a formula, or a spreadsheet's error: what it comes to is not known.

    >>> refuse_formula("=A1+1")
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: « =A1+1 » est une formule : sa valeur n’est pas lue, ...
    """
    if text.startswith("="):
        raise _unread(text, "est une formule : sa valeur n’est pas lue, écrivez la valeur.")
    if text.startswith("#") and _ERROR.match(text):
        raise _unread(text, "est une erreur du tableur : écrivez la valeur.")


def _word(known: Mapping[str, str], text: str, words: str) -> str:
    found = known.get(search_key(text))
    if found is None:
        raise _unread(text, f"n’est pas dans la liste ({words}).")
    return found


def _unread(text: str, sentence: str) -> DomainError:
    return DomainError(f"« {text[:40]} » {sentence}")
