"""Reading what a case says: each fact by its French name, checked, and none left unread.

Names are compared without case or accents. Amounts may be written 30000 or « 30 000 FBu », days
2025-03-12 or 12/03/2025, yes and no « oui » and « non ». What is not understood raises
``BadCase`` with the place where it stands; so does a name that the rule does not know, which
would otherwise be a case that checks nothing.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Final, TypeVar

from conamus.kernel.text import sort_key

_SPACES = re.compile(r"\s+")
_AMOUNT = re.compile(r"-?\d+( \d{3})*( ?(FBu|BIF))?")
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YES, _NO = frozenset({"oui", "vrai"}), frozenset({"non", "faux"})
_NOTHING = frozenset({"aucun", "aucune", "rien"})

_Value = TypeVar("_Value")


class _Missing(Enum):
    """The default of a fact that a case must give."""

    REQUIRED = "required"


REQUIRED: Final = _Missing.REQUIRED


class BadCase(Exception):
    """A file or a case that cannot be understood, in a French sentence."""


def folded(name: object) -> str:
    """Return a name without case, accents or doubtful apostrophes.

    >>> folded("Droit d’adhésion"), folded("dès  le")
    ("droit d'adhesion", 'des le')
    """
    return sort_key(str(name))


def plain(text: str) -> str:
    """Return a text with plain spaces and apostrophes, to compare what is written alike."""
    return _SPACES.sub(" ", text.replace("’", "'").replace("−", "-")).strip()


def as_integer(value: object) -> int | None:
    """Return a whole number or an amount; None for anything else.

    >>> as_integer(30000), as_integer("30 000 FBu"), as_integer("12,5")
    (30000, 30000, None)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _AMOUNT.fullmatch(plain(value)):
        return int(re.sub(r"[^0-9-]", "", value.replace("−", "-")))
    return None


def as_day(value: object) -> date | None:
    """Return a day; None for anything else.

    >>> as_day("12/03/2025")
    datetime.date(2025, 3, 12)
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    written = _FRENCH_DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if written is None:
        return None
    day, month, year = map(int, written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def as_flag(value: object) -> bool | None:
    """Return yes or no; None for anything else."""
    if isinstance(value, bool):
        return value
    word = folded(value)
    return True if word in _YES else False if word in _NO else None


class Facts:
    """Named facts of a case; ``where`` tells their place in the file."""

    def __init__(self, values: Mapping[object, object], where: str) -> None:
        self._where = where
        self._values = {folded(name): (str(name), value) for name, value in values.items()}
        self._unread = set(self._values)
        self._parts: list[Facts] = []

    def has(self, name: str) -> bool:
        """Tell whether a fact is given, and is not « none »."""
        value = self._value(name)
        return value is not None and not (isinstance(value, str) and folded(value) in _NOTHING)

    def integer(self, name: str, default: int | _Missing = REQUIRED) -> int:
        """Read a whole number or an amount in francs."""
        return self._read(name, default, as_integer, "un nombre entier ou un montant")

    def optional_integer(self, name: str) -> int | None:
        """Read a whole number or an amount, or nothing."""
        return self.integer(name) if self.has(name) else None

    def day(self, name: str, default: date | _Missing = REQUIRED) -> date:
        """Read a day."""
        return self._read(name, default, as_day, "une date (2025-03-12 ou 12/03/2025)")

    def optional_day(self, name: str) -> date | None:
        """Read a day, or nothing."""
        return self.day(name) if self.has(name) else None

    def flag(self, name: str, default: bool | _Missing = REQUIRED) -> bool:
        """Read yes or no."""
        return self._read(name, default, as_flag, "oui ou non")

    def text(self, name: str, default: str | _Missing = REQUIRED) -> str:
        """Read a text; a number stands for its digits."""
        return self._read(name, default, _as_text, "un texte")

    def rate(self, name: str, default: Decimal | _Missing = REQUIRED) -> Decimal:
        """Read a rate in percent."""
        return self._read(name, default, _as_rate, "un pourcentage")

    def choice(
        self, name: str, choices: Mapping[str, _Value], default: _Value | _Missing = REQUIRED
    ) -> _Value:
        """Read one of the named choices."""
        by_name = {folded(label): choice for label, choice in choices.items()}
        wanted = " ou ".join(f"« {label} »" for label in choices)
        return self._read(name, default, lambda value: by_name.get(folded(value)), wanted)

    def part(self, name: str) -> "Facts":
        """Read a group of facts; an absent one is empty."""
        if not self.has(name):
            return self._keep(Facts({}, f"{self._where}, {name}"))
        value = self._value(name)
        if not isinstance(value, Mapping):
            raise BadCase(f"{self._where} : « {name} » est un groupe de lignes « nom : valeur ».")
        return self._keep(Facts(value, f"{self._where}, {name}"))

    def rows(self, name: str) -> "list[Facts]":
        """Read a list of groups; an absent one is empty."""
        rows = []
        for rank, value in enumerate(self._list(name), start=1):
            if not isinstance(value, Mapping):
                raise BadCase(f"{self._where} : « {name} », ligne {rank} : « nom : valeur ».")
            rows.append(self._keep(Facts(value, f"{self._where}, {name} n° {rank}")))
        return rows

    def texts(self, name: str) -> list[str]:
        """Read a list of texts; an absent one is empty."""
        return [str(value) for value in self._list(name)]

    def finish(self) -> None:
        """Raise BadCase for the first fact that the rule did not read."""
        for name in sorted(self._unread):
            raise BadCase(f"{self._where} : « {self._values[name][0]} » n’est pas connu ici.")
        for part in self._parts:
            part.finish()

    def _value(self, name: str) -> object:
        self._unread.discard(folded(name))
        return self._values.get(folded(name), ("", None))[1]

    def _list(self, name: str) -> list[object]:
        value = self._value(name) if self.has(name) else []
        if not isinstance(value, list):
            raise BadCase(f"{self._where} : « {name} » est une liste (lignes « - … »).")
        return value

    def _keep(self, part: "Facts") -> "Facts":
        self._parts.append(part)
        return part

    def _read(
        self,
        name: str,
        default: _Value | _Missing,
        convert: Callable[[object], _Value | None],
        wanted: str,
    ) -> _Value:
        if not self.has(name):
            if isinstance(default, _Missing):
                raise BadCase(f"{self._where} : « {name} » manque.")
            return default
        value = self._value(name)
        converted = convert(value)
        if converted is None:
            raise BadCase(f"{self._where} : « {name} » vaut « {value} » ; il faut {wanted}.")
        return converted


def _as_text(value: object) -> str | None:
    return None if isinstance(value, Mapping | list) else str(value)


def _as_rate(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    bare = plain(str(value)).removesuffix("%").strip().replace(",", ".")
    return Decimal(bare) if re.fullmatch(r"-?\d+(\.\d+)?", bare) else None
