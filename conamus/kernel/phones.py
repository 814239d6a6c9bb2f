"""Telephone numbers of Burundi as they are kept: eight digits, whatever way they were typed."""

import re

from conamus.kernel.errors import DomainError

_BETWEEN = re.compile(r"[\s.\-/()]+")
_NUMBER = re.compile(r"(?:\+|00)?(?:257)?((?:[267]\d|31)\d{6})")


def clean_phone(typed: str, *, field: str = "phone") -> str:
    """Return the number's eight digits; "" where nothing was typed, DomainError for no number.

    >>> clean_phone("+257 79 12 34 56"), clean_phone("22.25.10.10"), clean_phone(" ")
    ('79123456', '22251010', '')
    """
    bare = _BETWEEN.sub("", typed)
    if not bare:
        return ""
    found = _NUMBER.fullmatch(bare)
    if found is None:
        raise DomainError(
            "Un téléphone du Burundi a 8 chiffres, par exemple 79 12 34 56.", field=field
        )
    return found[1]


def phone_in(text: str) -> str:
    """Return the eight digits of a text that is a telephone; "" where it is anything else.

    >>> phone_in("79 12 34 56"), phone_in("Ndayizeye")
    ('79123456', '')
    """
    try:
        return clean_phone(text)
    except DomainError:
        return ""
