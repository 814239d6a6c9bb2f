"""Attestations: what was written, where each stands, its steps, the bons it may use."""

from claims.fence import claim_wall
from claims.fence.narrowing import (
    BOTH,
    CHANGES,
    OF_CARE,
    added,
    changing,
    narrow,
    once,
    while_written,
)
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import Policy, Table, side
from federations.tenancy.guards import written_by

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
_STEP_WITHOUT_REASON = (
    *OF_CARE, "claim_id", "from_state", "to_state", "by_name", "by_user_id", "by_role", "at",
)  # fmt: skip
_LINES_REMOVED = narrow(
    "removed_while_written",
    "DELETE",
    BOTH,
    f"{claim_wall.BY_WRITERS} AND EXISTS (SELECT FROM claims_claim c"
    " WHERE c.care_year = claims_claimline.care_year"
    " AND c.id = claims_claimline.claim_id AND c.state = 'entered')",
    "",
)
_OF_CLAIM = (
    added("begun", claim_wall.CLAIM_BEGUN),
    narrow("moved", "UPDATE", BOTH, claim_wall.BY_MOVERS, claim_wall.BY_MOVERS),
)
_OF_BON = (
    *written_by(permitted_roles(Permission.AUTHORISE_CARE)),
    added("given", claim_wall.own_hand("given_by_user_id")),
)
TABLES = (
    Table(
        "claims_claim",
        Policy.CARE,
        side("SIU", facility="SIU"),
        columns=changing(*claim_wall.AS_WRITTEN, *_ON_ITS_WAY, by=BOTH),
        guards=_OF_CLAIM,
        changes=claim_wall.CLAIM_CHANGE,
        ignored=_ON_ITS_WAY,
        events=CHANGES,
    ),
    Table(
        "claims_claimline",
        Policy.CARE,
        side("SID", facility="SID"),
        guards=(while_written("claims_claimline"), _LINES_REMOVED),
        events=CHANGES,
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
        guards=(added("taken", claim_wall.STEP_TAKEN),),
        history=False,
    ),
    # Locked by a narrow function alone, for the claims in its caller's sight.
    Table("claims_careaccount", Policy.TENANT, {"conamus_definer": "SIU"}, history=False),
    Table(
        "claims_careauthorisation",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=changing("withdrawn_at"),
        guards=(*once("withdrawn_at"), *_OF_BON),
    ),
)
