"""Who may write what of a claim, as the database asks it: the table of states, told in SQL.

The services ask the same of `claims.rules.states`; these conditions hold when a statement did not
come from a service (docs/decisions/0052). The system is asked by its services alone: it also
writes what others did before Conamus was there.
"""

from collections.abc import Iterable

from claims.rules.states import ACCEPTED, MOVES, Side, State
from federations.rules.roles import Permission, Role, permitted_roles
from federations.tenancy.guards import SCOPE, acts_as

#: What may be corrected until a claim is sent. Its parties, who entered it and what it replaces
#: never change.
AS_WRITTEN = (
    "household_id", "beneficiary_id", "person_id", "unit_id", "stub_number", "care_kind",
    "starts_on", "ends_on", "received_on", "episode", "has_referral", "told_total_francs",
    "told_mutuelle_francs", "told_patient_francs", "asked_francs",
)  # fmt: skip
#: Where it stands among what readers have before them.
_IN_QUEUE = ("review_rank", "waits_for", "waits_until")

ACTOR = "nullif(current_setting('app.actor_id', true), '')::bigint"
ACTOR_NAME = "current_setting('app.actor_name', true)"
_ROLE = "current_setting('app.actor_role', true)"

BY_SYSTEM = acts_as((Role.SYSTEM,))
BY_WRITERS = acts_as(permitted_roles(Permission.ENTER_CLAIMS))
BY_MOVERS = acts_as({role for move in MOVES for _, role in move.who})
_OF_BOTH = (Role.MEDICAL_ADVISER,)
#: Who decides what was read, and who decides again.
_READERS = permitted_roles(Permission.REVIEW_CLAIMS)
_REDOERS = permitted_roles(Permission.REDO_DECISIONS)
_DECIDERS = _READERS | _REDOERS
BY_DECIDERS = acts_as(_DECIDERS)
#: Who takes a decision's force: those who decide, and who replaces the claim.
_BY_RETIRERS = acts_as(_DECIDERS | permitted_roles(Permission.CHECK_CLAIMS))
_BY_INVOICERS = acts_as(permitted_roles(Permission.RECORD_INVOICES))
BY_FACILITY = acts_as((Role.FACILITY_USER,))


def in_own_name(column: str) -> str:
    """The condition that a row bears the name of who acts."""
    return f"({BY_SYSTEM} OR {column} = {ACTOR_NAME})"


def own_hand(key: str) -> str:
    """The condition that a row names who acts; ``key``: the column of the person's number."""
    return f"({BY_SYSTEM} OR {key} = {ACTOR})"


def _side(claim: str) -> str:
    """On which side of a claim who acts stands (`services.claim_moves.side_of`)."""
    return (
        f"CASE WHEN {BY_FACILITY} THEN '{Side.FACILITY}'"
        f" WHEN {acts_as(_OF_BOTH)} OR {claim}processing_id = {SCOPE}"
        f" THEN '{Side.PROCESSING}' ELSE '{Side.HOME}' END"
    )


def _may_move(source: str, target: str, claim: str = "") -> str:
    """The condition that who acts may move a claim so: a line of the table of states.

    CONAMUS's doctors act for either federation: theirs is said as the processing side's.
    """
    lines = {
        (move.source or "", move.target, Side.PROCESSING if role in _OF_BOTH else side, role)
        for move in MOVES
        for side, role in move.who
    }
    told = ", ".join("('" + "', '".join(line) + "')" for line in sorted(lines))
    return f"({source}, {target}, {_side(claim)}, {_ROLE}) IN ({told})"


