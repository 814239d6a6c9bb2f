"""Claims for the benches: some to decide, and as many beside them as a table is to hold.

The claims to decide are of members who were insured, five priced lines each. Those beside them
are of people who have no row in the register: decided, with one line, they only make the tables
and their indexes as large as asked for. Nothing of it outlives the bench.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.db import connections

YEAR = 2025
#: What the claims of the bench can be told by: the prefix of their stubs.
MARK = "BENCH"
BULK = "BULK-"
LINES = 5
#: Earlier claims of a household: a year of the demonstration has about as many.
HISTORY = 4

_CLAIMS = """
INSERT INTO claims_claim (
    care_year, tenant_id, processing_id, facility_id, household_id, beneficiary_id, person_id,
    unit_id, stub_number, care_kind, starts_on, ends_on, received_on, asked_francs, state, source,
    entered_by)
SELECT %(year)s, p.tenant_id, p.tenant_id, f.id, p.household_id, p.id, p.person_id, p.unit_id,
       %(mark)s || '-' || f.place * 1000 + p.rank / 500, 'outpatient', d.day, d.day, d.day + 10,
       0, 'submitted', 'centre', 'bench'
FROM (
    SELECT b.*, h.unit_id, row_number() OVER (ORDER BY md5(b.number || %(mark)s)) AS rank
    FROM membership_beneficiary b
    JOIN membership_household h ON h.id = b.household_id
    JOIN federations_federation t ON t.id = b.tenant_id AND t.code = 'MUNASA'
    WHERE EXISTS (SELECT FROM membership_enrolment e
                  WHERE e.household_id = b.household_id AND e.year_id = %(year)s)
      AND b.birth_date < '2015-01-01'
    ORDER BY rank LIMIT %(count)s
) p
CROSS JOIN LATERAL (SELECT make_date(%(year)s, 3, 1) + (p.rank %% 90)::int AS day) d
JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
    FROM federations_healthfacility WHERE ownership = 'public'
) f ON f.place = p.rank %% 500
"""
#: A book of stubs for each of those facilities, so that no rule finds them outside.
_BOOKS = """
INSERT INTO claims_stubbook (
    tenant_id, facility_id, prefix, first_number, last_number, issued_on, is_take_on)
SELECT DISTINCT c.processing_id, c.facility_id, %(mark)s, n.number / 1000 * 1000,
       n.number / 1000 * 1000 + 999, make_date(%(year)s, 1, 1), false
FROM claims_claim c
CROSS JOIN LATERAL (SELECT split_part(c.stub_number, '-', 2)::bigint AS number) n
WHERE c.care_year = %(year)s AND c.stub_number LIKE %(mark)s || '-%%'
"""
_LINES = """
INSERT INTO claims_claimline (
    care_year, tenant_id, processing_id, facility_id, claim_id, position, act_id, quantity,
    unit_price_francs, asked_francs)
SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, a.place, a.id, 1,
       a.price_francs, a.price_francs
FROM claims_claim c
CROSS JOIN (
    SELECT t.id, t.price_francs, row_number() OVER (ORDER BY t.price_francs, t.id) AS place
    FROM (
        SELECT a.id, min(t.price_francs) AS price_francs
        FROM claims_act a
        JOIN claims_tariff t ON t.act_id = a.id
        WHERE a.family = ANY ('{medicine,laboratory,consultation,care}')
        GROUP BY a.id
        HAVING min(t.price_francs) > 0
        ORDER BY 2, 1 LIMIT %(lines)s
    ) t
) a
WHERE c.care_year = %(year)s AND c.state = 'submitted' AND c.stub_number LIKE %(mark)s || '%%'
"""
_ASKED = """
UPDATE claims_claim c
SET asked_francs = l.asked
FROM (
    SELECT claim_id, sum(asked_francs) AS asked FROM claims_claimline
    WHERE care_year = %(year)s GROUP BY claim_id
) l
WHERE c.care_year = %(year)s AND c.id = l.claim_id AND c.stub_number LIKE %(mark)s || '%%'
"""
#: The first key of the filling: the tables' own counters are far below.
BEYOND = 1_000_000_000
_BULK_CLAIM = """
INSERT INTO claims_claim (
    id, care_year, tenant_id, processing_id, facility_id, household_id, beneficiary_id, person_id,
    unit_id, stub_number, care_kind, starts_on, ends_on, received_on, asked_francs, state, source,
    entered_by, decision_id)
"""
#: Households and people of the filling are beyond any that the register gives.
_FILLING = (
    _BULK_CLAIM  # noqa: S608
    + """
