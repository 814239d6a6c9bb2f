"""Raise the wall in the database: grants, policies, history triggers, narrow functions.

Everything is computed from the declarations, so the database is what the lists say:
run after each migration (the `migrate` command does it), in one transaction, and again
without harm. Run as the schema's owner.
"""

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from conamus.standalone.database import keep_temporary_tables
from federations.tenancy.declarations import (
    Guard,
    Policy,
    Table,
    declared_functions,
    declared_tables,
    shared_registers,
)
from federations.tenancy.guards import HOLDS, OF_TENANT, SCOPE
from federations.tenancy.signature import store_key

ACTOR_ROLES = (
    "conamus_app",
    "conamus_federation",
    "conamus_confederation",
    "conamus_facility",
    "conamus_regulator",
    "conamus_nurse",
    "conamus_adviser",
    "conamus_system",
)
_LETTERS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}
_OWN_ROWS = f"{OF_TENANT} AND {HOLDS}"
_PARTIES = f"({OF_TENANT} OR processing_id = {SCOPE}) AND {HOLDS}"
#: Written by the side that processes the claim.
_PROCESSED_HERE = f"processing_id = {SCOPE} AND {HOLDS}"
#: The facility whose user acts.
_OWN_FACILITY = (
    f"facility_id = nullif(current_setting('app.facility_id', true), '')::bigint AND {HOLDS}"
)
#: The other party of a row between two tenants.
_SENT_HERE = f"destination_id = {SCOPE} AND {HOLDS}"
#: Narrow functions: file name without number and ending → who may call it.
FUNCTION_CALLERS = {
    # Tells of the caller's own session only.
    "scope_holds": ("PUBLIC",),
    # Told with each page's scope.
    "latest_campaigns": ("PUBLIC",),
    "shared_row_history": ("conamus_federation", "conamus_confederation"),
    "make_staging": ("conamus_federation", "conamus_confederation"),
    "network_insured": ("conamus_confederation",),
    "network_insured_by_commune": ("conamus_confederation",),
    "network_flows": ("conamus_confederation",),
    "network_targets": ("conamus_confederation",),
    "network_insured_on": ("conamus_confederation",),
    "network_open_rights": ("conamus_confederation",),
    "households_kept_elsewhere": ("conamus_federation", "conamus_confederation"),
    "network_insured_places": ("conamus_confederation",),
    "released_insured": ("conamus_regulator",),
    "released_insured_by_commune": ("conamus_regulator",),
    "shown_past_years": ("conamus_regulator", "conamus_confederation"),
    "figures_settled_on": ("conamus_regulator", "conamus_confederation"),
    "possible_matches": ("conamus_federation", "conamus_confederation"),
    "other_stays": ("conamus_federation", "conamus_confederation"),
    "is_nowhere_else": ("conamus_federation", "conamus_confederation"),
    "prefixes_elsewhere": ("conamus_federation", "conamus_confederation"),
    "card_keys": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "card_standing": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "revoked_cards": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    # For the functions beside it alone.
    "claims_in_sight": (),
    "claims_with_records": (),
    "claim_rights": ("conamus_federation", "conamus_confederation"),
    "claim_earlier_care": ("conamus_federation", "conamus_confederation"),
    "claim_records": ("conamus_federation", "conamus_confederation"),
    # Of who decides, the system (which acts as the confederation) and the readers.
    "claim_particulars": ("conamus_nurse", "conamus_confederation"),
    "claim_authorisations": ("conamus_federation", "conamus_confederation"),
    "lock_care_accounts": ("conamus_federation", "conamus_confederation"),
    "price_decisions": ("conamus_federation", "conamus_confederation"),
    "act_is_decided": ("conamus_federation", "conamus_confederation"),
    "reason_is_decided": ("conamus_federation", "conamus_confederation"),
    # Triggers': nobody calls them.
    "note_changed_payable": (),
    "hold_decision_in_force": (),
    "ceilings_left": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "claim_patient": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "authorised_patient": (
        "conamus_federation",
        "conamus_confederation",
        "conamus_facility",
    ),
    "claim_person_history": ("conamus_nurse", "conamus_adviser"),
    "claim_signal_facts": ("conamus_federation", "conamus_confederation"),
    "claim_was_read": ("conamus_federation",),
    "claim_agreement": ("conamus_nurse", "conamus_adviser"),
    "claim_to_read": (),
    "keep_reading": (),
    "claim_reason": ("conamus_nurse", "conamus_adviser", "conamus_facility"),
    "claim_papers": ("conamus_nurse", "conamus_adviser", "conamus_facility"),
    "claim_paper": ("conamus_nurse", "conamus_adviser", "conamus_facility"),
    "carry_private": ("conamus_federation", "conamus_facility"),
    # Told to who enters, equal or not.
    "claim_reason_is": ("conamus_federation", "conamus_facility"),
    "survey_sums": ("conamus_federation", "conamus_confederation"),
    "facility_to_answer": ("conamus_facility",),
    "facility_step_reasons": ("conamus_facility",),
    "standard_step_reasons": ("conamus_federation",),
    "drawn_claims": ("conamus_federation", "conamus_confederation"),
    "state_by_invoice": ("conamus_nurse", "conamus_adviser"),
    "network_facility_sums": ("conamus_confederation",),
    "network_facility_months": ("conamus_confederation",),
    "network_facility_parts": ("conamus_adviser",),
    "network_facility_signals": ("conamus_adviser",),
    "network_care_sums": ("conamus_confederation",),
    "network_care_cuts": ("conamus_confederation",),
    "network_care_delays": ("conamus_confederation",),
    "network_care_parts": ("conamus_confederation",),
    "released_care": ("conamus_regulator", "conamus_confederation"),
    "reasons_of_care": ("conamus_federation", "conamus_confederation"),
    "rights_facts": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "patients_numbered": ("conamus_federation", "conamus_confederation", "conamus_facility"),
    "patient_records": ("conamus_federation", "conamus_confederation", "conamus_facility"),
}


