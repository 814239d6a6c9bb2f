"""Reads of published past years: the last version of each, and the versions before it.

The federations read their own, the confederation all of them.
"""

from django.db.models import Exists, OuterRef, QuerySet

from conamus.kernel.errors import NotFound
from federations.selectors.tenants import is_confederation
from federations.tenancy.actor import Actor
from membership.models import PastYear


def past_years_in_use() -> QuerySet[PastYear]:
    """Return each past year of each promoter, of every tenant, that is not withdrawn."""
    return latest_past_years().filter(is_withdrawn=False)


def latest_past_years() -> QuerySet[PastYear]:
    """Return the latest version of each past year of each promoter, withdrawals among them."""
    later = PastYear.objects.filter(
        tenant_id=OuterRef("tenant_id"),
        promoter_id=OuterRef("promoter_id"),
        label=OuterRef("label"),
        version__gt=OuterRef("version"),
    )
    return PastYear.objects.filter(~Exists(later))


def readable_past_years(actor: Actor) -> QuerySet[PastYear]:
    """Return the past years that the actor may look after, the withdrawn ones too."""
    found = latest_past_years().select_related("promoter", "tenant")
    if not is_confederation(actor.tenant_id):
        found = found.filter(tenant_id=actor.tenant_id)
    return found.order_by("-starts_year", "promoter__sort_key")


def past_year_by_id(actor: Actor, past_year_id: int) -> PastYear:
    """Return the last version of the past year that a key, of any version, names."""
    any_version = PastYear.objects.filter(pk=past_year_id).first()
    if any_version is not None:
        found = readable_past_years(actor).filter(
            tenant_id=any_version.tenant_id,
            promoter_id=any_version.promoter_id,
            label=any_version.label,
        )
        if (row := found.first()) is not None:
            return row
    raise NotFound("Cette année passée n’existe pas.")


def versions_of(row: PastYear) -> list[PastYear]:
    """Return every version of a past year, the latest first."""
    found = PastYear.objects.filter(
        tenant_id=row.tenant_id, promoter_id=row.promoter_id, label=row.label
    )
    return list(found.order_by("-version"))
