-- The cluster's roles, created by its superuser; running it again changes nothing. Each
-- login's password is set afterwards: by conamus/standalone/database.py, in production by
-- deploy/postgres/20-database.sql.
--
--   conamus_owner     owns the schema, runs migrations; bound by row-level security (FORCE)
--   conamus_definer   owns the few SECURITY DEFINER functions; bypasses row-level security
--   conamus_app       what web, worker and beat connect as; has no right on tenant tables
--                     until a scope takes one of the actor roles below with SET LOCAL ROLE
--   conamus_loader    bypasses row-level security: data migrations, restore drills, benches
--   conamus_backup    reads everything, for pg_dump
--   conamus_federation, conamus_confederation, conamus_facility, conamus_regulator,
--   conamus_nurse, conamus_adviser (who also read diagnoses: they have all that a federation,
--   or the confederation, has), conamus_system    actor roles, NOLOGIN; their rights are in federations/tenancy/fence.py
DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'conamus_owner', 'conamus_definer', 'conamus_app', 'conamus_loader', 'conamus_backup',
        'conamus_federation', 'conamus_confederation', 'conamus_facility', 'conamus_regulator',
        'conamus_nurse', 'conamus_adviser', 'conamus_system'
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
    END LOOP;
END
$$;

ALTER ROLE conamus_owner LOGIN NOSUPERUSER NOBYPASSRLS;
ALTER ROLE conamus_definer NOLOGIN BYPASSRLS;
ALTER ROLE conamus_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS;
ALTER ROLE conamus_loader LOGIN BYPASSRLS;
ALTER ROLE conamus_backup LOGIN BYPASSRLS;

-- The owner hands functions over to the definer; the application takes an actor's role.
GRANT conamus_definer TO conamus_owner;
GRANT conamus_federation, conamus_confederation, conamus_facility, conamus_regulator,
      conamus_nurse, conamus_adviser, conamus_system TO conamus_app;
GRANT conamus_federation TO conamus_nurse;
GRANT conamus_confederation TO conamus_adviser;
GRANT pg_read_all_data TO conamus_backup;
GRANT pg_read_all_data, pg_write_all_data TO conamus_loader;

ALTER ROLE conamus_app SET statement_timeout = '60s';
ALTER ROLE conamus_app SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE conamus_owner SET lock_timeout = '10s';

-- What the application writes may be somebody's diagnosis: the server's log keeps neither the
-- statement that failed nor the row that it names.
ALTER ROLE conamus_app SET log_min_error_statement = 'panic';
ALTER ROLE conamus_app SET log_error_verbosity = 'terse';
ALTER ROLE conamus_loader SET log_min_error_statement = 'panic';
ALTER ROLE conamus_loader SET log_error_verbosity = 'terse';
