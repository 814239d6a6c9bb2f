"""What facilities are paid, owe and give back."""

from claims.fence.narrowing import changing
from federations.tenancy.declarations import Policy, Table, side

_OF_INVOICE = (
    "state", "settled_on", "settled_by", "payable_francs", "is_take_on", "due_on",
    "cancelled_because", "version",
)  # fmt: skip
TABLES = (
    Table(
        "claims_facilityinvoice",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=changing(*_OF_INVOICE),
        ignored=("version",),
    ),
    Table(
        "claims_orderbook",
        Policy.TENANT,
        side("SIU"),
        columns=changing("last_number"),
        history=False,
    ),
    Table("claims_paymentorder", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_invoiceentry", Policy.FACILITY, side("SI", facility="S"), history=False),
    # What a changed decision makes of a settled invoice: a trigger's alone to write.
    Table(
        "claims_facilitydebt",
        Policy.FACILITY,
        side("S", facility="S", definer="I"),
        history=False,
    ),
    Table("claims_facilityrepayment", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_repaymentshare", Policy.FACILITY, side("SI", facility="S"), history=False),
)
