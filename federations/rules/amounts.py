"""Amounts as people type them: whole francs, with or without separators of thousands.

The franc has no minor unit, so a decimal comma or point is a mistake to be told, never
to be rounded away.
"""

import re

from conamus.kernel.errors import DomainError

#: Far above the network's yearly expenses, far below what the database can hold.
MOST_FRANCS = 999_999_999_999
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]")
_GROUPED = re.compile(r"\d{1,3}([.,]\d{3})+")
_DECIMAL = re.compile(r"\d+[.,]\d*")


def parse_francs(text: str, *, field: str) -> int:
    """Return the amount in whole francs; DomainError, with its sentence, for anything else.

    >>> parse_francs("1 234 568", field="montant"), parse_francs("29\\u202f406 FBu", field="m")
    (1234568, 29406)
    >>> parse_francs("12,5", field="montant")
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: Les montants sont en francs entiers, sans décimales.
    """
    bare = _SPACES.sub("", text).removesuffix("FBu").removesuffix("BIF")
    if re.fullmatch(r"-?[0-9]+", bare):
        amount = int(bare[:20])
        if abs(amount) > MOST_FRANCS:
            raise DomainError("Ce montant est trop grand : vérifiez les zéros.", field=field)
        return amount
    if _GROUPED.fullmatch(bare):
        raise DomainError(
            "Séparez les milliers par des espaces, sans point ni virgule : 1 234 568.", field=field
        )
    if _DECIMAL.fullmatch(bare):
        raise DomainError("Les montants sont en francs entiers, sans décimales.", field=field)
    raise DomainError("Écrivez le montant en chiffres : 1 234 568.", field=field)
