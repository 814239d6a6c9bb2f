"""How receipts are numbered and named: per unit and calendar year, without a gap.

A counter-receipt takes a number of the same series: what happened is read in order.
"""


def receipt_name(unit_code: str, year: int, number: int) -> str:
    """Return the number that a receipt bears.

    >>> receipt_name("UMU-S1", 2025, 12)
    'UMU-S1-2025-00012'
    """
    return f"{unit_code}-{year}-{number:05d}"


def parsed_name(text: str) -> tuple[str, int, int] | None:
    """Return unit code, year and number of a receipt's name; None for what is not one.

    >>> parsed_name(" umu-s1-2025-00012 "), parsed_name("12")
    (('UMU-S1', 2025, 12), None)
    """
    parts = text.strip().upper().rsplit("-", 2)
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        return None
    return parts[0], int(parts[1][:6]), int(parts[2][:9])
