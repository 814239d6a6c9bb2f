"""Classes of values for maps: their bounds, their words, their tint and a sign beside the tint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from conamus.charts.formats import Format
from conamus.charts.legend import Key
from conamus.charts.palette import WHITE, band_colors
from conamus.charts.scale import nice_ticks
from conamus.kernel.figures import Number, exact

UNKNOWN_SIGN = "?"


@dataclass(frozen=True)
class Band:
    """Values from `low` up to, not including, `high`; an absent bound is open."""

    label: str
    low: Number | None = None
    high: Number | None = None
    sign: str = ""

    def holds(self, value: Fraction) -> bool:
        above = self.low is None or value >= exact(self.low)
        return above and (self.high is None or value < exact(self.high))


def band_of(bands: tuple[Band, ...], value: Number | None) -> int | None:
    """The number of the class that holds the value; a value in none is a mistake of the caller."""
    if value is None:
        return None
    found = next((i for i, band in enumerate(bands) if band.holds(exact(value))), None)
    if found is None:
        raise ValueError(f"no class holds {value}")
    return found


def sign_of(bands: tuple[Band, ...], index: int | None) -> str:
    if index is None:
        return UNKNOWN_SIGN
    return bands[index].sign or str(index + 1)


def color_of(bands: tuple[Band, ...], index: int | None) -> str:
    return WHITE if index is None else band_colors(len(bands))[index]


def nice_bands(
    values: Iterable[Number | None], written: Format, count: int = 4
) -> tuple[Band, ...]:
    """Classes of equal width between round numbers that hold every value.

    >>> [band.label for band in nice_bands([3, 17, None], Format())]
    ['moins de 5', 'de 5 à moins de 10', 'de 10 à moins de 15', '15 et plus']
    """
    found = [exact(v) for v in values if v is not None]
    whole = written.kind == "number" and not written.digits
    ticks = nice_ticks(found, intervals=count, whole=whole)
    if len(ticks) <= 2:
        return (Band(f"jusqu’à {written.tick(ticks[-1], ticks[-1])}"),)
    text = [written.tick(tick, ticks[-1]) for tick in ticks]
    inner = [
        Band(f"de {text[i]} à moins de {text[i + 1]}", ticks[i], ticks[i + 1])
        for i in range(1, len(ticks) - 2)
    ]
    first = Band(f"moins de {text[1]}", None, ticks[1])
    last = Band(f"{text[-2]} et plus", ticks[-2], None)
    return (first, *inner, last)


def band_keys(bands: tuple[Band, ...], *, missing: str, signed: bool) -> tuple[Key, ...]:
    """The legend of the classes, with one for what is missing, named by its text if it occurs."""
    keys = tuple(
        Key(band.label, color_of(bands, i), sign=sign_of(bands, i) if signed else "")
        for i, band in enumerate(bands)
    )
    return (*keys, Key(missing, WHITE, sign=UNKNOWN_SIGN, dashed=True)) if missing else keys
