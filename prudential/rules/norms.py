"""The prudential norms by name and level, as they were published (parameters/norms.yaml)."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

SOURCE = "CONAMUS, Rapport d’activités 2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A norm, the level at which it is verified, and why a report gives no value of it."""

    number: int
    name: str
    level: str
    missing: str


@cache
def norms() -> tuple[Norm, ...]:
    """Return the norms in their published order.

    >>> [norm.number for norm in norms()] == list(range(1, 15))
    True
    """
    text = files("prudential.parameters").joinpath("norms.yaml").read_text("utf-8")
    return tuple(Norm(**entry) for entry in yaml.safe_load(text))
