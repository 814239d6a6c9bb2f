"""Reads of tenants: which of them is the confederation, whose rows are the network's templates."""

from conamus.kernel.errors import NotFound
from federations.models import Federation


def confederation_id() -> int:
    """Return CONAMUS's own tenant, whose rows are the network's templates."""
    found = Federation.objects.filter(kind=Federation.Kind.CONFEDERATION)
    confederation = found.values_list("pk", flat=True).first()
    if confederation is None:
        raise NotFound("La confédération n’est pas encore enregistrée.")
    return confederation
