"""Sums of care, kept beside the claims that they are of."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, narrow
from federations.tenancy.declarations import Policy, Table, side

#: Added to by triggers, in the name of who writes a claim, and by no statement of theirs; taken
#: away, and written at once, by the system alone when it counts them again.
_OF_SUMS = (
    narrow(
        "kept_by_triggers", "INSERT", BOTH, "", f"pg_trigger_depth() > 0 OR {claim_wall.BY_SYSTEM}"
    ),
    narrow("counted_again", "DELETE", BOTH, claim_wall.BY_SYSTEM, ""),
)
TABLES = tuple(
    Table(name, Policy.CARE, side("SID", facility="I"), guards=_OF_SUMS, history=False)
    for name in ("claims_caresum", "claims_cutsum", "claims_delaycount", "claims_acceptedsum")
)
