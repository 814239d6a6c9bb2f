"""Writes of membership: past years as they were published, corrected or withdrawn.

Nothing published is edited: a correction is a new version, with its reason, and so is the
withdrawal of a year brought in by mistake; it may then be brought in again. The years that
the confederation keeps are the confederation's to bring in and to correct, in the name
of the federation that carries the promoter on; the others are the federation's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotAllowed, NotFound
from federations.models import Federation, Partner
from federations.rules.problems import Problem, refuse_problems
from federations.rules.roles import Permission
from federations.selectors.tenants import is_confederation
from federations.services.access import require
from federations.services.checked import save_checked
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import current_scope, open_scope
from membership.models import PastYear
from membership.rules.past_years import (
    OF_NETWORK,
    count_problems,
    house_label,
    is_of_network,
    year_problems,
)
from membership.selectors.past_years import (
    latest_past_years,
    past_year_by_id,
    past_years_in_use,
)

_OF_NETWORK = (
    f"Les effectifs de {OF_NETWORK[0]} à {OF_NETWORK[-1]} sont ceux publiés pour tout le réseau, "
    "que tient CONAMUS : demandez-lui la correction."
)
_OF_FEDERATION = "Cette année est celle de la fédération : c’est elle qui la corrige."
_AGAIN = "Reprise de nouveau."


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
    row = PastYear(tenant_id=owner, is_of_network=is_confederation(actor.tenant_id))
    for name, value in asdict(facts).items():
        setattr(row, name, value)
    row.label = house_label(row.label)
    _follow_withdrawn(row)
    gathering = Gathering()
    with gathering.part():
        require_own_year(actor, owner, row.label, row.starts_year)
    with gathering.part():
        refuse_problems(
            past_year_problems(row.label, row.starts_year, row.sections, row.households)
        )
    if not Partner.objects.filter(tenant_id=owner, pk=row.promoter_id).exists():
        raise NotFound("Ce promoteur n’existe pas.", field="promoter")
    return _write(actor, row, gathering)


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
    there = _to_supersede(actor, past_year_id, version, because)
    if (sections, households, source) == (there.sections, there.households, there.source):
        raise DomainError("Rien n’est changé : ces chiffres sont déjà ceux-là.", field="households")
    row = _next_version(there, because)
    row.sections, row.households, row.source = sections, households, source
    refuse_problems(count_problems(sections, households))
    return _write(actor, row)


@transaction.atomic
def withdraw_past_year(*, actor: Actor, past_year_id: int, version: int, because: str) -> PastYear:
    """Withdraw a past year brought in by mistake: a last version, which nothing counts."""
    require(actor, Permission.IMPORT_TAKE_ON)
    row = _next_version(_to_supersede(actor, past_year_id, version, because), because)
    row.is_withdrawn = True
    return _write(actor, row)


def may_correct(actor: Actor, row: PastYear) -> bool:
    """Tell whether the actor is offered the correction, or the withdrawal, of a past year."""
    return not row.is_withdrawn and _is_kept_by(actor, row)


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


def past_year_problems(
    label: str | None, starts_year: int | None, sections: int | None, households: int | None
) -> list[Problem]:
    """Return what is wrong with a year on this day; None is what nobody could read."""
    last_year = clock.today().year - 1
    return [
        *year_problems(label, starts_year, last_year),
        *count_problems(sections, households),
    ]


def _is_the_networks(row: PastYear) -> bool:
    return row.is_of_network or is_of_network(row.starts_year)


def _is_kept_by(actor: Actor, row: PastYear) -> bool:
    return is_confederation(actor.tenant_id) is _is_the_networks(row)


def _to_supersede(actor: Actor, past_year_id: int, version: int, because: str) -> PastYear:
    """Return the year that a version is about to follow, as the actor has read it."""
    there = past_year_by_id(actor, past_year_id)
    if not _is_kept_by(actor, there):
        raise NotAllowed(_OF_NETWORK if _is_the_networks(there) else _OF_FEDERATION)
    if there.version != version:
        raise Conflict("Quelqu’un a corrigé cette année entre-temps : relisez-la, puis corrigez.")
    if there.is_withdrawn:
        raise Conflict("Cette année est retirée : importez-la de nouveau.")
    if not because.strip():
        raise DomainError("Dites pourquoi : la raison reste à côté du chiffre.", field="because")
    return there


def _next_version(there: PastYear, because: str) -> PastYear:
    """Return a copy, not yet written, that follows what is there."""
    row = PastYear(version=there.version + 1, because=because.strip())
    for name in ("tenant_id", "is_of_network", *PastYearFacts.__dataclass_fields__):
        setattr(row, name, getattr(there, name))
    return row


def _follow_withdrawn(row: PastYear) -> None:
    """A year brought in again follows its withdrawal, which stays beside it."""
    withdrawn = latest_past_years().filter(
        tenant_id=row.tenant_id, promoter_id=row.promoter_id, label=row.label, is_withdrawn=True
    )
    for there in withdrawn:
        row.version, row.because = there.version + 1, _AGAIN


def require_own_year(actor: Actor, owner_id: int, label: str, starts_year: int) -> None:
    """Raise for the figures of a year that are not the actor's to bring in."""
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
    published = past_years_in_use().filter(is_of_network=True, starts_year=starts_year)
    if is_of_network(starts_year) or published.exists():
        raise DomainError(
            f"Les effectifs de {label} sont ceux publiés pour tout le réseau, que tient "
            "CONAMUS : un import ne les change pas. Demandez-lui la correction.",
            field="starts_year",
        )


def _write(actor: Actor, row: PastYear, gathered: Gathering | None = None) -> PastYear:
    row.recorded_by, row.recorded_at = actor.name, timezone.now()
    with for_owner(actor, row.tenant_id):
        save_checked(row, conflict_field="label", gathered=gathered)
    return row
