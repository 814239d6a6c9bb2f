"""Columns of the list of attestations."""

import django_tables2 as tables
from django_tables2.utils import A

from claims.models import Claim
from claims.rules.states import State
from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn


class ClaimTable(tables.Table):
    """Attestations: whose, where, when, how much, where they stand."""

    stub_number = CodeColumn(
        "Souche", linkify=("claim_detail", {"year": A("care_year"), "claim_id": A("pk")})
    )
    starts_on = DayColumn("Soins du", order_by=("starts_on", "pk"))
    received_on = DayColumn("Reçue le")
    member = CodeColumn("Membre", accessor="patient__number", orderable=False, default="n.d.")
    patient = tables.Column("Patient", accessor="patient__name", orderable=False, default="n.d.")
    facility = tables.Column(
        "Formation sanitaire", accessor="facility__name", order_by=("facility__sort_key",)
    )
    asked_francs = FrancsColumn("Demandé")
    mutuelle_francs = FrancsColumn("Part mutuelle", orderable=False, default="n.d.")
    state = tables.Column("État")
    tenant = tables.Column("Membre de", accessor="tenant__short_name", orderable=False)
    processing = tables.Column("Traitée par", accessor="processing__short_name", orderable=False)

    class Meta:
        model = Claim
        fields = (
            "stub_number", "starts_on", "received_on", "member", "patient", "facility",
            "asked_francs", "mutuelle_francs", "state", "tenant", "processing",
        )  # fmt: skip

    def render_state(self, value: str, record: Claim) -> str:
        """Say where it stands."""
        return State(record.state).label

    value_state = render_state
