"""How the database reads a claim's facts: by keys, though it knows nothing yet of the year."""

import re
from contextlib import closing

import psycopg2
from django.db import connection

from tests.claims.care import GROWN
from tests.databases import superuser_url

#: The functions' arguments, as the planner meets them on a batch.
_ASKED = {"claims": "ARRAY[1, 2, 3]::bigint[]", "in_year": "2025", "apart": "2",
          "in_years": "ARRAY[2025]",
          "counted": "ARRAY['household', 'person', 'family', 'act', 'day']"}  # fmt: skip


def _plan(function: str) -> list[str]:
    """Return the plan of an SQL function's query under the settings it carries."""
    url = superuser_url(connection.settings_dict["NAME"])
    with closing(psycopg2.connect(url)) as apart, apart.cursor() as cursor:
        cursor.execute(GROWN)
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
    assert any("(tenant_id = s.tenant_id) AND (household_id = own.household_id)" in line
               for line in conditions)  # fmt: skip
    assert any("(person_id = own_1.person_id)" in line for line in conditions)
    assert any("(decision_id = " in line for line in conditions)
    assert not [line for line in plan if "Materialize" in line or "Seq Scan" in line]
    assert not [line for line in conditions if re.fullmatch(r".*\(care_year .. ?[^()]*\)", line)]


def test_accounts_are_locked_without_reading_the_register(db: None) -> None:
    plan = _plan("lock_care_accounts")
    assert not [line for line in plan if "Hash Join" in line or "Seq Scan" in line]
    assert any("(person_id = own.person_id)" in line for line in plan)


def test_merged_records_are_found_by_their_numbers(db: None) -> None:
    """Of each claim that is decided: never the register read whole, nor a year of care."""
    plan = _plan("claims_with_records")
    whole = ("Hash Join", "hashed", "Materialize", "Seq Scan")
    assert not [line for line in plan if any(word in line for word in whole)]
    conditions = [line for line in plan if line.startswith("Index Cond")]
    assert any("number)::text = " in line and "tenant_id = " in line for line in conditions)
    assert any(re.search(r"\(person_id = \w+\.person_id\)", line) for line in conditions)


def test_what_was_dated_back_in_a_household_is_found_by_its_event(db: None) -> None:
    plan = _plan("claim_signal_facts")
    assert any("Scan using backdating_of_event on" in line for line in plan)
    events = plan.index(next(line for line in plan if " on membership_lifeevent v " in line))
    assert plan[events + 1].startswith("Index Cond: (household_id = ")
