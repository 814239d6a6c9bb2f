"""Reading what is private of a claim: each time written down, who, what, as whom."""

from uuid import UUID

from django.db import connection

from claims.models import Claim, ClaimAttachment, ClaimDiagnosis
from claims.services.claim_moves import parties_of
from conamus.kernel.errors import NotFound
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor

_KEEP = """
INSERT INTO claims_privatereading (
    care_year, tenant_id, processing_id, facility_id, claim_id, what, read_by, read_by_user_id,
    read_as, read_at)
VALUES (%(care_year)s, %(tenant_id)s, %(processing_id)s, %(facility_id)s, %(claim_id)s, %(what)s,
        %(read_by)s, %(read_by_user_id)s, %(read_as)s, now())
"""


def read_diagnosis(*, actor: Actor, claim: Claim) -> ClaimDiagnosis | None:
    """Return the reason for care that holds; where there is one, that it was read is kept."""
    require(actor, Permission.SEE_DIAGNOSES)
    written = ClaimDiagnosis.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
    found = written.select_related("reason").order_by("-written_at").first()
    if found is not None:
        _trace(actor, claim, "reason")
    return found


def list_papers(*, actor: Actor, claim: Claim) -> list[ClaimAttachment]:
    """Return the names of a claim's papers, without their contents."""
    require(actor, Permission.SEE_DIAGNOSES)
    papers = ClaimAttachment.objects.filter(care_year=claim.care_year, claim_id=claim.pk)
    return list(papers.defer("content").order_by("added_at"))


def read_paper(*, actor: Actor, claim: Claim, paper_id: UUID) -> ClaimAttachment:
    """Return one attached paper with its content; the reading is traced."""
    require(actor, Permission.SEE_DIAGNOSES)
    paper = ClaimAttachment.objects.filter(
        care_year=claim.care_year, claim_id=claim.pk, pk=paper_id
    ).first()
    if paper is None:
        raise NotFound("Cette pièce n’existe pas.")
    _trace(actor, claim, "paper")
    return paper


def _trace(actor: Actor, claim: Claim, what: str) -> None:
    # Who may write a reading may not always read it back: nothing is asked to be returned.
    values = {
        **parties_of(claim),
        "what": what,
        "read_by": actor.name,
        "read_by_user_id": actor.user_id,
        "read_as": actor.role.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
