"""Databases from before the first production, whose migrations no longer have files (decision 0032).

The migrations were written anew then, two an application, under new names. What the last of the
earlier ones made is the same schema to the column: such a database only has its migrations recorded
under the new names. One that is older is told to begin again.
"""

from itertools import product

from django.core.management import CommandError
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

#: What every earlier database begins with, and no later one.
EARLIER = ("federations", "0001_initial")
#: The last migration of each application before they were written anew, and those in its place.
LAST = {
    "federations": "0011_jobs_name_their_process",
    "membership": "0030_open_rights",
    "claims": "0019_moments_of_steps",
    "prudential": "0004_released_figures",
}
ANEW = ("0001_tables", "0002_keys")
REFUSAL = (
    "Cette base de données a été faite par une version d’essai de Conamus, trop ancienne pour que"
    " celle-ci la reprenne ; rien n’y a été changé. « make reset » efface une démonstration,"
    " « make demo » la refait."
)


def take_over(connection: BaseDatabaseWrapper) -> None:
    """Record the last earlier schema under the new names; CommandError for an older one."""
    recorder = MigrationRecorder(connection)
    applied = sorted(recorder.applied_migrations())
    if EARLIER not in applied:
        return
    ours = [(label, name) for label, name in applied if label in LAST]
    if dict(ours) != LAST:  # of each application the last remains
        raise CommandError(REFUSAL)
    with transaction.atomic(using=connection.alias):
        for label, name in ours:
            recorder.record_unapplied(label, name)
        for label, name in product(LAST, ANEW):
            recorder.record_applied(label, name)
