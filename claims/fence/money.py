"""What facilities are paid, owe and give back; by whose hand (docs/decisions/0070)."""

from claims.fence import claim_wall
from claims.fence.narrowing import added, changing
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import Policy, Table, side
from federations.tenancy.guards import acts_as, written_by

_OF_INVOICE = (
    "state", "settled_on", "settled_by", "payable_francs", "is_take_on", "due_on",
    "cancelled_because", "version",
)  # fmt: skip
_RECORDERS = permitted_roles(Permission.RECORD_INVOICES)
_PAYERS = permitted_roles(Permission.PAY_INVOICES)
_BY_RECORDERS = acts_as(_RECORDERS)
_BY_TAKERS_ON = acts_as(permitted_roles(Permission.IMPORT_TAKE_ON))
_OWN = f"{claim_wall.own_hand('recorded_by_user_id')} AND {claim_wall.in_own_name('recorded_by')}"

_INVOICES = (
    *written_by(_RECORDERS, changers=_RECORDERS | _PAYERS),
    added(
        "as_received",
        f"{claim_wall.BY_SYSTEM} OR ({_OWN} AND state = 'received' AND payable_francs IS NULL)",
    ),
)
_STAYS_AS_SETTLED = (
    "(o.settled_on, o.settled_by, o.payable_francs, o.due_on, o.is_take_on)"
    " IS NOT DISTINCT FROM (n.settled_on, n.settled_by, n.payable_francs, n.due_on, n.is_take_on)"
)
_DECIDED = (
    "(SELECT coalesce(sum(l.mutuelle_francs), 0) FROM claims_claim c"
    " JOIN claims_decisionline l ON l.care_year = c.care_year AND l.decision_id = c.decision_id"
    " WHERE c.invoice_id = n.id AND c.processing_id = n.tenant_id"
    " AND c.state NOT IN ('cancelled', 'superseded'))"
)
#: Settled for what its claims' decisions in force say, or taken on; and received again.
_SETTLED = (
    f"(n.settled_by = {claim_wall.ACTOR_NAME} AND CASE WHEN n.is_take_on THEN {_BY_TAKERS_ON}"
    f" ELSE {_BY_RECORDERS} AND n.payable_francs = {_DECIDED} END)"
)
#: What a settling was is kept before it is undone.
_KEPT = (
    "EXISTS (SELECT FROM claims_undonesettling u WHERE u.invoice_id = n.id"
    " AND (u.francs, u.settled_on, u.due_on) = (o.payable_francs, o.settled_on, o.due_on))"
)
_REOPENED = (
    f"({_BY_RECORDERS} AND NOT o.is_take_on AND NOT n.is_take_on AND n.payable_francs IS NULL"
    f" AND {_KEPT})"
)
_TAKEN_ON_BY_ERROR = f"(o.is_take_on AND {_BY_TAKERS_ON} AND {_KEPT})"
_UNDONE = (
    *written_by(_RECORDERS),
    added(
        "as_settled",
        f"{claim_wall.in_own_name('recorded_by')} AND EXISTS (SELECT FROM claims_facilityinvoice i"
        " WHERE i.id = invoice_id AND i.state = 'settled' AND"
        " (i.payable_francs, i.settled_on, i.settled_by, i.due_on)"
        " = (francs, claims_undonesettling.settled_on, claims_undonesettling.settled_by,"
        " claims_undonesettling.due_on))",
    ),
)
#: Of an invoice, its row ``o`` as it was and ``n`` as it becomes: how it moves, and what else
#: may change then.
INVOICE_CHANGE = (
    "CASE (o.state || ' ' || n.state)"
    f" WHEN 'received settled' THEN {_SETTLED}"
    f" WHEN 'settled received' THEN {_REOPENED}"
    f" WHEN 'received cancelled' THEN {_BY_RECORDERS} AND {_STAYS_AS_SETTLED}"
    f" WHEN 'settled cancelled' THEN {_TAKEN_ON_BY_ERROR} AND {_STAYS_AS_SETTLED}"
    f" WHEN 'settled paid' THEN {_STAYS_AS_SETTLED}"
    f" WHEN 'paid settled' THEN {_STAYS_AS_SETTLED}"
    f" ELSE o.state = n.state AND {_STAYS_AS_SETTLED} END"
)
_PAID = written_by(_PAYERS)
_DOCUMENTS = (*_PAID, added("in_own_name", _OWN))
#: Who settles sets debts and advances against an invoice; who pays, pays and retains.
_ENTRIES = (
    *written_by(_RECORDERS | _PAYERS),
    added(
        "by_its_kind",
        f"{claim_wall.in_own_name('recorded_by')}"
        f" AND ({acts_as(_PAYERS)} OR kind IN ('recovered', 'advance'))",
    ),
)
TABLES = (
    Table(
        "claims_facilityinvoice",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=changing(*_OF_INVOICE),
        guards=_INVOICES,
        changes=INVOICE_CHANGE,
        ignored=("version",),
    ),
    Table(
        "claims_undonesettling",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_UNDONE,
        history=False,
    ),
    Table(
        "claims_orderbook",
        Policy.TENANT,
        side("SIU"),
        columns=changing("last_number"),
        guards=_PAID,
        history=False,
    ),
    Table(
        "claims_paymentorder",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_DOCUMENTS,
        history=False,
    ),
    Table(
        "claims_invoiceentry",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_ENTRIES,
        history=False,
    ),
    # What a changed decision makes of a settled invoice: a trigger's alone to write.
    Table(
        "claims_facilitydebt",
        Policy.FACILITY,
        side("S", facility="S", definer="I"),
        history=False,
    ),
    Table(
        "claims_facilityrepayment",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_DOCUMENTS,
        history=False,
    ),
    Table(
        "claims_repaymentshare",
        Policy.FACILITY,
        side("SI", facility="S"),
        guards=_PAID,
        history=False,
    ),
)
