"""Two records of one person: one is kept, both numbers lead to it, money and promises stay."""

from datetime import date, timedelta

import pytest

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from conamus.portal.selectors.households import progress_by_colline
from federations.models import Unit
from membership.models import (
    Beneficiary,
    DuplicatePair,
    Enrolment,
    Household,
    LifeEvent,
    Promise,
)
from membership.rules.indicators import Part, total_flows
from membership.selectors.arrears import yearly
from membership.selectors.balances import owed_by
from membership.selectors.households import found_by, households
from membership.selectors.indicators import Breakdown, counted_enrolments, year_flows
from membership.selectors.insured import insured_by_unit, total_insured
from membership.selectors.merging import kept_household
from membership.selectors.progress import progress_by_unit, total_progress
from membership.selectors.rights import coverage_of_household
from membership.services.enrolments import enrol
from membership.services.households import register_household
from membership.services.merged_enrolments import settle_closed_duplicate
from membership.services.merges import merge_people
from membership.services.payments import reverse_payment
from membership.services.promises import answer_promise, withdraw_promise
from membership.services.standing import close_household
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.families import TODAY, family, head, person
from tests.membership.money import owing, paid

WHY = "inscrit deux fois en mars"
#: The first day without what is dropped: care of the day of the merge is still covered.
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def twice(world, as_actor):
    """A man registered alone, and again as a head with a child; UMUCO's section 1."""
    amina = world.actor("amina")
    with as_actor(amina):
        first = register_household(actor=amina, facts=family(world, head(phone="79123456")))
        second = register_household(
            actor=amina, facts=family(world, head(), person("Ange")), is_confirmed=True
        )
        Beneficiary.objects.filter(household=first).update(joined_on=date(2022, 1, 1))
    return first, second


def _heads(twice) -> list[Beneficiary]:
    return [
        Beneficiary.objects.get(household=household, relationship="head") for household in twice
    ]


def test_both_numbers_lead_to_the_record_that_is_kept(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        dropped, kept = _heads(twice)
        pair = DuplicatePair.objects.create(
            tenant_id=amina.tenant_id, first=dropped, second=kept, score=99, reasons="noms"
        )
        merged = merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because=WHY)
        # Being in one household since 2022 is no entry into the other.
        assert (merged.joined_on, merged.phone) == (TODAY, "79123456")
        gone = Beneficiary.objects.get(pk=dropped.pk)
        assert gone.left_because == "merged"
        alone = Household.objects.get(pk=twice[0].pk)
        assert alone.closed_because == "merged"
        for number in (dropped.number, twice[0].number):
            keys = {row.pk for row in found_by(households(amina), actor=amina, text=number)}
            assert twice[1].pk in keys
        pair.refresh_from_db()
        assert (pair.state, pair.decided_by) == ("merged", amina.name)
        with pytest.raises(Conflict):
            merge_people(actor=amina, kept_id=kept.pk, dropped_id=dropped.pk, because=WHY)


