"""Two records of one person, two households that were one: what they had counts together."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from claims.models import BenefitPackage, CareAccount, ClaimSignal, Decision, PackageClause
from claims.selectors.authorisations import authorisations, found_authorisations
from claims.selectors.batches import Choice, redo_parts
from claims.selectors.ceilings import ceilings_left
from claims.selectors.claims import claims_of_year, found_claims
from claims.selectors.review_case import past_care
from claims.services.attestations import enter_claim
from claims.services.authorisations import NewAuthorisation, authorise_care
from claims.services.decisions import Tally, decide_submitted, redo_decisions
from claims.services.signals import dismiss_signal, raise_signals
from conamus.kernel.errors import NotAllowed
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Household
from membership.services.merges import merge_people
from membership.services.numbers import renumber_household
from membership.services.rights import ask_rights
from tests.claims.care import DRUG, give_claim
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.reviewing import claim_of, give_waiting, review
from tests.world import World

#: The widow of a household of her own is found to be the wife of another.
KEPT, DROPPED = "UMU-1001-1", "UMU-1003-0"
YEAR = Choice(year=2025, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))


@pytest.fixture
def merged(world: World) -> World:
    """39 200 francs were paid under the record that is dropped; a household has 45 000 a year."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="ceiling", scope="household_year",
            francs=45_000,
        ).save()  # fmt: skip
    for day in (1, 2):
        assert _decide(world, _give(world, DROPPED, 49, day)).mutuelle_francs == 19_600
    _merge(world)
    return world


def _merge(world: World) -> None:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        kept, dropped = (Beneficiary.objects.get(number=one).pk for one in (KEPT, DROPPED))
        merge_people(actor=amina, kept_id=kept, dropped_id=dropped, because="la même personne")
        assert Household.objects.get(number=DROPPED[:-2]).closed_because == "merged"


def _give(world: World, member: str, boxes: int, day: int) -> int:
    return give_claim(world, member=member, lines=[(DRUG, boxes, 500)], on=date(2025, 2, day))


def _decide(world: World, *claims: int) -> Tally:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        return decide_submitted(actor=system, claim_ids=claims, year=2025)


def _left(world: World, number: str) -> dict[str, int]:
    fabrice = world.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        [person] = ask_rights(actor=fabrice, text=number).people
        found = ceilings_left([person.beneficiary_id], date(2025, 6, 30))[person.beneficiary_id]
    return {str(one.scope): one.left_francs for one in found}


def _paid(world: World, claim: int) -> int:
    with open_scope(world.system("UMUCO"), source="essai"):
        decision = Decision.objects.get(claim_id=claim, superseded_at__isnull=True)
        return sum(decision.lines.values_list("mutuelle_francs", flat=True))


def test_what_was_paid_under_the_other_record_counts(merged: World) -> None:
    assert _left(merged, KEPT) == {"person_year": 10_800, "household_year": 5_800}
    assert _left(merged, "UMU-1001-0") == {"person_year": 50_000, "household_year": 5_800}
    numbers = _renumbered(merged, KEPT, "UMU-1001-0")
    own, husbands = (_give(merged, number, 49, 3) for number in numbers)
    assert _decide(merged, own).mutuelle_francs == 5_800
    assert _decide(merged, husbands).mutuelle_francs == 0


def test_in_one_batch_and_redone(merged: World) -> None:
    """A paper of the dropped record comes late, beside one of the kept: 5 800 are left for both."""
    late, new = _give(merged, DROPPED, 10, 3), _give(merged, KEPT, 10, 4)
    assert _decide(merged, late, new).mutuelle_francs == 5_800
    before = [_paid(merged, one) for one in (late, new)]
    assert before == [4_000, 1_800]
    amina = merged.actor("amina")
    with open_scope(amina, source="essai"):
        [part] = redo_parts(amina.tenant_id, YEAR, str(uuid4()), 1)
        assert {late, new} < set(part)
        redo_decisions(actor=amina, claim_ids=part, year=2025)
    assert [_paid(merged, one) for one in (late, new)] == before


