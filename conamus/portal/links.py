"""Addresses that the portal's figures lead to: what each number is made of."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse


def address(name: str, *parts: object, **query: object) -> str:
    """Return the address of a page, with what it is filtered by."""
    path = reverse(name, args=parts)
    given = {key: value for key, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def list_sentence(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    >>> list_sentence(["Ngozi", "Kayanza", "Gitega"])
    'Ngozi, Kayanza et Gitega'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"
