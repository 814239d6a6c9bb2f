"""What binds a person to a signal: read of the claim's rows, by the person's number."""

from django.db import connection

from claims.models import ClaimSignal, FacilitySignal
from claims.rules.signals.settling import Tie, why_another_settles
from federations.tenancy.actor import Actor

#: One query for all ties; of a facility's month there is no claim, and its number is none.
_TIES = """
WITH step AS (  -- of the claim, and of those in whose place it stands
    SELECT p.from_state, p.to_state
    FROM claims_stood_for(%(claim)s, %(year)s) f
    JOIN claims_claimstep p ON p.care_year = f.care_year AND p.claim_id = f.id
    WHERE p.by_user_id = %(person)s
)
SELECT v.tie FROM (VALUES
    ('works_there', EXISTS (
        SELECT FROM federations_roleassignment r
        WHERE r.user_id = %(person)s AND r.facility_id = %(facility)s)),
    ('entered', EXISTS (
        SELECT FROM claims_claim c
        WHERE c.care_year = %(year)s AND c.id = %(claim)s AND c.entered_by_user_id = %(person)s)
     OR EXISTS (
        SELECT FROM step p
        WHERE p.to_state = 'entered' AND p.from_state <> 'submitted')),
    ('checked', EXISTS (SELECT FROM step p WHERE p.to_state IN ('submitted', 'checked'))),
    ('decided', EXISTS (
        SELECT FROM claims_decision d
        WHERE d.care_year = %(year)s AND d.claim_id = %(claim)s
          AND d.decided_by_user_id = %(person)s)),
    ('authorised', EXISTS (
        SELECT FROM claims_claim c
        CROSS JOIN claim_authorisations(ARRAY[c.id], c.care_year) f
        JOIN claims_careauthorisation a
          ON a.id = f.authorisation_id AND a.starts_on <= c.ends_on
         AND a.ends_on >= c.starts_on  -- withdrawn since, it was given all the same
        WHERE c.care_year = %(year)s AND c.id = %(claim)s AND a.given_by_user_id = %(person)s)),
    ('backdated', EXISTS (
        SELECT FROM claim_signal_facts(ARRAY[%(claim)s]::bigint[], %(year)s::integer) f
        WHERE f.kind = 'backdated' AND (f.told ->> 3)::bigint = %(person)s))
) AS v(tie, is_so)
WHERE v.is_so
"""


def why_not_settler(actor: Actor, signal: ClaimSignal | FacilitySignal) -> str:
    """Say why somebody else settles a signal in the actor's sight; empty: the actor may."""
    claim, year = None, None
    if isinstance(signal, ClaimSignal):
        claim, year = signal.claim_id, signal.care_year
    values = {
        "person": actor.user_id, "facility": signal.facility_id, "claim": claim, "year": year,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_TIES, values)
        return why_another_settles({Tie(tie) for (tie,) in cursor.fetchall()})
