"""What happens to the people of a household: birth, arrival, death, marriage, departure.

Each event is dated, checked, and leaves a row in the household's timeline; nobody is erased: who
leaves keeps the record, with the day and the reason. The numbers declared at an enrolment and
what it owes do not move with them (docs/decisions/0004): rights follow the people, by the rule.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.services.access import require
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.rules.households import (
    BIRTH_BEFORE_AGE,
    FIRST_BIRTH,
    MOST_DAYS_BACK,
    MOST_LEAVING_DAYS_BACK,
    age_on,
    new_born_problem,
    person_mark,
)
from membership.rules.numbers import beneficiary_number
from membership.selectors.campaigns import backdating_terms
from membership.selectors.members import own_member
from membership.selectors.scales import scale_in_force
from membership.services.backdating import require_life_day, trace_life_backdating
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.growth import ask_supplements, take_back_supplements
from membership.services.guardians import Guardian, settle_guardian
from membership.services.holding import (
    hold_household,
    member_of,
    present_members,
    require_open,
)
from membership.services.households import check_people, require_confirmed
from membership.services.known_people import arrival_note, recognise
from membership.services.numbers import position_in
from membership.services.people import PersonFacts, save_person, set_facts, store_photo

_Kind = LifeEvent.Kind
_Leaving = Beneficiary.Leaving
_Relationship = Beneficiary.Relationship
#: What each leaving is in the timeline.
_TOLD = {
    _Leaving.DEATH: _Kind.DEATH,
    _Leaving.MARRIAGE: _Kind.MARRIAGE,
    _Leaving.DEPARTURE: _Kind.DEPARTURE,
    _Leaving.MISTAKE: _Kind.CORRECTED,
}


@transaction.atomic
def record_event(
    *,
    actor: Actor,
    household_id: int,
    kind: str,
    happened_on: date,
    beneficiary_id: int | None = None,
    note: str = "",
) -> LifeEvent:
    """Write a row of a household's timeline for something done elsewhere (an import, a merge)."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = hold_household(actor, household_id, None)
    person = None if beneficiary_id is None else member_of(household, beneficiary_id)
    return write_event(actor, household, _Kind(kind), happened_on, person=person, note=note)


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
    key: str = "",
) -> Beneficiary:
    """Take somebody into the household, by marriage or otherwise.

    ``known_number``: of the record that the person had in a household of the network, left by
    then; the network's identifier follows, and who was covered the day before does not wait.

    PossibleDuplicates, before anything is written, unless ``is_confirmed``.

    A clerk dates it within the last days, and the waiting counts from the day of writing
    (``Terms.entry_back_days``); who decides on membership dates it back to the registration,
    and that day counts.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if by_marriage and facts.relationship != _Relationship.SPOUSE:
        raise DomainError("Par mariage entre un conjoint.", field="relationship")
    kind = _Kind.MARRIAGE if by_marriage else _Kind.JOINED
    arrival = _Arrival(facts, joined_on, None, kind, known_number=known_number.strip())
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
    _require_past(joined_on, "joined_on" if kind is not _Kind.BIRTH else "birth_date")
    _require_past(declared_on, "declared_on")
    if kind is _Kind.BIRTH:
        _require_birth_here(household, joined_on)
    else:
        _require_recent_entry(actor, household, joined_on)
    person = Beneficiary(
        tenant_id=actor.tenant_id,
        household=household,
        joined_on=joined_on,
        declared_on=declared_on,
    )
    set_facts(person, facts)
    _require_after(declared_on, person.birth_date, "la naissance", "declared_on")
    _require_after(joined_on, person.birth_date, "la naissance", "joined_on")
    if kind is _Kind.BIRTH:
        days = declaration_days(actor.tenant_id)
        require_life_day(
            actor, declared_on, arrival.backdating_reason, days=days, field="declared_on"
        )
    others = present_members(household)
    _check_with(household, others, person, kind)
    known = recognise(actor, person, arrival.known_number)
    if not is_confirmed and known is None:
        require_confirmed(actor, household, [person], others=others)
    person.number = _next_number(household)
    person.photo = store_photo(actor.tenant_id, facts.photo)
    save_person(person)
    told = arrival_note(person, known.number) if known else str(person)
    event = write_event(actor, household, kind, joined_on, person=person, note=told)
    if kind is _Kind.BIRTH:
        trace_life_backdating(
            actor, event, declared_on, arrival.backdating_reason,
            days=declaration_days(actor.tenant_id),
        )  # fmt: skip
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
    if born < household.registered_on:
        raise DomainError(
            f"Cet enfant est né avant l’inscription du ménage, le "
            f"{household.registered_on:%d/%m/%Y} : {elsewhere}",
            field="birth_date",
        )


def _require_recent_entry(
    actor: Actor,
    household: Household,
    joined_on: date,
    *,
    what: str = "L’entrée",
    field: str = "joined_on",
) -> None:
    """The waiting is counted from the entry: a clerk does not date it back."""
    _require_after(joined_on, household.registered_on, "l’inscription du ménage", field)
    earliest = clock.today() - timedelta(days=MOST_DAYS_BACK)
    if joined_on < earliest and not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            f"{what} remonte à plus de {MOST_DAYS_BACK} jours : datez-la du "
            f"{earliest:%d/%m/%Y} au plus tôt, ou demandez au gestionnaire de la fédération.",
            field=field,
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


def declaration_days(tenant_id: int) -> int:
    """Return how far back an agent may date a birth's declaration: as a signature of the year."""
    return backdating_terms(tenant_id, clock.today().year).days


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


