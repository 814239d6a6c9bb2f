"""Long files of attestations: whose they are, how far each is, what its parts came to."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from claims.models import AttestationFile, AttestationFilePart
from claims.rules.attestation_file import RowError
from claims.selectors.sealed_parts import open_errors
from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import User
from federations.rules.roles import Permission, is_permitted
from federations.selectors.assignments import actor_of, open_assignments
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What a file's parts came to so far: attestations, francs, parts."""

    entered: int
    known: int
    refused: int
    asked_francs: int
    parts: int
    checked: int
    loaded: int


def own_files(actor: Actor) -> QuerySet[AttestationFile]:
    """Return the files that the actor brought; a facility's, whoever of its people did."""
    found = AttestationFile.objects.filter(tenant_id=actor.tenant_id)
    if actor.facility_id is not None:
        return found.filter(facility_id=actor.facility_id)
    return found.filter(facility_id__isnull=True, brought_by_user_id=actor.user_id)


def file_by_id(actor: Actor, file_id: UUID) -> AttestationFile:
    """Return a file that the actor brought; NotFound for any other."""
    found = own_files(actor).filter(pk=file_id).first()
    if found is None:
        raise NotFound("Ce fichier n’existe pas, ou n’est pas à vous.")
    return found


def parts_of(file: AttestationFile) -> QuerySet[AttestationFilePart]:
    """Return a file's parts, in order."""
    return AttestationFilePart.objects.filter(tenant_id=file.tenant_id, file=file)


def file_outcome(file: AttestationFile) -> FileOutcome:
    """Add up what the parts came to; one query."""
    sums = parts_of(file).aggregate(
        entered=Sum("entered", default=0),
        known=Sum("known", default=0),
        refused=Sum("refused", default=0),
        asked_francs=Sum("asked_francs", default=0),
        parts=Count("pk"),
        checked=Count("pk", filter=Q(checked_at__isnull=False)),
        loaded=Count("pk", filter=Q(loaded_at__isnull=False)),
    )
    return FileOutcome(**sums)


def first_errors(file: AttestationFile, most: int | None) -> list[RowError]:
    """Return where and why rows are refused, by row; ``most`` None: all of them."""
    found: list[RowError] = []
    for sealed in parts_of(file).filter(refused__gt=0).values_list("errors", flat=True):
        found.extend(open_errors(sealed))
        if most is not None and len(found) >= most:
            break
    return sorted(found, key=lambda one: one.number)[:most]


def bringer_of(tenant_id: int, file_id: UUID) -> Actor:
    """Return who brought a file, as they are today: in their name it is entered, or not at all."""
    file = AttestationFile.objects.get(tenant_id=tenant_id, pk=file_id)
    user = User.objects.filter(pk=file.brought_by_user_id or 0, is_active=True).first()
    for assignment in open_assignments(user, on_date=clock.today()) if user else ():
        actor = actor_of(assignment)
        is_same = (actor.tenant_id, actor.facility_id) == (tenant_id, file.facility_id)
        if is_same and is_permitted(actor.role, Permission.ENTER_CLAIMS):
            return actor
    raise DomainError("La personne qui a déposé ce fichier ne peut plus saisir d’attestations.")
