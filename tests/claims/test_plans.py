"""How the database reads a claim's facts: by keys, though it knows nothing yet of the year."""

import re
from contextlib import closing

import psycopg2
from django.db import connection

from tests.databases import superuser_url

#: The functions' arguments, as the planner meets them on a batch.
_ASKED = {"claims": "ARRAY[1, 2, 3]::bigint[]", "in_year": "2025", "apart": "2",
          "in_years": "ARRAY[2025]"}  # fmt: skip
#: A year that has just grown by thousands, before statistics were taken; keys are not looked at.
_GROWN = """
SET LOCAL session_replication_role = replica;
INSERT INTO claims_decision (
    care_year, tenant_id, processing_id, facility_id, claim_id, number, kind, household_id,
    person_id, care_on, episode, package_id, rights_sentence, decided_by, decided_at)
SELECT 2025, 1, 1, 1, n, 1, 'automatic', n, gen_random_uuid(), '2025-06-30', '', 1, '', '', now()
FROM generate_series(1, 20000) n;
INSERT INTO claims_decisionline (
    care_year, tenant_id, processing_id, facility_id, decision_id, position, act_id, family,
    quantity, percent, asked_francs, agreed_francs, covered_francs, deductible_francs,
    copayment_francs, ceiling_cut_francs, other_payer_francs, mutuelle_francs, patient_francs)
SELECT 2025, 1, 1, 1, id, position, 1, 'medicine', 1, 20, 100, 100, 100, 0, 20, 0, 0, 80, 20
FROM claims_decision CROSS JOIN generate_series(1, 5) position;
"""


def _plan(function: str) -> list[str]:
    """Return the plan of an SQL function's query under the settings it carries."""
    url = superuser_url(connection.settings_dict["NAME"])
    with closing(psycopg2.connect(url)) as apart, apart.cursor() as cursor:
        cursor.execute(_GROWN)
        cursor.execute("SELECT prosrc, proconfig FROM pg_proc WHERE proname = %s", [function])
        query, carried = cursor.fetchone()
        for setting in carried:
            name, _, value = setting.partition("=")
            cursor.execute(f"SET LOCAL {name} = {value}")
        for name, value in _ASKED.items():
            query = re.sub(rf"\b{name}\b", value, query)
        cursor.execute(f"EXPLAIN {query}")
        return [line.strip() for (line,) in cursor.fetchall()]


def test_earlier_care_is_looked_up_by_person_and_household(db: None) -> None:
    """A year read whole for each claim, a batch would take the square of its time."""
    plan = _plan("claim_earlier_care")
    scans = {line.split()[4] for line in plan if "Scan using claims_" in line and "_2025" in line}
    conditions = [line for line in plan if line.startswith("Index Cond")]
    assert any("household_id" in name for name in scans)
    assert any("person_id" in name for name in scans)
    assert any("(tenant_id = s.tenant_id) AND (household_id = s.household_id)" in line
               for line in conditions)  # fmt: skip
    assert any("(person_id = s_1.person_id)" in line for line in conditions)
    assert any("(decision_id = " in line for line in conditions)
    assert not [line for line in plan if "Materialize" in line or "Seq Scan" in line]
    assert not [line for line in conditions if re.fullmatch(r".*\(care_year .. ?[^()]*\)", line)]


def test_accounts_are_locked_without_reading_the_register(db: None) -> None:
    plan = _plan("lock_care_accounts")
    assert not [line for line in plan if "Hash Join" in line or "Seq Scan" in line]
    assert any("(person_id = s" in line for line in plan)
