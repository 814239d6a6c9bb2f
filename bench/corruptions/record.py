"""A person of the register, and the second record planted beside theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from bench.corruptions.mix import Kind, Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A person as the register has them; "" is what is not known."""

    key: int
    family_name: str
    given_name: str
    sex: str
    birth_date: date
    is_birth_estimated: bool
    federation: str
    unit: str
    colline: str
    household: int
    phone: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Planted:
    """A record, the second one of the same person, and what was done to it."""

    original: Record
    copy: Record
    kinds: tuple[Kind, ...]
    where: Where


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a clerk draws on beside the record itself."""

    #: given names by sex, for a second one
    given_names: dict[str, tuple[str, ...]]
    #: nobody is born after it
    latest: date


#: Returns None where the record gives no hold.
Change = Callable[[Random, Record, Surroundings], Record | None]
