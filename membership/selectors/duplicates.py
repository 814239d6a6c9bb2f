"""Reads of duplicates: the people to compare, and the pairs that wait for somebody to look."""

from django.db.models import QuerySet

from conamus.kernel.errors import NotFound
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, DuplicatePair
from membership.rules.identity import Person

SEARCH_JOB = "duplicates"
_COLUMNS = (
    "pk", "family_name", "given_name", "sex", "birth_date", "is_birth_estimated",
    "household__colline_id", "household__unit_id", "phone", "identity_paper", "household_id",
)  # fmt: skip


def people_to_compare(actor: Actor) -> list[Person]:
    """Return everybody who is in an open household of the tenant, as the rules compare them."""
    rows = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        left_on__isnull=True,
        household__tenant_id=actor.tenant_id,
        household__closed_on__isnull=True,
    ).order_by("pk")
    return [
        Person(
            key=key, family_name=family, given_name=given, sex=sex, birth_date=birth,
            is_birth_estimated=estimated, place=place, area=area, phone=phone, paper=paper,
            household=household,
        )
        for key, family, given, sex, birth, estimated, place, area, phone, paper, household
        in rows.values_list(*_COLUMNS).iterator(chunk_size=20_000)
    ]  # fmt: skip


def pairs(actor: Actor) -> QuerySet[DuplicatePair]:
    """Return the pairs in the actor's sight: both people are in their units."""
    related = ("first__household__unit", "second__household__unit")
    found = DuplicatePair.objects.filter(
        *(in_sight(actor, unit) for unit in related), tenant_id=actor.tenant_id
    )
    return found.select_related(*related).order_by("-score", "pk")


def waiting_count(actor: Actor) -> int:
    """Return how many pairs wait for somebody to look."""
    return pairs(actor).filter(state=DuplicatePair.State.WAITING).count()


def pair_by_id(actor: Actor, pair_id: int) -> DuplicatePair:
    """Return a pair within the actor's sight."""
    collines = ("first__household__colline", "second__household__colline")
    found = pairs(actor).select_related(
        "first__household__unit", "second__household__unit", *collines
    ).filter(pk=pair_id).first()  # fmt: skip
    if found is None:
        raise NotFound("Ce doublon n’existe pas, ou n’est pas de votre unité.")
    return found