def _words(states: Iterable[State]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def _same(columns: Iterable[str]) -> str:
    before, after = (", ".join(f"{row}.{one}" for one in columns) for row in "on")
    return f"ROW({before}) IS NOT DISTINCT FROM ROW({after})"


_IS_ITS_DECISION = (
    "EXISTS (SELECT FROM claims_decision d WHERE d.care_year = n.care_year"
    " AND d.id = n.decision_id AND d.claim_id = n.id AND d.superseded_at IS NULL)"
)


def _change() -> str:
    """What a change of a claim must meet, its row ``o`` as it was and ``n`` as it becomes."""
    moves = _may_move("o.state", "n.state", "n.")
    keeps_its_decision = "n.decision_id IS NOT DISTINCT FROM o.decision_id"
    is_taken_back = f"(n.decision_id IS NULL AND n.state = '{State.TO_REVIEW}')"
    is_decided_or_taken_back = (
        f"({BY_DECIDERS} AND {_side('n.')} = '{Side.PROCESSING}'"
        f" AND ({is_taken_back} OR {_IS_ITS_DECISION}))"
    )
    is_facilitys_turn = f"(o.waits_for <> '' OR n.state = '{State.CONTESTED}')"
    queues = f"({BY_DECIDERS} OR ({BY_FACILITY} AND {is_facilitys_turn}))"
    return " AND ".join(
        (
            f"(o.state = n.state OR {moves})",
            f"({_same(AS_WRITTEN)} OR (o.state = '{State.ENTERED}' AND {moves}))",
            f"({keeps_its_decision} OR {is_decided_or_taken_back})",
            f"({_same(['invoice_id'])} OR {_BY_INVOICERS})",
            f"({_same(_IN_QUEUE)} OR {queues})",
        )
    )


def _here(condition: str) -> str:
    """On the side that processes the claim, and on no other; the system is not asked."""
    return f"{BY_SYSTEM} OR ({_side('')} = '{Side.PROCESSING}' AND {condition})"


_OF_DECIDED_CLAIM = (
    "EXISTS (SELECT FROM claims_claim c WHERE c.care_year = claims_decision.care_year"
    f" AND c.id = claims_decision.claim_id AND c.state IN ({_words(ACCEPTED)}))"
)
#: Readers decide what they have read; who redoes decisions, only claims that are decided.
DECISION_TAKEN = _here(
    f"(({acts_as(_READERS)} AND kind NOT IN ('automatic', 'redone'))"
    f" OR ({acts_as(_REDOERS)} AND kind = 'redone' AND {_OF_DECIDED_CLAIM}))"
)
#: What a decision says is written with it: a statement does not meet the decision that it begins.
WITH_DECISION = _here(
    f"{BY_DECIDERS} AND NOT EXISTS (SELECT FROM claims_decision d"
    " WHERE d.care_year = {table}.care_year AND d.id = {table}.decision_id)"
)
#: That something takes its place, a constraint asks at the transaction's end (`claims/0010`).
DECISION_RETIRED = _here(_BY_RETIRERS)
READ_HERE = _here(acts_as(_READERS))
CLAIM_CHANGE = _change()
#: A claim begins in the name of who enters it, undecided; only a correction keeps an invoice.
CLAIM_BEGUN = (
    f"{BY_SYSTEM} OR ({BY_WRITERS} AND entered_by_user_id = {ACTOR}"
    f" AND state IN ('{State.ENTERED}', '{State.SUBMITTED}') AND decision_id IS NULL"
    f" AND (invoice_id IS NULL OR {_BY_INVOICERS}))"
)
#: What is written of a claim is written with it, or until it is sent; a statement does not meet
#: the claim that it begins.
WHILE_WRITTEN = (
    f"{BY_SYSTEM} OR ({BY_WRITERS} AND NOT EXISTS (SELECT FROM claims_claim c"
    " WHERE c.care_year = {table}.care_year AND c.id = {table}.claim_id"
    f" AND c.state <> '{State.ENTERED}'))"
)
#: A stub is let go where its claim is corrected, or is no more: by who corrects, or ends it.
STUB_LET_GO = (
    f"{BY_SYSTEM} OR ({BY_MOVERS} AND EXISTS (SELECT FROM claims_claim c"
    " WHERE c.care_year = claims_stubuse.care_year AND c.id = claims_stubuse.claim_id"
    f" AND ((c.state = '{State.ENTERED}' AND {BY_WRITERS})"
    f" OR c.state IN ({_words((State.CANCELLED, State.SUPERSEDED))}))))"
)
STEP_TAKEN = (
    f"{BY_SYSTEM} OR (by_user_id = {ACTOR} AND by_role = {_ROLE}"
    f" AND by_name = {ACTOR_NAME}"
    f" AND {_may_move('from_state', 'to_state')})"
)