@transaction.atomic
def record_death(
    *,
    actor: Actor,
    person_id: int,
    died_on: date,
    new_head_id: int | None = None,
    guardian: Guardian | None = None,
    backdating_reason: str = "",
) -> Beneficiary:
    """Write a death; whoever was in the household that day was covered that day.

    When the head dies ``new_head_id`` takes the place: the others stay covered. Where only
    children are left, one of them does, and ``guardian`` answers for the household. Nobody is
    left to take it when the head was alone: the household is then closed.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household, person = _hold_person(actor, person_id)
    _require_past(died_on, "died_on")
    _require_after(died_on, person.birth_date, "la naissance", "died_on")
    _require_after(died_on, person.joined_on, "l’entrée dans le ménage", "died_on")
    require_life_day(
        actor, died_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK, field="died_on"
    )
    person.died_on = died_on
    return _leave(
        actor, household, person, died_on + timedelta(days=1), _Leaving.DEATH,
        happened_on=died_on, new_head_id=new_head_id, guardian=guardian,
        backdating_reason=backdating_reason,
    )  # fmt: skip


@transaction.atomic
def record_departure(
    *,
    actor: Actor,
    person_id: int,
    left_on: date,
    because: str,
    new_head_id: int | None = None,
    guardian: Guardian | None = None,
    note: str = "",
    backdating_reason: str = "",
) -> Beneficiary:
    """Write that somebody left: by marriage, otherwise, or was entered by mistake."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if because not in (_Leaving.MARRIAGE, _Leaving.DEPARTURE, _Leaving.MISTAKE):
        raise DomainError("Dites pourquoi la personne quitte le ménage.", field="because")
    household, person = _hold_person(actor, person_id)
    _require_past(left_on, "left_on")
    _require_after(left_on, person.joined_on, "l’entrée dans le ménage", "left_on")
    require_life_day(
        actor, left_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK, field="left_on"
    )
    return _leave(
        actor, household, person, left_on, _Leaving(because),
        happened_on=left_on, new_head_id=new_head_id, guardian=guardian, note=note,
        backdating_reason=backdating_reason,
    )  # fmt: skip


def _hold_person(actor: Actor, person_id: int) -> tuple[Household, Beneficiary]:
    """Lock the person's household, then read the person in it."""
    household = hold_household(actor, own_member(actor, person_id).household_id, None)
    require_open(household)
    person = member_of(household, person_id)
    if person.left_on is not None:
        raise DomainError(
            f"{person} n’est plus dans le ménage depuis le {person.left_on:%d/%m/%Y}."
        )
    if person.died_on is not None:
        raise DomainError(f"Le décès de {person}, le {person.died_on:%d/%m/%Y}, est déjà inscrit.")
    return household, person


