"""The SQL of what was accepted by itself, month by month of receipt: kept by triggers.

A year of the network is some 200,000 such attestations; the page of the random sample tells their
number and francs beside what readers found in the sample. Rows are added, never changed;
`recount_accepted` counts a federation's year again, in place of its rows.
"""

# ruff: noqa: S608 (the pieces put together are all written here)

_ACCEPTED = "('decided', 'contested', 'final', 'invoiced', 'paid')"
#: What the sums say of a claim; other changes leave them as they are.
_SAID = (
    "({row}.state IN {accepted}, {row}.decision_id, {row}.received_on, {row}.facility_id,"
    " {row}.tenant_id, {row}.processing_id)"
)
_COUNT = f"""
    INSERT INTO claims_acceptedsum
        (tenant_id, processing_id, facility_id, care_year, month, cases, francs)
    SELECT c.tenant_id, c.processing_id, c.facility_id, c.care_year,
        date_trunc('month', c.received_on)::date, sum(c.sign), sum(c.sign * m.francs)
    FROM changed c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.mutuelle_francs), 0) AS francs
        FROM claims_decisionline l
        WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id
    ) m
    WHERE c.state IN {_ACCEPTED} AND EXISTS (
        SELECT FROM claims_decision d
        WHERE d.care_year = c.care_year AND d.claim_id = c.id AND d.number = 1
        AND d.kind = 'automatic'
    )
    GROUP BY 1, 2, 3, 4, 5
    HAVING (sum(c.sign), sum(c.sign * m.francs)) <> (0, 0);
"""


def _differing() -> str:
    said = {row: _SAID.format(row=row, accepted=_ACCEPTED) for row in ("n", "o")}
    joined = (
        "FROM new_rows n JOIN old_rows o ON o.id = n.id"
        f" WHERE {said['n']} IS DISTINCT FROM {said['o']}"
    )
    return f"SELECT 1 AS sign, n.* {joined} UNION ALL SELECT -1, o.* {joined}"


_TRIGGER = f"""
CREATE FUNCTION keep_accepted_of_claims() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH changed AS ({_differing()}) {_COUNT}
    RETURN NULL;
END $$;
CREATE TRIGGER accepted_update AFTER UPDATE ON claims_claim
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_accepted_of_claims();
"""
_RECOUNT = f"""
CREATE FUNCTION recount_accepted(of_year integer, of_processing smallint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    WITH gone AS (
        DELETE FROM claims_acceptedsum
        WHERE care_year = of_year AND processing_id = of_processing
    ), changed AS (
        SELECT 1 AS sign, c.* FROM claims_claim c
        WHERE c.care_year = of_year AND c.processing_id = of_processing
    ) {_COUNT}
END $$;
"""
KEEP_ACCEPTED = _RECOUNT + _TRIGGER
DROP_ACCEPTED = """
DROP FUNCTION keep_accepted_of_claims() CASCADE;
DROP FUNCTION recount_accepted(integer, smallint);
"""
