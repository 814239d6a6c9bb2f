"""The rights check: who is this, are their rights open on a day, why, whom to call.

``check_rights`` is the one door for the page and for the programming interface. Whoever asks, in
any federation, is answered about people of the whole network, and told nothing but the number,
name, sex, year of birth, federation, mutuelle, rights and telephone; a household's debts only in
its own federation. One query for the facts; every check leaves a trace, and counts among those
that one person may ask in some minutes.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.conf import settings

from conamus import clock
from federations.rules.roles import Permission, is_permitted
from federations.selectors.units import visible_unit_ids
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, RightsCheck
from membership.rules.coverage import Contact, Coverage
from membership.rules.newborns import check_birth, may_be_mother, newborn_coverage
from membership.rules.rights import (
    RightsQuery,
    coverage_on,
    former_number,
    is_known,
    is_spelled_so,
    last_day,
    phone_to_call,
    read_query,
    told_sentence,
)
from membership.rules.sentences import counted
from membership.selectors.rights import MOST_FOUND, FoundPerson, Look, people_found
from membership.services.rights_answers import (
    NewbornAnswer,
    Outcome,
    PersonAnswer,
    PersonChoice,
    RightsAnswer,
)

__all__ = [
    "NewbornAnswer",
    "Outcome",
    "PersonAnswer",
    "PersonChoice",
    "RightsAnswer",
    "ask_rights",
    "check_rights",
    "keep_answers",
    "refusal",
]

#: More households than this under one telephone is no answer but a list.
MOST_HOUSEHOLDS = 5
#: More people than this of one name are not told either: the card is asked for.
MOST_CHOICES = 8
_RELATIONSHIPS = list(Beneficiary.Relationship.values)


def ask_rights(
    *,
    actor: Actor,
    text: str,
    birth_year: int | None = None,
    on: date | None = None,
    born_on: date | None = None,
) -> RightsAnswer:
    """Check what a person typed; ``on`` None: today; ``born_on``: for the newborn of a mother.

    DomainError at ``text``, ``birth_year``, ``born_on``.
    """
    require(actor, Permission.CHECK_RIGHTS)
    today = clock.today()
    query = read_query(text, birth_year=birth_year, today=today)
    return check_rights(actor=actor, query=query, on=on or today, born_on=born_on)


def check_rights(
    *, actor: Actor, query: RightsQuery, on: date, born_on: date | None = None
) -> RightsAnswer:
    """Answer whom the query leads to and whether their rights are open on the day.

    With ``born_on``, also whether the newborn of that day is covered whom nobody has declared,
    for each woman found who may be its mother.

    Of several people of a name only what tells them apart: one is chosen, and asked by number.

    A query comes from ``read_query``. Nobody found, too many found and too much asked are answers
    too, so that their trace stays; only a role without the permission is refused. Needs an open
    scope, in which the database writes the trace.
    """
    require(actor, Permission.CHECK_RIGHTS)
    if born_on is not None:
        check_birth(born_on, on=on)
    look = people_found(query, on)
    if look.is_refused:
        return RightsAnswer(
            typed=query.typed, on=on, outcome=Outcome.TOO_OFTEN, people=(), refusal=refusal()
        )
    found = look.people
    named = _named(query, found)
    outcome = _outcome(query, found, named)
    told = found if outcome is Outcome.FOUND else []
    units = _units_in_sight(actor)
    told.sort(key=_order)
    today = clock.today()
    coverages = [(person, coverage_on(person.facts, on, asked_on=today)) for person in told]
    newborns = _newborns(told, query, on, born_on)
    keep_answers(actor, look, coverages, newborns=newborns, born_on=born_on)
    ranks = {key: rank for rank, key in enumerate(dict.fromkeys(map(_household_of, told)))}
    return RightsAnswer(
        typed=query.typed,
        on=on,
        outcome=outcome,
        people=tuple(
            _told(
                actor,
                units,
                ranks[_household_of(person)],
                person,
                coverage,
                newborns,
                born_on,
                _former_number(query, person, on),
            )
            for person, coverage in coverages
        ),
        born_on=born_on,
        choices=tuple(map(_choice, named)) if outcome is Outcome.CHOICE else (),
        card_warning=_card_warning(told),
        is_by_sound=bool(query.fold and told) and not _is_spelled_so(query, told[0]),
    )


def _former_number(query: RightsQuery, person: FoundPerson, on: date) -> str:
    """What was typed where another number leads to the person today, on whom is asked today."""
    left_on = person.facts.person.left_on
    has_left_since = left_on is not None and on < left_on
    return "" if has_left_since else former_number(query, person.number)


def _card_warning(told: list[FoundPerson]) -> str:
    """Say that the card asked with is revoked: all whom it led to were told so."""
    revoked_on = told[0].card_revoked_on if told else None
    if revoked_on is None:
        return ""
    return f"Carte révoquée le {revoked_on:%d/%m/%Y} ({told[0].card_revoked_because})."


def _named(query: RightsQuery, found: list[FoundPerson]) -> list[FoundPerson]:
    """The people of a name to choose from, those who are spelled so first, alone if too many."""
    if query.how != "name":
        return []
    ordered = sorted(
        found,
        key=lambda one: (not _is_spelled_so(query, one), one.name, one.federation, one.unit_name),
    )
    if len(ordered) <= MOST_CHOICES:
        return ordered
    return [one for one in ordered if _is_spelled_so(query, one)]


def _is_spelled_so(query: RightsQuery, person: FoundPerson) -> bool:
    return is_spelled_so(query, person.family_name, person.given_name)


def _choice(person: FoundPerson) -> PersonChoice:
    return PersonChoice(
        number=person.number,
        name=person.name,
        sex=person.sex,
        birth_year=person.facts.person.birth_date.year,
        is_birth_estimated=person.is_birth_estimated,
        federation=person.federation,
        unit=person.unit_name,
    )


def _newborns(
    told: list[FoundPerson], query: RightsQuery, on: date, born_on: date | None
) -> dict[int, Coverage]:
    """The newborn's coverage by each woman who may be the mother, by her record."""
    if born_on is None:
        return {}
    mothers = {
        one.beneficiary_id: one
        for one in told
        if may_be_mother(
            one.facts.person, is_woman=one.sex == Beneficiary.Sex.FEMALE, born_on=born_on
        )
    }
    then = {one.person_id: one for one in mothers.values()}
    if not all(is_known(one.facts, born_on) for one in mothers.values()):
        # Born in another mutualist year than the day asked for, or before she came to this
        # federation: her rights of that day decide.
        then = {one.person_id: one for one in people_found(query, born_on).people}
    return {
        key: newborn_coverage(
            born_on=born_on,
            on=on,
            mother=one.facts,
            mother_then=then.get(one.person_id, one).facts,
            asked_on=clock.today(),
        )
        for key, one in mothers.items()
    }


