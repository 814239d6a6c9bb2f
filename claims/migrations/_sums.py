"""The SQL of the sums of care: what a statement brings, what it takes away, all of it again.

Kept by triggers, whoever writes; rows are added, never changed. Each function writes, of the claims
that a statement brought or changed, what comes (sign 1) and what goes (sign -1). `recount_care`
counts a federation's year again, in place of its rows: what a transaction that is still open adds
meanwhile is in neither, and comes with its own rows.

Of a year that has just begun the planner knows nothing: all rows of the year seem as few to it as
those of one claim, and each claim of a first large batch read them all by the primary key, which
begins with the year. So each look names one column more of the index that is meant, or the year as
a span, in which a primary key finds no number.
"""

# ruff: noqa: S608 (the pieces put together are all written here)

_ENDED = "('cancelled', 'superseded')"
_OF = "tenant_id, processing_id, facility_id, care_year, month, care_kind"
_OF_CLAIM = (
    "c.tenant_id, c.processing_id, c.facility_id, c.care_year, extract(month FROM c.starts_on),"
    " c.care_kind"
)
#: What the sums of a claim's money and receipt are made of; other changes (its state, its rank, its
#: invoice) leave them as they are.
_SAID = (
    "id, tenant_id, processing_id, facility_id, care_year, care_kind, unit_id, starts_on, ends_on,"
    " received_on, asked_francs, decision_id"
)
#: What the delays between its steps are counted under.
_PLACED = "id, tenant_id, processing_id, facility_id, care_year, care_kind, starts_on"


def _rows(sign: int, said: str, rows: str) -> str:
    return f"SELECT {sign} AS sign, {said} FROM {rows} WHERE state NOT IN {_ENDED}"


def _differing(said: str) -> str:
    """The claims of an UPDATE of which something told differs, as they become and as they were.

    Told alike before and after, a claim cancels out. Not by joining the two: how was planned for the
    first, small, statement of a connection, and a large one then compared each row with each.
    """
    both = f"{_rows(1, said, 'new_rows')} UNION ALL {_rows(-1, said, 'old_rows')}"
    return (
        f"SELECT sum(sign)::integer AS sign, {said} FROM ({both}) b"
        f" GROUP BY {said} HAVING sum(sign) <> 0"
    )


_SUMS = f"""
    INSERT INTO claims_caresum ({_OF}, unit_id, cases, asked_francs,
        asked_squares, decided, decided_francs, mutuelle_francs, cut_francs, rejected)
    SELECT {_OF_CLAIM}, c.unit_id, sum(c.sign), sum(c.sign * c.asked_francs),
        sum(c.sign * c.asked_francs::numeric * c.asked_francs), sum(c.sign * m.is_decided),
        sum(c.sign * m.asked), sum(c.sign * m.mutuelle), sum(c.sign * (m.asked - m.agreed)),
        sum(c.sign * m.is_rejected)
    FROM counted c
    CROSS JOIN LATERAL (
        SELECT (count(*) > 0)::integer AS is_decided,
            (count(*) > 0 AND sum(l.mutuelle_francs + l.other_payer_francs) = 0)::integer
                AS is_rejected,
            coalesce(sum(l.asked_francs), 0) AS asked,
            coalesce(sum(l.agreed_francs), 0) AS agreed,
            coalesce(sum(l.mutuelle_francs), 0) AS mutuelle
        FROM claims_decisionline l
        WHERE l.care_year = c.care_year AND l.decision_id = c.decision_id AND l.position >= 0
    ) m
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING (sum(c.sign), sum(c.sign * c.asked_francs),
        sum(c.sign * c.asked_francs::numeric * c.asked_francs), sum(c.sign * m.is_decided),
        sum(c.sign * m.asked), sum(c.sign * m.mutuelle), sum(c.sign * m.agreed),
        sum(c.sign * m.is_rejected)) <> (0, 0, 0, 0, 0, 0, 0, 0);
"""
_CUTS = f"""
    INSERT INTO claims_cutsum ({_OF}, code, cases, francs)
    SELECT {_OF_CLAIM}, k.code, sum(c.sign), sum(c.sign * k.francs)
    FROM counted c
    CROSS JOIN LATERAL (
        SELECT k.code, sum(k.francs) AS francs
        FROM claims_decisioncut k
        WHERE k.care_year = c.care_year AND k.decision_id = c.decision_id AND k.position >= 0
        GROUP BY k.code
    ) k
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING (sum(c.sign), sum(c.sign * k.francs)) <> (0, 0);
"""
_RECEIVED = f"""
    INSERT INTO claims_delaycount ({_OF}, from_state, to_state, tenths, cases)
    SELECT {_OF_CLAIM}, '', '', 10 * (c.received_on - c.ends_on), sum(c.sign)
    FROM counted c
    GROUP BY 1, 2, 3, 4, 5, 6, 9
    HAVING sum(c.sign) <> 0;
"""
_MOVED = f"""
    INSERT INTO claims_delaycount ({_OF}, from_state, to_state, tenths, cases)
    SELECT {_OF_CLAIM}, p.from_state, p.to_state, p.tenths, sum(c.sign)
    FROM counted c
    CROSS JOIN LATERAL (
        SELECT p.from_state, p.to_state, round(extract(epoch FROM
            p.at - lag(p.at) OVER (ORDER BY p.id)) / 8640) AS tenths
        FROM claims_claimstep p
        WHERE p.care_year BETWEEN c.care_year AND c.care_year AND p.claim_id = c.id AND p.id > 0
    ) p
    WHERE p.tenths IS NOT NULL AND p.to_state NOT IN {_ENDED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    HAVING sum(c.sign) <> 0;
"""
#: A step just written, and how long after the one before it.
_STEPPED = f"""
    INSERT INTO claims_delaycount ({_OF}, from_state, to_state, tenths, cases)
    SELECT {_OF_CLAIM}, n.from_state, n.to_state,
        round(extract(epoch FROM n.at - b.at) / 8640), count(*)
    FROM new_rows n
    JOIN claims_claim c ON c.care_year = n.care_year AND c.id = n.claim_id
    CROSS JOIN LATERAL (
        SELECT b.at FROM claims_claimstep b
        WHERE b.care_year BETWEEN n.care_year AND n.care_year AND b.claim_id = n.claim_id AND b.id < n.id
        ORDER BY b.id DESC LIMIT 1
    ) b
    WHERE c.state NOT IN {_ENDED} AND n.to_state NOT IN {_ENDED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
"""


