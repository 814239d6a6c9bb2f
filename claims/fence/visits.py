"""Visits of facilities: what was planned, found, answered and recovered."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, CHANGES, FACILITY, added, changing, narrow
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import Policy, Table, side
from federations.tenancy.guards import written_by

_TOLD = "state IN ('sent', 'answered', 'closed')"

#: What hangs on a visit is met by whoever meets the visit: nobody else's parties, and the facility
#: once the report is sent.
_VISIT_IN_SIGHT = "EXISTS (SELECT FROM claims_visit v WHERE v.id = visit_id)"
_OF_VISIT = (narrow("visit_in_sight", "ALL", BOTH, _VISIT_IN_SIGHT, _VISIT_IN_SIGHT),)
_LED = written_by(permitted_roles(Permission.VISIT_FACILITIES))
#: A facility answers by itself; else from its paper, in the name of who writes it down and did not
#: prepare the visit.
_REPLIED = (
    *_LED,
    added(
        "by_itself_or_its_paper",
        f"{claim_wall.BY_SYSTEM} OR CASE WHEN {claim_wall.BY_FACILITY}"
        f" THEN recorded_by = '' AND {claim_wall.in_own_name('answered_by')}"
        f" ELSE recorded_by = {claim_wall.ACTOR_NAME} AND recorded_by_user_id = {claim_wall.ACTOR}"
        " AND NOT EXISTS (SELECT FROM claims_visit v WHERE v.id = visit_id"
        f" AND v.planned_by_user_id = {claim_wall.ACTOR}) END",
    ),
)
_STEPPED = (*_LED, added("in_own_name", claim_wall.in_own_name("by_name")))
#: Over ``o`` and ``n``: nothing is answered without an answer.
_ANSWERED = (
    "n.state <> 'answered' OR o.state = 'answered'"
    " OR EXISTS (SELECT FROM claims_visitreply r WHERE r.visit_id = n.id)"
)
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
            *_LED,
            added("planned", claim_wall.own_hand("planned_by_user_id")),
            narrow("told", "SELECT", FACILITY, _TOLD, ""),
            narrow("answered", "UPDATE", FACILITY, "state = 'sent'", "state = 'answered'"),
        ),
        changes=_ANSWERED,
        ignored=("version",),
    ),
    Table(
        "claims_visitclaim",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=changing(*_FOUND),
        guards=(*_OF_VISIT, *_LED),
        events=CHANGES,
    ),
    Table(
        "claims_visitmark",
        Policy.FACILITY,
        side("SID", facility="S"),
        guards=(*_OF_VISIT, *_LED),
    ),
    Table(
        "claims_visitreply",
        Policy.FACILITY,
        side("SI", facility="SI"),
        guards=(*_OF_VISIT, *_REPLIED),
        history=False,
    ),
    Table(
        "claims_visitstep",
        Policy.FACILITY,
        side("SI", facility="SI"),
        guards=(*_OF_VISIT, *_STEPPED),
        history=False,
    ),
)