def refusal() -> str:
    """Say to whoever asked about more people than anybody receives that it is enough for now."""
    most = counted(settings.RIGHTS_CHECKS_MOST, "vérification")
    minutes = counted(settings.RIGHTS_CHECKS_MINUTES, "minute")
    return (
        f"Vous avez fait {most} en {minutes}, le plus qui soit permis : attendez un peu, puis "
        "recommencez."
    )


def _outcome(query: RightsQuery, found: list[FoundPerson], named: list[FoundPerson]) -> Outcome:
    if not found:
        return Outcome.NOBODY
    if query.how == "name" and len(found) > 1:
        is_short = 0 < len(named) <= MOST_CHOICES and len(found) < MOST_FOUND
        return Outcome.CHOICE if is_short else Outcome.TOO_MANY
    # A number leads to one household; the same number in several federations, to few.
    households = {person.household_id for person in found}
    return Outcome.TOO_MANY if len(households) > MOST_HOUSEHOLDS else Outcome.FOUND


def _household_of(person: FoundPerson) -> tuple[int, int]:
    return person.tenant_id, person.household_id


def _order(person: FoundPerson) -> tuple[tuple[int, int], bool, int, date]:
    """Households together; in each those present first, the head before the others."""
    facts = person.facts.person
    is_gone = facts.left_on is not None or facts.died_on is not None
    rank = _RELATIONSHIPS.index(person.relationship)
    return _household_of(person), is_gone, rank, facts.birth_date


