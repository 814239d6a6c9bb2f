"""Reading what is private of a claim: the database keeps each reading, who, what, as whom.

The narrow functions of `claims/sql/35_private_readings.sql` are the only way to it: nobody reads
the tables, so that no statement reads without leaving its trace.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from claims.models import CareReason, Claim
from conamus.kernel.errors import NotFound
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A claim's reason for care."""

    reason: CareReason
    note: str


@dataclass(frozen=True, slots=True)
class PaperName:
    """An attached paper, without its content."""

    pk: UUID
    title: str
    content_type: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """An attached paper's content."""

    pk: UUID
    content_type: str
    content: bytes


def read_diagnosis(*, actor: Actor, claim: Claim) -> Diagnosis | None:
    """Return the reason for care that holds; where there is one, that it was read is kept."""
    require(actor, Permission.SEE_DIAGNOSES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_reason(%s, %s)", [claim.pk, claim.care_year])
        found = cursor.fetchone()
    if found is None:
        return None
    reason_id, note = found
    return Diagnosis(CareReason.objects.get(pk=reason_id), note)


def list_papers(*, actor: Actor, claim: Claim) -> list[PaperName]:
    """Return the names of a claim's papers; where there are some, that they were read is kept."""
    require(actor, Permission.SEE_DIAGNOSES)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_papers(%s, %s)", [claim.pk, claim.care_year])
        return [PaperName(*row) for row in cursor.fetchall()]


def read_paper(*, actor: Actor, claim: Claim, paper_id: UUID) -> Paper:
    """Return one attached paper with its content; the reading is kept."""
    require(actor, Permission.SEE_DIAGNOSES)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM claim_paper(%s, %s, %s)", [claim.pk, claim.care_year, paper_id]
        )
        found = cursor.fetchone()
    if found is None:
        raise NotFound("Cette pièce n’existe pas.")
    content_type, content = found
    return Paper(paper_id, content_type, bytes(content))
