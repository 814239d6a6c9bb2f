"""The wall as it stands in the database, held to the declarations."""

import pytest
from django.db import ProgrammingError, connection

from federations.models import Unit
from federations.tenancy.declarations import Policy, declared_tables
from federations.tenancy.fence import ACTOR_ROLES, FUNCTION_CALLERS

OUTSIDE = (Policy.IDENTITY, Policy.REFERENCE)
LETTERS = {"SELECT": "S", "INSERT": "I", "UPDATE": "U", "DELETE": "D"}


def _rows(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.fixture
def tables(db: None) -> list[tuple[str, bool, bool, bool]]:
    """Each table with: has a tenant key, row security on, row security forced."""
    return _rows(
        "SELECT c.relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid"
        "   AND a.attname = 'tenant_id' AND NOT a.attisdropped), c.relrowsecurity,"
        "   c.relforcerowsecurity"
        " FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
        # A partition is reached through its table only: no role has a right on it (below).
        " AND NOT c.relispartition"
    )


def test_every_table_is_declared(tables: list[tuple]) -> None:
    assert {name for name, *_ in tables} == set(declared_tables())


def test_every_table_with_a_tenant_key_is_forced_behind_the_wall(tables: list[tuple]) -> None:
    declared = declared_tables()
    unfenced = [
        name
        for name, has_tenant, enabled, forced in tables
        if has_tenant and declared[name].policy not in OUTSIDE and not (enabled and forced)
    ]
    assert unfenced == []


def test_outside_the_wall_stands_only_what_is_named_there(tables: list[tuple]) -> None:
    declared = declared_tables()
    outside = {name for name, has_tenant, enabled, _ in tables if has_tenant and not enabled}
    assert outside == set()
    guarded = {name for name, _, enabled, forced in tables if enabled and not forced}
    assert guarded == {
        name for name, table in declared.items() if table.policy in OUTSIDE and table.guards
    }


def test_grants_are_exactly_what_is_declared(db: None) -> None:
    granted: dict[tuple[str, str], set[str]] = {}
    for role, table, privilege in _rows(
        "SELECT r.rolname, c.relname, a.privilege_type FROM pg_class c"
        " CROSS JOIN LATERAL aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    ):
        if role in ACTOR_ROLES:
            granted.setdefault((role, table), set()).add(LETTERS[privilege])
    declared = {
        (role, table.name): set(letters)
        - ({"U"} if role in table.columns else set())
        - ({"S"} if role in table.readable else set())
        for table in declared_tables().values()
        for role, letters in table.rights.items()
        if role in ACTOR_ROLES
    }
    assert granted == declared


def test_columns_that_may_be_changed_or_read_are_exactly_what_is_declared(db: None) -> None:
    granted: dict[tuple[str, str, str], set[str]] = {}
    for role, table, column, privilege in _rows(
        "SELECT r.rolname, c.relname, t.attname, a.privilege_type FROM pg_attribute t"
        " JOIN pg_class c ON c.oid = t.attrelid CROSS JOIN LATERAL aclexplode(t.attacl) a"
        " JOIN pg_roles r ON r.oid = a.grantee WHERE c.relnamespace = 'public'::regnamespace"
    ):
        granted.setdefault((role, table, privilege), set()).add(column)
    assert granted == {
        (role, table.name, privilege): set(columns)
        for table in declared_tables().values()
        for privilege, narrow in (("UPDATE", table.columns), ("SELECT", table.readable))
        for role, columns in narrow.items()
    }


def test_definer_functions_have_a_fixed_search_path_and_known_callers(db: None) -> None:
    found = _rows(
        "SELECT p.proname, pg_get_userbyid(p.proowner), p.proconfig::text, coalesce("
        " (SELECT array_agg(coalesce(r.rolname, 'PUBLIC')) FROM aclexplode(p.proacl) a"
        "  LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> p.proowner), '{}')"
        " FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )
    assert {name for name, *_ in found} == {*FUNCTION_CALLERS, "record_history"}
    for name, owner, config, callers in found:
        assert owner == "conamus_definer"
        assert "search_path=pg_catalog, public, pg_temp" in config
        assert set(callers) == set(FUNCTION_CALLERS.get(name, ()))


def test_no_view_reads_around_the_policies(db: None) -> None:
    assert (
        _rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('v', 'm')"
        )
        == []
    )


def test_the_application_role_is_bound(db: None) -> None:
    assert _rows("SELECT session_user::text") == [("conamus_app",)]
    flags = _rows(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolinherit FROM pg_roles"
        " WHERE rolname = 'conamus_app'"
    )
    assert flags == [(False, False, False, False)]


def test_outside_a_scope_the_database_refuses(world: object) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        Unit.objects.count()
