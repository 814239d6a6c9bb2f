"""Decisions written: header, lines, cuts, the claim's new state and its step, in one statement.

The rows travel as arrays (lines) and JSON and are inserted from them, each policy, key and
constraint of the tables applied; the ids are the database's.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.db import connection

from claims.models import Decision
from claims.rules.adjudication import Adjudication, LineDecision
from claims.rules.cuts import CutCode, parted_facts
from claims.rules.states import State
from claims.rules.words import Bearer
from claims.selectors.care_facts import Case
from conamus import clock
from conamus.kernel.figures import hundredths
from federations.tenancy.actor import Actor

#: The keys of each row are looked up by one plan for all: PostgreSQL would make one for each row
#: of a partitioned table, which costs more than all the rest of the writing. And by indexes: a plan
#: made while a new year's partition is empty reads it whole, and would go on so for each row of a
#: first large batch.
_WRITE = """
SET LOCAL plan_cache_mode = force_generic_plan;
SET LOCAL enable_seqscan = off;
WITH told AS (
    SELECT * FROM jsonb_to_recordset(%(claims)s::jsonb) AS t(
        claim_id bigint, package_id bigint, kind text, rights_sentence text, path text[],
        reason text, review_rank bigint)
), claim AS (
    SELECT c.*, t.package_id, t.kind, t.rights_sentence, t.path, t.reason
    FROM told t
    JOIN claims_claim c ON c.care_year = %(year)s AND c.id = t.claim_id
), made AS (
    INSERT INTO claims_decision (
        care_year, tenant_id, processing_id, facility_id, claim_id, number, kind, household_id,
        person_id, care_on, episode, package_id, rights_sentence, batch, decided_by,
        decided_by_user_id, decided_at)
    SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id,
           1 + (SELECT count(*) FROM claims_decision d
                WHERE d.care_year = %(year)s AND d.claim_id = c.id),
           c.kind, c.household_id, c.person_id, c.starts_on, c.episode, c.package_id,
           c.rights_sentence, %(batch)s, %(by_name)s, %(by_user_id)s, %(at)s
    FROM claim c
    WHERE c.package_id IS NOT NULL
    RETURNING id, claim_id, care_year, tenant_id, processing_id, facility_id
), line AS (
    INSERT INTO claims_decisionline (
        care_year, tenant_id, processing_id, facility_id, decision_id, position, act_id, family,
        quantity, percent, asked_francs, agreed_francs, covered_francs, deductible_francs,
        copayment_francs, ceiling_cut_francs, other_payer_francs, mutuelle_francs, patient_francs)
    SELECT m.care_year, m.tenant_id, m.processing_id, m.facility_id, m.id, l.position, l.act_id,
           l.family, l.quantity, l.percent, l.asked, l.agreed, l.covered, l.deductible,
           l.copayment, l.ceiling, l.other_payer, l.mutuelle, l.patient
    FROM unnest(
        %(claim_id)s::bigint[], %(position)s::smallint[], %(act_id)s::bigint[],
        %(family)s::text[], %(quantity)s::numeric[], %(percent)s::numeric[], %(asked)s::bigint[],
        %(agreed)s::bigint[], %(covered)s::bigint[], %(deductible)s::bigint[],
        %(copayment)s::bigint[], %(ceiling)s::bigint[], %(other_payer)s::bigint[],
        %(mutuelle)s::bigint[], %(patient)s::bigint[]
    ) AS l(claim_id, position, act_id, family, quantity, percent, asked, agreed, covered,
           deductible, copayment, ceiling, other_payer, mutuelle, patient)
    JOIN made m ON m.claim_id = l.claim_id
), cut AS (
    INSERT INTO claims_decisioncut (
        care_year, tenant_id, processing_id, facility_id, decision_id, position, rank, code,
        francs, bearer, facts, private_facts)
    SELECT m.care_year, m.tenant_id, m.processing_id, m.facility_id, m.id, k.position, k.rank,
           k.code, k.francs, k.bearer, k.facts, k.private_facts
    FROM jsonb_to_recordset(%(cuts)s::jsonb) AS k(
        claim_id bigint, position smallint, rank smallint, code text, francs bigint, bearer text,
        facts jsonb, private_facts jsonb)
    JOIN made m ON m.claim_id = k.claim_id
), drawn AS (
    INSERT INTO claims_authorisationuse (
        care_year, tenant_id, processing_id, facility_id, decision_id, authorisation_id, francs)
    SELECT m.care_year, m.tenant_id, m.processing_id, m.facility_id, m.id, u.authorisation_id,
           u.francs
    FROM jsonb_to_recordset(%(drawn)s::jsonb) AS u(
        claim_id bigint, authorisation_id bigint, francs bigint)
    JOIN made m ON m.claim_id = u.claim_id
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id,
           CASE p.rank WHEN 1 THEN c.state ELSE c.path[p.rank - 1] END, p.state,
           CASE p.rank WHEN cardinality(c.path) THEN c.reason ELSE '' END,
           %(by_name)s, %(by_user_id)s, %(by_role)s, %(at)s
    FROM claim c CROSS JOIN unnest(c.path) WITH ORDINALITY AS p(state, rank)
    ORDER BY c.id, p.rank
)
UPDATE claims_claim c
SET state = coalesce(t.path[cardinality(t.path)], c.state),
    state_since = CASE WHEN cardinality(t.path) = 0 THEN c.state_since ELSE %(at)s END,
    decision_id = coalesce(m.id, c.decision_id), review_rank = t.review_rank,
    version = c.version + 1
