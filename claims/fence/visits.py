"""Visits of facilities: what was planned, found, answered and recovered."""

from claims.fence.narrowing import BOTH, CHANGES, FACILITY, changing, narrow
from federations.tenancy.declarations import Policy, Table, side

_TOLD = "state IN ('sent', 'answered', 'closed')"

#: What hangs on a visit is met by whoever meets the visit: nobody else's parties, and the facility
#: once the report is sent.
_VISIT_IN_SIGHT = "EXISTS (SELECT FROM claims_visit v WHERE v.id = visit_id)"
_OF_VISIT = (narrow("visit_in_sight", "ALL", BOTH, _VISIT_IN_SIGHT, _VISIT_IN_SIGHT),)
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
TABLES = (
    Table(
        "claims_visit",
        Policy.FACILITY,
        side("SIU", facility="SU"),
        # A facility's answer is the one move that is its own.
        columns={**changing(*_OF_VISIT_HELD), "conamus_facility": ("state", "version")},
        guards=(
            narrow("told", "SELECT", FACILITY, _TOLD, ""),
            narrow("answered", "UPDATE", FACILITY, "state = 'sent'", "state = 'answered'"),
        ),
        ignored=("version",),
    ),
    Table(
        "claims_visitclaim",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=changing(*_FOUND),
        guards=_OF_VISIT,
        events=CHANGES,
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
