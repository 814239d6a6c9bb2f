"""Template filters that write figures as French does: `{% load figures %} {{ n|entier }}`."""

from __future__ import annotations

from datetime import date

from django import template

from conamus.kernel import figures
from conamus.kernel.figures import Number

register = template.Library()


@register.filter
def entier(value: Number | None) -> str:
    """A count: "1 234 568", or "n.d."."""
    return figures.format_integer(value)


@register.filter
def decimal(value: Number | None, digits: int = 1) -> str:
    """A number with decimals: "4,5"."""
    return figures.format_number(value, digits)


@register.filter
def francs(value: Number | None) -> str:
    """An amount in whole francs: "29 406 125 FBu"."""
    return figures.format_francs(value)


@register.filter
def taux(value: Number | None, digits: int = 1) -> str:
    """A part of one in percent: "82,8 %"."""
    return figures.format_rate(value, digits)


@register.filter
def jour(value: date | None) -> str:
    """A day in words: "1er janvier 2025"."""
    return figures.format_date(value)
