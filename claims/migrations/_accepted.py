"""The SQL of what was accepted by itself, month by month of receipt: kept by triggers.

A year of the network is some 200,000 such attestations; the page of the random sample tells their
number and francs beside what readers found in the sample. Rows are added, never changed;
`recount_accepted` counts a federation's year again, in place of its rows.
"""

# ruff: noqa: S608 (the pieces put together are all written here)

_ACCEPTED = "('decided', 'contested', 'final', 'invoiced', 'paid')"
#: What the sums say of a claim; other changes leave them as they are.
_SAID = "id, tenant_id, processing_id, facility_id, care_year, received_on, decision_id"


def _rows(sign: int, rows: str) -> str:
    return f"SELECT {sign} AS sign, {_SAID} FROM {rows} WHERE state IN {_ACCEPTED}"


def _differing() -> str:
    """The claims of an UPDATE of which something told differs (as in `_sums`, without joining)."""
    both = f"{_rows(1, 'new_rows')} UNION ALL {_rows(-1, 'old_rows')}"
    return (
        f"SELECT sum(sign)::integer AS sign, {_SAID} FROM ({both}) b"
        f" GROUP BY {_SAID} HAVING sum(sign) <> 0"
    )


_COUNT = """
    INSERT INTO claims_acceptedsum
        (tenant_id, processing_id, facility_id, care_year, month, cases, francs)
    SELECT c.tenant_id, c.processing_id, c.facility_id, c.care_year,
        date_trunc('month', c.received_on)::date, sum(c.sign), sum(c.sign * m.francs)
    FROM changed c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.mutuelle_francs), 0) AS francs
        FROM claims_decisionline l
        WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id AND l.position >= 0
    ) m
    WHERE EXISTS (
        SELECT FROM claims_decision d
        WHERE d.care_year = c.care_year AND d.claim_id = c.id AND d.number = 1
        AND d.kind = 'automatic'
    )
    GROUP BY 1, 2, 3, 4, 5
    HAVING (sum(c.sign), sum(c.sign * m.francs)) <> (0, 0);
"""
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
        {_rows(1, "claims_claim")}
        AND care_year = of_year AND processing_id = of_processing
    ) {_COUNT}
END $$;
"""
KEEP_ACCEPTED = _RECOUNT + _TRIGGER
DROP_ACCEPTED = """
DROP FUNCTION keep_accepted_of_claims() CASCADE;
DROP FUNCTION recount_accepted(integer, smallint);
"""
