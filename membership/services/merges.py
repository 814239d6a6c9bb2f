"""Two records of one person made one: both numbers still found, no right lost, none given.

The record that is dropped is not erased: it leaves its household as a duplicate, and its number
leads to the record that is kept. A household left without anybody closes as a duplicate too, and
its enrolments with it (services/merged_enrolments). A merge is not undone: what it would take from
the person is refused, and what it opens is listed (services/merged_rights).
"""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, DuplicatePair, FormerNumber, Household, LifeEvent
from membership.rules.sentences import day
from membership.selectors.members import own_member
from membership.selectors.merging import as_compared
from membership.selectors.stays import other_stays
from membership.services.backdating import trace_life_backdating
from membership.services.card_ends import CardEnd, end_card
from membership.services.events import write_event
from membership.services.growth import take_back_supplements
from membership.services.holding import hold_households, hold_people, present_members
from membership.services.merged_enrolments import cancel_duplicate_enrolments
from membership.services.merged_rights import covered_days, require_no_day_lost, take_over
from membership.services.people import save_person

_MERGED = Beneficiary.Leaving.MERGED
#: Two records of one household without a name in common: one person only where the years of
#: birth are near. Ours: estimated years are seldom further off, a parent always is.
_MOST_YEARS_APART = 5


@transaction.atomic
def merge_people(*, actor: Actor, kept_id: int, dropped_id: int, because: str) -> Beneficiary:
    """Keep one record of a person and drop the other; return the one that is kept."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    because = told_reason(because, most=200, missing="Dites pourquoi c’est une seule personne.")
    if kept_id == dropped_id:
        raise DomainError("Choisissez deux fiches différentes.")
    homes = {own_member(actor, key).household_id for key in (kept_id, dropped_id)}
    held = {household.pk: household for household in hold_households(actor, homes)}
    kept, dropped = own_member(actor, kept_id), own_member(actor, dropped_id)
    home, other = held[kept.household_id], held[dropped.household_id]
    _require_mergeable(kept, dropped, home, other)
    today, before = clock.today(), covered_days(dropped)
    opened_on = take_over(kept, dropped)
    _drop(dropped, _ends_on(today))
    take_back_supplements(actor, other, dropped)
    save_person(kept)
    _keep_number(actor, home, kept, dropped.number, today, because)
    told = f"{dropped.number} est une deuxième fiche de {kept} ({kept.number}). {because}"
    event = write_event(actor, home, LifeEvent.Kind.MERGED, today, person=kept, note=told)
    if opened_on is not None:
        # It opens rights, which no agent may do: any day that is over is listed.
        trace_life_backdating(actor, event, opened_on, because, days=0)
    if other.pk != home.pk:
        write_event(actor, other, LifeEvent.Kind.MERGED, today, person=dropped, note=told)
        _close_if_empty(actor, other, home, today, because)
    require_no_day_lost(kept, dropped, before)
    _settle_pair(actor, kept, dropped)
    _count_savings(home, other)
    return kept


def _require_mergeable(
    kept: Beneficiary, dropped: Beneficiary, home: Household, other: Household
) -> None:
    if dropped.left_because == _MERGED or kept.left_because == _MERGED:
        raise Conflict("L’une de ces fiches est déjà fusionnée avec une autre.")
    if kept.sex != dropped.sex:
        raise DomainError("Les deux fiches n’ont pas le même sexe : corrigez d’abord l’une.")
    _require_one_death(kept, dropped)
    _require_still_here(kept, dropped, home, other)
    _require_no_third_record(kept, dropped, home)
    _require_not_two_of_a_family(kept, dropped)
    is_head = dropped.relationship == Beneficiary.Relationship.HEAD and dropped.left_on is None
    if not is_head:
        return
    if any(one.pk != dropped.pk for one in present_members(other)):
        raise DomainError(
            f"{dropped} est l’adhérent du ménage {other.number} : nommez d’abord un nouvel "
            "adhérent, ou gardez cette fiche-là."
        )


def _require_one_death(kept: Beneficiary, dropped: Beneficiary) -> None:
    """Nobody lives on under one record whose death is written under the other."""
    for dead, other in ((kept, dropped), (dropped, kept)):
        if dead.died_on is not None and other.died_on is None and other.left_on is None:
            raise DomainError(
                f"La fiche {dead.number} dit un décès le {day(dead.died_on)} ; la fiche "
                f"{other.number} est encore dans son ménage : inscrivez-y d’abord ce décès ou, "
                "s’il est une erreur, reprenez-le."
            )
    days = {one.died_on for one in (kept, dropped) if one.died_on is not None}
    if len(days) > 1:
        told = " et le ".join(day(one) for one in sorted(days))
        raise DomainError(
            f"Les deux fiches disent un décès, le {told} : reprenez d’abord celui qui est faux, et "
            "inscrivez-le de nouveau à son jour."
        )


def _require_still_here(
    kept: Beneficiary, dropped: Beneficiary, home: Household, other: Household
) -> None:
    if kept.left_on is not None and dropped.left_on is None:
        raise DomainError("Gardez la fiche de qui est encore dans un ménage.")
    if home.closed_on is not None and other.closed_on is None and dropped.left_on is None:
        raise DomainError(
            f"Le ménage {home.number} est fermé ({home.get_closed_because_display()}) : gardez la "
            f"fiche {dropped.number}, dont le ménage est ouvert."
        )


def _require_no_third_record(kept: Beneficiary, dropped: Beneficiary, home: Household) -> None:
    """Whose dropped record went on in another household is there, not here, and may have died."""
    people = {kept.person_id, dropped.person_id}
    hold_people(people)
    have_left = kept.left_on is not None and kept.died_on is None and dropped.died_on is None
    for stay in other_stays(people, since=clock.today()):
        if stay.number in (kept.number, dropped.number):
            continue
        if stay.died_on is not None:
            # Of who merely left nothing comes back; two deaths could not be taken back any more.
            if have_left:
                continue
            raise DomainError(
                f"Cette personne a une autre fiche : {stay.death}. Si elle dit vrai, les fiches "
                f"{kept.number} et {dropped.number} disent d’abord un départ, ni présence ni décès."
            )
        if kept.left_on is None and home.closed_on is None:
            raise DomainError(
                f"Cette personne est aussi dans un autre ménage, {stay.where} : inscrivez d’abord "
                f"son départ de là ou, si elle n’est plus ici, celui de la fiche {kept.number}."
            )
        if stay.ended_on is None and dropped.died_on != kept.died_on is None:
            raise DomainError(
                f"La fiche {dropped.number} dit un décès, et cette personne est dans un autre "
                f"ménage, {stay.where} : reprenez d’abord ce décès ou, s’il est vrai, inscrivez-le "
                "là."
            )


def _require_not_two_of_a_family(kept: Beneficiary, dropped: Beneficiary) -> None:
    """A mother and her daughter live under one roof: they are not two records of one person."""
    if kept.household_id != dropped.household_id:
        return
    if set(as_compared(kept).words) & set(as_compared(dropped).words):
        return
    if abs(kept.birth_date.year - dropped.birth_date.year) > _MOST_YEARS_APART:
        raise DomainError(
            f"{kept} et {dropped} sont du même ménage, sans nom commun et nés à plus de "
            f"{_MOST_YEARS_APART} ans l’un de l’autre : ce sont deux personnes. Si une fiche est "
            "fausse, corrigez-la d’abord."
        )


def _ends_on(today: date) -> date:
    """The first day without what is dropped: under its number care may have been given today."""
    return today + timedelta(days=1)


def _drop(dropped: Beneficiary, ends_on: date) -> None:
    if dropped.left_on is None:
        dropped.left_on = ends_on
    dropped.left_because = _MERGED
    save_person(dropped)


def _keep_number(
    actor: Actor,
    home: Household,
    kept: Beneficiary | None,
    number: str,
    today: date,
    because: str,
) -> None:
    FormerNumber.objects.create(
        tenant_id=actor.tenant_id,
        household=home,
        beneficiary=kept,
        number=number,
        replaced_on=today,
        because=because,
    )


def _close_if_empty(
    actor: Actor, other: Household, home: Household, today: date, because: str
) -> None:
    """A household of which nobody is left was a duplicate: its number leads to the kept one."""
    if other.closed_on is not None or present_members(other):
        return
    ends_on = _ends_on(today)
    years = cancel_duplicate_enrolments(actor, other, home, ends_on=ends_on)
    other.closed_on, other.closed_because = ends_on, Household.Closing.MERGED
    other.save(update_fields=["closed_on", "closed_because"])
    end_card(other, CardEnd.MERGED)
    told = [f"Doublon du ménage {home.number}."]
    told += [f"Adhésion {year} annulée, rien n’y était payé." for year in years]
    write_event(actor, other, LifeEvent.Kind.CLOSED, today, note=" ".join(told))
    _keep_number(actor, home, None, other.number, today, because)


def _settle_pair(actor: Actor, kept: Beneficiary, dropped: Beneficiary) -> None:
    """The pair that waited for somebody to look is settled."""
    first, second = sorted((kept.pk, dropped.pk))
    DuplicatePair.objects.filter(
        tenant_id=actor.tenant_id, first_id=first, second_id=second
    ).update(state=DuplicatePair.State.MERGED, decided_by=actor.name, decided_at=timezone.now())


def _count_savings(*held: Household) -> None:
    for household in {household.pk: household for household in held}.values():
        household.version += 1
        household.save(update_fields=["version"])
