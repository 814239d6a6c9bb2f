"""How the tables of `claims` stand to the wall."""

from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard, Policy, Table, side
from federations.tenancy.guards import directory_kept_by

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

_KEPT = directory_kept_by(permitted_roles(Permission.MANAGE_CARE_TERMS))

_TERMS = (
    # CONAMUS's rows are the network's; every federation and facility reads them.
    Table("claims_act", Policy.DIRECTORY, side("SIU", facility="S", regulator="S"), guards=_KEPT),
    Table("claims_carereason", Policy.DIRECTORY, side("SIU", facility="S"), guards=_KEPT),
    # A visitor is treated by the host's tariff and the home's package: all are read by all.
    Table("claims_tariff", Policy.DIRECTORY, side("SIUD", facility="S"), guards=_KEPT),
    Table("claims_benefitpackage", Policy.DIRECTORY, side("SIUD", facility="S"), guards=_KEPT),
    Table("claims_packageclause", Policy.DIRECTORY, side("SIUD", facility="S"), guards=_KEPT),
    Table("claims_controlterms", Policy.DIRECTORY, side("SIU"), guards=_KEPT),
    Table("claims_agreement", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_agreementsuspension", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_agreementdocument", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_stubbook", Policy.FACILITY, side("SIU", facility="S")),
    Table("claims_stubuse", Policy.FACILITY, side("SIU", facility="SIU"), history=False),
)

_STEP_WITHOUT_REASON = (
    "care_year", "tenant_id", "processing_id", "facility_id", "id", "claim_id", "from_state",
    "to_state", "by_name", "by_user_id", "by_role", "at",
)  # fmt: skip

_CARE = (
    Table(
        "claims_claim",
        Policy.CARE,
        side("SIU", facility="SIU"),
        ignored=_ON_ITS_WAY,
        events=_CHANGES,
    ),
    Table("claims_claimline", Policy.CARE, side("SIUD", facility="SIUD"), events=_CHANGES),
    Table(
        "claims_claimstep",
        Policy.CARE,
        side("SI", facility="SI"),
        # Why a check watches is not the facility's: `facility_step_reasons` tells it the rest.
        readable={"conamus_facility": _STEP_WITHOUT_REASON},
        history=False,
    ),
    # Locked by a narrow function alone, for the claims in its caller's sight.
    Table("claims_careaccount", Policy.TENANT, {"conamus_definer": "SIU"}, history=False),
    Table("claims_careauthorisation", Policy.CARE, side("SIU", facility="S")),
    Table("claims_decision", Policy.CARE, side("SIU", facility="S"), history=False),
    Table("claims_decisionline", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_decisioncut", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_authorisationuse", Policy.CARE, side("SI", facility="S"), history=False),
    Table("claims_review", Policy.CARE, side("SI"), history=False),
    # A reader's own words may tell an illness: who reads the history is no doctor.
    Table("claims_reviewfinding", Policy.CARE, side("SIU", facility="S"), hidden=("note",)),
    Table("claims_facilityreply", Policy.CARE, side("SI", facility="SI"), history=False),
    Table("claims_claimsignal", Policy.CARE, side("SIU"), ignored=("raised_at",)),
    Table("claims_facilitysignal", Policy.TENANT, side("SIU")),
    Table("claims_registerlook", Policy.TENANT, side("SIU"), history=False),
)

#: Added to by triggers, in the name of who writes a claim; taken away when counted again.
_SUMS = tuple(
    Table(name, Policy.CARE, side("SID", facility="I"), history=False)
    for name in ("claims_caresum", "claims_cutsum", "claims_delaycount", "claims_acceptedsum")
)

#: Written by who enters; read by nobody but through the narrow functions, which keep each reading.
_PRIVATE = (
    Table("claims_claimdiagnosis", Policy.PRIVATE, side("I", facility="I"), history=False),
    Table("claims_claimattachment", Policy.PRIVATE, side("I", facility="I"), history=False),
    Table("claims_privatereading", Policy.CARE, side("S", definer="I"), history=False),
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
    Table("claims_facilityrepayment", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table("claims_repaymentshare", Policy.FACILITY, side("SI", facility="S"), history=False),
    # Rows and refusals are sealed: they name reasons for care.
    Table(
        "claims_attestationfile",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        # In whose name it is entered never changes.
        columns=dict.fromkeys((*FEDERATION_SIDE, "conamus_facility"), ("state",)),
    ),
    Table(
        "claims_attestationfilepart",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        history=False,
    ),
    Table("claims_complaint", Policy.TENANT, side("SI"), history=False),
    Table("claims_complaintanswer", Policy.TENANT, side("SI"), history=False),
)

_FACILITY = ("conamus_facility",)
_BOTH = (*FEDERATION_SIDE, *_FACILITY)
_TOLD = "state IN ('sent', 'answered', 'closed')"


def _narrow(name: str, command: str, roles: tuple[str, ...], using: str, check: str) -> Guard:
    return Guard(name, command, roles, using=using, check=check, is_narrowing=True)


#: What hangs on a visit is met by whoever meets the visit: nobody else's parties, and the facility
#: once the report is sent.
_VISIT_IN_SIGHT = "EXISTS (SELECT FROM claims_visit v WHERE v.id = visit_id)"
_OF_VISIT = (_narrow("visit_in_sight", "ALL", _BOTH, _VISIT_IN_SIGHT, _VISIT_IN_SIGHT),)

_VISITS = (
    Table(
        "claims_visit",
        Policy.FACILITY,
        side("SIU", facility="SU"),
        # A facility's answer is the one move that is its own.
        columns={"conamus_facility": ("state", "version")},
        guards=(
            _narrow("told", "SELECT", _FACILITY, _TOLD, ""),
            _narrow("answered", "UPDATE", _FACILITY, "state = 'sent'", "state = 'answered'"),
        ),
        ignored=("version",),
    ),
    Table(
        "claims_visitclaim",
        Policy.CARE,
        side("SIU", facility="S"),
        guards=_OF_VISIT,
        events=_CHANGES,
    ),
    Table("claims_visitmark", Policy.FACILITY, side("SIUD", facility="S"), guards=_OF_VISIT),
    Table(
        "claims_visitreply",
        Policy.FACILITY,
        side("SI", facility="SI"),
        guards=_OF_VISIT,
        history=False,
    ),
    Table(
        "claims_visitstep",
        Policy.FACILITY,
        side("SI", facility="SI"),
        guards=_OF_VISIT,
        history=False,
    ),
)

_SURVEY = directory_kept_by(permitted_roles(Permission.MANAGE_SURVEYS))

_SURVEYS = (
    # CONAMUS's questionnaires and campaigns are the network's; a version is never changed.
    Table(
        "claims_questionnaire",
        Policy.DIRECTORY,
        side("SI", facility="S"),
        guards=_SURVEY,
        history=False,
    ),
    Table(
        "claims_question", Policy.DIRECTORY, side("SI", facility="S"), guards=_SURVEY, history=False
    ),
    Table("claims_surveycampaign", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
    Table("claims_surveyfacility", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
    Table("claims_surveyinterview", Policy.TENANT, side("SI"), history=False),
    Table("claims_surveyanswer", Policy.TENANT, side("SI"), history=False),
    Table("claims_interviewreading", Policy.TENANT, side("SI"), history=False),
    Table("claims_publishedscore", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
)

TABLES = _TERMS + _CARE + _SUMS + _PRIVATE + _MONEY + _VISITS + _SURVEYS
