"""`migrate`, then raise the tenants' wall in the same database.

A table that a migration adds is thereby behind its policy before anyone can use it.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction

from federations.tenancy.fence import raise_fence


class Command(Migrate):
    """Apply migrations as the owner, create the cache's table, raise the wall."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command, then the two steps of ours."""
        super().handle(*args, **options)
        alias = options["database"]
        call_command("createcachetable", database=alias, verbosity=0)
        with transaction.atomic(using=alias):
            raise_fence(connections[alias])
        self.stdout.write("Cloisonnement des fédérations en place.")
