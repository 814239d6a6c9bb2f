"""Files of attestations, and their parts."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, added, changing, narrow
from federations.tenancy.declarations import Policy, Table, side

_OF_PART = (
    "content", "entered", "known", "refused", "asked_francs", "errors", "checked_at", "loaded_at",
)  # fmt: skip
_BY_WRITERS = claim_wall.BY_WRITERS
_KEPT = narrow("kept", "UPDATE", BOTH, _BY_WRITERS, _BY_WRITERS)
_BROUGHT = f"{_BY_WRITERS} AND {claim_wall.own_hand('brought_by_user_id')}"
TABLES = (
    # Rows and refusals are sealed: they name reasons for care.
    Table(
        "claims_attestationfile",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        # In whose name it is entered never changes.
        columns=changing("state", by=BOTH),
        guards=(added("brought", _BROUGHT), _KEPT),
    ),
    Table(
        "claims_attestationfilepart",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        columns=changing(*_OF_PART, by=BOTH),
        guards=(added("brought", _BY_WRITERS), _KEPT),
        history=False,
    ),
)
