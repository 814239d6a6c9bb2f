"""Columns of the log of reminders."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, MomentColumn
from membership.models import Reminder


class ReminderTable(tables.Table):
    """Messages, with what became of them."""

    asked_at = MomentColumn("Demandé le")
    household = CodeColumn(
        "Ménage",
        accessor="household__number",
        linkify=("household_detail", {"pk": A("household_id")}),
    )
    unit = tables.Column(
        "Unité", accessor="household__unit__name", order_by=("household__unit__sort_key",)
    )
    purpose = tables.Column("Objet")
    phone = CodeColumn("Téléphone", orderable=False)
    text = tables.Column("Texte", orderable=False)
    state = tables.Column("État")
    # Only in the export: a screen has room for what one looks for.
    provider = tables.Column("Envoyé par", visible=False, default="")
    reference = tables.Column("Référence", accessor="provider_reference", visible=False, default="")
    asked_by = tables.Column("Demandé par", visible=False)

    class Meta:
        model = Reminder
        fields = (
            "asked_at", "household", "unit", "purpose", "phone", "text", "state",
            "provider", "reference", "asked_by",
        )  # fmt: skip

    def render_state(self, record: Reminder) -> str:
        """Say why, where it did not go out."""
        return " : ".join(part for part in (record.get_state_display(), record.error) if part)

    value_state = render_state

    def render_purpose(self, record: Reminder) -> str:
        """Name the year with it."""
        return f"{record.get_purpose_display()}, {record.year}"

    value_purpose = render_purpose
