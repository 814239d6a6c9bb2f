"""Who read what is private of claims: the traces of the federation's own, and of what it treats."""

from django.db.models import OuterRef, Q, QuerySet, Subquery

from claims.models import Claim, PrivateReading
from federations.tenancy.actor import Actor


def listed_readings(actor: Actor) -> QuerySet[PrivateReading]:
    """Return the readings with their claims' stubs, the latest first."""
    claims = Claim.objects.filter(care_year=OuterRef("care_year"), pk=OuterRef("claim_id"))
    readings = PrivateReading.objects.filter(
        Q(tenant_id=actor.tenant_id) | Q(processing_id=actor.tenant_id)
    )
    return (
        readings.select_related("facility")
        .annotate(stub=Subquery(claims.values("stub_number")[:1]))
        .order_by("-read_at", "-pk")
    )