SELECT n, t.care_year, t.tenant_id, t.tenant_id, t.facility_id + n %% 700,
       {beyond} + n / 4, {beyond} + n, md5('bench ' || n)::uuid, t.unit_id, %(bulk)s || n,
       'outpatient', d.day, d.day, d.day, 5000, 'paid', 'centre', 'bench', n
FROM (SELECT * FROM claims_claim WHERE stub_number LIKE %(mark)s || '%%' LIMIT 1) t
CROSS JOIN generate_series(%(first)s::bigint, %(last)s::bigint) n
CROSS JOIN LATERAL (SELECT make_date(%(year)s, 1, 1) + (n %% 365)::int AS day) d
"""
)
#: Earlier care of those whose claims are to be decided: every other one the patient's own.
_HISTORY = (
    _BULK_CLAIM  # noqa: S608
    + """
SELECT n.id, c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.household_id,
       c.beneficiary_id,
       CASE n.time %% 2 WHEN 0 THEN c.person_id ELSE md5('bench ' || n.id)::uuid END, c.unit_id,
       %(bulk)s || n.id, 'outpatient', d.day, d.day, d.day, 5000 * %(lines)s, 'paid', 'centre',
       'bench', n.id
FROM (
    SELECT *, row_number() OVER (ORDER BY id) AS rank FROM claims_claim
    WHERE care_year = %(year)s AND state = 'submitted' AND stub_number LIKE %(mark)s || '%%'
) c
CROSS JOIN LATERAL (
    SELECT time, %(first)s - 1 + (c.rank - 1) * %(times)s + time AS id
    FROM generate_series(1, %(times)s) time
) n
CROSS JOIN LATERAL (SELECT make_date(%(year)s, 1, 1) + n.time::int AS day) d
"""
)
#: What hangs on such claims, so many lines each; their keys are the claims'.
_OF_BULK = (
    """
INSERT INTO claims_claimline (
    care_year, tenant_id, processing_id, facility_id, id, claim_id, position, act_id, quantity,
    unit_price_francs, asked_francs)
SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, 10 * c.id + p, c.id, p, a.id, 1,
       5000, 5000
FROM claims_claim c
CROSS JOIN (SELECT min(id) AS id FROM claims_act) a
CROSS JOIN generate_series(1, %(lines)s) p
WHERE c.care_year = %(year)s AND c.id BETWEEN %(first)s AND %(last)s
""",
    """
INSERT INTO claims_decision (
    care_year, tenant_id, processing_id, facility_id, id, claim_id, number, kind, household_id,
    person_id, care_on, package_id, rights_sentence, decided_by)
SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, c.id, 1, 'automatic',
       c.household_id, c.person_id, c.starts_on, p.id, '', 'bench'
FROM claims_claim c CROSS JOIN (SELECT min(id) AS id FROM claims_benefitpackage) p
WHERE c.care_year = %(year)s AND c.id BETWEEN %(first)s AND %(last)s
""",
    """
INSERT INTO claims_decisionline (
    care_year, tenant_id, processing_id, facility_id, id, decision_id, position, act_id, family,
    quantity, percent, asked_francs, agreed_francs, covered_francs, deductible_francs,
    copayment_francs, ceiling_cut_francs, other_payer_francs, mutuelle_francs, patient_francs)
SELECT l.care_year, l.tenant_id, l.processing_id, l.facility_id, l.id, l.claim_id, l.position,
       l.act_id, 'medicine', 1, 80, 5000, 5000, 5000, 0, 1000, 0, 0, 4000, 1000
FROM claims_claimline l
WHERE l.care_year = %(year)s AND l.claim_id BETWEEN %(first)s AND %(last)s
""",
    """
INSERT INTO claims_claimstep (
    care_year, tenant_id, processing_id, facility_id, id, claim_id, from_state, to_state,
    reason, by_name, by_role)
SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, c.id, '', 'paid', '',
       'bench', 'system'
FROM claims_claim c
WHERE c.care_year = %(year)s AND c.id BETWEEN %(first)s AND %(last)s
""",
)
_CEILINGS = """
INSERT INTO claims_packageclause (
    tenant_id, package_id, kind, scope, francs, family, level, ownership, care_kind, sex, paper,
    bearer, payer, is_chronic, is_maternity, other_cover, owed_sex, wording)
SELECT p.tenant_id, p.id, 'ceiling', c.scope, 100000000, '', '', '', '', '', '', '', '', false,
       false, '', '', ''