FROM told t LEFT JOIN made m ON m.claim_id = t.claim_id
WHERE c.care_year = %(year)s AND c.id = t.claim_id;
SET LOCAL plan_cache_mode TO DEFAULT;
SET LOCAL enable_seqscan TO DEFAULT
"""
#: Of `line_values`.
_LINE_COLUMNS = (
    "claim_id", "position", "act_id", "family", "quantity", "percent", "asked", "agreed",
    "covered", "deductible", "copayment", "ceiling", "other_payer", "mutuelle", "patient",
)  # fmt: skip
#: Cuts that share out what is covered, and who bears them.
_SHARED = (CutCode.OTHER_PAYER, CutCode.DEDUCTIBLE, CutCode.COPAYMENT, CutCode.CEILING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claim: the states it goes through, and the decision, if one is taken.

    ``path`` is the states after its present one, in order; empty: it stays where it is.
    ``adjudication`` None: nothing is decided, the claim moves only.
    """

    case: Case
    path: tuple[State, ...]
    adjudication: Adjudication | None = None
    kind: Decision.Kind = Decision.Kind.AUTOMATIC
    reason: str = ""
    review_rank: int = 0


def write_outcomes(
    actor: Actor, year: int, outcomes: Sequence[Outcome], *, batch: str | None = None
) -> None:
    """Write what becomes of claims of one year: one statement.

    What an invoice pays is fixed once it is settled: the database makes what a later decision
    changes of it a debt (trigger ``note_changed_payable``).
    """
    decided = [
        (one, line)
        for one in outcomes
        if one.adjudication is not None
        for line in one.adjudication.lines
    ]
    values = {
        "year": year,
        "batch": batch,
        "by_name": actor.name,
        "by_user_id": actor.user_id,
        "by_role": actor.role.value,
        "at": clock.moment(),
        "claims": _json([_header(one) for one in outcomes]),
        **_columns([line_values(one.case, line) for one, line in decided]),
        "cuts": _json([cut for one, line in decided for cut in cut_values(one.case, line)]),
        "drawn": _json([use for one in outcomes for use in _drawn(one)]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)


def _columns(rows: Sequence[tuple[object, ...]]) -> dict[str, str]:
    """Return lines column by column: numbers and plain words, so that nothing is to be escaped.

    They are most of what is written, and cost both sides less than as JSON.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(_LINE_COLUMNS)
    return {
        name: "{" + ",".join(map(str, column)) + "}"
        for name, column in zip(_LINE_COLUMNS, columns, strict=True)
    }


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False, default=str)


def _header(one: Outcome) -> dict[str, Any]:
    is_decided = one.adjudication is not None
    return {
        "claim_id": one.case.claim_id,
        "package_id": one.case.package_id if is_decided else None,
        "kind": one.kind.value,
        "rights_sentence": one.case.care.rights.sentence,
        "path": [state.value for state in one.path],
        "reason": one.reason,
        "review_rank": one.review_rank,
    }


def line_values(case: Case, line: LineDecision) -> tuple[object, ...]:
    """Return what the row of a decided line says: its claim, then its columns in their order."""
    shared = dict.fromkeys(_SHARED, 0)
    patient = facility = other_payer = 0
    for cut in line.cuts:
        if cut.code in shared:
            shared[cut.code] += cut.francs
        if cut.bearer is Bearer.PATIENT:
            patient += cut.francs
        elif cut.bearer is Bearer.FACILITY:
            facility += cut.francs
        else:
            other_payer += cut.francs
    mutuelle = line.asked_francs - patient - facility - other_payer
    return (
        case.claim_id,
        line.position,
        case.act_ids[line.position],
        line.family.value,
        _decimal(line.quantity),
        _percent(line.rate),
        line.asked_francs,
        line.asked_francs - facility,
        mutuelle + sum(shared.values()),
        shared[CutCode.DEDUCTIBLE],
        shared[CutCode.COPAYMENT],
        shared[CutCode.CEILING],
        other_payer,
        mutuelle,
        patient,
    )


def _decimal(value: Fraction) -> str:
    return _hundredths(value.numerator, value.denominator)


def _percent(rate: Fraction | None) -> str:
    return "0.00" if rate is None else _hundredths(100 * rate.numerator, rate.denominator)


@lru_cache(maxsize=1_000)
def _hundredths(numerator: int, denominator: int) -> str:
    """Write a fraction with two decimals: the same few come again and again."""
    return str(hundredths(Fraction(numerator, denominator)))


def cut_values(case: Case, line: LineDecision) -> list[dict[str, Any]]:
    """The cuts that have a row: all but the co-payment, which the line's own rate explains."""
    return [
        {
            "claim_id": case.claim_id,
            "position": line.position,
            "rank": rank,
            "code": cut.code.value,
            "francs": cut.francs,
            "bearer": cut.bearer.value,
            "facts": facts,
            "private_facts": private_facts,
        }
        for rank, cut in enumerate(line.cuts)
        if cut.code is not CutCode.COPAYMENT
        for facts, private_facts in [parted_facts(cut)]
    ]


def _drawn(one: Outcome) -> list[dict[str, Any]]:
    if one.adjudication is None:
        return []
    return [
        {"claim_id": one.case.claim_id, "authorisation_id": int(use.key), "francs": use.francs}
        for use in one.adjudication.drawn
    ]
