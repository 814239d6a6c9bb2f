"""Corrections of what is written of a household or a person; the timeline tells each.

What a correction replaces stays in the history (docs/decisions/0002). It names the version
that was read, so that two clerks never overwrite each other.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import DomainError, Gathering
from conamus.kernel.phones import clean_phone
from federations.models import Place
from federations.rules.roles import Permission, is_permitted
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, Household, LifeEvent
from membership.selectors.members import own_member
from membership.services.backdating import (
    declaration_days,
    require_life_day,
    trace_life_backdating,
)
from membership.services.card_ends import CardEnd, end_card
from membership.services.categories import require_category
from membership.services.events import write_event
from membership.services.guardians import Guardian, change_guardian
from membership.services.holding import (
    hold_household,
    member_of,
    present_members,
    require_open,
)
from membership.services.households import (
    PossibleDuplicates,
    family_problems,
    family_warnings,
    require_colline,
    set_cover,
)
from membership.services.opened_days import covered_lately, day_opened, require_may_open
from membership.services.people import PersonFacts, save_person, set_facts, store_photo
from membership.services.replacements import examine_replacement

_WORDS = {
    "family_name": "nom", "given_name": "prénom", "sex": "sexe", "birth_date": "naissance",
    "is_birth_estimated": "naissance", "relationship": "lien", "phone": "téléphone",
    "identity_paper": "pièce d’identité", "photo_id": "photo", "joined_on": "entrée",
    "colline_id": "colline", "category": "catégorie", "other_cover": "autre couverture",
    "other_cover_number": "autre couverture", "guardian_name": "répondant",
    "guardian_phone": "répondant",
}  # fmt: skip
_OF_PERSON = (
    "family_name", "given_name", "sex", "birth_date", "is_birth_estimated", "relationship",
    "phone", "identity_paper", "photo_id", "joined_on",
)  # fmt: skip
_OF_HOUSEHOLD = (
    "colline_id", "category", "phone", "other_cover", "other_cover_number", "guardian_name",
    "guardian_phone",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class HouseholdDetails:
    """What a clerk may correct of a household itself."""

    colline_id: int
    category: str
    phone: str
    other_cover: str
    other_cover_number: str
    #: Of a household of minors only.
    guardian: Guardian = field(default_factory=Guardian)


@transaction.atomic
def correct_household(
    *, actor: Actor, household_id: int, version: int, details: HouseholdDetails
) -> Household:
    """Change colline, category, telephone or other cover; enrolments keep what was declared."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = hold_household(actor, household_id, version)
    require_open(household)
    before = _values(household, _OF_HOUSEHOLD)
    gathering = Gathering()
    with gathering.part():
        household.colline = _colline(details.colline_id)
    with gathering.part():
        set_cover(household, details.other_cover, details.other_cover_number)
    with gathering.part():
        household.phone = clean_phone(details.phone)
    with gathering.part():
        require_category(actor, current=household.category, wanted=details.category)
    with gathering.part():
        if household.guardian_name:
            change_guardian(household, details.guardian)
    gathering.refuse()
    household.category = details.category
    household.save(update_fields=["colline", *_OF_HOUSEHOLD[1:]])
    changed = _changed(before, _values(household, _OF_HOUSEHOLD))
    if changed:
        write_event(actor, household, LifeEvent.Kind.CORRECTED, clock.today(), note=changed)
    return household


def _colline(colline_id: int) -> Place:
    return require_colline(colline_id)


def _require_no_earlier_entry(
    actor: Actor, person: Beneficiary, joined_on: date, reason: str
) -> None:
    """The waiting is counted from the entry: only the manager moves it back, and says why."""
    if joined_on >= person.joined_on:
        return
    if not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            "Une entrée plus ancienne ouvre des droits plus tôt : demandez-le au gestionnaire de "
            "la fédération.",
            field="joined_on",
        )
    days = declaration_days(actor.tenant_id)
    require_life_day(actor, joined_on, reason, days=days, field="joined_on")


def _stay_born_here(person: Beneficiary, born_here_on: date) -> None:
    """Born in the household, only on another day: the entry is the birth still."""
    person.joined_on = person.birth_date
    if person.declared_on == born_here_on:
        # Told by coming: the day was nobody's declaration.
        person.declared_on = max(born_here_on, person.birth_date)


def _move_entry(person: Beneficiary, joined_on: date) -> None:
    """Who may move an entry back decides: the waiting counts from that day, whenever written."""
    was_told_later = person.declared_on is not None and person.joined_on != person.birth_date
    if joined_on < person.joined_on and was_told_later:
        person.declared_on = joined_on
    person.joined_on = joined_on


