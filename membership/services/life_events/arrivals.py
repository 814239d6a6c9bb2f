"""Who comes into a household: born into it, by marriage, or otherwise."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import age_on
from federations.rules.roles import Permission, is_permitted
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.rules.households import (
    BIRTH_BEFORE_AGE,
    new_born_problem,
    person_mark,
)
from membership.rules.newborns import is_of_mothers_age
from membership.rules.numbers import beneficiary_number
from membership.selectors.members import own_member
from membership.selectors.scales import scale_in_force
from membership.services.backdating import (
    declaration_days,
    require_life_day,
    trace_life_backdating,
)
from membership.services.events import write_event
from membership.services.growth import ask_supplements
from membership.services.holding import (
    hold_household,
    present_members,
    require_open,
)
from membership.services.households import check_people, require_confirmed
from membership.services.known_people import arrival_note, recognise
from membership.services.life_events.days import require_after, require_past, require_recent_entry
from membership.services.numbers import position_in
from membership.services.people import PersonFacts, save_person, set_facts, store_photo

_Kind = LifeEvent.Kind
_Relationship = Beneficiary.Relationship


@transaction.atomic
def record_birth(
    *,
    actor: Actor,
    household_id: int,
    facts: PersonFacts,
    declared_on: date,
    backdating_reason: str = "",
    is_confirmed: bool = False,
    key: str = "",
) -> Beneficiary:
    """Declare a child of the first year: in the household since birth, declared on the day.

    The declaration prolongs the first days' rights: it is dated back as a signature is.
    PossibleDuplicates, before anything is written, unless ``is_confirmed``.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if facts.birth_date is None:
        raise DomainError("Donnez le jour de la naissance.", field="birth_date")
    problem = new_born_problem(facts.relationship)
    if problem:
        raise DomainError(problem, field="relationship")
    arrival = _Arrival(facts, facts.birth_date, declared_on, _Kind.BIRTH, backdating_reason)
    return _join_once(actor, household_id, arrival, is_confirmed, key)


@transaction.atomic
def add_dependant(
    *,
    actor: Actor,
    household_id: int,
    facts: PersonFacts,
    joined_on: date,
    by_marriage: bool = False,
    is_confirmed: bool = False,
    known_number: str = "",
    backdating_reason: str = "",
    key: str = "",
) -> Beneficiary:
    """Take somebody into the household, by marriage or otherwise.

    ``known_number``: of the record that the person had in a household of the network, left by
    then; the network's identifier follows, and who was covered the day before does not wait.

    PossibleDuplicates, before anything is written, unless ``is_confirmed``.

    A clerk dates it within the last days, and the waiting counts from the day of writing
    (``Terms.entry_back_days``); who decides on membership dates it back to the registration,
    and that day counts: further back than a signature it has a reason and is listed.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if by_marriage and facts.relationship != _Relationship.SPOUSE:
        raise DomainError("Par mariage entre un conjoint.", field="relationship")
    kind = _Kind.MARRIAGE if by_marriage else _Kind.JOINED
    arrival = _Arrival(facts, joined_on, None, kind, backdating_reason, known_number.strip())
    return _join_once(actor, household_id, arrival, is_confirmed, key)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Who comes, since when, and on which day it is told (None: see ``_declared_on``)."""

    facts: PersonFacts
    joined_on: date
    told_on: date | None
    kind: LifeEvent.Kind
    backdating_reason: str = ""
    known_number: str = ""


def _join_once(
    actor: Actor, household_id: int, arrival: _Arrival, is_confirmed: bool, key: str
) -> Beneficiary:
    facts = arrival.facts.content()
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=[
            "join", household_id, facts, arrival.joined_on, arrival.told_on, arrival.kind,
            arrival.known_number,
        ],
        create=lambda: _join(actor, household_id, arrival, is_confirmed),
        find=lambda pk: own_member(actor, int(pk)),
    )  # fmt: skip