def test_a_head_with_others_is_not_dropped(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        alone, with_child = _heads(twice)
        with pytest.raises(DomainError, match="nommez d’abord"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=with_child.pk, because=WHY)
        other = Beneficiary.objects.get(household=twice[1], relationship="child")
        with pytest.raises(DomainError, match="même sexe"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=other.pk, because=WHY)
        with pytest.raises(DomainError, match="différentes"):
            merge_people(actor=amina, kept_id=alone.pk, dropped_id=alone.pk, because=WHY)


def test_merging_is_decided_within_the_federation(twice, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        keys = [one.pk for one in _heads(twice)]
    for username, refusal in (("agnes", NotAllowed), ("bernard", NotFound)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            merge_people(actor=actor, kept_id=keys[0], dropped_id=keys[1], because=WHY)


@pytest.fixture
def mother_and_daughter(world, as_actor):
    """Two women of one household whose names have nothing in common, 22 years apart."""
    amina = world.actor("amina")
    mother = head(family_name="Nshimirimana", given_name="Rose", sex="F")
    daughter = person("Ange", family_name="Keza", birth_date=date(2007, 4, 5))
    with as_actor(amina):
        made = register_household(actor=amina, facts=family(world, mother, daughter))
        people = {one.given_name: one for one in Beneficiary.objects.filter(household=made)}
    return people["Rose"], people["Ange"]


def test_a_mother_and_her_daughter_are_not_one_person(mother_and_daughter, world, as_actor) -> None:
    amina = world.actor("amina")
    mother, daughter = mother_and_daughter
    given = {"actor": amina, "kept_id": mother.pk, "dropped_id": daughter.pk}
    with as_actor(amina):
        with pytest.raises(DomainError, match="ce sont deux personnes"):
            merge_people(**given, because=WHY)
        Beneficiary.objects.filter(pk=daughter.pk).update(birth_date=date(1989, 4, 5))
        with pytest.raises(DomainError, match="pourquoi") as refused:
            merge_people(**given, because="  ")
        assert refused.value.field == "because"
        assert merge_people(**given, because=WHY).pk == mother.pk


def test_a_name_in_common_may_be_two_records_whatever_the_year(
    mother_and_daughter, world, as_actor
) -> None:
    amina = world.actor("amina")
    mother, daughter = mother_and_daughter
    with as_actor(amina):
        Beneficiary.objects.filter(pk=daughter.pk).update(family_name="NSHIMIRIMANA")
        merged = merge_people(
            actor=amina, kept_id=mother.pk, dropped_id=daughter.pk, because=WHY
        )  # fmt: skip
        assert merged.pk == mother.pk


def test_the_page_shows_both_records_before_it_merges(
    mother_and_daughter, world, as_actor, sign_in
) -> None:
    mother, daughter = mother_and_daughter
    client, at = sign_in("amina"), f"/menages/personnes/{mother.pk}/fusionner/"
    asked = client.get(at).content.decode()
    assert "Comparer</button>" in asked
    assert "Fiche gardée" not in asked
    assert "Personne ne porte ce numéro" in client.get(at, {"number": "UMU-99"}).content.decode()
    shown = client.get(at, {"number": daughter.number.lower()}).content.decode()
    for told in ("Personnes différentes, ressemblance 0 sur 100", "noms différents", "05/04/2007"):
        assert told in shown
    sent = {"number": daughter.number, "kept": "this"}
    unexplained = client.post(at, sent)
    assert unexplained.status_code == 422
    refused = client.post(at, {**sent, "because": WHY})
    assert refused.status_code == 422
    assert "ce sont deux personnes" in refused.content.decode()
    amina = world.actor("amina")
    with as_actor(amina):
        Beneficiary.objects.filter(pk=daughter.pk).update(birth_date=date(1985, 1, 1))
    assert client.post(at, {**sent, "because": WHY}).status_code == 302
    with as_actor(amina):
        gone = Beneficiary.objects.get(pk=daughter.pk)
        assert gone.left_because == "merged"


@pytest.fixture
def enrolled_twice(world, as_actor):
    """A woman enrolled for 2025 in two households, each of her alone; which owe 21,000 each."""
    amina, woman = world.actor("amina"), head(given_name="Odette", sex="F")
    with as_actor(amina):
        made = []
        for _ in range(2):
            one = register_household(
                actor=amina, facts=family(world, woman, registered_on=TODAY), is_confirmed=True
            )
            enrol(actor=amina, household_id=one.pk, year=2025, enrolled_on=TODAY)
            owing(one.number, contribution_francs=21_000, joining_fee_francs=0)
            made.append(one)
    return made


def _merge(actor, kept: Household, dropped: Household) -> Beneficiary:
    kept_id, dropped_id = (person.pk for person in _heads((kept, dropped)))
    return merge_people(actor=actor, kept_id=kept_id, dropped_id=dropped_id, because=WHY)


def test_what_the_duplicate_paid_is_not_lost(enrolled_twice, world, as_actor) -> None:
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        receipt = paid(amina, Enrolment.objects.get(household=second))
        with pytest.raises(DomainError) as refused:
            _merge(amina, first, second)
        for told in (first.number, second.number, "21 000", "contre-reçus", "gardez sa fiche"):
            assert told in refused.value.message.replace("\u202f", " ").replace("\xa0", " ")
        assert Household.objects.get(pk=second.pk).closed_on is None
        # As the sentence says: a counter-receipt there, a receipt here, and the merge.
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="payé au doublon")
        own = Enrolment.objects.get(household=first)
        paid(amina, own)
        _merge(amina, first, second)
        assert owed_by(own).household_left_francs == 0
        assert Enrolment.objects.get(household=second).cancelled_on == TOMORROW


def test_the_one_that_paid_is_kept(enrolled_twice, world, as_actor) -> None:
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        paid(amina, Enrolment.objects.get(household=second))
        before = _counted(amina)
        _merge(amina, second, first)
        row = Enrolment.objects.get(household=first)
        assert (row.cancelled_on, first.number in row.cancelled_because) == (TOMORROW, False)
        assert second.number in row.cancelled_because
        note = LifeEvent.objects.get(household=first, kind="closed").note
        assert "Adhésion 2025 annulée, rien n’y était payé." in note
        assert not yearly(amina, year=2025).filter(household=first).exists()
        after = _counted(amina)
        assert (before[0] - after[0], before[1] - after[1]) == (1, 21_000)
        with pytest.raises(DomainError, match="annulée"):
            paid(amina, row)


def test_a_duplicate_of_both_years_is_no_household_that_went(
    enrolled_twice, world, as_actor
) -> None:
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        Household.objects.filter(pk__in=[first.pk, second.pk]).update(
            registered_on=date(2024, 1, 5)
        )
        alone = _retention(amina)
        for household in enrolled_twice:
            row = Enrolment.objects.get(household=household)
            Enrolment.objects.filter(pk=row.pk).update(is_returning=True, is_same_unit=True)
            row.pk, row.year_id, row.enrolled_on = None, 2024, date(2024, 1, 5)
            row.save(force_insert=True)
        both = _retention(amina)
        assert [now - then for now, then in zip(both, alone, strict=True)] == [2, 2, 2, 2]
        _merge(amina, first, second)
        one = _retention(amina)
        assert [now - then for now, then in zip(one, alone, strict=True)] == [1, 1, 1, 1]
        note = LifeEvent.objects.get(household=second, kind="closed").note
        assert "Adhésion 2024 annulée, rien n’y était payé." in note


def test_money_of_a_year_that_is_over_stays_where_it_was(enrolled_twice, world, as_actor) -> None:
    """Paid for 2024 under both numbers: what was received is neither moved nor forgotten."""
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        for household in enrolled_twice:
            row = Enrolment.objects.get(household=household)
            row.pk, row.year_id, row.enrolled_on = None, 2024, date(2024, 1, 5)
            row.save(force_insert=True)
        paid(amina, Enrolment.objects.get(household=second, year_id=2024))
        _merge(amina, first, second)
        kept = dict(
            Enrolment.objects.filter(household=second).values_list("year_id", "cancelled_on")
        )
        assert kept == {2024: None, 2025: TOMORROW}


@pytest.mark.parametrize("kept_in", ["UMU-S1", "UMU-S2"])
def test_a_duplicate_that_paid_for_the_year_before_did_not_leave(
    enrolled_twice, world, as_actor, kept_in
) -> None:
    """Counted in 2024 with its money, and in 2025 as what it is: the household that was kept."""
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        alone = _retention(amina)
        _agree(amina)
        for household in enrolled_twice:
            row = Enrolment.objects.get(household=household)
            row.pk, row.year_id, row.enrolled_on = None, 2024, date(2024, 1, 5)
            row.save(force_insert=True)
            paid(amina, row)
            # What was paid renews this year's, signed anew.
            Enrolment.objects.filter(
                household=household, year_id=2025, cancelled_on__isnull=True
            ).update(is_same_unit=kept_in == "UMU-S1", unit=world.units[kept_in])
        both = _retention(amina)
        stays = 2 if kept_in == "UMU-S1" else 0
        assert [now - then for now, then in zip(both, alone, strict=True)] == [2, stays, 2, 2]
        _merge(amina, first, second)
        assert _retention(amina) == both
        assert Enrolment.objects.get(household=second, year_id=2024).cancelled_on is None
        _agree(amina)
        # Whoever leaves with the household that was kept, leaves: under both numbers.
        Enrolment.objects.filter(household=first, year_id=2025).update(cancelled_on=TODAY)
        gone = [now - then for now, then in zip(_retention(amina), alone, strict=True)]
        assert gone == [2, 0, 0, 2]
        _agree(amina)


def test_a_duplicate_of_a_household_that_went_on_elsewhere_did_not_leave(
    enrolled_twice, world, as_actor
) -> None:
    """The one that was kept is another federation's now: kept in the network, under both."""
    amina, bernard, (first, second) = world.actor("amina"), world.actor("bernard"), enrolled_twice
    with as_actor(amina):
        alone = _retention(amina)
        for household in enrolled_twice:
            row = Enrolment.objects.get(household=household)
            row.pk, row.year_id, row.enrolled_on = None, 2024, date(2024, 1, 5)
            row.save(force_insert=True)
            paid(amina, row)
        _merge(amina, first, second)
        proposed = propose_transfer(
            actor=amina, household_id=first.pk, version=None, leaves_on=TODAY,
            destination_id=bernard.tenant_id,
        )  # fmt: skip
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=proposed.pk, unit_id=world.units["INE-S1"],
            is_outside_zone=True,
        )  # fmt: skip
    with as_actor(amina):
        assert [now - then for now, then in zip(_retention(amina), alone, strict=True)] == [
            2, 0, 2, 2,
        ]  # fmt: skip
        _agree(amina)


def _agree(actor) -> None:
    """The figures, the lists behind them, the campaign and the portal's counts say the same."""
    flows = total_flows(one.flows for one in year_flows(actor, 2025))
    assert flows.people - flows.before_people == (
        flows.people_gained_inside + flows.people_arrived - flows.people_gone
    )
    lists = {
        part: counted_enrolments(actor, year=2025, by=Breakdown.UNIT, group=None, part=part)
        for part in (Part.KEPT_IN_UNIT, Part.KEPT_IN_NETWORK, Part.GONE)
    }
    assert lists[Part.KEPT_IN_UNIT].count() == flows.kept_in_unit
    assert lists[Part.KEPT_IN_NETWORK].count() == flows.kept_in_network
    assert lists[Part.GONE].count() == flows.before_households - flows.kept_in_unit
    assert sum(one.people for one in lists[Part.GONE]) == flows.people_gone
    campaign = total_progress(one.progress for one in progress_by_unit(actor, 2025, on=TODAY))
    now = total_insured(insured_by_unit(actor.tenant_id, [2025]))
    assert campaign.households == flows.households == now.households
    assert (campaign.before, campaign.renewed) == (flows.before_households, flows.kept_in_network)
    assert campaign.renewed + campaign.gone + campaign.left - campaign.came == campaign.before
    assert (now.renewals, now.same_unit_renewals) == (flows.kept_in_network, flows.kept_in_unit)
    assert now.newcomers == campaign.new
    units = Unit.objects.filter(tenant_id=actor.tenant_id).values_list("pk", flat=True)
    collines = progress_by_colline(actor.tenant_id, 2025, list(units))
    assert sum(one.renewed for one in collines) == flows.kept_in_network


def _retention(actor) -> list[int]:
    """Households of the year before in the flows; kept in unit and network; last year's count."""
    flows = total_flows(one.flows for one in year_flows(actor, 2025))
    last = total_flows(one.flows for one in year_flows(actor, 2024))
    return [
        flows.before_households, flows.kept_in_unit, flows.kept_in_network, last.households
    ]  # fmt: skip


def _counted(actor) -> tuple[int, int]:
    """How many households the year counts, and what they owe."""
    flows = total_flows(one.flows for one in year_flows(actor, 2025))
    return flows.households, flows.due_francs


def test_a_promise_or_the_only_enrolment_of_the_year_is_not_lost(
    enrolled_twice, world, as_actor
) -> None:
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        row, own = (Enrolment.objects.get(household=one) for one in (second, first))
        promise = Promise.objects.create(
            tenant_id=amina.tenant_id, enrolment=row, amount_francs=21_000, signed_on=TODAY,
            buyer="Station de Songa",
        )  # fmt: skip
        with pytest.raises(DomainError, match="promesse de paiement court"):
            _merge(amina, first, second)
        answer_promise(actor=amina, promise_id=promise.pk, accepts=False, answer="essai")
        Enrolment.objects.filter(pk=row.pk).update(payer_francs=21_000, payer="state")
        with pytest.raises(DomainError, match="ne doit rien pour 2025"):
            _merge(amina, first, second)
        Enrolment.objects.filter(pk=own.pk).update(cancelled_on=TODAY)
        with pytest.raises(DomainError, match="inscrivez d’abord"):
            _merge(amina, first, second)


def test_days_that_were_covered_are_not_lost(enrolled_twice, world, as_actor) -> None:
    """The State pays for both; only the duplicate was there in May."""
    amina, (first, second) = world.actor("amina"), enrolled_twice
    since, day = date(2025, 1, 2), date(2025, 5, 15)
    with as_actor(amina):
        Enrolment.objects.filter(household__in=enrolled_twice).update(
            payer_francs=21_000, payer="state"
        )
        Household.objects.filter(pk=second.pk).update(registered_on=since)
        Beneficiary.objects.filter(household=second).update(joined_on=since, declared_on=since)
        Enrolment.objects.filter(household=second).update(enrolled_on=since)
        with pytest.raises(DomainError, match=r"02/01/2025 sans rien devoir.*gardez l’autre fiche"):
            _merge(amina, first, second)
        _merge(amina, second, first)
        ((_, coverage),) = coverage_of_household(second.pk, day)
    assert coverage.is_open


def test_the_page_shows_what_both_households_owe_and_paid(
    enrolled_twice, world, as_actor, sign_in
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        paid(amina, Enrolment.objects.get(household=enrolled_twice[1]))
        kept, dropped = _heads(enrolled_twice)
    at = f"/menages/personnes/{kept.pk}/fusionner/"
    shown = sign_in("amina").get(at, {"number": dropped.number}).content.decode()
    plain = shown.replace("\u202f", " ").replace("\xa0", " ")
    assert "2025 : 21 000 FBu dus, 0 FBu payés" in plain
    assert "2025 : 21 000 FBu dus, 21 000 FBu payés" in plain


@pytest.fixture
def closed_before(enrolled_twice, world, as_actor):
    """The second household closed as a duplicate of the first, its enrolment left running."""
    amina, (first, second) = world.actor("amina"), enrolled_twice
    with as_actor(amina):
        year = Enrolment.objects.filter(household=second)
        _merge(amina, first, second)
        assert year.update(cancelled_on=None, cancelled_because="") == 1
    return first, second


def test_a_household_closed_before_the_rule_is_listed_and_settled(
    closed_before, world, as_actor, sign_in
) -> None:
    amina, (first, second) = world.actor("amina"), closed_before
    client = sign_in("amina")
    assert "1 doublon encore inscrit" in client.get("/doublons/").content.decode()
    listed = client.get("/doublons/encore-inscrits/").content.decode()
    assert second.number in listed
    assert first.number in listed
    at = f"/doublons/encore-inscrits/{second.pk}/"
    shown = client.get(at).content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert f"{second.number} : 2025 : 21 000 FBu dus, 0 FBu payés" in shown
    with as_actor(amina):
        before = _counted(amina)
    assert client.post(at).status_code == 302
    with as_actor(amina):
        after = _counted(amina)
        row = Enrolment.objects.get(household=second)
        note = LifeEvent.objects.filter(household=second, kind="corrected").latest("pk").note
    assert (before[0] - after[0], before[1] - after[1]) == (1, 21_000)
    assert (row.cancelled_on, row.cancelled_because) == (
        TODAY,
        f"Doublon du ménage {first.number}.",
    )
    assert note == f"Doublon du ménage {first.number}. Adhésion 2025 annulée, rien n’y était payé."
    assert "encore inscrit" not in client.get("/doublons/").content.decode()
    assert "n’a plus d’adhésion" in client.post(at).content.decode(), "settled once"


def test_what_a_closed_duplicate_paid_is_moved_first(closed_before, world, as_actor) -> None:
    amina, (first, second) = world.actor("amina"), closed_before
    with as_actor(amina):
        receipt = paid(amina, Enrolment.objects.get(household=second))
        with pytest.raises(DomainError, match="fermé comme doublon, a payé") as refused:
            settle_closed_duplicate(actor=amina, household_id=second.pk)
        assert "gardez" not in refused.value.message, "it is closed: that is no choice any more"
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="payé au doublon")
        paid(amina, Enrolment.objects.get(household=first))
        assert settle_closed_duplicate(actor=amina, household_id=second.pk) == [2025]
        assert owed_by(Enrolment.objects.get(household=first)).household_left_francs == 0


@pytest.fixture
def both_closed(closed_before, world, as_actor):
    """The same, and the household that was kept has gone away since, enrolled for nothing."""
    amina, (first, second) = world.actor("amina"), closed_before
    with as_actor(amina):
        Enrolment.objects.filter(household=first).update(cancelled_on=TODAY)
        close_household(
            actor=amina, household_id=first.pk, version=None, on=TODAY, because="parti"
        )  # fmt: skip
    return first, second


def test_a_household_that_has_closed_too_is_not_to_be_enrolled(
    both_closed, world, as_actor, sign_in
) -> None:
    first, second = both_closed
    client, at = sign_in("amina"), f"/doublons/encore-inscrits/{second.pk}/"
    shown = client.get(at).content.decode()
    assert f"{first.number} est fermé lui aussi, depuis le 30 juin 2025 (départ)" in shown
    assert "réintégrez-le d’abord" in shown
    assert client.post(at).status_code == 302
    with as_actor(world.actor("amina")):
        assert Enrolment.objects.get(household=second).cancelled_on == TODAY


def test_what_hangs_on_it_is_ended_first_and_can_be(
    both_closed, world, as_actor, behind_the_wall
) -> None:
    amina, second = world.actor("amina"), both_closed[1]
    with as_actor(amina):
        row = Enrolment.objects.get(household=second)
        with behind_the_wall():
            promise = Promise.objects.create(
                tenant_id=amina.tenant_id, enrolment=row, amount_francs=21_000, signed_on=TODAY,
                buyer="Station de Songa", state=Promise.State.ACCEPTED, answered_on=TODAY,
            )  # fmt: skip
        receipt = paid(amina, row)
        with pytest.raises(DomainError, match="rendez cet argent") as refused:
            settle_closed_duplicate(actor=amina, household_id=second.pk)
        assert "encaissez" not in refused.value.message
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="rendu au ménage")
        with pytest.raises(DomainError, match=r"mettez d’abord fin à cette promesse\.$"):
            settle_closed_duplicate(actor=amina, household_id=second.pk)
        withdraw_promise(actor=amina, promise_id=promise.pk, because="ménage parti")
        assert settle_closed_duplicate(actor=amina, household_id=second.pk) == [2025]


