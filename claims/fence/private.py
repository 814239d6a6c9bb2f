"""The private part of a claim: the reason for care, its papers, and who read them."""

from claims.fence import claim_wall
from claims.fence.narrowing import added, while_written
from federations.tenancy.declarations import Policy, Table, side

#: Written by who enters; read by nobody but through the narrow functions, which keep each reading.
#: What an attestation's replacement takes over is copied by one more, which tells it to nobody.
TABLES = (
    Table(
        "claims_claimdiagnosis",
        Policy.PRIVATE,
        side("I", facility="I", definer="I"),
        guards=(while_written("claims_claimdiagnosis"),),
        history=False,
    ),
    Table(
        "claims_claimattachment",
        Policy.PRIVATE,
        side("I", facility="I", definer="I"),
        guards=(added("by_writers", claim_wall.BY_WRITERS),),
        history=False,
    ),
    Table("claims_privatereading", Policy.CARE, side("S", definer="I"), history=False),
)