def raise_fence(connection: BaseDatabaseWrapper) -> None:
    """Bring grants, policies, triggers and functions to what is declared."""
    with connection.cursor() as cursor:
        tables = declared_tables()
        present = [tables[name] for name in _present_tables(cursor) if name in tables]
        _grant_schema(cursor)
        sequences = _sequences(cursor)
        keep_temporary_tables(cursor, connection.settings_dict["NAME"])
        _create_functions(cursor)
        # Only creating the functions asks for it; a bypass role keeps no way to make objects.
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM conamus_definer")
        store_key(cursor)
        for table in present:
            _grant(cursor, table)
            _grant_sequences(cursor, table, sequences.get(table.name, []))
            _set_policies(cursor, table)
            _set_changes(cursor, table)
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
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {everyone}")
    cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO conamus_definer")
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
    cursor.execute(_shared_registers_function())
    cursor.execute(_rights_limits_function())
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


def _shared_registers_function() -> str:
    """Return the SQL of the function that names the shared registers to the others."""
    names = ", ".join(f"'{name}'" for name in sorted(shared_registers()))
    return (
        "CREATE FUNCTION shared_registers() RETURNS text[] LANGUAGE sql IMMUTABLE"
        f" AS $function$ SELECT ARRAY[{names}] $function$"
    )


def _rights_limits_function() -> str:
    """Return the SQL of the function that tells the rights check what one person may ask.

    Out of a caller's reach: a setting of the session could be changed by any statement.
    """
    most, minutes = int(settings.RIGHTS_CHECKS_MOST), int(settings.RIGHTS_CHECKS_MINUTES)
    return (
        "CREATE FUNCTION rights_limits(OUT most integer, OUT minutes integer)"
        f" LANGUAGE sql IMMUTABLE AS $function$ SELECT {most}, {minutes} $function$"
    )


def _grant(cursor: CursorWrapper, table: Table) -> None:
    everyone = ", ".join(ACTOR_ROLES)
    cursor.execute(f'REVOKE ALL ON "{table.name}" FROM PUBLIC, {everyone}')
    for role, letters in table.rights.items():
        narrow = {"S": table.readable.get(role), "U": table.columns.get(role)}
        rights = ", ".join(_right(letter, narrow.get(letter)) for letter in letters)
        cursor.execute(f'GRANT {rights} ON "{table.name}" TO {role}')


def _sequences(cursor: CursorWrapper) -> dict[str, list[str]]:
    """Return the sequences that number each table's rows."""
    cursor.execute(
        "SELECT d.refobjid::regclass::text, array_agg(s.oid::regclass::text)"
        " FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
        " AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass"
        " WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace GROUP BY 1"
    )
    return dict(cursor.fetchall())


def _grant_sequences(cursor: CursorWrapper, table: Table, sequences: list[str]) -> None:
    """Let who adds rows take their numbers: to anybody else these tell how many were added."""
    adders = [role for role, letters in table.rights.items() if "I" in letters]
    if sequences and adders:
        cursor.execute(f"GRANT USAGE ON SEQUENCE {', '.join(sequences)} TO {', '.join(adders)}")


