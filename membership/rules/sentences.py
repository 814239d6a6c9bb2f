"""How the rules of membership write days, amounts and counts in their French sentences.

A rule explains itself in sentences that are read on a small screen and on paper, so days are
short (12/03/2025); amounts and counts are the kernel's.
"""

from datetime import date
from decimal import Decimal

from conamus.kernel.figures import format_francs, format_integer, format_number

francs = format_francs


def day(value: date) -> str:
    """Write a day.

    >>> day(date(2025, 3, 12))
    '12/03/2025'
    """
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Write a count with its noun, singular below two as French has it.

    >>> counted(1, "personne"), counted(4, "personne"), counted(2, "cheval", "chevaux")
    ('1 personne', '4 personnes', '2 chevaux')
    """
    noun = singular if abs(number) < 2 else plural or f"{singular}s"
    return f"{format_integer(number)} {noun}"


def percent(value: Decimal) -> str:
    """Write a rate given in percent, with the decimals it has.

    >>> percent(Decimal("12.50")) == "12,5\\u202f%", percent(Decimal("50")) == "50\\u202f%"
    (True, True)
    """
    exponent = value.normalize().as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    return f"{format_number(value, digits)}\u202f%"
