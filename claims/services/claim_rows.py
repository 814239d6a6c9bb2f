"""Attestations written: claim, lines, use of the stub, reason for care and steps, in one statement.

The rows travel as JSON and are inserted from it, each policy, key and constraint of the tables
applied. One or a thousand at once. The reason is written without being read back: who enters
from paper may not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from claims.rules.entry import NewClaim, NewLine
from claims.rules.states import State
from claims.services.claim_moves import Parties
from conamus import clock
from federations.tenancy.actor import Actor

_WRITE = """
WITH told AS MATERIALIZED (
    SELECT nextval('claims_claim_id_seq') AS id, t.*
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS t(
        ref integer, tenant_id smallint, processing_id smallint, facility_id bigint,
        care_year smallint, household_id bigint, beneficiary_id bigint, person_id uuid,
        unit_id bigint, centre_id bigint, stub_number text, care_kind text, starts_on date,
        ends_on date, received_on date, episode text, has_referral boolean,
        told_total_francs bigint, told_mutuelle_francs bigint, told_patient_francs bigint,
        asked_francs bigint, source text, supersedes_id bigint, invoice_id bigint,
        reason_id bigint, reason_note text, path text[])
), claim AS (
    INSERT INTO claims_claim (
        id, care_year, tenant_id, processing_id, facility_id, household_id, beneficiary_id,
        person_id, unit_id, centre_id, stub_number, care_kind, starts_on, ends_on, received_on,
        episode, has_referral, told_total_francs, told_mutuelle_francs, told_patient_francs,
        asked_francs, state, state_since, source, entered_by, entered_by_user_id, entered_at,
        supersedes_id, invoice_id)
    SELECT id, care_year, tenant_id, processing_id, facility_id, household_id, beneficiary_id,
           person_id, unit_id, centre_id, stub_number, care_kind, starts_on, ends_on,
           received_on, episode, has_referral, told_total_francs, told_mutuelle_francs,
           told_patient_francs, asked_francs, path[cardinality(path)], %(at)s, source,
           %(by_name)s, %(by_user_id)s, %(at)s, supersedes_id, invoice_id
    FROM told
), line AS (
    INSERT INTO claims_claimline (
        care_year, tenant_id, processing_id, facility_id, claim_id, position, act_id, quantity,
        unit_price_francs, asked_francs, given_on)
    SELECT t.care_year, t.tenant_id, t.processing_id, t.facility_id, t.id, l.position, l.act_id,
           l.quantity, l.price, l.asked, l.given_on
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS l(
        ref integer, position smallint, act_id bigint, quantity numeric, price bigint,
        asked bigint, given_on date)
    JOIN told t ON t.ref = l.ref
    ORDER BY t.id, l.position
), stub AS (
    INSERT INTO claims_stubuse (tenant_id, number, facility_id, claim_id, care_year)
    SELECT processing_id, stub_number, facility_id, id, care_year FROM told
), reason AS (
    INSERT INTO claims_claimdiagnosis (
        id, care_year, tenant_id, processing_id, facility_id, claim_id, reason_id, note,
        written_at)
    SELECT gen_random_uuid(), care_year, tenant_id, processing_id, facility_id, id, reason_id,
           reason_note, now()
    FROM told WHERE reason_id IS NOT NULL
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT t.care_year, t.tenant_id, t.processing_id, t.facility_id, t.id,
           coalesce(t.path[p.rank - 1], ''), p.state, '', %(by_name)s, %(by_user_id)s, %(by_role)s,
           %(at)s
    FROM told t CROSS JOIN unnest(t.path) WITH ORDINALITY AS p(state, rank)
    ORDER BY t.id, p.rank
)
SELECT id FROM told ORDER BY ref
"""
_REWRITE = """
WITH told AS MATERIALIZED (
    SELECT t.* FROM jsonb_to_recordset(%(claims)s::jsonb) AS t(
        id bigint, tenant_id smallint, processing_id smallint, facility_id bigint,
        care_year smallint, household_id bigint, beneficiary_id bigint, person_id uuid,
        unit_id bigint, stub_number text, care_kind text, starts_on date, ends_on date,
        received_on date, episode text, has_referral boolean, told_total_francs bigint,
        told_mutuelle_francs bigint, told_patient_francs bigint, asked_francs bigint,
        reason_id bigint, reason_note text)
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT care_year, tenant_id, processing_id, facility_id, id, 'entered', 'entered',
           'corrigée avant l’envoi', %(by_name)s, %(by_user_id)s, %(by_role)s, %(at)s
    FROM told
), claim AS (
    UPDATE claims_claim c
    SET household_id = t.household_id, beneficiary_id = t.beneficiary_id,
        person_id = t.person_id, unit_id = t.unit_id, stub_number = t.stub_number,
        care_kind = t.care_kind, starts_on = t.starts_on, ends_on = t.ends_on,
        received_on = t.received_on, episode = t.episode, has_referral = t.has_referral,
        told_total_francs = t.told_total_francs, told_mutuelle_francs = t.told_mutuelle_francs,
        told_patient_francs = t.told_patient_francs, asked_francs = t.asked_francs,
        version = c.version + 1
    FROM told t WHERE c.care_year = t.care_year AND c.id = t.id
), gone AS (
    DELETE FROM claims_claimline l USING told t
    WHERE l.care_year = t.care_year AND l.claim_id = t.id
), line AS (
    INSERT INTO claims_claimline (
        care_year, tenant_id, processing_id, facility_id, claim_id, position, act_id, quantity,
        unit_price_francs, asked_francs, given_on)
    SELECT t.care_year, t.tenant_id, t.processing_id, t.facility_id, t.id, l.position, l.act_id,
           l.quantity, l.price, l.asked, l.given_on
    FROM jsonb_to_recordset(%(lines)s::jsonb) AS l(
        position smallint, act_id bigint, quantity numeric, price bigint, asked bigint,
        given_on date)
    CROSS JOIN told t
    ORDER BY l.position
), reason AS (
    INSERT INTO claims_claimdiagnosis (
        id, care_year, tenant_id, processing_id, facility_id, claim_id, reason_id, note,
        written_at)
    SELECT gen_random_uuid(), care_year, tenant_id, processing_id, facility_id, id, reason_id,
           reason_note, now()
    FROM told WHERE reason_id IS NOT NULL
)
SELECT id FROM told
"""
_FREE = """
UPDATE claims_stubuse SET freed_at = now()
WHERE tenant_id = %s AND claim_id = %s AND care_year = %s AND freed_at IS NULL
"""
_USE = """
INSERT INTO claims_stubuse (tenant_id, number, facility_id, claim_id, care_year)
VALUES (%s, %s, %s, %s, %s)
"""
#: One move of claims of a year, with its step; those that stand elsewhere are left alone.
_MOVE = """
WITH moved AS (
    UPDATE claims_claim c
    SET state = %(target)s, state_since = %(at)s, version = c.version + 1
    FROM (SELECT id, state FROM claims_claim
          WHERE care_year = %(year)s AND id = ANY (%(ids)s) AND state = ANY (%(sources)s)
          ORDER BY id FOR UPDATE) was
    WHERE c.care_year = %(year)s AND c.id = was.id
    RETURNING c.id, c.care_year, c.tenant_id, c.processing_id, c.facility_id, was.state AS before
), step AS (
    INSERT INTO claims_claimstep (
        care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
        by_name, by_user_id, by_role, at)
    SELECT care_year, tenant_id, processing_id, facility_id, id, before, %(target)s, %(reason)s,
           %(by_name)s, %(by_user_id)s, %(by_role)s, %(at)s
    FROM moved
)
SELECT id FROM moved ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaim:
    """An entry that passed its checks, with the records that it names."""

    entry: NewClaim
    parties: Parties
    household_id: int
    beneficiary_id: int
    person_id: str
    unit_id: int
    stub: str
    act_ids: dict[str, int]
    reason_id: int | None

    def values(self) -> dict[str, Any]:
        """Return the columns of the claim that the entry fills."""
        entry = self.entry
        return {
            **self.parties.columns(),
            "household_id": self.household_id,
            "beneficiary_id": self.beneficiary_id,
            "person_id": self.person_id,
            "unit_id": self.unit_id,
            "stub_number": self.stub,
            "care_kind": entry.care_kind.value,
            "starts_on": entry.starts_on,
            "ends_on": entry.ends_on,
            "received_on": entry.received_on,
            "episode": entry.episode,
            "has_referral": entry.has_referral,
            "told_total_francs": entry.told_total_francs,
            "told_mutuelle_francs": entry.told_mutuelle_francs,
            "told_patient_francs": entry.told_patient_francs,
            "asked_francs": entry.asked_francs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How attestations came in, what they replace, and how far they go at once."""

    source: str
    centre_id: int | None = None
    supersedes_id: int | None = None
    invoice_id: int | None = None
    path: tuple[State, ...] = (State.ENTERED,)


def write_claims(actor: Actor, claims: Sequence[CheckedClaim], origin: Origin) -> list[int]:
    """Write attestations; return their ids in the order given: one statement."""
    rows = [
        {
            "ref": ref,
            **one.values(),
            "centre_id": origin.centre_id,
            "source": origin.source,
            "supersedes_id": origin.supersedes_id,
            "invoice_id": origin.invoice_id,
            "reason_id": one.reason_id,
            "reason_note": one.entry.reason_note,
            "path": [state.value for state in origin.path],
        }
        for ref, one in enumerate(claims)
    ]
    lines = [{"ref": ref, **line} for ref, one in enumerate(claims) for line in _line_rows(one)]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {**_who(actor), "claims": _json(rows), "lines": _json(lines)})
        return [pk for (pk,) in cursor.fetchall()]


def rewrite_claim(actor: Actor, claim_id: int, claim: CheckedClaim) -> None:
    """Write an entered attestation anew, its parties as they were: one statement.

    Who wrote it is kept by its steps, as who entered it.
    """
    row = {
        "id": claim_id,
        **claim.values(),
        "reason_id": claim.reason_id,
        "reason_note": claim.entry.reason_note,
    }
    with connection.cursor() as cursor:
        told = {"claims": _json([row]), "lines": _json(_line_rows(claim))}
        cursor.execute(_REWRITE, {**_who(actor), **told})


def carry_private(former_id: int, former_year: int, claim_id: int, year: int) -> None:
    """Take over the papers of the claim that another replaces, and its reason if none is told.

    By a narrow function: who enters from paper never reads them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT carry_private(%s, %s, %s, %s)", [former_id, former_year, claim_id, year]
        )