def _join(actor: Actor, household_id: int, arrival: _Arrival, is_confirmed: bool) -> Beneficiary:
    facts, joined_on, kind = arrival.facts, arrival.joined_on, arrival.kind
    household = hold_household(actor, household_id, None)
    declared_on = arrival.told_on or _declared_on(actor, joined_on)
    require_open(household)
    if facts.relationship == _Relationship.HEAD:
        raise DomainError(
            "Le ménage a déjà un adhérent : inscrivez la personne, puis « Nouvel adhérent ».",
            field="relationship",
        )
    require_past(joined_on, "joined_on" if kind is not _Kind.BIRTH else "birth_date")
    require_past(declared_on, "declared_on")
    if kind is _Kind.BIRTH:
        _require_birth_here(household, joined_on)
    else:
        require_recent_entry(actor, household, joined_on)
    if facts.birth_date == joined_on:
        _require_mother_was_there(household, joined_on)
    person = Beneficiary(
        tenant_id=actor.tenant_id,
        household=household,
        joined_on=joined_on,
        declared_on=declared_on,
    )
    set_facts(person, facts, there_on=joined_on)
    require_after(declared_on, person.birth_date, "la naissance", "declared_on")
    require_after(joined_on, person.birth_date, "la naissance", "joined_on")
    days = declaration_days(actor.tenant_id)
    told = "declared_on" if kind is _Kind.BIRTH else "joined_on"
    require_life_day(actor, declared_on, arrival.backdating_reason, days=days, field=told)
    others = present_members(household)
    _check_with(household, others, person, kind)
    known = recognise(actor, person, arrival.known_number)
    if not is_confirmed and known is None:
        require_confirmed(actor, household, [person], others=others)
    person.number = _next_number(household)
    person.photo = store_photo(actor.tenant_id, facts.photo)
    save_person(person)
    note = arrival_note(person, known.number) if known else str(person)
    event = write_event(actor, household, kind, joined_on, person=person, note=note)
    trace_life_backdating(actor, event, declared_on, arrival.backdating_reason, days=days)
    ask_supplements(actor, household, person)
    return person


def _declared_on(actor: Actor, joined_on: date) -> date:
    """The day that an entry is told on: today, or that of the decision of who may decide."""
    if is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        return joined_on
    return max(clock.today(), joined_on)


def _require_birth_here(household: Household, born: date) -> None:
    """A birth opens rights without waiting: a child of the first year, born into the household."""
    elsewhere = "inscrivez la personne sous « Nouvelle personne à charge »."
    if age_on(born, clock.today()) >= BIRTH_BEFORE_AGE:
        raise DomainError(
            f"Une naissance se déclare avant le premier anniversaire : {elsewhere}",
            field="birth_date",
        )
    # A household that came from another federation was one there: its children are born into it.
    if born < household.in_network_since:
        raise DomainError(
            f"Cet enfant est né avant l’inscription du ménage, le "
            f"{household.in_network_since:%d/%m/%Y} : {elsewhere}",
            field="birth_date",
        )


def _require_mother_was_there(household: Household, born: date) -> None:
    """Who is in the household since birth does not wait; a child that a woman brings does.

    A mother whom nobody has written down, dead in childbirth perhaps, keeps no child out.
    """
    women = Beneficiary.objects.filter(
        tenant_id=household.tenant_id, household=household, sex=Beneficiary.Sex.FEMALE
    )
    possible = [one for one in women if is_of_mothers_age(one.birth_date, born)]
    if any(
        one.joined_on <= born and (one.left_on is None or born <= one.left_on) for one in possible
    ):
        return
    for one in possible:
        if one.left_on is None:
            raise DomainError(
                f"{one} n’est dans ce ménage que depuis le {one.joined_on:%d/%m/%Y} : un enfant "
                "venu avec elle s’inscrit sous « Nouvelle personne à charge », du jour de leur "
                "entrée.",
                field="birth_date",
            )


def _check_with(
    household: Household,
    others: list[Beneficiary],
    person: Beneficiary,
    kind: LifeEvent.Kind,
) -> None:
    """The household must stand with the new person in it.

    A birth and a marriage are facts: the scale's limit keeps nobody's child or spouse out of the
    register. It is met at the renewal, where the household is shared or the limit changed.
    """
    today = clock.today()
    scale = scale_in_force(household.tenant_id, today.year)
    is_fact = kind in (_Kind.BIRTH, _Kind.MARRIAGE)
    most = scale.scale.most_people if scale and not is_fact else None
    # Of those who are there it is not asked again whether they are twice there.
    twins = [one for one in others if is_same_person(one, person)]
    if twins:
        raise DomainError(
            f"{twins[0]} est déjà dans ce ménage sous le numéro {twins[0].number} : mêmes noms, "
            "même sexe, même naissance.",
            field="family_name",
        )
    has_guardian = bool(household.guardian_name)
    check_people([*others, person], on=today, most_people=most, has_guardian=has_guardian)


def is_same_person(one: Beneficiary, other: Beneficiary) -> bool:
    """Tell whether two records of one household are the very same person."""
    return person_mark(one.search_key, one.sex, one.birth_date) == person_mark(
        other.search_key, other.sex, other.birth_date
    )


def _next_number(household: Household) -> str:
    """A position is given once for ever, to those who left too."""
    numbers = Beneficiary.objects.filter(tenant_id=household.tenant_id, household=household)
    taken = [
        position_in(number, household.number) for number in numbers.values_list("number", flat=True)
    ]
    return beneficiary_number(household.number, max([len(taken), *taken]) + 1)
