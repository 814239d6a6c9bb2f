"""Template tags that set a picture into a page or a PDF: `{% load pictures %} {% picture chart %}`.

The figure in a page is followed by its table, folded, and a link to its data if it has one; the
figure in a PDF has a caption that the style sheet numbers.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import mark_safe

from conamus.charts.picture import PRINT_WIDTH, SCREEN_WIDTH, Picture

register = template.Library()

COUNTER = "conamus.charts."


def unique_uid(context: Context, chart: Picture) -> str:
    """The picture's own identifier, numbered when the template shows the same picture again."""
    seen: Any = context.render_context
    uid = chart.uid()
    times = seen.get(COUNTER + uid, 0) + 1
    seen[COUNTER + uid] = times
    return uid if times == 1 else f"{uid}-{times}"


def figure_context(context: Context, chart: Picture, width: int) -> dict[str, Any]:
    uid = unique_uid(context, chart)
    # Every text of the SVG was escaped where it was written: see conamus/charts/svg.py.
    svg = mark_safe(chart.svg(width=width, uid=uid))  # noqa: S308
    return {"chart": chart, "svg": svg, "uid": uid, "notes": chart.notes()}


@register.inclusion_tag("charts/picture.html", takes_context=True)
def picture(context: Context, chart: Picture, width: int = SCREEN_WIDTH) -> dict[str, Any]:
    """The figure with its folded table and its links, for pages."""
    return {
        **figure_context(context, chart, width),
        "headers": chart.table().headers,
        "rows": chart.linked_rows(),
    }


@register.inclusion_tag("charts/picture_pdf.html", takes_context=True)
def picture_pdf(context: Context, chart: Picture, width: int = PRINT_WIDTH) -> dict[str, Any]:
    """The figure with its caption, for PDFs."""
    return figure_context(context, chart, width)


@register.simple_tag(takes_context=True)
def spark(context: Context, chart: Picture) -> str:
    """The bare drawing, to stand beside a figure in a line of text."""
    return mark_safe(chart.svg(uid=unique_uid(context, chart)))  # noqa: S308
