"""Papers attached to an attestation: known by their bytes, limited, pictures written anew."""

import hashlib

from django.db import transaction

from claims.models import ClaimAttachment
from claims.rules.states import ENDED, State
from claims.selectors.claims import claim_by_id
from claims.services.claim_moves import parties_of
from conamus.kernel.errors import DomainError, NotAllowed
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.papers import clean_paper
from federations.tenancy.actor import Actor


@transaction.atomic
def attach_paper(
    *, actor: Actor, claim_id: int, year: int, title: str, content: bytes
) -> ClaimAttachment:
    """Attach a PDF or a picture; its kind is told by its bytes, a picture keeps only its points."""
    require(actor, Permission.ENTER_CLAIMS)
    claim = claim_by_id(actor, year, claim_id)
    if State(claim.state) in ENDED:
        raise DomainError(f"L’attestation est {State(claim.state).label}.", field="file")
    if claim.facility_id != actor.facility_id and claim.processing_id != actor.tenant_id:
        raise NotAllowed("La fédération qui traite l’attestation y joint les pièces.")
    kept = clean_paper(content, field="file")
    paper = ClaimAttachment(
        **parties_of(claim),
        title=title.strip(),
        content_type=kept.content_type,
        sha256=hashlib.sha256(kept.content).hexdigest(),
        content=kept.content,
        added_by=actor.name,
    )
    # Who may write here and not read is told nothing back: no RETURNING.
    ClaimAttachment.objects.bulk_create([paper])
    return paper
