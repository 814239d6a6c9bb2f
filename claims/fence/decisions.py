"""Decisions: their lines and cuts, and what they use of a bon."""

from claims.fence import claim_wall
from claims.fence.narrowing import BOTH, OF_CARE, added, changing, narrow, once
from federations.tenancy.declarations import Guard, Policy, Table, side

_CUT_WITHOUT_ILLNESS = (
    *OF_CARE, "decision_id", "position", "rank", "code", "francs", "bearer", "facts",
)  # fmt: skip
_OF_DECISION = (
    added(
        "decided",
        f"({claim_wall.DECISION_TAKEN}) AND {claim_wall.own_hand('decided_by_user_id')}",
    ),
    narrow("retired", "UPDATE", BOTH, claim_wall.DECISION_RETIRED, ""),
)


def _with_decision(table: str) -> tuple[Guard]:
    return (added("decided", claim_wall.WITH_DECISION.format(table=table)),)


TABLES = (
    # What was decided, by whom and by which package stays; another decision takes its place.
    Table(
        "claims_decision",
        Policy.CARE,
        side("SIU", facility="S"),
        columns=changing("superseded_at"),
        guards=(*once("superseded_at"), *_OF_DECISION),
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
)