def test_who_was_kept_may_be_a_duplicate_too(closed_before, world, as_actor) -> None:
    """The enrolment is compared with the one of the household that is left in the end."""
    amina, (first, second) = world.actor("amina"), closed_before
    with as_actor(amina):
        third = register_household(
            actor=amina,
            facts=family(world, head(given_name="Odette", sex="F"), registered_on=TODAY),
            is_confirmed=True,
        )
        enrol(actor=amina, household_id=third.pk, year=2025, enrolled_on=TODAY)
        owing(third.number, contribution_francs=21_000, joining_fee_francs=0)
        _merge(amina, third, first)
        assert kept_household(amina, second.pk) == third
        assert settle_closed_duplicate(actor=amina, household_id=second.pk) == [2025]


def test_only_the_manager_settles_a_closed_duplicate(
    closed_before, world, as_actor, sign_in
) -> None:
    second = closed_before[1]
    for username, refusal in (("agnes", NotAllowed), ("bernard", NotFound)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            settle_closed_duplicate(actor=actor, household_id=second.pk)
    page = sign_in("agnes").get("/doublons/").content.decode()
    assert "encore inscrit" not in page
    with as_actor(world.actor("amina")), pytest.raises(NotFound):
        settle_closed_duplicate(actor=world.actor("amina"), household_id=closed_before[0].pk)
