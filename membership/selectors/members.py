"""Reads of people: one person in sight, the members of a household, the photo."""

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Beneficiary


def people_seen(actor: Actor) -> QuerySet[Beneficiary]:
    """Return the people of the households that the actor may see."""
    in_units = in_sight(actor, "household__unit")
    return Beneficiary.objects.filter(in_units, tenant_id=actor.tenant_id)


def own_member(actor: Actor, person_id: int) -> Beneficiary:
    """Return a person of a household in the actor's sight; NotFound for any other."""
    found = people_seen(actor).select_related("household__unit").filter(pk=person_id).first()
    if found is None:
        raise NotFound("Cette personne n’existe pas, ou n’est pas de votre unité.")
    return found
