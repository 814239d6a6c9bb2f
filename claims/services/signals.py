"""Signals of fraud: raised by the rules, settled by people. None rejects anything by itself.

A signal is raised once for a claim and rule; what people say of it makes the weight of the next
ones (`claims.rules.signals.weights`). Raising again writes what is new only.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

from django.db import connection

from claims.models import ClaimSignal, FacilitySignal
from claims.rules.adjudication import Adjudication, adjudicate
from claims.rules.signals import (
    BY_CODE,
    LATER_RULES,
    RULES,
    Raised,
    signals_of,
    weight_percent,
)
from claims.selectors.care_facts import Case, load_cases
from claims.selectors.signal_facts import AroundClaims
from claims.selectors.signal_ties import why_not_settler
from claims.selectors.signals import facility_signals, settled_counts, visible_signals
from conamus import clock
from conamus.kernel.errors import Conflict, NotAllowed, NotFound
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

#: Claims looked at together: bounds memory.
CHUNK = 1_000
_WRITE = """
INSERT INTO claims_claimsignal (
    care_year, tenant_id, processing_id, facility_id, claim_id, rule, weight, facts,
    after_decision_id, state, raised_at)
SELECT %(year)s, t.tenant_id, t.processing_id, t.facility_id, t.claim_id, t.rule, t.weight,
       t.facts,
       CASE WHEN %(is_after_decision)s THEN (
           SELECT c.decision_id FROM claims_claim c
           WHERE c.care_year = %(year)s AND c.id = t.claim_id) END,
       'open', %(at)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(
    tenant_id smallint, processing_id smallint, facility_id bigint, claim_id bigint, rule text,
    weight smallint, facts jsonb)
ON CONFLICT (claim_id, rule) DO NOTHING
"""


def raise_signals(*, actor: Actor, claim_ids: Sequence[int], year: int) -> int:
    """Raise what the rules find in claims of one year of care; return how many are new.

    What is sent is looked at as it is decided (``decide_submitted``); this looks again, at what
    came by a file, or is known since.
    """
    require(actor, Permission.CHECK_CLAIMS)
    return _raise(actor, claim_ids, year)


def raise_later_signals(*, actor: Actor, claim_ids: Sequence[int], year: int) -> int:
    """Raise what the register has learnt since claims of one year were decided; how many are new.

    Only the rules that look at the register look again.
    """
    require(actor, Permission.CHECK_CLAIMS)
    return _raise(actor, claim_ids, year, is_after_decision=True)


def _raise(
    actor: Actor, claim_ids: Sequence[int], year: int, *, is_after_decision: bool = False
) -> int:
    ids, raised = sorted(claim_ids), 0
    for start in range(0, len(ids), CHUNK):
        cases = load_cases(ids[start : start + CHUNK], year)
        found = Findings(actor, year, cases, is_after_decision=is_after_decision)
        for case in cases:
            found.look_at(case, adjudicate(case.care, case.package))
        raised += found.write()
    return raised


class Findings:
    """What the rules find in claims that are read together: asked of each, then written at once.

    For who decides them in the same breath: the caller has asked who may.
    """

    def __init__(
        self, actor: Actor, year: int, cases: Sequence[Case], *, is_after_decision: bool = False
    ) -> None:
        self._actor, self._year = actor, year
        self._is_after_decision = is_after_decision
        self._rules = LATER_RULES if is_after_decision else RULES
        self._around = AroundClaims([case.claim_id for case in cases], year)
        self._found: list[tuple[Case, Raised]] = []

    def look_at(self, case: Case, decision: Adjudication) -> tuple[Fraction, ...]:
        """Return the weights of what a claim raises that was not raised before, 0 to 1."""
        facts = self._around.facts(case, decision)
        if facts is None:
            return ()
        found = [one for one in signals_of(facts, self._rules) if one.rule not in case.raised]
        self._found.extend((case, one) for one in found)
        return tuple(Fraction(self._weights[one.rule], 100) for one in found)

    @cached_property
    def _weights(self) -> dict[str, int]:
        return _weights(self._actor)

    def write(self) -> int:
        """Write what was found; return how many were not raised meanwhile by somebody else."""
        if not self._found:
            return 0
        rows = [
            {
                "tenant_id": case.tenant_id,
                "processing_id": case.processing_id,
                "facility_id": case.facility_id,
                "claim_id": case.claim_id,
                "rule": raised.rule,
                "weight": self._weights[raised.rule],
                "facts": dict(raised.facts),
            }
            for case, raised in self._found
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                _WRITE,
                {
                    "year": self._year,
                    "rows": json.dumps(rows, ensure_ascii=False),
                    "is_after_decision": self._is_after_decision,
                    "at": clock.moment(),
                },
            )
            return cursor.rowcount


def _weights(actor: Actor) -> dict[str, int]:
    """What each rule weighs now: the share of it that was confirmed, once enough is settled."""
    settled = settled_counts(actor)
    return {
        rule.code: weight_percent(
            rule.base_percent,
            confirmed=settled.get(rule.code, (0, 0))[0],
            settled=settled.get(rule.code, (0, 0))[1],
        )
        for rule in BY_CODE.values()
    }


def confirm_signal(
    *, actor: Actor, signal_id: int, because: str, is_facility: bool = False
) -> ClaimSignal | FacilitySignal:
    """Say that a signal was right, and why; the rule's next signals weigh more.

    By somebody whom it does not concern (``claims.rules.signals.settling``).
    """
    return _settle(actor, signal_id, ClaimSignal.State.CONFIRMED, because, is_facility)


def dismiss_signal(
    *, actor: Actor, signal_id: int, because: str, is_facility: bool = False
) -> ClaimSignal | FacilitySignal:
    """Say that a signal was not, and why; the rule's next signals weigh less."""
    return _settle(actor, signal_id, ClaimSignal.State.DISMISSED, because, is_facility)


def _settle(
    actor: Actor, signal_id: int, state: ClaimSignal.State, because: str, is_facility: bool
) -> ClaimSignal | FacilitySignal:
    require(actor, Permission.SETTLE_SIGNALS)
    reason = told_reason(because)
    signal = _held(actor, signal_id, is_facility=is_facility)
    if signal.state == state and signal.settled_because == reason:
        return signal
    if signal.state != ClaimSignal.State.OPEN:
        raise Conflict(
            f"Ce signal est déjà {signal.get_state_display()} par {signal.settled_by} : "
            f"« {signal.settled_because} ».",
            field="because",
        )
    refusal = why_not_settler(actor, signal)
    if refusal:
        raise NotAllowed(refusal)
    signal.state = state
    signal.settled_by, signal.settled_at = actor.name, clock.moment()
    signal.settled_because = reason
    signal.save(update_fields=["state", "settled_by", "settled_at", "settled_because"])
    return signal


def _held(actor: Actor, signal_id: int, *, is_facility: bool) -> ClaimSignal | FacilitySignal:
    found: ClaimSignal | FacilitySignal | None
    if is_facility:
        found = facility_signals(actor).select_for_update(of=("self",)).filter(pk=signal_id).first()
    else:
        found = visible_signals(actor).select_for_update(of=("self",)).filter(pk=signal_id).first()
    if found is None:
        raise NotFound("Ce signal n’existe pas, ou n’est pas de votre ressort.")
    return found
