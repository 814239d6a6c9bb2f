"""Long files of attestations: kept in parts, tried, decided by who brought them, entered in parts.

A part is a hundred attestations; trying it is entering it and giving everything back. What is
entered is marked in the same transaction, so that a task that was killed goes on where it was, and
the same file again finds what it brought.
"""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from claims.models import AttestationFile, AttestationFilePart, Claim
from claims.rules.attestation_file import LARGEST, MOST_ROWS, FileClaim, parts_of_file
from claims.selectors.attestation_files import file_by_id, file_outcome, own_files, parts_of
from claims.selectors.sealed_parts import open_claims, seal_claims, seal_errors
from claims.services.attestation_files import Brought, Loader, enter_file, read_file
from claims.services.system_acts import as_system_of
from conamus.kernel.errors import Conflict
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.services.jobs import request_job
from federations.services.repetition import once
from federations.tenancy.actor import Actor

CHECK_JOB, LOAD_JOB = "check_attestations", "load_attestations"
A_PART = 100
State = AttestationFile.State
_OPEN = (State.STAGED, State.CHECKED, State.LOADING)


def bring_file(
    *, actor: Actor, content: bytes, name: str, all_or_nothing: bool, key: str = ""
) -> Brought | AttestationFile:
    """Enter a file at once, or keep a longer one for a task; the same, not done with, is found."""
    require(actor, Permission.ENTER_CLAIMS)
    claims = read_file(content, LARGEST)
    if _rows(claims) <= MOST_ROWS:
        return enter_file(actor=actor, claims=claims, all_or_nothing=all_or_nothing)
    facts = {"sha256": sha256(content).hexdigest(), "all_or_nothing": all_or_nothing}
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["attestation_file", facts],
        create=lambda: _stage(actor, claims, name, facts),
        find=lambda pk: file_by_id(actor, UUID(pk)),
    )


@transaction.atomic
def _stage(
    actor: Actor, claims: list[FileClaim], name: str, facts: dict[str, object]
) -> AttestationFile:
    there = own_files(actor).filter(**facts, state__in=_OPEN).first()
    if there is not None:
        return there
    file = AttestationFile.objects.create(
        tenant_id=actor.tenant_id,
        facility_id=actor.facility_id,
        file_name=name[-160:],
        rows=_rows(claims),
        claims=len(claims),
        brought_by=actor.name,
        brought_by_user_id=actor.user_id,
        **facts,
    )
    AttestationFilePart.objects.bulk_create(
        AttestationFilePart(
            tenant_id=file.tenant_id,
            facility_id=file.facility_id,
            file=file,
            position=position,
            content=seal_claims(part),
        )
        for position, part in enumerate(parts_of_file(claims, A_PART), start=1)
    )
    request_work(actor=actor, file=file)
    return file


def request_work(*, actor: Actor, file: AttestationFile) -> None:
    """Ask for the task that a file waits for: safe to ask again, where none came."""
    require(actor, Permission.ENTER_CLAIMS)
    if actor.role is not Role.FACILITY_USER:
        _request(actor, file)
        return
    # A facility follows no tasks: the system does it, in the name of who brought the file.
    with as_system_of(actor.tenant_id) as system:
        _request(system, file)


def _request(asker: Actor, file: AttestationFile) -> None:
    request_job(
        actor=asker,
        kind=LOAD_JOB if file.state == State.LOADING else CHECK_JOB,
        title=f"Attestations de « {file.file_name} »",
        parameters={"file_id": str(file.pk)},
    )


@transaction.atomic
def enter_checked(*, actor: Actor, file_id: UUID) -> AttestationFile:
    """Have a checked file entered: its good attestations, those refused left out."""
    require(actor, Permission.ENTER_CLAIMS)
    file = file_by_id(actor, file_id)
    _move(file, (State.CHECKED,), State.LOADING)
    request_work(actor=actor, file=file)
    return file


@transaction.atomic
def abandon_file(*, actor: Actor, file_id: UUID) -> AttestationFile:
    """Give a file up before it is entered; its rows go."""
    require(actor, Permission.ENTER_CLAIMS)
    file = file_by_id(actor, file_id)
    _move(file, (State.STAGED, State.CHECKED), State.ABANDONED)
    parts_of(file).update(content=b"")
    return file


def check_part(*, actor: Actor, part_id: int) -> None:
    """Try a part: what entering it would come to is kept, nothing is entered."""
    require(actor, Permission.ENTER_CLAIMS)
    part = _held(actor, part_id)
    if part.checked_at is not None:
        return
    loader = Loader(actor)
    with transaction.atomic():
        _bring(loader, part)
        transaction.set_rollback(True)
    _keep(part, loader, checked_at=timezone.now())


def load_part(*, actor: Actor, part_id: int) -> None:
    """Enter and send a part, once; its rows go."""
    require(actor, Permission.ENTER_CLAIMS)
    part = _held(actor, part_id)
    if part.loaded_at is not None:
        return
    loader = Loader(actor)
    _bring(loader, part)
    loader.send()
    _keep(part, loader, loaded_at=timezone.now(), content=b"")


def finish_check(*, actor: Actor, file_id: UUID) -> AttestationFile:
    """Say that a file is checked, or refused where it was all or nothing and something is wrong."""
    file = file_by_id(actor, file_id)
    if file.state != State.STAGED:
        return file
    if file.all_or_nothing and file_outcome(file).refused:
        _move(file, (State.STAGED,), State.REFUSED)
        parts_of(file).update(content=b"")
    else:
        _move(file, (State.STAGED,), State.CHECKED)
    return file


def finish_load(*, actor: Actor, file_id: UUID) -> AttestationFile:
    """Say that a file is entered."""
    file = file_by_id(actor, file_id)
    if file.state == State.LOADING:
        _move(file, (State.LOADING,), State.DONE)
    return file


def _bring(loader: Loader, part: AttestationFilePart) -> None:
    for claim in open_claims(part.content):
        loader.bring(claim)
    part.entered = sum(map(len, loader.made.values()))
    part.known, part.refused = loader.known, loader.refused
    sums = (
        Claim.objects.filter(care_year=year, pk__in=ids).aggregate(sum=Sum("asked_francs"))["sum"]
        for year, ids in loader.made.items()
    )
    part.asked_francs = sum(sums)


def _keep(part: AttestationFilePart, loader: Loader, **values: object) -> None:
    part.errors = seal_errors(loader.errors)
    for name, value in values.items():
        setattr(part, name, value)
    counts = ("entered", "known", "refused", "asked_francs", "errors")
    part.save(update_fields=[*counts, *values])


def _held(actor: Actor, part_id: int) -> AttestationFilePart:
    mine = AttestationFilePart.objects.filter(tenant_id=actor.tenant_id, pk=part_id)
    return mine.select_for_update(of=("self",)).get()


def _move(file: AttestationFile, sources: Iterable[str], target: State) -> None:
    """Move a file from the state in which its reader saw it; Conflict where it moved meanwhile."""
    moved = AttestationFile.objects.filter(
        tenant_id=file.tenant_id, pk=file.pk, state__in=list(sources)
    ).update(state=target)
    if not moved:
        raise Conflict("Ce fichier n’attend plus cette décision : relisez ce qui est montré.")
    file.state = target


def _rows(claims: Iterable[FileClaim]) -> int:
    return sum(len(claim.rows) for claim in claims)
