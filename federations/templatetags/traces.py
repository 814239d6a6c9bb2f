"""`{% history_link thing %}`: from any thing to its history, for those who may read it."""

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from federations.rules.roles import Permission, is_permitted

register = template.Library()


@register.simple_tag(takes_context=True)
def history_link(context: Context, thing: Model, label: str = "Historique") -> SafeString | str:
    """Return the link, or nothing where the role reads no history or another tenant keeps it."""
    actor = context["frame"].actor
    if actor is None or not is_permitted(actor.role, Permission.SEE_HISTORY):
        return ""
    if getattr(thing, "tenant_id", actor.tenant_id) != actor.tenant_id:
        return ""
    query = urlencode({"table": thing._meta.db_table, "row": thing.pk})
    return format_html(
        '<a class="btn btn-outline-primary" href="{}?{}">{}</a>', reverse("history"), query, label
    )
