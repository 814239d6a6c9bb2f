"""A household in somebody's hands: found in sight, locked, its version counted.

Every change of a household begins here. A page sends back the version that it showed: when
another clerk has saved in the meantime the change is refused, and nothing is overwritten.
Order of locks: household (lowest key first), people (across the network), number ranges,
enrolments, sharing keys, receipt book.

What has no row yet (numbers not given to a unit, a key to come) is held by a word, as
federations/services/holds.py says.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from conamus.kernel.errors import Conflict, DomainError, NotFound
from federations.services.holds import hold_alone
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household
from membership.selectors.households import households


def hold_household(actor: Actor, household_id: int, version: int | None) -> Household:
    """Lock a household within the actor's sight and count a saving.

    ``version`` is the one that was read; None: the caller does not depend on what was shown.
    """
    found = households(actor).select_for_update(of=("self",)).filter(pk=household_id).first()
    if found is None:
        raise NotFound("Ce ménage n’existe pas, ou n’est pas de votre unité.")
    if version is not None and version != found.version:
        raise Conflict(
            "Quelqu’un a modifié ce ménage entre-temps. Rien n’est perdu de votre saisie : "
            "relisez la fiche, puis enregistrez de nouveau."
        )
    found.version += 1
    found.save(update_fields=["version"])
    return found


def hold_households(actor: Actor, household_ids: Iterable[int]) -> list[Household]:
    """Lock several households, always in the order of their keys; those out of sight are not."""
    wanted = sorted(set(household_ids))
    found = households(actor).filter(pk__in=wanted).order_by("pk")
    return list(found.select_for_update(of=("self",)))


def hold_ready(
    actor: Actor, ready: QuerySet[Household], *, most: int
) -> tuple[int, list[Household]]:
    """Hold the next ``most`` households of ``ready``; return how many, and those ready still.

    While one was waited for, it may have been closed, moved or proposed: it is left as it is.
    """
    keys = list(ready.order_by("pk").values_list("pk", flat=True)[:most])
    hold_households(actor, keys)
    return len(keys), list(ready.filter(pk__in=keys).order_by("pk"))


def numbers_under(prefix: str) -> str:
    """The word of all numbers that begin by a prefix, whichever federation hands them out."""
    return f"numbers:{prefix}"


def sharing_of(tenant_id: int) -> str:
    """The word of a federation's sharing keys: what a payment sends up follows from them."""
    return f"sharing:{tenant_id}"


def signing_of(tenant_id: int) -> str:
    """The word of a federation's signing keys: one signs at a time."""
    return f"signing:{tenant_id}"


def hold_people(person_ids: Iterable[UUID]) -> None:
    """Wait for whoever brings the same people into a household, in any federation.

    No row stands for a person of the network: their records are of many households.
    """
    hold_alone(*(f"person:{key}" for key in person_ids))


def require_open(household: Household) -> None:
    """Raise unless the household is open."""
    if household.closed_on is not None:
        raise DomainError(
            f"Ce ménage est fermé ({household.get_closed_because_display() or 'fermeture'}) "
            f"depuis le {household.closed_on:%d/%m/%Y}."
        )


def may_return(household: Household) -> bool:
    """Tell whether a closed household may be taken back."""
    return household.closed_because in (Household.Closing.STRUCK_OFF, Household.Closing.DEPARTED)


def require_records_kept(household: Household) -> None:
    """Raise unless deaths and departures are still written here: open, or closed and may return.

    Who died or went away while the household was struck off does not come back with it.
    """
    if not may_return(household):
        require_open(household)


def present_members(household: Household) -> list[Beneficiary]:
    """Return the people who are in the household, in the order of their numbers."""
    found = Beneficiary.objects.filter(
        tenant_id=household.tenant_id, household=household, left_on__isnull=True
    )
    return list(found.order_by("number"))


def member_of(household: Household, person_id: int) -> Beneficiary:
    """Return a person who is in the household; NotFound for any other."""
    person = Beneficiary.objects.filter(
        tenant_id=household.tenant_id, household=household, pk=person_id
    ).first()
    if person is None:
        raise NotFound("Cette personne n’est pas de ce ménage.", field="person")
    return person
