"""What migrations share: many tables at once, keys that carry the tenant, functions made anew."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTables(Operation):
    """Many `CreateModel` at once, for whose sake all models are rendered once.

    Django alone renders anew, for each table, every model that is related to it, however far:
    with tables that all name their tenant that is each of them, each time. Together they may also
    refer to one another in any order: the keys between them are made last.
    """

    reversible = True

    def __init__(self, tables: Sequence[CreateModel]) -> None:
        """Take the tables, in the order in which they are made."""
        self.tables = tables

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the tables to a state that is not rendered; who asks for its models renders it."""
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create each table."""
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop each table, the last one first."""
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say it on the console."""
        return f"Create {len(self.tables)} tables"


def tenant_keys(keys: Sequence[tuple[str, str, str]]) -> str:
    """Return the SQL of foreign keys that carry the tenant: no row points into another's.

    Each is (table, column, the table it points into). A plain foreign-key check bypasses row-level
    security, so it would accept, and reveal, another tenant's row.
    """
    return "".join(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_{column}"
        f" FOREIGN KEY (tenant_id, {column}) REFERENCES {target} (tenant_id, id)"
        " DEFERRABLE INITIALLY DEFERRED;\n"
        for table, column, target in keys
    )


def functions_again(*kept: str) -> str:
    """Return the functions of statements that make them with their triggers, which stay.

    In place of those that are there: for a database that an earlier version made.
    """
    made = (sql.partition("CREATE TRIGGER")[0] for sql in kept)
    return "".join(made).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
