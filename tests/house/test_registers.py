"""What the whole network reads, and a tenant's own register: who may write it, as raw SQL.

Tried in each role, page and job.

A slipped-in statement is no service: that it changes nothing is the database's doing
(federations/tenancy/guards.py, docs/identity.md).
"""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg2.errors import InsufficientPrivilege

from federations.jobs import RunningJob, job_handler
from federations.rules.roles import FACILITY_ROLES, FEDERATION_ROLES, Permission, Role, is_permitted
from federations.services.jobs import request_job, run_job
from federations.tenancy.declarations import FEDERATION_SIDE, Policy, Table, declared_tables
from federations.tenancy.guards import SCOPE
from federations.tenancy.scope import open_scope
from tests.world import CAST, World

#: Who keeps each table. The tenants' own table is in test_slipped_in.py.
KEPT_BY = {
    "federations_place": Permission.MANAGE_PLACES,
    "federations_communemapping": Permission.MANAGE_PLACES,
    "federations_healthdistrict": Permission.MANAGE_PLACES,
    "federations_healthfacility": Permission.MANAGE_FACILITIES,
    "federations_facilitystanding": Permission.MANAGE_FACILITIES,
    "membership_mutualistyear": Permission.MANAGE_CAMPAIGNS,
    "federations_unit": Permission.MANAGE_UNITS,
    "federations_unitzone": Permission.MANAGE_UNITS,
    "federations_recutunit": Permission.MANAGE_UNITS,
    "federations_partner": Permission.MANAGE_UNITS,
    "federations_recut": Permission.MANAGE_UNITS,
    "federations_activity": Permission.RECORD_ACTIVITIES,
    "federations_activityparticipants": Permission.RECORD_ACTIVITIES,
    "federations_expense": Permission.RECORD_EXPENSES,
    "federations_narrativesection": Permission.WRITE_NARRATIVE,
    "federations_narrativepicture": Permission.WRITE_NARRATIVE,
    "federations_periodlock": Permission.LOCK_PERIODS,
    "membership_pastyear": Permission.IMPORT_TAKE_ON,
    "membership_campaign": Permission.MANAGE_CAMPAIGNS,
    "membership_contributionscale": Permission.MANAGE_CAMPAIGNS,
    "membership_scalecategory": Permission.MANAGE_CAMPAIGNS,
    "membership_scaleband": Permission.MANAGE_CAMPAIGNS,
    "membership_sharingkey": Permission.MANAGE_CAMPAIGNS,
    "claims_act": Permission.MANAGE_CARE_TERMS,
    "claims_carereason": Permission.MANAGE_CARE_TERMS,
    "claims_tariff": Permission.MANAGE_CARE_TERMS,
    "claims_benefitpackage": Permission.MANAGE_CARE_TERMS,
    "claims_packageclause": Permission.MANAGE_CARE_TERMS,
    "claims_controlterms": Permission.MANAGE_CARE_TERMS,
    "claims_questionnaire": Permission.MANAGE_SURVEYS,
    "claims_question": Permission.MANAGE_SURVEYS,
    "claims_surveycampaign": Permission.MANAGE_SURVEYS,
    "claims_surveyfacility": Permission.MANAGE_SURVEYS,
    "claims_publishedscore": Permission.MANAGE_SURVEYS,
}
#: What a tenant keeps for itself: nobody else reads it.
OWN_REGISTER = {
    "federations_recut",
    "federations_activity",
    "federations_activityparticipants",
    "federations_expense",
    "federations_narrativesection",
    "federations_narrativepicture",
    "federations_periodlock",
}
#: Of the registers that no tenant owns, what a federation does not do: table → statement.
CONFEDERATIONS = {
    ("federations_healthfacility", "UPDATE"),
    ("federations_facilitystanding", "INSERT"),
    ("membership_mutualistyear", "INSERT"),
}
#: Those whose rows every test's world has.
WITH_ROWS = {
    "federations_place",
    "federations_healthdistrict",
    "federations_healthfacility",
    "federations_unit",
    "federations_partner",
    "membership_campaign",
    "membership_contributionscale",
    "membership_sharingkey",
}
#: Of those whose lines a draft alone takes, only who may not write them is tried.
OF_DRAFTS = {"membership_scalecategory", "membership_scaleband"}
COMMANDS = {"I": "INSERT", "U": "UPDATE", "D": "DELETE"}
Attempt = tuple[str, str, str]


