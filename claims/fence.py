"""How the tables of `claims` stand to the wall."""

from claims import claim_wall
from federations.rules.roles import Permission, Role, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard, Policy, Table, side
from federations.tenancy.guards import HOLDS, acts_as, directory_kept_by

_FACILITY = ("conamus_facility",)
_BOTH = (*FEDERATION_SIDE, *_FACILITY)


def _changing(*columns: str, by: tuple[str, ...] = FEDERATION_SIDE) -> dict[str, tuple[str, ...]]:
    """The columns that services change: what else a row says, it says for ever."""
    return dict.fromkeys(by, columns)


def _narrow(name: str, command: str, roles: tuple[str, ...], using: str, check: str) -> Guard:
    return Guard(name, command, roles, using=using, check=check, is_narrowing=True)


def _once(column: str, by: tuple[str, ...] = FEDERATION_SIDE) -> tuple[Guard]:
    """A moment is written once: it is neither moved nor taken back."""
    return (_narrow(f"{column}_once", "UPDATE", by, f"{column} IS NULL", f"{column} IS NOT NULL"),)


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

_OF_SEED = (
    _narrow("made_by_the_machine", "INSERT", FEDERATION_SIDE, "", claim_wall.BY_SYSTEM),
    # To the doctors it is told once nothing is drawn by it any more: the month is over.
    _narrow(
        "secret",
        "SELECT",
        FEDERATION_SIDE,
        f"{claim_wall.BY_SYSTEM} OR ({acts_as((Role.MEDICAL_ADVISER,))}"
        " AND month < date_trunc('month', CURRENT_DATE))",
        "",
    ),
    Guard("advisers", "SELECT", ("conamus_adviser",), using=HOLDS),
)
_OF_PACKAGE = (
    "state", "late_after_days", "accepts_unpriced", "derogation_on", "derogation_reason",
    "in_force_from", "in_force_until", "adopted_by",
)  # fmt: skip
_AGREED = (
    "number", "payment_term_days", "advance_francs", "advance_percent", "advance_months",
    "ends_on", "ended_because",
)  # fmt: skip
_NAMED = ("name", "sort_key", "search_key", "closed_on")
_TERMS = (
    # CONAMUS's rows are the network's; every federation and facility reads them.
    Table(
        "claims_act",
        Policy.DIRECTORY,
        side("SIU", facility="S", regulator="S"),
        columns=_changing(*_NAMED, "family", "strength", "form", "atc"),
        guards=_KEPT,
    ),
    Table(
        "claims_carereason",
        Policy.DIRECTORY,
        side("SIU", facility="S"),
        columns=_changing(*_NAMED, "icd10", "is_chronic", "is_maternity", "usual_treatment"),
        guards=_KEPT,
    ),
    # A visitor is treated by the host's tariff and the home's package: all are read by all.
    Table(
        "claims_tariff",
        Policy.DIRECTORY,
        side("SIUD", facility="S"),
        columns=_changing("ends_on"),
        guards=_KEPT,
    ),
    Table(
        "claims_benefitpackage",
        Policy.DIRECTORY,
        side("SIUD", facility="S"),
        columns=_changing(*_OF_PACKAGE),
        guards=_KEPT,
    ),
    Table("claims_packageclause", Policy.DIRECTORY, side("SIUD", facility="S"), guards=_KEPT),
    Table("claims_controlterms", Policy.DIRECTORY, side("SI"), guards=_KEPT),
    # Whoever enters could foresee the draw: no history keeps it either.
    Table("claims_sampleseed", Policy.TENANT, side("SI"), guards=_OF_SEED, history=False),
    Table(
        "claims_agreement",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=_changing(*_AGREED),
    ),
    Table(
        "claims_agreementsuspension",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=_changing("ends_on"),
    ),
    Table("claims_agreementdocument", Policy.FACILITY, side("SI", facility="S"), history=False),
    Table(
        "claims_stubbook",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=_changing("withdrawn_on"),
    ),
    Table(
        "claims_stubuse",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        columns=_changing("freed_at", by=_BOTH),
        guards=_once("freed_at", _BOTH),
        history=False,
    ),
)

_OF_CARE = ("care_year", "tenant_id", "processing_id", "facility_id", "id")
#: What a federation's other roles read of what readers, and facilities to them, have written: all
#: but their own words, and the facts that tell an illness. The readers have roles of their own; who
#: acts as the confederation is CONAMUS, of which no claim is, a doctor of it, or the system.
_STEP_WITHOUT_REASON = (
    *_OF_CARE, "claim_id", "from_state", "to_state", "by_name", "by_user_id", "by_role", "at",
)  # fmt: skip
_CUT_WITHOUT_ILLNESS = (
    *_OF_CARE, "decision_id", "position", "rank", "code", "francs", "bearer", "facts",
)  # fmt: skip
_REVIEW_WITHOUT_NOTE = (
    *_OF_CARE, "claim_id", "stage", "outcome", "is_sampled", "decision_id", "taken_off_francs",
    "until", "opened_at", "reviewed_by", "reviewed_by_user_id", "reviewed_at",
)  # fmt: skip
_FINDING_WITHOUT_NOTE = (
    *_OF_CARE, "review_id", "claim_id", "position", "reason", "is_all", "to_quantity", "francs",
    "withdrawn_at",
)  # fmt: skip
_REPLY_WITHOUT_TEXT = (
    *_OF_CARE, "claim_id", "decision_number", "is_agreed", "answered_by", "answered_on",
    "recorded_at",
)  # fmt: skip
#: What becomes of a signal; what it tells of stays. The demonstration's are as old as its claims.
_SETTLED = ("state", "settled_by", "settled_at", "settled_because")


