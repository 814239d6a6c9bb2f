"""Partners and funders that a tenant records: added, changed, set inactive, never erased."""

from django.db import transaction

from conamus.kernel.errors import NotFound
from federations.models import Partner
from federations.rules.activities import partner_problems
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile, require_read, version_of
from federations.tenancy.actor import Actor


class PartnerChanged(ChangedMeanwhile):
    """The partner is not any more what its second writer has read."""

    thing = "ce partenaire"


@transaction.atomic
def add_partner(
    *, actor: Actor, name: str, kind: str, acronym: str = "", submission_key: str = ""
) -> Partner:
    """Record a partner of the actor's own tenant."""
    require(actor, Permission.MANAGE_UNITS)

    def create() -> Partner:
        partner = Partner(tenant_id=actor.tenant_id)
        _save(partner, name=name, kind=kind, acronym=acronym)
        return partner

    return once(
        tenant_id=actor.tenant_id,
        key=submission_key,
        content=["partner", name, kind, acronym],
        create=create,
        find=lambda pk: _own_partner(actor, int(pk)),
    )


@transaction.atomic
def change_partner(
    *,
    actor: Actor,
    partner_id: int,
    name: str,
    kind: str,
    acronym: str,
    is_active: bool,
    version: str,
) -> Partner:
    """Correct a partner, or set it inactive: it is no longer offered in forms.

    ``version`` is the one that was read.
    """
    require(actor, Permission.MANAGE_UNITS)
    partner = _own_partner(actor, partner_id)
    wanted = {"name": name, "kind": kind, "acronym": acronym, "is_active": is_active}
    require_read(partner, wanted, version=version, changed=PartnerChanged)
    partner.is_active = is_active
    _save(partner, name=name, kind=kind, acronym=acronym)
    return partner


def partner_version(partner: Partner) -> str:
    """Return what tells this state of a partner from another."""
    return version_of(partner, ("name", "kind", "acronym", "is_active"))


def _own_partner(actor: Actor, partner_id: int) -> Partner:
    rows = Partner.objects.select_for_update()
    partner = rows.filter(tenant_id=actor.tenant_id, pk=partner_id).first()
    if partner is None:
        raise NotFound("Ce partenaire n’existe pas dans votre fédération.")
    return partner


def _save(partner: Partner, *, name: str, kind: str, acronym: str) -> None:
    refuse_problems(partner_problems(name=name, acronym=acronym))
    partner.name, partner.kind, partner.acronym = name.strip(), kind, acronym.strip()
    save_checked(partner, conflict_field="name")