FROM claims_benefitpackage p CROSS JOIN (VALUES ('person_year'), ('household_year')) c (scope)
WHERE p.year_id = %(year)s AND p.in_force_from IS NOT NULL
RETURNING id
"""
_PART = 500_000
#: In the order in which rows may go.
CARE_TABLES = (
    "claims_claimsignal",
    "claims_decisioncut",
    "claims_decisionline",
    "claims_decision",
    "claims_claimstep",
    "claims_claimline",
    "claims_claim",
)


def add_claims(count: int, mark: str) -> list[int]:
    """Write claims that wait for their check, of as many members; return their keys."""
    values = {"year": YEAR, "mark": mark, "count": count, "lines": LINES}
    with connections["loader"].cursor() as cursor:
        for statement in (_CLAIMS, _BOOKS, _LINES, _ASKED):
            cursor.execute(statement, values)
        cursor.execute(
            "SELECT id FROM claims_claim WHERE care_year = %s AND stub_number LIKE %s || '%%'"
            " AND state = 'submitted' ORDER BY starts_on, id",
            [YEAR, mark],
        )
        return [pk for (pk,) in cursor.fetchall()]


def add_history(claims: int, mark: str) -> None:
    """Give each household of the claims to decide four claims of five lines, decided and paid."""
    with superuser() as cursor:
        first = _next_key(cursor)
        values = {"mark": mark, "first": first, "last": first + HISTORY * claims - 1}
        _write_bulk(cursor, _HISTORY, {**values, "times": HISTORY, "lines": LINES})
    _analyse()


def fill_up_to(claims: int) -> None:
    """Put so many decided claims of one line into the year beside those to decide."""
    with superuser() as cursor:
        cursor.execute(f"SELECT count(*) FROM claims_claim WHERE {_IS_BULK}", _MARKS)  # noqa: S608
        missing, first = claims - cursor.fetchone()[0], _next_key(cursor)
        for start in range(first, first + missing, _PART):
            end = min(start + _PART, first + missing) - 1
            _write_bulk(cursor, _FILLING, {"mark": MARK, "first": start, "last": end, "lines": 1})
    _analyse()


def _next_key(cursor: Any) -> int:
    cursor.execute(f"SELECT coalesce(max(id), 0) FROM claims_claim WHERE {_IS_BULK}", _MARKS)  # noqa: S608
    return max(int(cursor.fetchone()[0]), BEYOND) + 1


def _write_bulk(cursor: Any, claims: str, values: dict[str, object]) -> None:
    """Write claims and what hangs on them, no key looked at."""
    cursor.execute("SET session_replication_role = replica")
    for statement in (claims.replace("{beyond}", str(BEYOND)), *_OF_BULK):
        cursor.execute(statement, {**_MARKS, **values})


def _analyse() -> None:
    with superuser() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(CARE_TABLES)}")


def remove_claims() -> None:
    """Take the bench's claims and the filling out again."""
    with superuser() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table in CARE_TABLES:
            cursor.execute(_REMOVALS.get(table, _OF_CLAIM).format(table=table), _MARKS)
        cursor.execute("DELETE FROM claims_stubbook WHERE prefix LIKE %(mark)s || '%%'", _MARKS)
    _analyse()


_MARKS = {"year": YEAR, "mark": MARK, "bulk": BULK}
_IS_BULK = "care_year = %(year)s AND stub_number LIKE %(bulk)s || '%%'"
_OURS = (
    "SELECT id FROM claims_claim WHERE care_year = %(year)s AND (stub_number LIKE %(mark)s || '%%'"
    " OR stub_number LIKE %(bulk)s || '%%')"
)
_OF_CLAIM = f"DELETE FROM {{table}} WHERE care_year = %(year)s AND claim_id IN ({_OURS})"  # noqa: S608
_OF_DECISION = (
    "DELETE FROM {table} WHERE care_year = %(year)s AND decision_id IN (SELECT id FROM"  # noqa: S608
    f" claims_decision WHERE care_year = %(year)s AND claim_id IN ({_OURS}))"
)
_REMOVALS = {
    "claims_decisioncut": _OF_DECISION,
    "claims_decisionline": _OF_DECISION,
    "claims_claim": f"DELETE FROM {{table}} WHERE care_year = %(year)s AND id IN ({_OURS})",  # noqa: S608
}


@contextmanager
def yearly_ceilings() -> Iterator[None]:
    """Let every package of the year in force count the year's care: ceilings that cut nothing."""
    with superuser() as cursor:
        cursor.execute(_CEILINGS, {"year": YEAR})
        made = [pk for (pk,) in cursor.fetchall()]
        try:
            yield
        finally:
            cursor.execute("DELETE FROM claims_packageclause WHERE id = ANY (%s)", [made])


@contextmanager
def superuser() -> Iterator[Any]:
    """Open a superuser's cursor on the bench's database: throw-away services give the address."""
    address = os.environ["SUPERUSER_DATABASE_URL"].rpartition("/")[0]
    name = connections["default"].settings_dict["NAME"]
    with closing(psycopg2.connect(f"{address}/{name}")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
