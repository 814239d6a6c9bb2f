"""Files of attestations, and their parts."""

from claims.fence.narrowing import BOTH, changing
from federations.tenancy.declarations import Policy, Table, side

_OF_PART = (
    "content", "entered", "known", "refused", "asked_francs", "errors", "checked_at", "loaded_at",
)  # fmt: skip
TABLES = (
    # Rows and refusals are sealed: they name reasons for care.
    Table(
        "claims_attestationfile",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        # In whose name it is entered never changes.
        columns=changing("state", by=BOTH),
    ),
    Table(
        "claims_attestationfilepart",
        Policy.FACILITY,
        side("SIU", facility="SIU"),
        columns=changing(*_OF_PART, by=BOTH),
        history=False,
    ),
)
