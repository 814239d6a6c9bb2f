"""How facts are written and read again: days travel as ISO text, numbers as themselves."""

from datetime import date

from claims.rules.signals.facts import SeenCare, Told
from conamus.kernel.figures import format_date, format_francs


def day(told: Told, name: str) -> str:
    """Write a fact's day as French does."""
    return format_date(date.fromisoformat(str(told[name])))


def francs(told: Told, name: str) -> str:
    """Write a fact's amount."""
    return format_francs(number(told, name))


def number(told: Told, name: str) -> int:
    """Return a fact's whole number."""
    return int(str(told[name]))


def plural(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun.

    >>> plural(1, "jour"), plural(3, "jour")
    ('1 jour', '3 jours')
    """
    return f"{count} {one if count < 2 else many or one + 's'}"


def other(seen: SeenCare) -> dict[str, object]:
    """Return what names another attestation in a sentence."""
    return {"stub": seen.stub, "facility": seen.facility_name, "on": seen.starts_on.isoformat()}