def _of(rows: str, statement: str) -> str:
    return f"    WITH counted AS ({rows}){statement}"


def _again(table: str, of: str, *statements: str) -> str:
    """Take a year's rows of a table away and count them again, in one statement each."""
    rows = (
        f"{_rows(1, _SAID, 'claims_claim')} AND care_year = of_year"
        " AND processing_id = of_processing"
    )
    gone = (
        f"gone AS (DELETE FROM {table} WHERE care_year = of_year"
        f" AND processing_id = of_processing AND {of})"
    )
    return "".join(_of(rows, one).replace("WITH ", f"WITH {gone}, ", 1) for one in statements)


_NEW = _rows(1, _SAID, "new_rows")


def _trigger_function(name: str, *statements: str) -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
{"".join(statements)}
    RETURN NULL;
END $$;
"""


_FUNCTIONS = (
    _trigger_function(
        "keep_sums_of_new_claims", _of(_NEW, _SUMS), _of(_NEW, _CUTS), _of(_NEW, _RECEIVED)
    )
    + _trigger_function(
        "keep_sums_of_changed_claims",
        *(_of(_differing(_SAID), one) for one in (_SUMS, _CUTS, _RECEIVED)),
        _of(_differing(_PLACED), _MOVED),
    )
    + _trigger_function("keep_delays_of_steps", _STEPPED)
    + f"""
CREATE FUNCTION recount_care(of_year integer, of_processing smallint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
{_again("claims_caresum", "true", _SUMS)}
{_again("claims_cutsum", "true", _CUTS)}
{_again("claims_delaycount", "from_state = ''", _RECEIVED)}
{_again("claims_delaycount", "from_state <> ''", _MOVED)}
END $$;
"""
)
_TRIGGERS = """
CREATE TRIGGER sums_insert AFTER INSERT ON claims_claim
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_sums_of_new_claims();
CREATE TRIGGER sums_update AFTER UPDATE ON claims_claim
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_sums_of_changed_claims();
CREATE TRIGGER delays_insert AFTER INSERT ON claims_claimstep
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_delays_of_steps();
"""
KEEP_SUMS = _FUNCTIONS + _TRIGGERS
DROP_SUMS = """
DROP FUNCTION keep_sums_of_new_claims() CASCADE;
DROP FUNCTION keep_sums_of_changed_claims() CASCADE;
DROP FUNCTION keep_delays_of_steps() CASCADE;
DROP FUNCTION recount_care(integer, smallint);
"""
