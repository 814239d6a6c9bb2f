"""Columns of lists: numbers aligned right, dates as French writes them, states as words.

The page shows figures with their separators; the export keeps plain values, which a
spreadsheet can add up.
"""

from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone

from conamus.kernel.figures import format_francs, format_integer

_RIGHT = {"th": {"class": "num"}, "td": {"class": "num"}}


class CodeColumn(tables.Column):
    """A code, never broken at its hyphen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", {"td": {"class": "text-nowrap"}})
        super().__init__(*args, **kwargs)


class NumberColumn(tables.Column):
    """A count, with its thousands apart."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _RIGHT)
        super().__init__(*args, **kwargs)

    def render(self, value: int) -> str:
        """Return what the page shows."""
        return format_integer(value)

    def value(self, value: Any) -> Any:
        """Return what the export holds."""
        return value


class YesColumn(tables.Column):
    """Whether something is so: « oui », or nothing."""

    def render(self, value: bool) -> str:
        """Return what the page and the export show."""
        return "oui" if value else ""


class FrancsColumn(NumberColumn):
    """An amount in whole francs."""

    def render(self, value: int) -> str:
        """Return what the page shows."""
        return format_francs(value)


class DayColumn(tables.Column):
    """A day, 31/12/2025; in the export 2025-12-31."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("attrs", _RIGHT)
        super().__init__(*args, **kwargs)

    def render(self, value: date) -> str:
        """Return what the page shows."""
        return f"{value:%d/%m/%Y}"

    def value(self, value: date | None) -> str:
        """Return what the export holds."""
        return value.isoformat() if value else ""


class MomentColumn(tables.Column):
    """A date and time, in Bujumbura's."""

    def render(self, value: datetime) -> str:
        """Return what the page shows."""
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"

    def value(self, value: datetime | None) -> str:
        """Return what the export holds."""
        return timezone.localtime(value).isoformat(timespec="seconds") if value else ""
