"""Households: registered with their people, and held while somebody changes them.

A new household comes whole: its head and its dependants, checked together, so that a clerk
hears everything that is wrong at once. People who may be known already are told before
anything is written; the clerk looks, and registers all the same or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotFound
from conamus.kernel.phones import clean_phone
from federations.models import Place, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.ownership import hold_days, require_own_unit
from federations.services.periods import require_open_month
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.rules.households import (
    YOUNGEST_HEAD,
    Member,
    person_mark,
    problems_of,
    warnings_of,
)
from membership.rules.numbers import beneficiary_number
from membership.rules.scale import ORDINARY
from membership.selectors.households import household_by_id
from membership.selectors.likenesses import Likeness, likenesses
from membership.selectors.scales import scale_in_force
from membership.services.categories import require_category
from membership.services.enrolments import enrol
from membership.services.events import write_event
from membership.services.holding import hold_household
from membership.services.known_people import arrival_note, recognise
from membership.services.numbers import issue_number
from membership.services.people import (
    PersonFacts,
    clean_paper,
    save_person,
    set_facts,
    store_photo,
)

__all__ = [
    "HouseholdFacts",
    "PersonFacts",
    "PossibleDuplicates",
    "lock_household",
    "register_household",
    "require_confirmed",
]


@dataclass(frozen=True, kw_only=True)
class HouseholdFacts:
    """What a clerk says of a new household; the first of the people need not be the head."""

    unit_id: int
    colline_id: int
    registered_on: date
    people: tuple[PersonFacts, ...]
    category: str = "ordinary"
    phone: str = ""
    other_cover: str = ""
    other_cover_number: str = ""
    #: Why its enrolment is dated further back than an agent may.
    backdating_reason: str = ""


#: What an event's note holds.
_MOST_NOTE = 300


class PossibleDuplicates(DomainError):
    """Somebody like these people is known already, or the family is an unlikely one.

    Saving again, confirmed, goes on. ``warnings`` are sentences on the family.
    """

    code = "possible-duplicates"

    def __init__(self, found: list[Likeness], warnings: Sequence[str] = ()) -> None:
        told = [_ALIKE] if found else []
        super().__init__(" ".join([*told, *([_UNUSUAL] if warnings else [])]))
        self.found, self.warnings = found, tuple(warnings)


_ALIKE = (
    "Des personnes semblables sont déjà inscrites : regardez-les. Si ce sont d’autres "
    "personnes, enregistrez quand même."
)
_UNUSUAL = "Ce ménage est inhabituel : relisez. Si tout est juste, enregistrez quand même."


def require_confirmed(
    actor: Actor,
    household: Household,
    new: Sequence[Beneficiary],
    *,
    others: Sequence[Beneficiary] = (),
) -> None:
    """Raise PossibleDuplicates where new people may be known, or make an unlikely family.

    ``others`` are in the household already: what is unlikely of them is no news.
    """
    alike = likenesses(actor, new, colline_id=household.colline_id, unit_id=household.unit_id)
    # Whose record of before was named is known for sure, and no doubt.
    themselves = {one.person_id for one in new}
    found = [one for one in alike if one.known is None or one.known.person_id not in themselves]
    before = family_warnings(others) if others else ()
    warnings = [one for one in family_warnings([*others, *new]) if one not in before]
    if found or warnings:
        raise PossibleDuplicates(found, warnings)


def family_warnings(people: Sequence[Beneficiary]) -> tuple[str, ...]:
    """Return what is unusual in a family, and accepted once somebody has looked at it."""
    members = [as_member(one, position) for position, one in enumerate(people, start=1)]
    return warnings_of(members, on=max([clock.today(), *(one.joined_on for one in people)]))


def family_problems(
    people: Sequence[Beneficiary],
    *,
    on: date,
    most_people: int | None,
    has_guardian: bool = False,
) -> list[DomainError]:
    """Return everything that the rules find impossible in a household, at the form's fields.

    ``has_guardian``: somebody answers for it, and its head may be a child.
    """
    members = [as_member(person, position) for position, person in enumerate(people, start=1)]
    youngest = 0 if has_guardian else YOUNGEST_HEAD
    return [
        DomainError(problem.message, field=_form_field(problem.field))
        for problem in problems_of(members, on=on, most_people=most_people, youngest_head=youngest)
    ]


@transaction.atomic
def lock_household(*, actor: Actor, household_id: int, version: int | None) -> Household:
    """Hold a household in sight until the transaction ends, and count a saving.

    Conflict when ``version``, the one that was read, is not the household's any more.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    return hold_household(actor, household_id, version)


