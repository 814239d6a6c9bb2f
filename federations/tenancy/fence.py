"""Raise the wall in the database: grants, policies, history triggers, narrow functions.

Everything is computed from the declarations, so the database is what the lists say:
run after each migration (the `migrate` command does it), in one transaction, and again
without harm. Run as the schema's owner.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from federations.tenancy.declarations import (
    Policy,
    Table,
    declared_functions,
    declared_tables,
)

ACTOR_ROLES = (
    "conamus_app",
    "conamus_federation",
    "conamus_confederation",
    "conamus_facility",
    "conamus_regulator",
    "conamus_system",
)
_LETTERS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
_SCOPE = "nullif(current_setting('app.tenant_id', true), '')::smallint"
_OWN_ROWS = f"tenant_id = {_SCOPE}"
#: The other party of a row between two tenants.
_SENT_HERE = f"destination_id = {_SCOPE}"
#: Narrow functions: file name without number and ending → who may call it.
FUNCTION_CALLERS = {
    "network_insured": ("conamus_confederation",),
    "network_insured_by_commune": ("conamus_confederation",),
    "network_flows": ("conamus_confederation",),
    "network_insured_on": ("conamus_confederation",),
    "network_small_places": ("conamus_confederation",),
    "network_insured_suppressed": ("conamus_regulator",),
    "network_insured_by_commune_suppressed": ("conamus_regulator",),
    "possible_matches": ("conamus_federation", "conamus_confederation"),
    "card_keys": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "card_standing": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "rights_facts": ("conamus_federation", "conamus_confederation", "conamus_facility"),
}


def raise_fence(connection: BaseDatabaseWrapper) -> None:
    """Bring grants, policies, triggers and functions to what is declared."""
    with connection.cursor() as cursor:
        tables = declared_tables()
        present = [tables[name] for name in _present_tables(cursor) if name in tables]
        _grant_schema(cursor)
        _create_functions(cursor)
        # Only creating the functions asks for it; a bypass role keeps no way to make objects.
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM conamus_definer")
        for table in present:
            _grant(cursor, table)
            _set_policies(cursor, table)
            _set_history(cursor, table, has_tenant=_has_tenant(cursor, table.name))


def _present_tables(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [row[0] for row in cursor.fetchall()]


def _has_tenant(cursor: CursorWrapper, name: str) -> bool:
    cursor.execute(
        "SELECT 1 FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND column_name = 'tenant_id'",
        [name],
    )
    return cursor.fetchone() is not None


def _grant_schema(cursor: CursorWrapper) -> None:
    everyone = ", ".join(ACTOR_ROLES)
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {everyone}, conamus_definer")
    cursor.execute("GRANT CREATE ON SCHEMA public TO conamus_definer")
    cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {everyone}, conamus_definer")
    cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO conamus_definer")
    cursor.execute("GRANT INSERT ON federations_historyevent TO conamus_definer")


def _drop_functions(cursor: CursorWrapper) -> None:
    """Make way for functions whose columns have changed; a trigger's never do."""
    cursor.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype <> 'trigger'::regtype"
        " AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        " ORDER BY p.prosecdef DESC"
    )
    for (signature,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION {signature}")


def _create_functions(cursor: CursorWrapper) -> None:
    _drop_functions(cursor)
    for _, sql in declared_functions():
        cursor.execute(sql)
    cursor.execute(
        "SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )
    for signature, name in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {signature} OWNER TO conamus_definer")
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
        for role in FUNCTION_CALLERS.get(name, ()):
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {role}")


def _grant(cursor: CursorWrapper, table: Table) -> None:
    everyone = ", ".join(ACTOR_ROLES)
    cursor.execute(f'REVOKE ALL ON "{table.name}" FROM PUBLIC, {everyone}')
    for role, letters in table.rights.items():
        rights = ", ".join(_LETTERS[letter] for letter in letters)
        cursor.execute(f'GRANT {rights} ON "{table.name}" TO {role}')


def _set_policies(cursor: CursorWrapper, table: Table) -> None:
    cursor.execute(
        "SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND tablename = %s",
        [table.name],
    )
    for (policy,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY "{policy}" ON "{table.name}"')
    for statement in policy_statements(table):
        cursor.execute(statement)


def policy_statements(table: Table) -> list[str]:
    """Return the SQL that puts ``table`` behind the wall (none for what stands outside)."""
    name = f'"{table.name}"'
    if table.policy in (Policy.IDENTITY, Policy.REFERENCE):
        return []
    statements = [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
    ]
    actors = "conamus_federation, conamus_confederation, conamus_facility, conamus_regulator"
    if table.policy is Policy.HISTORY:
        return [
            *statements,
            f"CREATE POLICY own_rows ON {name} FOR SELECT TO {actors} USING ({_OWN_ROWS})",
        ]
    statements.append(
        f"CREATE POLICY own_rows ON {name} TO {actors} USING ({_OWN_ROWS}) WITH CHECK ({_OWN_ROWS})"
    )
    if table.policy is Policy.DIRECTORY:
        statements.append(f"CREATE POLICY directory ON {name} FOR SELECT TO {actors} USING (true)")
    if table.policy is Policy.SHARED:
        statements.append(
            f"CREATE POLICY other_party ON {name} FOR SELECT TO {actors} USING ({_SENT_HERE})"
        )
    if table.policy is Policy.DISPATCHED:
        statements.append(
            f"CREATE POLICY dispatcher ON {name} TO conamus_system USING (true) WITH CHECK (true)"
        )
    return statements


def _set_history(cursor: CursorWrapper, table: Table, *, has_tenant: bool) -> None:
    for event in ("insert", "update", "delete"):
        cursor.execute(f'DROP TRIGGER IF EXISTS history_{event} ON "{table.name}"')
    if not table.history:
        return
    arguments = ", ".join(
        f"'{value}'"
        for value in (
            table.key,
            ",".join(table.hidden),
            ",".join(table.ignored),
            table.tenant_of or ("r.tenant_id" if has_tenant else ""),
        )
    )
    references = {
        "insert": "NEW TABLE AS new_rows",
        "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "OLD TABLE AS old_rows",
    }
    for event, reference in references.items():
        cursor.execute(
            f'CREATE TRIGGER history_{event} AFTER {event.upper()} ON "{table.name}"'
            f" REFERENCING {reference} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION record_history({arguments})"
        )
