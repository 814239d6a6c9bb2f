"""Columns of the list of bons de prise en charge."""

import django_tables2 as tables
from django_tables2.utils import A

from claims.models import CareAuthorisation
from claims.rules.words import Family
from conamus import clock
from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn


class AuthorisationTable(tables.Table):
    """Bons: for whom, where, what, until when, how much of it is used."""

    number = CodeColumn("Bon", linkify=("authorisation_detail", {"authorisation_id": A("pk")}))
    member = CodeColumn("Membre", accessor="patient__number", orderable=False, default="n.d.")
    patient = tables.Column("Patient", accessor="patient__name", orderable=False, default="n.d.")
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    what = tables.Column("Soins", empty_values=(), orderable=False)
    starts_on = DayColumn("Du")
    ends_on = DayColumn("Au")
    francs = FrancsColumn("Au plus", default="sans limite")
    used_francs = FrancsColumn("Utilisé", orderable=False)
    state = tables.Column("État", empty_values=(), orderable=False)
    given_by = tables.Column("Accordé par")

    class Meta:
        model = CareAuthorisation
        fields = (
            "number", "member", "patient", "facility", "what", "starts_on", "ends_on", "francs",
            "used_francs", "state", "given_by",
        )  # fmt: skip

    def render_what(self, record: CareAuthorisation) -> str:
        """Say what it is for."""
        return care_agreed(record)

    value_what = render_what

    def render_state(self, record: CareAuthorisation) -> str:
        """Say whether it holds."""
        return standing(record)

    value_state = render_state


def care_agreed(paper: CareAuthorisation) -> str:
    """Return what a bon is for."""
    if paper.act is not None:
        return paper.act.full_name
    return Family(paper.family).label if paper.family else "tous soins"


def standing(paper: CareAuthorisation) -> str:
    """Return where a bon stands today."""
    today = clock.today()
    if paper.withdrawn_at is not None:
        return "retiré"
    if today < paper.starts_on:
        return "pas encore valable"
    return "échu" if today > paper.ends_on else "valable"