def _units_in_sight(actor: Actor) -> frozenset[int] | None:
    """The units whose households the actor may open; None: all of its federation."""
    if not is_permitted(actor.role, Permission.SEE_HOUSEHOLDS):
        return frozenset()
    return visible_unit_ids(actor)


def _told(
    actor: Actor,
    units: frozenset[int] | None,
    rank: int,
    person: FoundPerson,
    coverage: Coverage,
    newborns: Mapping[int, Coverage],
    born_on: date | None,
    former: str,
) -> PersonAnswer:
    is_own = person.tenant_id == actor.tenant_id
    sees_debts = is_own and is_permitted(actor.role, Permission.SEE_HOUSEHOLDS)
    may_open = is_own and (units is None or person.unit_id in units)
    contact = Contact.MUTUELLE if coverage.who is Contact.NOBODY else coverage.who
    return PersonAnswer(
        number=person.number,
        name=person.name,
        sex=person.sex,
        birth_year=person.facts.person.birth_date.year,
        is_birth_estimated=person.is_birth_estimated,
        federation=person.federation,
        unit=person.unit_name,
        is_open=coverage.is_open,
        opens_on=coverage.opens_on,
        last_day=last_day(coverage),
        code=coverage.code.value,
        sentence=told_sentence(coverage, is_own=sees_debts),
        call=contact.label,
        phone=phone_to_call(
            coverage, unit_phone=person.unit_phone, federation_phone=person.federation_phone
        ),
        household_id=person.household_id if may_open else None,
        beneficiary_id=person.beneficiary_id,
        tenant_id=person.tenant_id,
        birth_date=person.facts.person.birth_date,
        household_rank=rank,
        former_number=former,
        newborn=_told_newborn(newborns.get(person.beneficiary_id), born_on, sees_debts),
    )


def _told_newborn(
    coverage: Coverage | None, born_on: date | None, sees_debts: bool
) -> NewbornAnswer | None:
    if coverage is None or born_on is None:
        return None
    return NewbornAnswer(
        born_on=born_on,
        is_open=coverage.is_open,
        last_day=last_day(coverage),
        sentence=told_sentence(coverage, is_own=sees_debts),
    )


def keep_answers(
    actor: Actor,
    look: Look,
    coverages: Iterable[tuple[FoundPerson, Coverage]],
    *,
    newborns: Mapping[int, Coverage] | None = None,
    born_on: date | None = None,
) -> None:
    """Add to a look's trace what was answered of whom: one statement, none where nobody was."""
    answers = [
        answer
        for person, coverage in coverages
        for answer in _traced(person, coverage, (newborns or {}), born_on)
    ]
    if answers and look.check_id is not None:
        traces = RightsCheck.objects.filter(tenant_id=actor.tenant_id, pk=look.check_id)
        traces.update(answers=answers)


def _traced(
    person: FoundPerson, coverage: Coverage, newborns: Mapping[int, Coverage], born_on: date | None
) -> Iterator[dict[str, Any]]:
    """What is kept of an answer, and of that for the newborn of a mother."""
    about = {"tenant": person.tenant_id, "number": person.number}
    yield {**about, "code": coverage.code.value}
    child = newborns.get(person.beneficiary_id)
    if child is not None and born_on is not None:
        yield {**about, "code": child.code.value, "born_on": born_on.isoformat()}
