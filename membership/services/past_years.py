"""Writes of membership: past years as they were published, and their corrections.

Nothing published is edited: a correction is a new version, with its reason. The years that
the confederation keeps are the confederation's to bring in and to correct, in the name
of the federation that carries the promoter on; the others are the federation's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import Federation, Partner
from federations.rules.roles import Permission
from federations.selectors.tenants import is_confederation
from federations.services.access import require
from federations.services.checked import save_checked
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import current_scope, open_scope
from membership.models import PastYear
from membership.rules.past_years import OF_NETWORK, is_of_network
from membership.selectors.past_years import past_year_by_id, past_years_in_use

#: The first mutuals with published counts are of the nineties.
FIRST_YEAR = 1990
_OF_NETWORK = (
    f"Les effectifs de {OF_NETWORK[0]} à {OF_NETWORK[-1]} sont ceux publiés pour tout le réseau, "
    "que tient CONAMUS : demandez-lui la correction."
)
_OF_FEDERATION = "Cette année est celle de la fédération : c’est elle qui la corrige."


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
def record_past_year(
    *, actor: Actor, facts: PastYearFacts, federation_id: int | None = None
) -> PastYear:
    """Write the published counts of a year that is over.

    ``federation_id``: whose promoter it is, where the confederation brings it in.
    """
    require(actor, Permission.IMPORT_TAKE_ON)
    owner = actor.tenant_id if federation_id is None else federation_id
    _require_own_year(actor, owner, facts)
    _check(owner, facts)
    row = PastYear(tenant_id=owner, is_of_network=is_confederation(actor.tenant_id))
    for name in PastYearFacts.__dataclass_fields__:
        setattr(row, name, getattr(facts, name))
    return _write(actor, row)


@transaction.atomic
def correct_past_year(
    *,
    actor: Actor,
    past_year_id: int,
    version: int,
    sections: int,
    households: int,
    source: str,
    because: str,
) -> PastYear:
    """Correct a past year by a new version; what was written before stays beside it."""
    require(actor, Permission.IMPORT_TAKE_ON)
    there = past_year_by_id(actor, past_year_id)
    _require_keeper(actor, there)
    if there.version != version:
        raise Conflict("Quelqu’un a corrigé cette année entre-temps : relisez-la, puis corrigez.")
    if not because.strip():
        raise DomainError("Dites pourquoi : la raison reste à côté du chiffre.", field="because")
    if (sections, households, source) == (there.sections, there.households, there.source):
        raise DomainError("Rien n’est changé : ces chiffres sont déjà ceux-là.", field="households")
    row = PastYear(
        tenant_id=there.tenant_id,
        promoter_id=there.promoter_id,
        label=there.label,
        starts_year=there.starts_year,
        sections=sections,
        households=households,
        source=source,
        is_of_network=there.is_of_network,
        version=there.version + 1,
        because=because.strip(),
    )
    _require_plausible(row.sections, row.households)
    return _write(actor, row)


def may_correct(actor: Actor, row: PastYear) -> bool:
    """Tell whether the actor is offered the correction of a past year."""
    return is_confederation(actor.tenant_id) is _is_the_networks(row)


@contextmanager
def for_owner(actor: Actor, owner_id: int) -> Iterator[Actor]:
    """Write for the federation whose row it is; its history names who did."""
    if owner_id == actor.tenant_id:
        yield actor
        return
    scope = current_scope()
    there = system_actor(owner_id, f"années publiées, {actor.name}")
    with open_scope(there, source=scope.source, request_id=scope.request_id):
        yield there


def _is_the_networks(row: PastYear) -> bool:
    return row.is_of_network or is_of_network(row.starts_year)


def _require_keeper(actor: Actor, row: PastYear) -> None:
    if not may_correct(actor, row):
        raise NotAllowed(_OF_NETWORK if _is_the_networks(row) else _OF_FEDERATION)


def _require_own_year(actor: Actor, owner_id: int, facts: PastYearFacts) -> None:
    if is_confederation(actor.tenant_id):
        is_federation = Federation.objects.filter(
            pk=owner_id, kind=Federation.Kind.FEDERATION
        ).exists()
        if not is_federation:
            raise DomainError(
                "Dites quelle fédération a pris la suite de ce promoteur.", field="federation"
            )
        return
    if owner_id != actor.tenant_id:
        raise NotAllowed("Une fédération n’inscrit que ses propres années.")
    published = past_years_in_use().filter(is_of_network=True, starts_year=facts.starts_year)
    if is_of_network(facts.starts_year) or published.exists():
        raise DomainError(
            f"Les effectifs de {facts.label} sont ceux publiés pour tout le réseau, que tient "
            "CONAMUS : un import ne les change pas. Demandez-lui la correction.",
            field="starts_year",
        )


def _check(owner_id: int, facts: PastYearFacts) -> None:
    last = clock.today().year - 1
    if not FIRST_YEAR <= facts.starts_year <= last:
        raise DomainError(
            f"L’année doit être comprise entre {FIRST_YEAR} et {last}.", field="starts_year"
        )
    _require_plausible(facts.sections, facts.households)
    if not Partner.objects.filter(tenant_id=owner_id, pk=facts.promoter_id).exists():
        raise NotFound("Ce promoteur n’existe pas.", field="promoter")


def _require_plausible(sections: int, households: int) -> None:
    if sections > households:
        raise DomainError("Il y a plus de sections que de ménages.", field="sections")


def _write(actor: Actor, row: PastYear) -> PastYear:
    row.recorded_by, row.recorded_at = actor.name, timezone.now()
    with for_owner(actor, row.tenant_id):
        save_checked(row, conflict_field="label")
    return row
