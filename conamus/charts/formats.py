"""How the values of a picture are written: beside a mark, on an axis, in its table."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from conamus.kernel.figures import (
    NARROW_SPACE,
    NOT_KNOWN,
    Number,
    exact,
    format_number,
    format_rate,
)

#: What stands in the place of a figure that a reader may not see; never « n.d. ».
MASKED = "<\u00a05 ou masqué"
MASKED_NOTE = (
    f"{MASKED}\u00a0: groupe de un à quatre, ou nombre qui permettrait d’en retrouver un"
    " par soustraction."
)
MILLION = 1_000_000
MOST_DECIMALS = 4


@dataclass(frozen=True)
class Format:
    """A number as it is, or a part of one in percent, with a fixed number of decimals.

    ``missing`` is what an absent value is written as: not known, or not shown to the reader.
    """

    kind: Literal["number", "rate"] = "number"
    digits: int = 0
    missing: str = NOT_KNOWN

    def __call__(self, value: Number | None) -> str:
        """Write a value.

        >>> Format()(None), Format(missing="…")(None)
        ('n.d.', '…')
        """
        if value is None:
            return self.missing
        if self.kind == "rate":
            return format_rate(value, self.digits)
        return format_number(value, self.digits)

    def tick(self, value: Fraction, highest: Fraction) -> str:
        """A value on an axis: no more decimals than it needs, millions shortened.

        >>> Format().tick(Fraction(50_000_000), Fraction(200_000_000)) == "50\\u202fM"
        True
        >>> Format("rate").tick(Fraction(1, 40), Fraction(1, 10)) == "2,5\\u202f%"
        True
        """
        if self.kind == "rate":
            return format_rate(value, decimals_needed(value * 100))
        if highest >= 10 * MILLION:
            millions = value / MILLION
            return f"{format_number(millions, decimals_needed(millions))}{NARROW_SPACE}M"
        return format_number(value, decimals_needed(value))


def decimals_needed(value: Fraction) -> int:
    """The fewest decimals that write the value exactly, within reason."""
    for digits in range(MOST_DECIMALS):
        if (value * 10**digits).denominator == 1:
            return digits
    return MOST_DECIMALS


def known(values: tuple[Number | None, ...]) -> list[Fraction]:
    """The values that are there, as exact fractions."""
    return [exact(value) for value in values if value is not None]


COUNT = Format()
RATE = Format("rate", 1)
PERCENT = Format("rate", 0)