def _added(name: str, check: str) -> Guard:
    return _narrow(name, "INSERT", _BOTH, "", check)


def _while_written(table: str) -> Guard:
    """Lines and reasons are written until the claim is sent; never after."""
    return _added("while_written", claim_wall.WHILE_WRITTEN.format(table=table))


def _with_decision(table: str) -> tuple[Guard]:
    return (_added("decided", claim_wall.WITH_DECISION.format(table=table)),)


_LINES_REMOVED = _narrow(
    "removed_while_written",
    "DELETE",
    _BOTH,
    f"{claim_wall.BY_WRITERS} AND EXISTS (SELECT FROM claims_claim c"
    " WHERE c.care_year = claims_claimline.care_year"
    " AND c.id = claims_claimline.claim_id AND c.state = 'entered')",
    "",
)
_OF_CLAIM = (
    _added("begun", claim_wall.CLAIM_BEGUN),
    _narrow("moved", "UPDATE", _BOTH, claim_wall.BY_MOVERS, claim_wall.BY_MOVERS),
)
_OF_DECISION = (
    _added(
        "decided",
        f"({claim_wall.DECISION_TAKEN}) AND {claim_wall.own_hand('decided_by_user_id')}",
    ),
    _narrow("retired", "UPDATE", _BOTH, claim_wall.DECISION_RETIRED, ""),
)
_OF_FINDING = (
    _added("found", claim_wall.READ_HERE),
    _narrow("withdrawn", "UPDATE", _BOTH, claim_wall.READ_HERE, ""),
)
_OF_REVIEW = (
    _added("read", f"{claim_wall.BY_DECIDERS} AND {claim_wall.own_hand('reviewed_by_user_id')}"),
)

_CARE = (
    Table(
        "claims_claim",
        Policy.CARE,
        side("SIU", facility="SIU"),
        columns=_changing(*claim_wall.AS_WRITTEN, *_ON_ITS_WAY, by=_BOTH),
        guards=_OF_CLAIM,
        changes=claim_wall.CLAIM_CHANGE,
        ignored=_ON_ITS_WAY,
        events=_CHANGES,
    ),
    Table(
        "claims_claimline",
        Policy.CARE,
        side("SID", facility="SID"),
        guards=(_while_written("claims_claimline"), _LINES_REMOVED),
        events=_CHANGES,
    ),
    Table(
        "claims_claimstep",
        Policy.CARE,
        side("SI", facility="SI", nurse="S"),
        # Why a check watches is not the facility's: `facility_step_reasons` tells it the rest. A
        # reader's own words are the readers': `standard_step_reasons` tells a federation the rest.
        readable={
            "conamus_facility": _STEP_WITHOUT_REASON,
            "conamus_federation": _STEP_WITHOUT_REASON,
        },
        guards=(_added("taken", claim_wall.STEP_TAKEN),),
        history=False,
    ),
    # Locked by a narrow function alone, for the claims in its caller's sight.
    Table("claims_careaccount", Policy.TENANT, {"conamus_definer": "SIU"}, history=False),
    Table(
        "claims_careauthorisation",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=_changing("withdrawn_at"),
        guards=_once("withdrawn_at"),
    ),
    # What was decided, by whom and by which package stays; another decision takes its place.
    Table(
        "claims_decision",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=_changing("superseded_at"),
        guards=(*_once("superseded_at"), *_OF_DECISION),
        history=False,
    ),
    Table(
        "claims_decisionline",
        Policy.CARE,
        side("SI", facility="S"),
        guards=_with_decision("claims_decisionline"),
        history=False,
    ),
    Table(
        "claims_decisioncut",
        Policy.CARE,
        side("SI", facility="S", nurse="S"),
        readable={"conamus_federation": _CUT_WITHOUT_ILLNESS},
        guards=_with_decision("claims_decisioncut"),
        history=False,
    ),
    Table(
        "claims_authorisationuse",
        Policy.CARE,
        side("SI", facility="S"),
        guards=_with_decision("claims_authorisationuse"),
        history=False,
    ),
    Table(
        "claims_review",
        Policy.CARE,
        side("SI", nurse="S"),
        readable={"conamus_federation": _REVIEW_WITHOUT_NOTE},
        guards=_OF_REVIEW,
        history=False,
    ),
    # A reader's own words may tell an illness: who reads the history is no doctor.
    Table(
        "claims_reviewfinding",
        Policy.CARE,
        side("SIU", facility="S", nurse="S"),
        readable={"conamus_federation": _FINDING_WITHOUT_NOTE},
        columns=_changing("withdrawn_at"),
        guards=(*_once("withdrawn_at"), *_OF_FINDING),
        hidden=("note",),
    ),
    Table(
        "claims_facilityreply",
        Policy.CARE,
        side("SI", facility="SI", nurse="S"),
        readable={"conamus_federation": _REPLY_WITHOUT_TEXT},
        history=False,
    ),
    Table(
        "claims_claimsignal",
        Policy.CARE,
        side("SIU"),
        columns=_changing(*_SETTLED, "raised_at"),
        ignored=("raised_at",),
    ),
    Table(
        "claims_facilitysignal",
        Policy.TENANT,
        side("SIU"),
        columns=_changing(*_SETTLED),
    ),
    Table(
        "claims_registerlook",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("until_event", "looked_at"),
        history=False,
    ),
)