def use_other_stub(claim_id: int, parties: Parties, stub: str) -> None:
    """Let an attestation's stub go, and take another."""
    free_stub(claim_id, parties)
    with connection.cursor() as cursor:
        told: list[Any] = [
            parties.processing_id,
            stub,
            parties.facility_id,
            claim_id,
            parties.care_year,
        ]
        cursor.execute(_USE, told)


def free_stub(claim_id: int, parties: Parties) -> None:
    """Let an attestation's stub go: it may be entered again."""
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [parties.processing_id, claim_id, parties.care_year])


def move_claims(
    actor: Actor,
    claim_ids: Sequence[int],
    year: int,
    *,
    sources: Sequence[State],
    target: State,
    reason: str = "",
) -> list[int]:
    """Move the claims that stand in one of the states; return which were moved: one statement."""
    values = {
        **_who(actor),
        "ids": list(claim_ids),
        "year": year,
        "sources": [state.value for state in sources],
        "target": target.value,
        "reason": reason,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, values)
        return [pk for (pk,) in cursor.fetchall()]


def _line_rows(claim: CheckedClaim) -> list[dict[str, Any]]:
    return [
        _line_row(claim, position, line) for position, line in enumerate(claim.entry.lines, start=1)
    ]


def _line_row(claim: CheckedClaim, position: int, line: NewLine) -> dict[str, Any]:
    given_on: date | None = line.given_on
    return {
        "position": position,
        "act_id": claim.act_ids[line.act.upper()],
        "quantity": str(line.quantity),
        "price": line.unit_price_francs,
        "asked": line.asked_francs,
        "given_on": given_on,
    }


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "by_name": actor.name,
        "by_user_id": actor.user_id,
        "by_role": actor.role.value,
        "at": clock.moment(),
    }


def _json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=False, default=str)
