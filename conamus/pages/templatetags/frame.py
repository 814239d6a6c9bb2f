"""The components that every page is built of: light, timeline, figure with its trend.

The state sentence and the table are the two others; they are in base.html and in
pages/table.html. Also the few filters that the templates of the frame need.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

import django_tables2 as tables
from django import forms, template
from django.template.base import render_value_in_context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from conamus.pages.cells import shown_cells

register = template.Library()

#: A light says the same thing three times: colour, shape, word.
LIGHTS = {
    "good": ("●", "en ordre"),
    "watch": ("▲", "à surveiller"),
    "bad": ("■", "en défaut"),
    "none": ("○", "n.d."),
}
#: Marks of browsers and systems, the one that others also bear last.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_ALERT_KINDS = {"debug": "light", "info": "info", "success": "success", "warning": "warning"}


@register.filter
def one_line(text: str) -> str:
    """Return the text without the line breaks of its template; escaping stays as it was."""
    flat = " ".join(str(text).split())
    # The same text, already escaped or not: only its white space changed.
    return mark_safe(flat) if isinstance(text, SafeString) else flat  # noqa: S308


@register.filter
def alert_kind(tags: str) -> str:
    """Return Bootstrap's word for a message's level."""
    level = tags.split()[-1] if tags else "info"
    return _ALERT_KINDS.get(level, "danger")


@register.filter
def error_count(form: forms.BaseForm) -> int:
    """Return how many errors the form shows."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def device(user_agent: str) -> str:
    """Return a browser and system in words, as far as the browser tells them.

    >>> device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox sous Linux'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "navigateur inconnu")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} sous {system}" if system else browser


@register.filter
def without_placeholder(field: forms.BoundField) -> forms.BoundField:
    """Return the field without the example text that only repeats its label."""
    field.field.widget.attrs.pop("placeholder", None)
    return field


@register.inclusion_tag("pages/light.html")
def light(level: str, word: str = "") -> dict[str, Any]:
    """A light: ``{% light "watch" "à surveiller" %}``; level good, watch, bad or none."""
    shape, usual_word = LIGHTS[level]
    return {"level": level, "shape": shape, "word": word or usual_word}


@register.inclusion_tag("pages/figure.html")
def figure(
    label: str,
    value: str,
    *,
    url: str = "",
    unit: str = "",
    trend: str = "",
    note: str = "",
) -> dict[str, Any]:
    """A key figure, already written in French, with its trend and a link to what it is made of.

    ``{% figure "Ménages" n|entier url=u unit="ménages" trend="+4,2 % sur un an" %}``
    """
    return {
        "label": label,
        "value": value,
        "url": url,
        "unit": unit,
        "trend": trend,
        "direction": _direction(trend),
        "note": note,
    }


def _direction(trend: str) -> str:
    if trend.startswith("+"):
        return "up"
    return "down" if trend.startswith(("-", "−")) else ""


@register.inclusion_tag("pages/timeline.html")
def timeline(moments: Iterable[tuple[date, str, str]]) -> dict[str, Any]:
    """Dated facts, in the order given: (date, sentence, address or empty)."""
    return {"moments": list(moments)}


@register.inclusion_tag("pages/facts.html")
def facts(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Names and values of a thing; what is not known says so."""
    return {"pairs": list(pairs)}


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, table: tables.Table) -> SafeString:
    """Return the rows of a table's page.

    Written here rather than in the template, cell by cell: a column's marks are the same in each
    row, and a page of fifty rows has six hundred cells.
    """
    openings = [
        format_html('<td {} data-label="{}">', column.attrs["td"].as_html(), column.header)
        for column in table.columns
    ]
    cells, written = shown_cells(table), []
    for row in table.paginated_rows:
        written.append(f"\n<tr {row.attrs.as_html()}>")
        for opening, cell in zip(openings, cells, strict=True):
            shown = render_value_in_context(cell(row.record), context)
            written += (opening, shown, "</td>")
        written.append("</tr>")
    return mark_safe("".join(written))  # noqa: S308 (each part is escaped)