#: Added to by triggers, in the name of who writes a claim, and by no statement of theirs; taken
#: away, and written at once, by the system alone when it counts them again.
_OF_SUMS = (
    _narrow(
        "kept_by_triggers", "INSERT", _BOTH, "", f"pg_trigger_depth() > 0 OR {claim_wall.BY_SYSTEM}"
    ),
    _narrow("counted_again", "DELETE", _BOTH, claim_wall.BY_SYSTEM, ""),
)
_SUMS = tuple(
    Table(name, Policy.CARE, side("SID", facility="I"), guards=_OF_SUMS, history=False)
    for name in ("claims_caresum", "claims_cutsum", "claims_delaycount", "claims_acceptedsum")
)

#: Written by who enters; read by nobody but through the narrow functions, which keep each reading.
#: What an attestation's replacement takes over is copied by one more, which tells it to nobody.
_PRIVATE = (
    Table(
        "claims_claimdiagnosis",
        Policy.PRIVATE,
        side("I", facility="I", definer="I"),
        guards=(_while_written("claims_claimdiagnosis"),),
        history=False,
    ),
    Table(
        "claims_claimattachment",
        Policy.PRIVATE,
        side("I", facility="I", definer="I"),
        guards=(_added("by_writers", claim_wall.BY_WRITERS),),
        history=False,
    ),
    Table("claims_privatereading", Policy.CARE, side("S", definer="I"), history=False),
)

_OF_INVOICE = (
    "state", "settled_on", "settled_by", "payable_francs", "is_take_on", "due_on",
    "cancelled_because", "version",
)  # fmt: skip
_OF_PART = (
    "content", "entered", "known", "refused", "asked_francs", "errors", "checked_at", "loaded_at",
)  # fmt: skip

_MONEY = (
    Table(
        "claims_facilityinvoice",
        Policy.FACILITY,
        side("SIU", facility="S"),
        columns=_changing(*_OF_INVOICE),
        ignored=("version",),
    ),
    Table(
        "claims_orderbook",
        Policy.TENANT,
        side("SIU"),
        columns=_changing("last_number"),
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
    # Rows and refusals are sealed: they name reasons for care.
    Table(
        "claims_attestationfile",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        # In whose name it is entered never changes.
        columns=_changing("state", by=_BOTH),
    ),
    Table(
        "claims_attestationfilepart",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        columns=_changing(*_OF_PART, by=_BOTH),
        history=False,
    ),
    Table("claims_complaint", Policy.TENANT, side("SI"), history=False),
    Table("claims_complaintanswer", Policy.TENANT, side("SI"), history=False),
)

_TOLD = "state IN ('sent', 'answered', 'closed')"

#: What hangs on a visit is met by whoever meets the visit: nobody else's parties, and the facility
#: once the report is sent.
_VISIT_IN_SIGHT = "EXISTS (SELECT FROM claims_visit v WHERE v.id = visit_id)"
_OF_VISIT = (_narrow("visit_in_sight", "ALL", _BOTH, _VISIT_IN_SIGHT, _VISIT_IN_SIGHT),)
#: What a visit comes to; where, when, by whom and over which period it is held was planned once.
_OF_VISIT_HELD = (
    "state", "sample_method", "sample_seed", "sample_plan", "strata", "met", "conclusion",
    "advice", "sent_on", "answer_due_on", "ended_because", "version",
)  # fmt: skip
#: What was found of a sampled claim, and how it was settled; that it was drawn stays.
_FOUND = (
    "verdict", "note", "found_lines", "found_by", "found_by_user_id", "proposed_francs",
    "recovered_francs", "waived_because", "settled_by", "settled_on",
)  # fmt: skip

_VISITS = (
    Table(
        "claims_visit",
        Policy.FACILITY,
        side("SIU", facility="SU"),
        # A facility's answer is the one move that is its own.
        columns={**_changing(*_OF_VISIT_HELD), "conamus_facility": ("state", "version")},
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
        columns=_changing(*_FOUND),
        guards=_OF_VISIT,
        events=_CHANGES,
    ),
    Table("claims_visitmark", Policy.FACILITY, side("SID", facility="S"), guards=_OF_VISIT),
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