@transaction.atomic
def correct_person(
    *,
    actor: Actor,
    person_id: int,
    version: int,
    facts: PersonFacts,
    joined_on: date,
    is_confirmed: bool = False,
    replacement_reason: str = "",
    backdating_reason: str = "",
) -> Beneficiary:
    """Correct a person's record; the head stays the head, and nobody else becomes it.

    What the correction makes impossible in the family is refused, as at the enrolment; what it
    makes unusual is told (PossibleDuplicates), before anything is written, unless
    ``is_confirmed``. What was so before is no news. A correction that makes it somebody else's
    record is the manager's, with ``replacement_reason`` (services/replacements). So is an entry
    moved back, or a correction that opens days that are over, with ``backdating_reason``, and it
    is listed.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = hold_household(actor, own_member(actor, person_id).household_id, version)
    require_open(household)
    person = member_of(household, person_id)
    before, covered_before = _values(person, _OF_PERSON), covered_lately(person)
    family = _family_with(household, person)
    problems, warnings = _problems(household, family), family_warnings(family)
    _require_same_headship(person, facts.relationship)
    born_here_on = person.birth_date if person.joined_on == person.birth_date else None
    set_facts(person, facts, there_on=joined_on)
    if joined_on == born_here_on and person.birth_date >= household.in_network_since:
        _stay_born_here(person, born_here_on)
        joined_on = person.joined_on
    _require_possible_days(person, joined_on)
    _require_no_earlier_entry(actor, person, joined_on, backdating_reason)
    moved_to = joined_on if joined_on < person.joined_on else None
    _move_entry(person, joined_on)
    _require_possible_family(household, family, family.index(person), problems)
    new_warnings = [one for one in family_warnings(family) if one not in warnings]
    if new_warnings and not is_confirmed:
        raise PossibleDuplicates([], new_warnings)
    replaced = examine_replacement(
        actor, household, person, others=[one for one in family if one is not person],
        reason=replacement_reason, is_confirmed=is_confirmed,
    )  # fmt: skip
    photo = store_photo(actor.tenant_id, facts.photo)
    if photo is not None:
        person.photo = photo
    save_person(person)
    if replaced and person.relationship == Beneficiary.Relationship.HEAD:
        end_card(household, CardEnd.CORRECTED_HEAD)
    opened_on = day_opened(person, covered_before)
    field = "joined_on" if person.birth_date == before["birth_date"] else "birth_date"
    require_may_open(actor, opened_on, backdating_reason, field=field)
    changed = _changed(before, _values(person, _OF_PERSON))
    if changed:
        told = f"{person} : {replaced or changed}"
        event = write_event(
            actor, household, LifeEvent.Kind.CORRECTED, clock.today(), person=person, note=told
        )
        _trace_opening(actor, event, moved_to, opened_on, reason=backdating_reason)
    return person


def _trace_opening(
    actor: Actor, event: LifeEvent, moved_to: date | None, opened_on: date | None, *, reason: str
) -> None:
    """List a correction from the first day that it makes count: of the entry, or of the rights."""
    counts_from = [one for one in (moved_to, opened_on) if one is not None]
    if counts_from:
        days = declaration_days(actor.tenant_id)
        trace_life_backdating(actor, event, min(counts_from), reason, days=days)


def _family_with(household: Household, person: Beneficiary) -> list[Beneficiary]:
    """The people of the household, with this very record for the person's own."""
    people = present_members(household)
    return [person if one.pk == person.pk else one for one in people] + (
        [] if person in people else [person]
    )


def _problems(household: Household, family: list[Beneficiary]) -> list[DomainError]:
    has_guardian = bool(household.guardian_name)
    return family_problems(family, on=clock.today(), most_people=None, has_guardian=has_guardian)


def _require_possible_family(
    household: Household, family: list[Beneficiary], index: int, known: list[DomainError]
) -> None:
    """Refuse what the correction makes impossible, at the person's own fields."""
    before, own = {one.message for one in known}, f"people-{index}-"
    gathering = Gathering()
    gathering.found = [
        DomainError(
            one.message,
            field=one.field.removeprefix(own) if one.field and one.field.startswith(own) else None,
        )
        for one in _problems(household, family)
        if one.message not in before
    ]
    gathering.refuse()


def _require_same_headship(person: Beneficiary, relationship: str) -> None:
    head = Beneficiary.Relationship.HEAD
    if (person.relationship == head) != (relationship == head):
        raise DomainError(
            "Le changement d’adhérent a sa propre page : « Nouvel adhérent ».",
            field="relationship",
        )


def _require_possible_days(person: Beneficiary, joined_on: date) -> None:
    gathering = Gathering()
    born = person.birth_date
    with gathering.part():
        if joined_on > clock.today():
            raise DomainError("La date d’entrée est dans l’avenir.", field="joined_on")
        if joined_on < born:
            raise DomainError(
                f"L’entrée est avant la naissance, le {born:%d/%m/%Y}.", field="joined_on"
            )
        if person.left_on is not None and joined_on > person.left_on:
            raise DomainError(
                f"L’entrée est après la sortie, le {person.left_on:%d/%m/%Y}.", field="joined_on"
            )
    with gathering.part():
        if person.died_on is not None and born > person.died_on:
            raise DomainError(
                f"La naissance est après le décès, le {person.died_on:%d/%m/%Y}.",
                field="birth_date",
            )
    told_on = person.declared_on
    with gathering.part():
        if joined_on == born and told_on is not None and born > told_on:
            raise DomainError(
                f"La naissance est après sa déclaration, le {told_on:%d/%m/%Y}.",
                field="birth_date",
            )
    gathering.refuse()


def _values(row: Household | Beneficiary, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _changed(before: dict[str, object], after: dict[str, object]) -> str:
    """Which parts changed, in words; what they were is in the history."""
    words = [_WORDS[name] for name, value in after.items() if before[name] != value]
    return ", ".join(dict.fromkeys(words))