@transaction.atomic
def register_household(
    *,
    actor: Actor,
    facts: HouseholdFacts,
    enrol_year: int | None = None,
    is_confirmed: bool = False,
    key: str = "",
) -> Household:
    """Register a household with its people and, where a year is given, enrol it for that year.

    PossibleDuplicates, before anything is written, unless ``is_confirmed``.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    shared = {name: value for name, value in vars(facts).items() if name != "people"}
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["household", shared, [one.content() for one in facts.people], enrol_year],
        create=lambda: _register(actor, facts, enrol_year, is_confirmed),
        find=lambda pk: household_by_id(actor, int(pk)),
    )


def _register(
    actor: Actor, facts: HouseholdFacts, enrol_year: int | None, is_confirmed: bool
) -> Household:
    gathering = Gathering()
    with gathering.part():
        household = _household_row(actor, facts)
    with gathering.part():
        people = _people_rows(actor, facts)
    gathering.refuse()
    if not is_confirmed:
        require_confirmed(actor, household, people)
    household.number = issue_number(actor=actor, unit_id=household.unit_id)
    household.save(force_insert=True)
    for index, person in enumerate(people):
        _write_person(household, person, facts.people[index], index)
    write_event(
        actor, household, LifeEvent.Kind.REGISTERED, facts.registered_on,
        note=_origins(people, facts.people),
    )  # fmt: skip
    if enrol_year is not None:
        enrol(
            actor=actor,
            household_id=household.pk,
            year=enrol_year,
            enrolled_on=facts.registered_on,
            backdating_reason=facts.backdating_reason,
        )
    return household


def _origins(people: Sequence[Beneficiary], facts: Sequence[PersonFacts]) -> str:
    """Say who came from other households, covered or not."""
    told = [
        arrival_note(person, one.known_number)
        for person, one in zip(people, facts, strict=True)
        if one.known_number
    ]
    return " ; ".join(told)[:_MOST_NOTE]


def _household_row(actor: Actor, facts: HouseholdFacts) -> Household:
    household = Household(
        tenant_id=actor.tenant_id,
        registered_on=facts.registered_on,
        category=facts.category,
    )
    gathering = Gathering()
    with gathering.part():
        household.unit = require_insuring_unit(actor, facts.unit_id, facts.registered_on)
    with gathering.part():
        household.colline_id = require_colline(facts.colline_id).pk
    with gathering.part():
        set_cover(household, facts.other_cover, facts.other_cover_number)
    with gathering.part():
        require_category(actor, current=ORDINARY, wanted=facts.category)
    with gathering.part():
        household.phone = clean_phone(facts.phone)
    with gathering.part():
        _require_registration_day(actor, facts)
    gathering.refuse()
    return household


def _require_registration_day(actor: Actor, facts: HouseholdFacts) -> None:
    if facts.registered_on > clock.today():
        raise DomainError("La date d’inscription est dans l’avenir.", field="registered_on")
    require_open_month(
        tenant_id=actor.tenant_id,
        unit_id=facts.unit_id,
        on_date=facts.registered_on,
        field="registered_on",
    )


def require_insuring_unit(actor: Actor, unit_id: int, on: date, *, field: str = "unit") -> Unit:
    """Return a mutuelle or section in the actor's reach and open on the day."""
    unit = require_own_unit(actor, unit_id)
    if unit.kind not in Unit.INSURING:
        raise DomainError("Choisissez une mutuelle ou une section.", field=field)
    hold_days(unit)
    if not unit.valid_from <= on < (unit.valid_to or date.max):
        raise DomainError(f"« {unit.name} » n’est pas ouverte à cette date.", field=field)
    return unit