def _right(letter: str, columns: tuple[str, ...] | None) -> str:
    """Return a right's name, narrowed to the columns where some are named."""
    name = _LETTERS[letter]
    return name if columns is None else f"{name} ({', '.join(columns)})"


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
        return _guard_statements(table)
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        *(f"CREATE POLICY {policy} ON {name} {rule}" for policy, rule in _RULES[table.policy]),
        *(_guard_statement(name, guard) for guard in table.guards),
    ]


_FEDERATIONS = "conamus_federation, conamus_confederation"
_ACTORS = f"{_FEDERATIONS}, conamus_facility, conamus_regulator"


def _all(roles: str, rows: str) -> str:
    return f"TO {roles} USING ({rows}) WITH CHECK ({rows})"


_OWN = ("own_rows", _all(_ACTORS, _OWN_ROWS))
#: Those of a federation only: a facility's user acts in a federation, but sees its facility's.
_FEDERATIONS_OWN = ("own_rows", _all(f"{_FEDERATIONS}, conamus_regulator", _OWN_ROWS))
_FACILITYS_OWN = ("own_facility", _all("conamus_facility", _OWN_FACILITY))

#: Name and body of each policy, by the table's kind; one comparison a row.
_RULES: dict[Policy, tuple[tuple[str, str], ...]] = {
    Policy.TENANT: (_OWN,),
    Policy.DIRECTORY: (_OWN, ("directory", f"FOR SELECT TO {_ACTORS} USING (true)")),
    Policy.SHARED: (_OWN, ("other_party", f"FOR SELECT TO {_ACTORS} USING ({_SENT_HERE})")),
    Policy.DISPATCHED: (_OWN, ("dispatcher", _all("conamus_system", HOLDS))),
    Policy.HISTORY: (("own_rows", f"FOR SELECT TO {_ACTORS} USING ({_OWN_ROWS})"),),
    Policy.FACILITY: (_FEDERATIONS_OWN, _FACILITYS_OWN),
    Policy.CARE: (
        ("parties", _all(_FEDERATIONS, _PARTIES)),
        _FACILITYS_OWN,
        ("advisers", _all("conamus_adviser", HOLDS)),
    ),
    Policy.PRIVATE: (
        ("written_here", f"FOR INSERT TO {_FEDERATIONS} WITH CHECK ({_PROCESSED_HERE})"),
        _FACILITYS_OWN,
    ),
}


def _guard_statements(table: Table) -> list[str]:
    """Return the SQL of a table outside the wall that has guards: all read, few write.

    Not forced upon the owner: migrations meet every row.
    """
    name = f'"{table.name}"'
    if not table.guards:
        return [f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"]
    statements = [f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"]
    if not any(guard.command == "SELECT" for guard in table.guards):
        readers = ", ".join(role for role, letters in table.rights.items() if "S" in letters)
        statements.append(f"CREATE POLICY read ON {name} FOR SELECT TO {readers} USING (true)")
    return [*statements, *(_guard_statement(name, guard) for guard in table.guards)]


def _guard_statement(name: str, guard: Guard) -> str:
    kind = "AS RESTRICTIVE " if guard.is_narrowing else ""
    using = f" USING ({guard.using})" if guard.using else ""
    check = f" WITH CHECK ({guard.check})" if guard.check else ""
    roles = ", ".join(guard.roles)
    return (
        f"CREATE POLICY {guard.name} ON {name} {kind}FOR {guard.command} TO {roles}{using}{check}"
    )


def _set_changes(cursor: CursorWrapper, table: Table) -> None:
    cursor.execute(f'DROP TRIGGER IF EXISTS keep_changes ON "{table.name}"')
    if not table.changes:
        return
    condition = table.changes.replace("'", "''")
    cursor.execute(
        f'CREATE TRIGGER keep_changes AFTER UPDATE ON "{table.name}"'
        f" REFERENCING {_EVENTS['update']} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION keep_changes('{table.key}', '{condition}')"
    )


#: What the history is told of each kind of change.
_EVENTS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _set_history(cursor: CursorWrapper, table: Table, *, has_tenant: bool) -> None:
    for event in _EVENTS:
        cursor.execute(f'DROP TRIGGER IF EXISTS history_{event} ON "{table.name}"')
    if not table.history:
        return
    arguments = ", ".join(
        "'{}'".format(value.replace("'", "''"))
        for value in (
            table.key,
            ",".join(table.hidden),
            ",".join(table.ignored),
            table.told_to or f"SELECT {'r.tenant_id' if has_tenant else 'NULL::smallint'}",
        )
    )
    for event in table.events:
        cursor.execute(
            f'CREATE TRIGGER history_{event} AFTER {event.upper()} ON "{table.name}"'
            f" REFERENCING {_EVENTS[event]} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION record_history({arguments})"
        )
