"""Somebody who comes from another household of the network: the same person, known by number.

Who takes them in types the number of the record that they had. The network's identifier follows,
and so does the cover: who was covered on the day before entering does not wait again. The names,
sex and birth that are typed must be the record's, so a number opens nobody else's cover; the look
across the wall is kept as a check of rights.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from membership.rules.coverage import Coverage
from membership.rules.identity import Person, phonetic_key, replaced_by
from membership.rules.rights import RightsQuery, coverage_on, read_query
from membership.selectors.identities import states_of
from membership.selectors.rights import FoundPerson, people_found
from membership.selectors.stays import other_stays
from membership.services.holding import hold_people
from membership.services.rights import keep_answers, refusal

_FIELD = "known_number"
#: How far two estimated years of birth of one person may be apart.
_YEARS_APART = 2


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """The network's identifier of a person, and whether they were covered the day before."""

    person_id: UUID
    number: str
    was_covered: bool


def known_person(actor: Actor, number: str, person: Beneficiary, *, joined_on: date) -> KnownPerson:
    """Return who bears the number; DomainError unless it is the person and they have left."""
    before = joined_on - timedelta(days=1)
    query = _query(number)
    look = people_found(query, before)
    if look.is_refused:
        raise DomainError(refusal(), field=_FIELD)
    coverages = [(one, coverage_on(one.facts, before)) for one in look.people]
    keep_answers(actor, look, coverages)
    one, coverage = _only(query, coverages)
    if not _is_same(one, person):
        raise DomainError(
            "La fiche de ce numéro n’a pas ces noms, ce sexe et cette naissance : vérifiez le "
            "numéro, ou laissez-le vide.",
            field=_FIELD,
        )
    _require_first_person(actor, one, person)
    _require_gone(one, joined_on)
    return KnownPerson(UUID(one.person_id), one.number, coverage.is_open)


def recognise(actor: Actor, person: Beneficiary, number: str) -> KnownPerson | None:
    """Make a new record that of the person who bears a number; None: no number was given."""
    if not number:
        return None
    known = known_person(actor, number, person, joined_on=person.joined_on)
    person.person_id, person.continues_cover = known.person_id, known.was_covered
    return known


def arrival_note(person: Beneficiary, number: str) -> str:
    """Say in the household's history where a person who was recognised comes from."""
    cover = "couverte" if person.continues_cover else "non couverte"
    return f"{person}, venue d’un autre ménage (fiche {number}), {cover} la veille"


def _query(number: str) -> RightsQuery:
    query = read_query(number, birth_year=None, today=clock.today())
    # A number of a person, never a telephone that a whole household shares.
    return RightsQuery(typed=query.typed, codes=query.codes)


def _only(
    query: RightsQuery, found: list[tuple[FoundPerson, Coverage]]
) -> tuple[FoundPerson, Coverage]:
    named = [pair for pair in found if pair[0].number in query.codes] or found
    if not named:
        raise DomainError("Aucune fiche du réseau n’a ce numéro.", field=_FIELD)
    if len(named) > 1:
        raise DomainError(
            "C’est le numéro d’un ménage : donnez celui de la personne.", field=_FIELD
        )
    return named[0]


def _is_same(found: FoundPerson, person: Beneficiary) -> bool:
    born, other = found.facts.person.birth_date, person.birth_date
    if found.is_birth_estimated or person.is_birth_estimated:
        is_birth = abs(born.year - other.year) <= _YEARS_APART
    else:
        is_birth = born == other
    words = set(phonetic_key(found.family_name, found.given_name).split())
    same_name = bool(words & set(person.phonetic_key.split()))
    return is_birth and same_name and found.sex == person.sex


def _require_first_person(actor: Actor, found: FoundPerson, person: Beneficiary) -> None:
    """What a correction began is not finished by an entry: the record stays one person's.

    Of another federation's record only what it says today is told.
    """
    told = states_of(actor.tenant_id, [found.beneficiary_id]).get(found.beneficiary_id)
    if not told:
        return
    entering = Person(
        key=found.beneficiary_id,
        family_name=person.family_name,
        given_name=person.given_name,
        sex=person.sex,
        birth_date=person.birth_date,
    )
    former = replaced_by(told, entering)
    if former is not None:
        raise DomainError(
            f"Ce numéro est celui de {former.family_name} {former.given_name}, dont la fiche a été "
            "corrigée depuis : ce n’est plus la même personne. Laissez le numéro vide.",
            field=_FIELD,
        )


def _require_gone(found: FoundPerson, joined_on: date) -> None:
    facts = found.facts
    if facts.person.died_on is not None:
        raise DomainError("Cette personne est inscrite comme décédée.", field=_FIELD)
    gone = [day for day in (facts.person.left_on, facts.household.out_since) if day is not None]
    _require_ended("", min(gone, default=None), joined_on)
    # Where the number leads is not always the last household.
    person_id = UUID(found.person_id)
    hold_people([person_id])
    for stay in other_stays([person_id], since=joined_on):
        if stay.died_on is not None:
            raise DomainError(
                f"Cette personne n’entre plus dans un ménage : {stay.death}. Si c’est une erreur, "
                "ce décès se reprend d’abord là-bas.",
                field=_FIELD,
            )
        _require_ended(f", {stay.where}", stay.ended_on, joined_on)


def _require_ended(where: str, ended_on: date | None, joined_on: date) -> None:
    if ended_on is None:
        raise DomainError(
            f"Cette personne est encore dans un autre ménage{where} : son départ s’y inscrit "
            "d’abord, du jour où elle entre ici.",
            field=_FIELD,
        )
    if ended_on > joined_on:
        raise DomainError(
            f"Cette personne n’a quitté l’autre ménage{where} que le {ended_on:%d/%m/%Y}.",
            field="joined_on",
        )