def require_colline(colline_id: int, *, field: str = "colline") -> Place:
    """Return a colline; NotFound for any other place."""
    found = Place.objects.filter(pk=colline_id, kind=Place.Kind.COLLINE).first()
    if found is None:
        raise NotFound("Cette colline n’existe pas.", field=field)
    return found


def set_cover(household: Household, cover: str, number: str) -> None:
    """Write another cover of the household; its number is asked for with a CAM."""
    if cover not in Household.OtherCover.values:
        raise DomainError("Cette couverture n’existe pas.", field="other_cover")
    number = clean_paper(number)
    if number and not cover:
        raise DomainError("Dites de quelle couverture est ce numéro.", field="other_cover")
    if cover == Household.OtherCover.CAM and not number:
        raise DomainError("Donnez le numéro de la CAM.", field="other_cover_number")
    household.other_cover, household.other_cover_number = cover, number


def _people_rows(actor: Actor, facts: HouseholdFacts) -> list[Beneficiary]:
    """The people's rows, checked one by one and together; not yet written."""
    gathering = Gathering()
    people = []
    for index, one in enumerate(facts.people):
        person = Beneficiary(
            tenant_id=actor.tenant_id,
            joined_on=facts.registered_on,
            declared_on=facts.registered_on,
        )
        with gathering.part():
            set_facts(person, one, there_on=facts.registered_on, prefix=f"people-{index}-")
            _recognise(actor, person, one, index)
        people.append(person)
    gathering.refuse()
    check_people(people, on=facts.registered_on, most_people=_most_people(actor, facts))
    return people


def _recognise(actor: Actor, person: Beneficiary, facts: PersonFacts, index: int) -> None:
    """Who founds a household goes on from the record that they had in another."""
    try:
        recognise(actor, person, facts.known_number)
    except DomainError as error:
        raise DomainError(error.message, field=f"people-{index}-known_number") from error


def _most_people(actor: Actor, facts: HouseholdFacts) -> int | None:
    scale = scale_in_force(actor.tenant_id, facts.registered_on.year)
    return scale.scale.most_people if scale else None


def check_people(
    people: list[Beneficiary],
    *,
    on: date,
    most_people: int | None,
    has_guardian: bool = False,
) -> None:
    """Raise everything that the rules find impossible in a household, at the form's fields."""
    gathering = Gathering()
    gathering.found = family_problems(
        people, on=on, most_people=most_people, has_guardian=has_guardian
    )
    gathering.refuse()


def as_member(person: Beneficiary, position: int) -> Member:
    """Return a person as the rules see one."""
    return Member(
        position=position,
        relationship=person.relationship,
        sex=person.sex,
        birth_date=person.birth_date,
        joined_on=person.joined_on,
        left_on=person.left_on,
        died_on=person.died_on,
        person=person_mark(person.search_key, person.sex, person.birth_date),
    )


def _form_field(field: str | None) -> str | None:
    """The rules' « members-0-birth_date » is the form's « people-0-birth_date »."""
    return None if field in (None, "members") else field.replace("members-", "people-", 1)


def _write_person(
    household: Household, person: Beneficiary, facts: PersonFacts, index: int
) -> None:
    prefix = f"people-{index}-"
    person.household = household
    person.number = beneficiary_number(household.number, index + 1)
    person.photo = store_photo(household.tenant_id, facts.photo, prefix=prefix)
    save_person(person, prefix=prefix)
