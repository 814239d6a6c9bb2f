"""The first day of a tenant: the confederation, then each federation that joins.

Done from the machine's own console (`manage.py create_tenant`), since nobody can sign in
before there is a tenant. Everything else a federation brings is imported by its manager.
"""

from datetime import date

from django.utils import timezone

from conamus.kernel.errors import Conflict, NotAllowed
from federations.models import Federation, Unit
from federations.rules.roles import Role
from federations.services.checked import save_checked
from federations.services.units import require_free_code
from federations.tenancy.actor import Actor


def create_tenant(*, actor: Actor, code: str, name: str, short_name: str) -> Federation:
    """Create a tenant; the first one is the confederation. Only the system may.

    Safe to repeat: the same code and name give the tenant that is there.
    """
    _require_system(actor)
    code = code.strip().upper()
    known = Federation.objects.filter(code__iexact=code).first()
    if known is not None:
        if known.name != name:
            raise Conflict(f"Le code {code} est déjà celui de « {known.name} ».", field="code")
        return known
    first = not Federation.objects.exists()
    kind = Federation.Kind.CONFEDERATION if first else Federation.Kind.FEDERATION
    tenant = Federation(
        code=code, name=name, short_name=short_name, kind=kind, loaded_at=timezone.now()
    )
    save_checked(tenant, conflict_field="code")
    return tenant


def open_root_unit(*, actor: Actor, tenant: Federation, opened_on: date) -> Unit:
    """Open the unit that stands for the tenant itself, in the tenant's own scope."""
    _require_system(actor)
    known = Unit.objects.filter(tenant=tenant, code=tenant.code, valid_to__isnull=True).first()
    if known is not None:
        return known
    confederation = Unit.objects.filter(kind=Unit.Kind.CONFEDERATION, valid_to__isnull=True).first()
    unit = Unit(
        tenant=tenant,
        code=tenant.code,
        name=tenant.name,
        kind=tenant.kind,
        parent=confederation if tenant.kind == Federation.Kind.FEDERATION else None,
        valid_from=opened_on,
    )
    require_free_code(unit)
    save_checked(unit, conflict_field="code")
    return unit


def _require_system(actor: Actor) -> None:
    if actor.role is not Role.SYSTEM:
        raise NotAllowed("Une fédération se crée depuis la console du serveur.")
