"""`migrate`, then raise the tenants' wall in the same database.

A table that a migration adds is thereby behind its policy before anyone can use it.
"""

import time
from typing import Any

from django.core.management import CommandParser, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from federations.migrations._earlier import take_over
from federations.tenancy.fence import raise_fence

#: With --progress, how often it is said how far the migrations are.
TOLD_EVERY_SECONDS = 2.0


class Command(Migrate):
    """Apply migrations as the owner, create the cache's table, raise the wall."""

    total = done = 0
    told_at = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the option of the demonstration."""
        super().add_arguments(parser)
        parser.add_argument(
            "--progress",
            action="store_true",
            help="Dit combien de migrations sont faites, et rien d’autre.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command, then the two steps of ours; CommandError if too old a database."""
        alias = options["database"]
        take_over(connections[alias])
        if options["progress"]:
            options["verbosity"] = 0
            self.total = _count_to_apply(alias)
            self.told_at = time.monotonic()
        super().handle(*args, **options)
        call_command("createcachetable", database=alias, verbosity=0)
        with transaction.atomic(using=alias):
            raise_fence(connections[alias])
        self.stdout.write("Cloisonnement des fédérations en place.")

    def migration_progress_callback(
        self, action: str, migration: Any | None = None, fake: bool = False
    ) -> None:
        """Count what is applied, and say so now and then, at the end in any case."""
        super().migration_progress_callback(action, migration, fake)
        if not self.total or action != "apply_success":
            return
        self.done += 1
        is_due = time.monotonic() - self.told_at >= TOLD_EVERY_SECONDS
        if is_due or self.done == self.total:
            self.told_at = time.monotonic()
            self.stdout.write(f"  Migrations : {self.done} sur {self.total}")
            self.stdout.flush()


def _count_to_apply(alias: str) -> int:
    """Return how many migrations are not applied yet."""
    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