def test_both_accounts_are_held(merged: World, behind_the_wall: Callable) -> None:
    """So that a decision on either record waits for one on the other."""
    with behind_the_wall(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_careaccount")
    _decide(merged, _give(merged, KEPT, 1, 3))
    with behind_the_wall():
        held = set(CareAccount.objects.values_list("household__number", flat=True))
    assert {KEPT[:-2], DROPPED[:-2]} <= held


def test_the_reader_sees_the_care_of_both(merged: World) -> None:
    claim = _give(merged, KEPT, 1, 3)
    with open_scope(merged.actor("annick"), source="essai"):
        assert len(past_care(claim_of(merged, claim))) == 2


@pytest.fixture
def with_bon(world: World, behind_the_wall: Callable, settings) -> World:
    """Medicines need a bon; Annick gives one of 9 000 under the record that is then dropped."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="requirement",
            paper="authorisation", family="medicine", bearer="facility",
        ).save()  # fmt: skip
    annick, today = world.actor("annick"), settings.BUSINESS_DATE
    settings.BUSINESS_DATE = date(2025, 2, 1)
    with open_scope(annick, source="essai"):
        request = NewAuthorisation(
            member=DROPPED, facility_code="FS-T001", starts_on=date(2025, 2, 1),
            ends_on=date(2025, 7, 31), family="medicine", francs=9_000,
        )  # fmt: skip
        authorise_care(actor=annick, request=request)
    settings.BUSINESS_DATE = today
    assert _decide(world, _give(world, DROPPED, 10, 3)).mutuelle_francs == 4_000
    _merge(world)
    return world


def test_care_agreed_under_the_other_record_stays_agreed(with_bon: World) -> None:
    """5 000 of care was drawn before: 4 000 are left for the kept record, and no more."""
    assert _decide(with_bon, _give(with_bon, "UMU-1001-0", 10, 6)).mutuelle_francs == 0
    assert _decide(with_bon, _give(with_bon, KEPT, 10, 4)).mutuelle_francs == 3_200
    assert _decide(with_bon, _give(with_bon, KEPT, 10, 5)).mutuelle_francs == 0
    elsewhere = give_claim(
        with_bon, member=KEPT, facility="FS-T002", lines=[(DRUG, 10, 500)], on=date(2025, 2, 7)
    )
    assert _decide(with_bon, elsewhere).mutuelle_francs == 0


def test_who_gave_the_bon_of_the_other_record_is_bound_by_it(with_bon: World) -> None:
    """Signalled where the same person enters, and no settler of any signal."""
    annick = with_bon.actor("annick")
    at_the_centre = replace(with_bon.actor("albert"), user_id=annick.user_id, name=annick.name)
    entry = an_entry(with_bon, member=KEPT, lines=(a_line(DRUG, "10", 500),))
    with open_scope(at_the_centre, source="essai"):
        claim = enter_claim(actor=at_the_centre, entry=entry, submit=True)
    with open_scope(with_bon.system("UMUCO"), source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim.pk, rule="same_hands")
    assert signal.facts == {"what": ["le bon de prise en charge"]}
    other = _give(with_bon, KEPT, 1, 8), _give(with_bon, KEPT, 1, 8)
    system = with_bon.system("UMUCO")
    with open_scope(system, source="essai"):
        raise_signals(actor=system, claim_ids=other, year=2025)
        alike = ClaimSignal.objects.get(claim_id=other[1], rule="same_care").pk
    with open_scope(annick, source="essai"), pytest.raises(NotAllowed, match="accordé le bon"):
        dismiss_signal(actor=annick, signal_id=alike, because="rien à voir")


@pytest.mark.parametrize("username", ["albert", "fabrice"])
def test_what_was_written_of_the_other_record_is_found_by_the_kept_number(
    username: str, with_bon: World
) -> None:
    today, actor = date(2025, 6, 30), with_bon.actor(username)
    with open_scope(actor, source="essai"):
        bons = found_authorisations(authorisations(actor), KEPT, today)
        assert [bon.patient["number"] for bon in bons] == [DROPPED]
        claims = found_claims(actor, claims_of_year(actor, 2025), KEPT, today)
        assert claims.count() == 1
        assert not found_authorisations(authorisations(actor), "UMU-1001-0", today).exists()
        assert not found_claims(actor, claims_of_year(actor, 2025), "UMU-1001-0", today).exists()


def _renumbered(world: World, *numbers: str) -> list[str]:
    """Give their household a new number; return the people's new ones."""
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        people = [Beneficiary.objects.get(number=number) for number in numbers]
        household = people[0].household
        renumber_household(
            actor=amina, household_id=household.pk, version=household.version, because="section"
        )
        return [Beneficiary.objects.get(pk=person.pk).number for person in people]


@pytest.mark.parametrize(
    ("kept", "dropped"),
    [
        pytest.param(KEPT, DROPPED, id="closes"),
        pytest.param("UMU-1001-2", "UMU-1002-2", id="stays"),
    ],
)
def test_care_of_the_day_of_the_merge_is_still_covered(
    world: World, kept: str, dropped: str
) -> None:
    """Decided before, or waiting for a reader; of a household that the merge closes, or not."""
    give_books(world)
    today, amina = date(2025, 6, 30), world.actor("amina")
    paid = give_claim(world, member=dropped, lines=[(DRUG, 10, 500)], on=today)
    assert _decide(world, paid).mutuelle_francs == 4_000
    waiting = give_waiting(world, member=dropped, on=today)
    with open_scope(amina, source="essai"):
        keys = [Beneficiary.objects.get(number=one).pk for one in (kept, dropped)]
        merge_people(actor=amina, kept_id=keys[0], dropped_id=keys[1], because="la même personne")
        redo_decisions(actor=amina, claim_ids=[paid], year=2025)
    review(world, "annick", waiting, "accepted")
    assert (_paid(world, paid), _paid(world, waiting)) == (4_000, 24_000)
    after = give_claim(world, member=dropped, lines=[(DRUG, 10, 500)], on=date(2025, 7, 1))
    assert _decide(world, after).mutuelle_francs == 0, "from the day after, the kept number"
