"""How the tables of `claims` stand to the wall."""

from federations.tenancy.declarations import Policy, Table, side

#: A person's work on a claim is told by its steps; the history keeps what was changed of it.
_CHANGES = ("update", "delete")
_ON_ITS_WAY = (
    "state",
    "state_since",
    "decision_id",
    "review_rank",
    "waits_for",
    "waits_until",
    "invoice_id",
    "version",
)

_TERMS = (
    # CONAMUS's rows are the network's; every federation and facility reads them.
    Table("claims_act", Policy.DIRECTORY, side("SIU", facility="S", regulator="S")),
    Table("claims_carereason", Policy.DIRECTORY, side("SIU", facility="S")),
    # A visitor is treated by the host's tariff and the home's package: all are read by all.
    Table("claims_tariff", Policy.DIRECTORY, side("SIUD", facility="S")),
    Table("claims_benefitpackage", Policy.DIRECTORY, side("SIUD", facility="S")),
    Table("claims_packageclause", Policy.DIRECTORY, side("SIUD", facility="S")),
    Table("claims_controlterms", Policy.DIRECTORY, side("SIU")),
    Table("claims_agreement", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_agreementsuspension", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_agreementdocument", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_stubbook", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_stubuse", Policy.FACILITY, side("SIU", facility="SIU"), history=False),
)

_CARE = (
    Table(
        "claims_claim",
        Policy.CARE,
        side("SIU", facility="SIU"),
        ignored=_ON_ITS_WAY,
        events=_CHANGES,
    ),
    Table("claims_claimline", Policy.CARE, side("SIUD", facility="SIUD"), events=_CHANGES),
    Table("claims_claimstep", Policy.CARE, side("SI", facility="SI"), history=False),
    # Locked by a narrow function alone, for the claims in its caller's sight.
    Table("claims_careaccount", Policy.TENANT, {"conamus_definer": "SIU"}, history=False),
    Table("claims_careauthorisation", Policy.CARE, side("SIU", facility="S")),
    Table("claims_decision", Policy.CARE, side("SIU", facility="S"), history=False),
    Table("claims_decisionline", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_decisioncut", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_authorisationuse", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_review", Policy.CARE, side("SI"), history=False),
    Table("claims_reviewfinding", Policy.CARE, side("SIU", facility="S")),
    Table("claims_facilityreply", Policy.CARE, side("SI", facility="SI"), history=False),
    Table("claims_claimsignal", Policy.CARE, side("SIU")),
    Table("claims_facilitysignal", Policy.TENANT, side("SIU")),
)

#: Written by who enters, read by who treats or reviews; each reading is a row of its own.
_READERS = {"facility": "SI", "nurse": "SI", "adviser": "SI"}
_PRIVATE = (
    Table("claims_claimdiagnosis", Policy.PRIVATE, side("I", **_READERS), history=False),
    Table("claims_claimattachment", Policy.PRIVATE, side("I", **_READERS), history=False),
    Table("claims_privatereading", Policy.CARE, side("SI", facility="I"), history=False),
)

_MONEY = (
    Table(
        "claims_facilityinvoice", Policy.FACILITY, side("SIU", facility="S"), ignored=("version",)
    ),
    Table("claims_orderbook", Policy.TENANT, side("SIU"), history=False),
    Table("claims_paymentorder", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_invoiceentry", Policy.FACILITY, side("SI", facility="S"), history=False),
    # What a changed decision makes of a settled invoice is written by a narrow function.
    Table(
        "claims_facilitydebt",
        Policy.FACILITY,
        side("SI", facility="S", definer="I"),
        history=False,
    ),
    Table("claims_complaint", Policy.TENANT, side("SI"), history=False),
    Table("claims_complaintanswer", Policy.TENANT, side("SI"), history=False),
)

TABLES = _TERMS + _CARE + _PRIVATE + _MONEY
