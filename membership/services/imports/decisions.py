"""What a person decides about an import: have it checked, load it, and on which condition."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from conamus.kernel.errors import Conflict, DomainError
from federations.models import Job
from federations.services.jobs import request_job
from federations.tenancy.actor import Actor
from membership.models import MemberImport
from membership.rules.imports import Kind
from membership.selectors.imports import own_import
from membership.services.imports.running import require_importer
from membership.services.imports.staging import stage_import

CHECK_JOB, LOAD_JOB = "import_check", "import_load"
_State = MemberImport.State


@transaction.atomic
def bring_file(*, actor: Actor, **facts: Any) -> MemberImport:
    """Keep a file (see ``stage_import``) and ask for its check."""
    row = stage_import(actor=actor, **facts)
    require_importer(actor, Kind(row.kind))
    if row.state == _State.STAGED and row.job_id is None:
        job = _request(actor, row, CHECK_JOB, "Vérification")
        row.job_id = job.pk
        row.save(update_fields=["job_id"])
    return row


@transaction.atomic
def decide_import(
    *, actor: Actor, import_id: UUID, choice: str, takes_doubtful: bool = True
) -> MemberImport:
    """Load the good rows of a checked import, or all of them or nothing; asks for the job."""
    before = own_import(actor, import_id)
    row = settle_import(
        actor=actor, import_id=import_id, choice=choice, takes_doubtful=takes_doubtful
    )
    if before.state != row.state:
        job = _request(actor, row, LOAD_JOB, "Chargement")
        row.job_id = job.pk
        row.save(update_fields=["job_id"])
    return row


@transaction.atomic
def settle_import(
    *, actor: Actor, import_id: UUID, choice: str, takes_doubtful: bool = True
) -> MemberImport:
    """Write what was decided, whoever does the work then; the same again changes nothing.

    Without ``takes_doubtful``, households with somebody who may be there already are left out.
    """
    row = own_import(actor, import_id)
    require_importer(actor, Kind(row.kind))
    if choice not in MemberImport.Choice.values:
        raise DomainError("Choisissez que charger.", field="choice")
    if row.choice == choice and row.state in (_State.LOADING, _State.DONE, _State.REFUSED):
        return row
    changed = MemberImport.objects.filter(
        tenant_id=actor.tenant_id, pk=row.pk, state__in=(_State.STAGED, _State.CHECKED)
    ).update(
        state=_State.LOADING,
        choice=choice,
        takes_doubtful=takes_doubtful,
        decided_at=timezone.now(),
    )
    if not changed:
        raise Conflict("Cet import est déjà décidé.")
    return own_import(actor, import_id)


def _request(actor: Actor, row: MemberImport, kind: str, verb: str) -> Job:
    return request_job(
        actor=actor,
        kind=kind,
        title=f"{verb} de « {row.file_name[:120]} »",
        parameters={"import_id": str(row.pk)},
    )
