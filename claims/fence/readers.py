"""What readers and facilities say of attestations, and the signals that are looked into."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, OF_CARE, added, changing, narrow, once
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Policy, Table, side
from federations.tenancy.guards import acts_as, written_by

_REVIEW_WITHOUT_NOTE = (
    *OF_CARE, "claim_id", "stage", "outcome", "is_sampled", "decision_id", "taken_off_francs",
    "until", "opened_at", "reviewed_by", "reviewed_by_user_id", "reviewed_at",
)  # fmt: skip
_FINDING_WITHOUT_NOTE = (
    *OF_CARE, "review_id", "claim_id", "position", "reason", "is_all", "to_quantity", "francs",
    "withdrawn_at",
)  # fmt: skip
_REPLY_WITHOUT_TEXT = (
    *OF_CARE, "claim_id", "decision_number", "is_agreed", "answered_by", "answered_on",
    "recorded_at",
)  # fmt: skip
#: What becomes of a signal; what it tells of stays. The demonstration's are as old as its claims.
_SETTLED = ("state", "settled_by", "settled_at", "settled_because")
_OF_FINDING = (
    added("found", claim_wall.READ_HERE),
    narrow("withdrawn", "UPDATE", BOTH, claim_wall.READ_HERE, ""),
)
_OF_REVIEW = (
    added("read", f"{claim_wall.BY_DECIDERS} AND {claim_wall.own_hand('reviewed_by_user_id')}"),
)
#: A facility answers for itself: nobody writes what it said.
_OF_REPLY = (
    added(
        "answered",
        f"{claim_wall.BY_SYSTEM} OR ({claim_wall.BY_FACILITY}"
        f" AND {claim_wall.in_own_name('answered_by')})",
    ),
)
#: Raised by who checks, settled once by who may.
_LOOKERS = permitted_roles(Permission.CHECK_CLAIMS)
_SETTLERS = acts_as(permitted_roles(Permission.SETTLE_SIGNALS))
_OF_SIGNAL = (
    added("raised", f"{acts_as(_LOOKERS)} AND (state = 'open' OR {claim_wall.BY_SYSTEM})"),
    narrow("settled", "UPDATE", FEDERATION_SIDE, _SETTLERS, claim_wall.in_own_name("settled_by")),
)
_ONCE = "o.state = 'open'"
TABLES = (
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
        columns=changing("withdrawn_at"),
        guards=(*once("withdrawn_at"), *_OF_FINDING),
        hidden=("note",),
    ),
    Table(
        "claims_facilityreply",
        Policy.CARE,
        side("SI", facility="SI", nurse="S"),
        readable={"conamus_federation": _REPLY_WITHOUT_TEXT},
        guards=_OF_REPLY,
        history=False,
    ),
    Table(
        "claims_claimsignal",
        Policy.CARE,
        side("SIU"),
        columns=changing(*_SETTLED, "raised_at"),
        guards=_OF_SIGNAL,
        changes=_ONCE,
        ignored=("raised_at",),
    ),
    Table(
        "claims_facilitysignal",
        Policy.TENANT,
        side("SIU"),
        columns=changing(*_SETTLED),
        guards=_OF_SIGNAL,
        changes=_ONCE,
    ),
    Table(
        "claims_registerlook",
        Policy.TENANT,
        side("SIU"),
        columns=changing("until_event", "looked_at"),
        guards=written_by(_LOOKERS),
        history=False,
    ),
)
