"""Columns of the list of transfers that pay for several households."""

import django_tables2 as tables
from django_tables2.utils import A

from conamus.pages.columns import CodeColumn, DayColumn, FrancsColumn
from membership.models import GroupPayment


class GroupPaymentTable(tables.Table):
    """Transfers with what stands of them."""

    reference = CodeColumn("Référence", linkify=("payment_group", {"group_id": A("pk")}))
    method = tables.Column("Opérateur")
    received_on = DayColumn("Reçu le")
    amount_francs = FrancsColumn("Montant")
    standing_francs = FrancsColumn("Dans des reçus")
    returned_francs = FrancsColumn("Rendu")
    rest_francs = FrancsColumn("Reste")
    payer_phone = CodeColumn("Téléphone", default="")
    recorded_by = tables.Column("Encaissé par")

    class Meta:
        model = GroupPayment
        fields = (
            "reference", "method", "received_on", "amount_francs", "standing_francs",
            "returned_francs", "rest_francs", "payer_phone", "recorded_by",
        )  # fmt: skip
