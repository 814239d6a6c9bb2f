"""What two writers of one row are told: the second has not read what the first wrote.

Activities, expenses and texts count their savings (a column ``version``). The rows of the
directory are also moved by re-cuts and imports, which open no form: their version is what the
form shows of them, folded into a few letters, so that nothing can forget to count it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from conamus.kernel.errors import Conflict

_LETTERS = 16


class ChangedMeanwhile(Conflict):
    """Somebody changed ``thing`` in the meantime; ``current`` is what stands there now."""

    #: The thing in French, with its demonstrative: « cette dépense ».
    thing: str

    def __init__(self, current: Any, *, is_removal: bool = False) -> None:
        then = (
            "Relisez, puis supprimez si vous le voulez toujours."
            if is_removal
            else "Votre saisie est gardée ; enregistrer de nouveau la met à la place."
        )
        super().__init__(
            f"Quelqu’un a modifié {self.thing} entre-temps : ce qu’il a enregistré est montré "
            f"ci-dessous. {then}"
        )
        self.current = current


def folded(told: list[Any]) -> str:
    """Return what tells these values, in their order, from others."""
    return hashlib.sha256(repr(told).encode()).hexdigest()[:_LETTERS]


def version_of(row: models.Model, names: Iterable[str]) -> str:
    """Return what tells one state of these columns from another."""
    return folded([(name, getattr(row, name)) for name in sorted(names)])


def require_read(
    row: models.Model, wanted: Mapping[str, Any], *, version: str, changed: type[ChangedMeanwhile]
) -> None:
    """Raise ``changed`` unless ``version`` is of the row as it is, or it is as wanted already."""
    is_there = all(getattr(row, name) == value for name, value in wanted.items())
    if not is_there and version != version_of(row, wanted):
        raise changed(row)
