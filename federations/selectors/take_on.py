"""Reads for the pages of the first-day import."""

from federations.models import StoredFile
from federations.tenancy.actor import Actor


def refused_rows_file(actor: Actor, file_id: int) -> StoredFile | None:
    """Return the refused rows that an import of the actor's tenant left behind."""
    return StoredFile.objects.filter(
        tenant_id=actor.tenant_id,
        pk=file_id,
        content_type__startswith="text/csv",
        name__startswith="refus-",
    ).first()
