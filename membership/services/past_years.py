"""Writes of membership: past years as they were published, brought in at take-on."""

from dataclasses import dataclass

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from federations.models import Partner
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.tenancy.actor import Actor
from membership.models import PastYear

#: The first mutuals with published counts are of the nineties.
FIRST_YEAR = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class PastYearFacts:
    """A past year's counts of one promoter, and where they were published."""

    promoter_id: int
    label: str
    starts_year: int
    sections: int
    households: int
    source: str


@transaction.atomic
def record_past_year(*, actor: Actor, facts: PastYearFacts) -> PastYear:
    """Write the published counts of a year that is over."""
    require(actor, Permission.IMPORT_TAKE_ON)
    _check(actor, facts)
    row = PastYear(tenant_id=actor.tenant_id)
    for name in PastYearFacts.__dataclass_fields__:
        setattr(row, name, getattr(facts, name))
    save_checked(row, conflict_field="label")
    return row


def _check(actor: Actor, facts: PastYearFacts) -> None:
    last = clock.today().year - 1
    if not FIRST_YEAR <= facts.starts_year <= last:
        raise DomainError(
            f"L’année doit être comprise entre {FIRST_YEAR} et {last}.", field="starts_year"
        )
    if facts.sections > facts.households:
        raise DomainError("Il y a plus de sections que de ménages.", field="sections")
    if not Partner.objects.filter(tenant_id=actor.tenant_id, pk=facts.promoter_id).exists():
        raise NotFound("Ce promoteur n’existe pas.", field="promoter")