def _written() -> list[Table]:
    return [
        table
        for table in declared_tables().values()
        if (table.policy in (Policy.REFERENCE, Policy.DIRECTORY) or table.name in OWN_REGISTER)
        and table.name != "federations_federation"
        and set(table.rights.get(FEDERATION_SIDE[0], "")) & set(COMMANDS)
    ]


def _attempts() -> list[Attempt]:
    """Return (table, command, statement): each changes what it meets as little as it can."""
    found = []
    for table in _written():
        owned = table.policy is not Policy.REFERENCE
        statements = {
            # Refused by the guard, or, past it, for the columns that are missing.
            "I": f"INSERT INTO {table.name} (tenant_id) VALUES ({SCOPE})"
            if owned
            else f"INSERT INTO {table.name} DEFAULT VALUES",
            "U": f"UPDATE {table.name} SET {table.key} = {table.key}",
            "D": f"DELETE FROM {table.name}",
        }
        letters = table.rights[FEDERATION_SIDE[0]]
        found += [(table.name, COMMANDS[x], statements[x]) for x in letters if x in COMMANDS]
    return found


def _passes(statement: str) -> bool:
    """Tell whether the database lets a statement do something; nothing of it stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            touched = cursor.rowcount > 0
            transaction.set_rollback(True)
            return touched
    except DatabaseError as error:
        # What misses a column, or meets a trigger, has passed the guard.
        return not isinstance(error.__cause__, InsufficientPrivilege)


def _may(role: Role, table: str, command: str) -> bool:
    if (table, command) in CONFEDERATIONS and role in FEDERATION_ROLES:
        return False
    return is_permitted(role, KEPT_BY[table])


def test_each_right_to_write_a_register_has_its_guard() -> None:
    assert {table.name for table in _written()} == set(KEPT_BY)
    for table in _written():
        guarded = {guard.command for guard in table.guards if guard.roles == FEDERATION_SIDE}
        for role in FEDERATION_SIDE:
            rights = {COMMANDS[letter] for letter in table.rights[role] if letter in COMMANDS}
            assert rights <= guarded, table.name


@pytest.mark.parametrize("role", ["none", *FEDERATION_SIDE, "conamus_adviser", "conamus_system"])
def test_without_a_signed_scope_nobody_writes_it(role: str, world: World) -> None:
    """Whatever the statement states, and whichever role it takes."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in {"tenant_id": "1", "actor_role": "system", "actor_name": "x"}.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        assert [table for table, _, statement in _attempts() if _passes(statement)] == []


@pytest.mark.parametrize(
    "username",
    [name for name, (_, role, *_) in CAST.items() if role not in {*FACILITY_ROLES, Role.REGULATOR}],
)
def test_within_a_page_it_is_written_by_who_keeps_it(
    username: str, world: World, as_actor: Callable
) -> None:
    """As the service would allow it, and in a tenant's tables the own rows alone."""
    actor = world.actor(username)
    with as_actor(actor), connection.cursor() as cursor:
        for table, command, statement in _attempts():
            may = _may(actor.role, table, command)
            if table in WITH_ROWS or (command == "INSERT" and table not in OF_DRAFTS):
                assert _passes(statement) is may, (table, command)
            else:
                assert may or not _passes(statement), (table, command)
        cursor.execute("SELECT set_config('app.actor_role', 'system', true)")
        assert [table for table, _, statement in _attempts() if _passes(statement)] == []


@job_handler("essai-registre")
def _close_all(job: RunningJob) -> dict[str, int]:
    with job.scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE federations_healthfacility SET status = 'closed'")
        return {"closed": cursor.rowcount}


@pytest.mark.parametrize(("username", "closed"), [("amina", 0), ("clara", 2)])
def test_a_job_writes_what_its_asker_may(username: str, closed: int, own_database: World) -> None:
    actor = own_database.actor(username)
    with open_scope(actor, source="essai"):
        job = request_job(actor=actor, kind="essai-registre", title="Essai", parameters={})
    run_job(job.pk)
    with open_scope(actor, source="essai"):
        job.refresh_from_db()
        assert job.result == {"closed": closed}
