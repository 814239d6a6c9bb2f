"""Numbers and dates as French readers write them.

Decides how every figure looks, in pages, pictures and PDFs alike: thousands separated by a narrow
no-break space (U+202F), a decimal comma, a true minus sign (U+2212), "n.d." for what is not known.
After the Lexique des règles typographiques en usage à l'Imprimerie nationale. Figures are exact
(int, Fraction, Decimal) and halves round away from zero, as in the published reports; a float is
refused, because 0.285 is already wrong before it is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
NOT_KNOWN = "n.d."
CURRENCY = "FBu"

Number = int | Fraction | Decimal

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def round_half_up(value: Number, digits: int = 0) -> Fraction:
    """Round to `digits` decimals, halves away from zero.

    >>> round_half_up(Fraction(5, 2)), round_half_up(Fraction(-5, 2))
    (Fraction(3, 1), Fraction(-3, 1))
    >>> round_half_up(Decimal("0.285"), 2)
    Fraction(29, 100)
    """
    scale = 10**digits
    scaled = abs(exact(value)) * scale
    whole = int(scaled + Fraction(1, 2))
    return Fraction(-whole if exact(value) < 0 else whole, scale)


def exact(value: Number) -> Fraction:
    """The value as a fraction; a float or text raises TypeError."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    return Fraction(value)


def format_number(value: Number | None, digits: int = 0) -> str:
    """A number with a fixed number of decimals.

    >>> format_number(Fraction(9, 2), 1)
    '4,5'
    >>> format_number(Decimal("-0.04"), 1)
    '0,0'
    """
    if value is None:
        return NOT_KNOWN
    rounded = round_half_up(value, digits)
    units, parts = divmod(abs(rounded.numerator) * 10**digits // rounded.denominator, 10**digits)
    sign = MINUS if rounded < 0 else ""
    decimals = f",{parts:0{digits}d}" if digits else ""
    return f"{sign}{units:,}".replace(",", NARROW_SPACE) + decimals


def format_integer(value: Number | None) -> str:
    """A count.

    >>> format_integer(1234568) == "1\\u202f234\\u202f568"
    True
    >>> format_integer(-2), format_integer(None)
    ('−2', 'n.d.')
    """
    return format_number(value)


def format_francs(value: Number | None) -> str:
    """An amount in whole francs, with its unit.

    >>> format_francs(29406125) == "29\\u202f406\\u202f125\\u00a0FBu"
    True
    """
    return NOT_KNOWN if value is None else f"{format_number(value)}{NO_BREAK_SPACE}{CURRENCY}"


def format_rate(value: Number | None, digits: int = 1) -> str:
    """A rate, given as a part of one, in percent.

    >>> format_rate(Fraction(828, 1000)) == "82,8\\u202f%"
    True
    >>> format_rate(Decimal("0.545"), 0) == "55\\u202f%"
    True
    >>> format_rate(None)
    'n.d.'
    """
    if value is None:
        return NOT_KNOWN
    return f"{format_number(exact(value) * 100, digits)}{NARROW_SPACE}%"


def whole_shares(parts: Sequence[Number | None], digits: int = 0) -> list[Fraction | None]:
    """Parts of a whole, each rounded to `digits` decimals of a percent so that they sum to 100.

    Each is rounded down, and what is missing goes to the greatest remainders, the first of equals
    first. Parts are zero or more; one that is not known stays so, as do all of nothing.

    >>> whole_shares([2, 2, 2, None])
    [Fraction(17, 50), Fraction(33, 100), Fraction(33, 100), None]
    """
    total = sum((exact(part) for part in parts if part is not None), Fraction(0))
    if not total:
        return [None] * len(parts)
    steps = 100 * 10**digits
    exact_steps = [None if part is None else exact(part) / total * steps for part in parts]
    down = [None if one is None else one.__floor__() for one in exact_steps]
    missing = steps - sum(one for one in down if one is not None)
    remainders = {i: one % 1 for i, one in enumerate(exact_steps) if one is not None}
    raised = sorted(remainders, key=lambda i: remainders[i], reverse=True)[:missing]
    return [None if n is None else Fraction(n + (i in raised), steps) for i, n in enumerate(down)]


def hundredths(value: Number) -> Decimal:
    """Return a quantity as columns of two decimals keep it.

    >>> hundredths(Fraction(5, 2)), hundredths(Fraction(200, 3))
    (Decimal('2.50'), Decimal('66.67'))
    """
    return Decimal(int(round_half_up(value, 2) * 100)).scaleb(-2)


def percent_of(value: Number) -> Decimal:
    """A rate, given as a part of one, as files hold it: percent, rounded as on the page.

    >>> percent_of(Fraction(828, 1000)), percent_of(Fraction(-1, 3)), percent_of(1)
    (Decimal('82.8'), Decimal('-33.3'), Decimal('100.0'))
    """
    return Decimal(int(round_half_up(exact(value) * 100, 1) * 10)).scaleb(-1)


def format_date(value: date | None) -> str:
    """A day in words.

    >>> format_date(date(2025, 1, 1)), format_date(date(2024, 7, 31))
    ('1er janvier 2025', '31 juillet 2024')
    """
    if value is None:
        return NOT_KNOWN
    day = "1er" if value.day == 1 else str(value.day)
    return f"{day} {MONTHS[value.month - 1]} {value.year}"