def _leave(
    actor: Actor,
    household: Household,
    person: Beneficiary,
    left_on: date,
    because: Beneficiary.Leaving,
    *,
    happened_on: date,
    new_head_id: int | None,
    guardian: Guardian | None,
    note: str = "",
    backdating_reason: str = "",
) -> Beneficiary:
    others = [one for one in present_members(household) if one.pk != person.pk]
    was_head = person.relationship == _Relationship.HEAD
    if was_head and others and new_head_id is None:
        raise DomainError(f"{person} est l’adhérent : choisissez qui le devient.", field="new_head")
    person.left_on, person.left_because = left_on, because
    save_person(person)
    if because == _Leaving.MISTAKE:
        take_back_supplements(actor, household, person)
    told = " : ".join(filter(None, (str(person), note.strip())))
    event = write_event(actor, household, _TOLD[because], happened_on, person=person, note=told)
    trace_life_backdating(actor, event, happened_on, backdating_reason, days=MOST_LEAVING_DAYS_BACK)
    if was_head and others:
        _take_the_head(actor, household, new_head_id, happened_on, guardian)
    elif not others:
        _close_empty(actor, household, left_on)
    return person


def _close_empty(actor: Actor, household: Household, day: date) -> None:
    """Nobody is left: the household closes, and says so."""
    household.closed_on, household.closed_because = day, Household.Closing.DEPARTED
    household.save(update_fields=["closed_on", "closed_because"])
    end_card(household, CardEnd.CLOSED)
    write_event(actor, household, _Kind.CLOSED, day, note="Plus personne dans le ménage.")


def _take_the_head(
    actor: Actor,
    household: Household,
    new_head_id: int | None,
    day: date,
    guardian: Guardian | None = None,
) -> None:
    new = member_of(household, new_head_id or 0)
    _require_fit_head(new)
    settle_guardian(household, new, guardian, day)
    new.relationship = _Relationship.HEAD
    save_person(new)
    end_card(household, CardEnd.NEW_HEAD)
    told = f"{new}, mineur ; répond : {household.guardian_name}"
    note = told if household.guardian_name else str(new)
    write_event(actor, household, _Kind.NEW_HEAD, day, person=new, note=note)


def _require_fit_head(person: Beneficiary) -> None:
    if person.left_on is not None:
        raise DomainError(f"{person} n’est plus dans le ménage.", field="new_head")
    if person.relationship == _Relationship.HEAD:
        raise DomainError(f"{person} est déjà l’adhérent.", field="new_head")


@transaction.atomic
def name_new_head(
    *,
    actor: Actor,
    household_id: int,
    new_head_id: int,
    named_on: date,
    former_becomes: str,
    version: int | None = None,
) -> Household:
    """Make another member the head; the former one stays, as ``former_becomes``.

    Dated as an entry is: from the registration on, by a clerk within the last days.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = hold_household(actor, household_id, version)
    require_open(household)
    _require_past(named_on, "named_on")
    _require_recent_entry(actor, household, named_on, what="La désignation", field="named_on")
    new = member_of(household, new_head_id)
    _require_after(named_on, new.joined_on, f"l’entrée de {new} dans le ménage", "named_on")
    _require_fit_head(new)
    if former_becomes not in (_Relationship.SPOUSE, _Relationship.CHILD, _Relationship.OTHER):
        raise DomainError("Dites ce que devient l’ancien adhérent.", field="former_becomes")
    heads = Beneficiary.objects.filter(
        tenant_id=actor.tenant_id,
        household=household,
        relationship=_Relationship.HEAD,
        left_on__isnull=True,
    )
    for former in heads:
        former.relationship = former_becomes
        save_person(former)
    _take_the_head(actor, household, new.pk, named_on)
    return household


def _require_past(day: date, field: str) -> None:
    if day > clock.today():
        raise DomainError(f"Le {day:%d/%m/%Y} est dans l’avenir.", field=field)
    if day < FIRST_BIRTH:
        raise DomainError(f"Le {day:%d/%m/%Y} est avant {FIRST_BIRTH.year}.", field=field)


def _require_after(day: date, first: date, what: str, field: str) -> None:
    if day < first:
        raise DomainError(f"Le {day:%d/%m/%Y} est avant {what}, le {first:%d/%m/%Y}.", field=field)
