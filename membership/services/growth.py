"""Supplements of people who join after the enrolment, by its own scale (rules/growth).

Always with the household held: a line follows the one before it. An enrolment that has no scale
(it came with a transfer, or from a paper register) asks nothing before its renewal.
"""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from conamus import clock
from federations.tenancy.actor import Actor
from membership.models import (
    Beneficiary,
    ContributionScale,
    Enrolment,
    EnrolmentSupplement,
    Household,
    PayerKind,
)
from membership.rules.coverage import PersonFacts, Terms
from membership.rules.growth import asks_for, supplement_due
from membership.rules.scale import Scale
from membership.rules.sentences import counted, francs
from membership.selectors.campaigns import campaign_of, terms_of
from membership.selectors.scales import load_scale
from membership.services.holding import present_members

_RENEWAL = ContributionScale.Growth.RENEWAL


def ask_supplements(
    actor: Actor,
    household: Household,
    person: Beneficiary,
    *,
    to_come: Collection[int] = (),
) -> list[EnrolmentSupplement]:
    """Add what a person who has just joined costs to each enrolment that still runs.

    ``to_come``: those written with them whose turn comes after; each pays for the own place.
    """
    lines = [
        line
        for enrolment in _asking(household)
        if (line := _line(actor, enrolment, household, person, to_come)) is not None
    ]
    for line in lines:
        line.save(force_insert=True)
    return lines


def take_back_supplements(actor: Actor, household: Household, person: Beneficiary) -> None:
    """Undo what a record that was no person had added, as far as nobody else takes its place."""
    held = EnrolmentSupplement.objects.filter(
        tenant_id=actor.tenant_id,
        beneficiary=person,
        reverses__isnull=True,
        reversed_by__isnull=True,
        enrolment__household=household,
        enrolment__cancelled_on__isnull=True,
    ).select_related("enrolment__scale__year", "enrolment__year")
    for line in held:
        _take_back(actor, household, line)


def _asking(household: Household) -> QuerySet[Enrolment]:
    running = Enrolment.objects.filter(
        tenant_id=household.tenant_id,
        household=household,
        cancelled_on__isnull=True,
        year__ends_on__gt=clock.today(),
    )
    return running.filter(Q(scale__isnull=False) & ~Q(scale__growth=_RENEWAL)).select_related(
        "scale__year", "year"
    )


def _line(
    actor: Actor,
    enrolment: Enrolment,
    household: Household,
    person: Beneficiary,
    to_come: Collection[int],
) -> EnrolmentSupplement | None:
    """The line of a person, of nothing where they change no amount; None: not asked for."""
    scale, terms = _scale_of(enrolment), _terms(enrolment)
    born_since = _is_born_since(person, enrolment)
    if not asks_for(scale.growth, is_newborn=born_since) or _comes_too_late(person, terms):
        return None
    due = supplement_due(
        scale,
        category=enrolment.category,
        charged=_charged(enrolment),
        people=_counted_people(household, enrolment, scale, without=to_come),
    )
    return EnrolmentSupplement(
        tenant_id=actor.tenant_id,
        enrolment=enrolment,
        beneficiary=person,
        asked_on=clock.today(),
        people=due.people,
        contribution_francs=due.contribution_francs,
        payer_francs=_payer_part(enrolment, due.payer_francs),
        explanation=due.explanation,
        recorded_by=actor.name[:150],
    )


def _take_back(actor: Actor, household: Household, line: EnrolmentSupplement) -> None:
    """Write the mirror of a line, less what those who came since would owe in its place."""
    enrolment = line.enrolment
    scale = _scale_of(enrolment)
    people = _counted_people(household, enrolment, scale)
    needed = supplement_due(
        scale, category=enrolment.category, charged=enrolment.people, people=people
    )
    rows = EnrolmentSupplement.objects.filter(tenant_id=line.tenant_id, enrolment=enrolment)
    asked = sum(row.contribution_francs for row in rows)
    back = min(line.contribution_francs, max(0, asked - needed.contribution_francs))
    payer = sum(row.payer_francs for row in rows) - _payer_part(enrolment, needed.payer_francs)
    EnrolmentSupplement.objects.create(
        tenant_id=actor.tenant_id,
        enrolment=enrolment,
        beneficiary_id=line.beneficiary_id,
        asked_on=clock.today(),
        people=needed.people,
        contribution_francs=-back,
        payer_francs=-min(line.payer_francs, back, max(0, payer)),
        explanation=f"Fiche sans personne : {counted(needed.people, 'personne')}, "
        f"{francs(back)} de moins.",
        reverses=line,
        recorded_by=actor.name[:150],
    )


def _scale_of(enrolment: Enrolment) -> Scale:
    if enrolment.scale is None:
        raise ValueError("asked of an enrolment without a scale")
    return load_scale(enrolment.scale).scale


def _terms(enrolment: Enrolment) -> Terms | None:
    campaign = campaign_of(enrolment.tenant_id, enrolment.year_id)
    return None if campaign is None else terms_of(campaign, enrolment.year)


def _charged(enrolment: Enrolment) -> int:
    """The size that is paid for: that of the last line, else as signed."""
    lines = EnrolmentSupplement.objects.filter(tenant_id=enrolment.tenant_id, enrolment=enrolment)
    last = lines.order_by("-pk").values_list("people", flat=True).first()
    return enrolment.people if last is None else last


def _counted_people(
    household: Household,
    enrolment: Enrolment,
    scale: Scale,
    *,
    without: Collection[int] = (),
) -> int:
    """Who is in the household and counts for its contribution: free newborns do not."""
    present = [one for one in present_members(household) if one.pk not in without]
    return sum(_counts(one, enrolment, scale) for one in present)


def _counts(person: Beneficiary, enrolment: Enrolment, scale: Scale) -> bool:
    born_since = _is_born_since(person, enrolment)
    return not born_since or asks_for(scale.growth, is_newborn=True)


def _is_born_since(person: Beneficiary, enrolment: Enrolment) -> bool:
    """Tell whether it is a newborn whom the enrolment could not count, born after its signature."""
    return person.birth_date > enrolment.enrolled_on and _facts(person).is_born_here


def _comes_too_late(person: Beneficiary, terms: Terms | None) -> bool:
    """Whoever the waiting keeps out until the year is over owes nothing for it."""
    facts = _facts(person)
    if terms is None or person.continues_cover or facts.is_born_here:
        return False
    waited_days = (terms.ends_on - facts.entered_on(terms)).days
    return waited_days <= terms.waiting_days_new


def _facts(person: Beneficiary) -> PersonFacts:
    return PersonFacts(
        birth_date=person.birth_date,
        joined_on=person.joined_on,
        declared_on=person.declared_on,
        is_head=False,
        left_on=person.left_on,
        died_on=person.died_on,
    )


def _payer_part(enrolment: Enrolment, asked: int) -> int:
    return 0 if enrolment.payer == PayerKind.HOUSEHOLD else asked
