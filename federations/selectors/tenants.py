"""Reads of tenants: which of them is the confederation, whose rows are the network's templates."""

from django.db.models import Q

from conamus.kernel.errors import NotFound
from federations.models import Federation

#: The rows of the confederation, of any table that has a tenant.
OF_CONFEDERATION = Q(tenant__kind=Federation.Kind.CONFEDERATION)


def own_or_networks(tenant_id: int) -> Q:
    """Return the condition of a tenant's own rows and of the network's templates."""
    return Q(tenant_id=tenant_id) | OF_CONFEDERATION


def find_confederation_id() -> int | None:
    """Return CONAMUS's own tenant; None: it is not recorded yet."""
    found = Federation.objects.filter(kind=Federation.Kind.CONFEDERATION)
    return found.values_list("pk", flat=True).first()


def confederation_id() -> int:
    """Return CONAMUS's own tenant, whose rows are the network's templates."""
    found = find_confederation_id()
    if found is None:
        raise NotFound("La confédération n’est pas encore enregistrée.")
    return found


def is_confederation(tenant_id: int) -> bool:
    """Tell whether a tenant is CONAMUS."""
    return tenant_id == find_confederation_id()
