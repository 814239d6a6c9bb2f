"""French sentences around figures: agreement, enumeration, periods."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from conamus.charts.formats import MASKED, MASKED_NOTE, Format
from conamus.kernel.figures import NO_BREAK_SPACE, format_date, format_integer, format_rate
from prudential.rules.annual_facts import ReportFacts

ENROLMENTS_SOURCE = "adhésions inscrites par les mutuelles et sections"
#: Counts of the register are known: one that is absent is not printed.
SHOWN = Format(missing=MASKED)
NOT_WRITTEN = "Ce texte n’a pas été rédigé pour cette année."


def shown(count: int | None) -> str:
    """Return a count of the register; an absent one is known and not printed.

    >>> shown(12), shown(None) == MASKED
    ('12', True)
    """
    return MASKED if count is None else format_integer(count)


def shown_rate(rate: Fraction | None, digits: int, *counts: int | None) -> str:
    """Return a rate of counts; it is not printed where one of them is not.

    >>> shown_rate(None, 0, 0, 3), shown_rate(None, 0, None, 3) == MASKED
    ('n.d.', True)
    """
    return MASKED if rate is None and None in counts else format_rate(rate, digits)


def group_word(facts: ReportFacts) -> str:
    """Return what the lines of the report's tables are."""
    return "Fédération" if facts.organisation.is_confederation else "Mutuelle ou section"


def masked_note(counts: Iterable[int | None]) -> str:
    """Return the legend of what is not printed, where something is not."""
    return MASKED_NOTE if None in counts else ""


def counted(count: int | None, singular: str, plural: str = "") -> str:
    """Return a count with its noun, agreed.

    >>> counted(1, "ménage"), counted(0, "commune"), counted(2, "mutuelle ou section", "sections")
    ('1\\xa0ménage', '0\\xa0commune', '2\\xa0sections')
    """
    several = count is None or abs(count) > 1
    noun = (plural or f"{singular}s") if several else singular
    return f"{shown(count)}{NO_BREAK_SPACE}{noun}"


def enumeration(items: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> enumeration(["Gitega", "Mwaro", "Karusi"])
    'Gitega, Mwaro et Karusi'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} et {items[-1]}"


def days(first: date, last: date) -> str:
    """Return one day, or the first and last of several, without the year.

    >>> days(date(2024, 5, 2), date(2024, 5, 4)), days(date(2024, 7, 1), date(2024, 7, 1))
    ('2–4 mai', '1er juillet')
    >>> days(date(2024, 9, 30), date(2024, 10, 4))
    '30 septembre – 4 octobre'
    """
    start, end = (format_date(day).rpartition(" ")[0] for day in (first, last))
    if first == last:
        return start
    if (first.year, first.month) == (last.year, last.month):
        return f"{start.split(' ')[0]}–{end}"
    return f"{start} – {end}"
