"""What a renewal goes on from: a year that insured, here or elsewhere; and who waits in it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from conamus.cases.facts import plain
from conamus.kernel.errors import Conflict, DomainError
from membership.documents.receipts import Format
from membership.models import Beneficiary, Enrolment, Household, Payment, ScaleCategory
from membership.rules.group_payments import GroupRequest, Part
from membership.selectors.balances import owed_by
from membership.selectors.rights import coverage_of_household
from membership.selectors.settled_years import told_on_receipt
from membership.services import papers
from membership.services.corrections import HouseholdDetails, correct_household
from membership.services.enrolments import enrol, undo_enrolment
from membership.services.group_payments import share_out_rest, take_group_payment
from membership.services.households import register_household
from membership.services.life_events import add_dependant, name_new_head, record_departure
from membership.services.payments import reverse_payment
from membership.services.promises import answer_promise, sign_promise
from membership.services.receipts import print_receipt
from membership.services.renewals import renew_households
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.families import TODAY, family, person
from tests.membership.importing import csv_of, loaded, outcomes, told
from tests.membership.money import owing, paid
from tests.membership.test_promises import asked, grower
from tests.membership.test_receipts import text_of

NEW_YEAR = date(2026, 1, 10)
NUMBER = "UMU-1001"


@pytest.fixture
def in_january(settings):
    """Go on to the tenth of January: the grace of 2026 runs."""

    def go() -> None:
        settings.BUSINESS_DATE = NEW_YEAR

    return go


def _new_in_2025(number=NUMBER, **amounts) -> Enrolment:
    """Enrolled anew on 30 June, owing 20,000 and the joining fee."""
    return owing(
        number,
        contribution_francs=20_000,
        joining_fee_francs=1_000,
        is_renewal=False,
        enrolled_on=TODAY,
        **amounts,
    )


def _renew(world, actor, key=None, **more) -> Enrolment:
    household = world.households[NUMBER] if key is None else key
    return enrol(actor=actor, household_id=household, year=2026, enrolled_on=NEW_YEAR, **more)


def _open(key: int, on: date) -> list[bool]:
    return [coverage.is_open for _, coverage in coverage_of_household(key, on)]


def _go_to_ineza(world, as_actor):
    amina, bernard = world.actor("amina"), world.actor("bernard")
    with as_actor(amina):
        row = propose_transfer(
            actor=amina, household_id=world.households[NUMBER], version=None, leaves_on=NEW_YEAR,
            destination_id=world.tenants["INEZA"], because="déménagement",
        )  # fmt: skip
    with as_actor(bernard):
        return accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip


def test_who_never_paid_does_not_renew(world, as_actor, in_january) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _new_in_2025()
        in_january()
        row = _renew(world, agnes)
        assert (row.is_renewal, row.is_returning, row.due_francs) == (False, True, 21_000)
        paid(agnes, row, received_on=NEW_YEAR)
        key = world.households[NUMBER]
        assert not any(_open(key, date(2026, 2, 8)))
        assert all(_open(key, date(2026, 2, 9)))


def test_who_paid_in_full_renews(world, as_actor, in_january) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        paid(agnes, _new_in_2025())
        in_january()
        row = _renew(world, agnes)
        assert (row.is_renewal, row.is_same_unit, row.due_francs) == (True, True, 20_000)
        paid(agnes, row, received_on=NEW_YEAR)
        assert all(_open(world.households[NUMBER], NEW_YEAR))


def test_a_whole_section_tells_who_is_new(world, as_actor, in_january) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _new_in_2025()
        in_january()
        made = renew_households(
            actor=agnes, unit_id=world.units["UMU-S1"], year=2026, enrolled_on=NEW_YEAR,
            household_ids=[world.households[NUMBER], world.households["UMU-1002"]],
        )  # fmt: skip
        assert (made.enrolled, made.due_francs) == (2, 41_000)
        rows = Enrolment.objects.filter(year_id=2026).order_by("household__number")
        assert [row.is_renewal for row in rows] == [False, True]


def test_the_page_says_enrol_and_asks_for_the_fee(world, as_actor, in_january, sign_in) -> None:
    with as_actor(world.actor("agnes")):
        _new_in_2025()
    in_january()
    client, key = sign_in("agnes"), world.households[NUMBER]
    shown = client.get(reverse("household_enrol", args=[key, 2026])).content.decode()
    assert "Inscrire pour 2026" in shown
    assert "jamais réglée" in shown
    assert "autre unité" not in shown, "it never moved"
    with as_actor(world.system("UMUCO")):
        Household.objects.filter(pk=key).update(unit_id=world.units["UMU-S2"])
    shown = sign_in("amina").get(reverse("household_enrol", args=[key, 2026])).content.decode()
    assert "autre unité" in shown


def test_the_year_under_a_renewal_is_not_undone(world, as_actor, in_january) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        before = Enrolment.objects.get(household_id=world.households[NUMBER], year_id=2025)
        in_january()
        row = _renew(world, agnes)
        assert row.is_renewal
        with pytest.raises(DomainError, match="annulez d’abord l’adhésion 2026"):
            undo_enrolment(actor=agnes, enrolment_id=before.pk, because="essai")
        undo_enrolment(actor=agnes, enrolment_id=row.pk, because="essai")
        undo_enrolment(actor=agnes, enrolment_id=before.pk, because="essai")
        assert not _renew(world, agnes).is_renewal


def test_the_receipt_under_a_renewal_is_given_back_by_a_decision(world, as_actor, settings) -> None:
    """Paid in December, renewed, given back before anything opened: the manager looks at it."""
    albert, amina = world.actor("albert"), world.actor("amina")
    settings.BUSINESS_DATE = date(2025, 12, 20)
    with as_actor(albert):
        receipt = paid(albert, _new_in_2025(), received_on=date(2025, 12, 20))
        row = enrol(
            actor=albert, household_id=world.households[NUMBER], year=2026,
            enrolled_on=date(2025, 12, 20),
        )  # fmt: skip
        assert row.is_renewal
        with pytest.raises(DomainError, match="annulez d’abord l’adhésion 2026"):
            reverse_payment(actor=albert, payment_id=receipt.pk, reason="erreur")
    with as_actor(amina):
        assert reverse_payment(actor=amina, payment_id=receipt.pk, reason="erreur").pk


def test_a_person_added_on_the_day_of_the_renewal_waits(world, as_actor, in_january) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        in_january()
        key = world.households[NUMBER]
        sister = person("Inès", "other", birth_date=date(1990, 3, 1))
        add_dependant(actor=agnes, household_id=key, facts=sister, joined_on=NEW_YEAR)
        paid(agnes, _renew(world, agnes), received_on=NEW_YEAR)
        opened = {str(one): coverage for one, coverage in coverage_of_household(key, NEW_YEAR)}
        late = opened.pop("Nzeyimana Inès")
        assert all(coverage.is_open for coverage in opened.values())
        assert (late.is_open, late.opens_on) == (False, date(2026, 2, 9))


def test_a_household_transferred_in_the_new_year_renews(world, as_actor, in_january) -> None:
    bernard = world.actor("bernard")
    with as_actor(world.actor("amina")):
        paid(world.actor("amina"), _new_in_2025())
    in_january()
    here = _go_to_ineza(world, as_actor)
    with as_actor(bernard):
        assert (here.insured_until_year, here.first_registered_on) == (2025, date(2023, 10, 1))
        row = _renew(world, bernard, here.pk)
        assert (row.is_renewal, row.is_same_unit, row.joining_fee_francs) == (True, False, 0)
        paid(bernard, row, received_on=NEW_YEAR)
        assert all(_open(here.pk, NEW_YEAR))


def test_who_never_paid_there_is_new_here(world, as_actor, in_january) -> None:
    with as_actor(world.actor("amina")):
        _new_in_2025()
    in_january()
    here = _go_to_ineza(world, as_actor)
    with as_actor(world.actor("bernard")):
        # 2024 was insured there: it brings that year along, and not the unpaid one after it.
        assert here.insured_until_year == 2024
        row = _renew(world, world.actor("bernard"), here.pk)
        assert (row.is_renewal, row.joining_fee_francs) == (False, 1_000)


def test_a_transferred_households_paid_year_is_not_undone(world, as_actor, in_january) -> None:
    amina, bernard = world.actor("amina"), world.actor("bernard")
    in_january()
    with as_actor(amina):
        paid(amina, _renew(world, amina), received_on=NEW_YEAR)
    here = _go_to_ineza(world, as_actor)
    with as_actor(bernard):
        row = Enrolment.objects.get(household=here)
        assert (row.due_francs, row.paid_before_francs, row.first_signed_on) == (
            0, 20_000, NEW_YEAR,
        )  # fmt: skip
        with pytest.raises(DomainError, match="payés pour cette adhésion à Umuco"):
            undo_enrolment(actor=bernard, enrolment_id=row.pk, because="erreur")
        assert all(_open(here.pk, NEW_YEAR))
        text = text_of(papers.certificate(actor=bernard, household_id=here.pk, year=2026).content)
    text = " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())
    assert "Sa cotisation, 20 000 FBu, est payée en entier, dont 20 000 FBu à Umuco" in text
    assert "signée le 10/01/2026 à Umuco" in text or "10 janvier 2026 à Umuco" in text
    assert "autre payeur" not in text


def _of_her_own(number: str) -> Beneficiary:
    """A girl of another birthday than her homonyms of the other households."""
    Beneficiary.objects.filter(number=number).update(birth_date=date(2012, 5, 17))
    return Beneficiary.objects.get(number=number)


def _leave(world, actor, number: str, rank: int, on: date) -> Beneficiary:
    one = _of_her_own(f"{number}-{rank}")
    return record_departure(actor=actor, person_id=one.pk, left_on=on, because="departure")


def _facts_of(one: Beneficiary, **more):
    relationship = str(more.pop("relationship", "other"))
    return person(
        one.given_name, relationship, family_name=one.family_name, sex=one.sex,
        **{"birth_date": one.birth_date, **more},
    )  # fmt: skip


def test_who_was_covered_the_day_before_does_not_wait(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        one = _leave(world, agnes, "UMU-1002", 2, TODAY)
        made = add_dependant(
            actor=agnes, household_id=world.households[NUMBER], facts=_facts_of(one),
            joined_on=TODAY, known_number=one.number,
        )  # fmt: skip
        assert (made.person_id, made.continues_cover) == (one.person_id, True)
        told = {row.pk: cov for row, cov in coverage_of_household(made.household_id, TODAY)}
        assert told[made.pk].is_open
        assert told[made.pk].opens_on == TODAY
        assert "couverte la veille dans un autre" in told[made.pk].sentence


def test_it_follows_across_the_network(world, as_actor) -> None:
    agnes, beatrice = world.actor("agnes"), world.actor("beatrice")
    with as_actor(agnes):
        one = _leave(world, agnes, "UMU-1002", 2, TODAY)
    with as_actor(beatrice):
        made = add_dependant(
            actor=beatrice, household_id=world.households["INE-1001"], facts=_facts_of(one),
            joined_on=TODAY, known_number=one.number,
        )  # fmt: skip
        assert (made.person_id, made.continues_cover) == (one.person_id, True)


def test_who_was_not_covered_brings_the_identifier_and_waits(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        _new_in_2025("UMU-1002")
        one = _leave(world, agnes, "UMU-1002", 2, TODAY)
        made = add_dependant(
            actor=agnes, household_id=world.households[NUMBER], facts=_facts_of(one),
            joined_on=TODAY, known_number=one.number,
        )  # fmt: skip
        assert (made.person_id, made.continues_cover) == (one.person_id, False)
        told = {row.pk: cov for row, cov in coverage_of_household(made.household_id, TODAY)}
        assert told[made.pk].opens_on == date(2025, 7, 30)


def test_a_number_opens_nobody_elses_cover(world, as_actor) -> None:
    agnes, key = world.actor("agnes"), world.households[NUMBER]

    def refused(number: str, facts, match: str) -> None:
        with pytest.raises(DomainError, match=match):
            add_dependant(
                actor=agnes, household_id=key, facts=facts, joined_on=TODAY, known_number=number
            )

    with as_actor(agnes):
        one = _of_her_own("UMU-1002-2")
        refused("UMU-1002-2", _facts_of(one), "encore dans un autre ménage")
        one = _leave(world, agnes, "UMU-1002", 2, TODAY)
        refused("UMU-1002-2", _facts_of(one, birth_date=date(1990, 1, 1)), "vérifiez le numéro")
        refused("UMU-9999-1", _facts_of(one), "Aucune fiche")
        refused("UMU-1002", _facts_of(one), "celui de la personne")


def test_where_another_pays_an_agent_does_not_choose(world, as_actor) -> None:
    agnes, amina, key = world.actor("agnes"), world.actor("amina"), world.households["UMU-1003"]
    with as_actor(agnes):
        Enrolment.objects.filter(household_id=key, year_id=2025).update(cancelled_on=TODAY)

    def enrolled(actor, **more) -> Enrolment:
        return enrol(actor=actor, household_id=key, year=2025, enrolled_on=TODAY, **more)

    details = HouseholdDetails(
        colline_id=world.places["N-GI-01-1-1"], category="indigent", phone="", other_cover="",
        other_cover_number="",
    )  # fmt: skip
    with as_actor(agnes):
        with pytest.raises(DomainError, match="le gestionnaire") as refused:
            enrolled(agnes, category="indigent")
        assert refused.value.field == "category"
        with pytest.raises(DomainError, match="le gestionnaire"):
            register_household(actor=agnes, facts=family(world, category="indigent"))
        with pytest.raises(DomainError, match="le gestionnaire"):
            correct_household(actor=agnes, household_id=key, version=1, details=details)
    with as_actor(amina):
        made = correct_household(actor=amina, household_id=key, version=1, details=details)
        assert made.category == "indigent"
    with as_actor(agnes):
        # Decided once, it is renewed by anybody.
        assert enrolled(agnes).payer == "sponsor"


def test_forms_offer_an_agent_what_an_agent_grants(world, sign_in) -> None:
    key = world.households[NUMBER]
    for username, offered in (("agnes", False), ("amina", True)):
        client = sign_in(username)
        for address in (
            reverse("household_add"),
            reverse("household_edit", args=[key]),
        ):
            form = client.get(address).context["form"]
            codes = [code for code, _ in form.fields["category"].choices]
            assert ("indigent" in codes) is offered
            assert "coffee_grower" in codes


def test_a_scale_may_let_agents_grant_a_category(world, as_actor, behind_the_wall) -> None:
    agnes = world.actor("agnes")
    with behind_the_wall():
        ScaleCategory.objects.filter(code="indigent").update(agents_may_grant=True)
    with as_actor(agnes):
        made = register_household(actor=agnes, facts=family(world, category="indigent"))
        assert made.category == "indigent"


def test_a_new_head_is_not_dated_back_nor_named_over_somebody(world, as_actor) -> None:
    agnes, key = world.actor("agnes"), world.households[NUMBER]

    def named(actor, on: date, version: int | None = None):
        spouse = Beneficiary.objects.get(number=f"{NUMBER}-1")
        return name_new_head(
            actor=actor, household_id=key, new_head_id=spouse.pk, named_on=on,
            former_becomes="spouse", version=version,
        )  # fmt: skip

    with as_actor(agnes):
        with pytest.raises(DomainError, match="l’inscription du ménage") as refused:
            named(agnes, date(1999, 1, 1))
        assert refused.value.field == "named_on"
        with pytest.raises(DomainError, match="La désignation remonte"):
            named(agnes, date(2025, 1, 1))
        with pytest.raises(Conflict):
            named(agnes, TODAY, version=77)
        assert named(agnes, TODAY, version=1).pk == key


def test_the_page_of_a_new_head_chooses_nobody(world, sign_in) -> None:
    address = reverse("household_new_head", args=[world.households[NUMBER]])
    form = sign_in("agnes").get(address).context["form"]
    assert form["new_head"].value() in (None, "")
    assert form.fields["new_head"].choices[0][0] == ""
    assert form["version"].value() == 1


def test_the_certificate_is_offered_where_it_is_given(world, as_actor, sign_in) -> None:
    key = world.households[NUMBER]
    page, paper = (
        reverse("household_detail", args=[key]),
        reverse("household_certificate", args=[key, 2025]),
    )
    client = sign_in("agnes")
    with as_actor(world.actor("agnes")):
        enrolment = owing(NUMBER)
    assert paper not in client.get(page).content.decode()
    with as_actor(world.actor("agnes")):
        paid(world.actor("agnes"), enrolment, amount_francs=5_000)
    assert paper in client.get(page).content.decode()
    assert client.get(paper).status_code == 200


def test_a_receipt_has_one_original_whatever_the_paper(world, as_actor, sign_in) -> None:
    with as_actor(world.actor("agnes")):
        payment = paid(world.actor("agnes"), owing(NUMBER))
    address, client = reverse("payment_receipt", args=[payment.pk]), sign_in("agnes")
    first = text_of(client.get(f"{address}?format=ticket").content).upper()
    then = text_of(client.get(address).content).upper()
    assert ("DUPLICATA" in first, "DUPLICATA" in then) == (False, True)
    told = client.get(reverse("payment_detail", args=[payment.pk])).content.decode()
    assert "un seul original" in told


def _wife_who_leaves(actor) -> Beneficiary:
    """A woman of another birthday than her homonyms, who leaves an insured household today."""
    Beneficiary.objects.filter(number="UMU-1002-1").update(birth_date=date(1986, 3, 9))
    one = Beneficiary.objects.get(number="UMU-1002-1")
    return record_departure(actor=actor, person_id=one.pk, left_on=TODAY, because="departure")


def _founded(world, actor, one: Beneficiary, *, number=None, **more):
    """One who left founds a household today, with a child who was in none."""
    head = _facts_of(one, relationship="head", known_number=number or one.number)
    child = person("Bébé", "child", birth_date=date(2022, 3, 1), family_name=one.family_name)
    return register_household(
        actor=actor, facts=family(world, head, child), enrol_year=2025, **more
    )


def test_who_founds_a_household_the_day_of_leaving_goes_on(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        one = _wife_who_leaves(agnes)
        founded = _founded(world, agnes, one)
        head = founded.members.get(relationship="head")
        assert (head.person_id, head.continues_cover) == (one.person_id, True)
        assert f"fiche {one.number}), couverte la veille" in founded.events.get().note
        paid(agnes, founded.enrolments.get())
        told = {row.pk: coverage for row, coverage in coverage_of_household(founded.pk, TODAY)}
        child = told[founded.members.get(relationship="child").pk]
        assert told[head.pk].is_open
        assert "couverte la veille dans un autre" in told[head.pk].sentence
        assert (child.is_open, child.opens_on) == (False, date(2025, 7, 30))


def test_who_pays_the_new_household_later_waits(world, as_actor, settings) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        founded = _founded(world, agnes, _wife_who_leaves(agnes))
        settings.BUSINESS_DATE = date(2025, 7, 4)
        paid(agnes, founded.enrolments.get(), received_on=date(2025, 7, 4))
        coverage = coverage_of_household(founded.pk, date(2025, 7, 4))[0][1]
        assert (coverage.is_open, coverage.opens_on) == (False, date(2025, 8, 3))
        assert "couverture interrompue le 30/06/2025" in coverage.sentence


def test_a_founders_number_opens_nobody_elses_cover(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        one = _wife_who_leaves(agnes)
        still_in = Beneficiary.objects.get(number="UMU-1003-0")
        for number, words in (
            ("UMU-9999-1", "Aucune fiche"),
            (still_in.number, "vérifiez le numéro"),
        ):
            with pytest.raises(DomainError, match=words) as refused:
                _founded(world, agnes, one, number=number)
            assert refused.value.field == "people-0-known_number"


def _new_twice(world, actor, on: date = NEW_YEAR) -> tuple[Enrolment, Enrolment]:
    """2025 signed on 30 June and unpaid, so that 2026 is signed as a first enrolment."""
    before = _new_in_2025()
    row = enrol(actor=actor, household_id=world.households[NUMBER], year=2026, enrolled_on=on)
    assert (row.is_renewal, row.due_francs) == (False, 21_000)
    return before, row


def test_a_late_payment_makes_the_year_after_a_renewal(world, as_actor, settings, sign_in) -> None:
    """Without the fee nor a new waiting; told on the receipt and on the household's page."""
    agnes, key = world.actor("agnes"), world.households[NUMBER]
    with as_actor(agnes):
        settings.BUSINESS_DATE = on = date(2025, 12, 2)
        before, first = _new_twice(world, agnes, on)
        part = paid(agnes, before, received_on=on, amount_francs=20_999)
        assert Enrolment.objects.get(household_id=key, year_id=2026, cancelled_on=None) == first
        receipt = paid(agnes, before, received_on=on)
        row = Enrolment.objects.get(household_id=key, year_id=2026, cancelled_on=None)
        first.refresh_from_db()
        assert (row.is_renewal, row.is_same_unit, row.due_francs) == (True, True, 20_000)
        assert (row.people, row.enrolled_on) == (first.people, on)
        assert "1 000 FBu de moins" in plain(first.cancelled_because)
        paid(agnes, row, received_on=on)
        assert all(_open(key, date(2026, 1, 1)))
        printed = [
            text_of(print_receipt(actor=agnes, payment_id=one.pk, paper=Format.A4).content)
            for one in (part, receipt)
        ]
        says = "l’adhésion 2026, signée comme première, devient un renouvellement"
        assert [says in " ".join(text.split()) for text in printed] == [False, True]
    with (
        as_actor(albert := world.actor("albert")),
        pytest.raises(DomainError, match="annulez d’abord l’adhésion 2026"),
    ):
        reverse_payment(actor=albert, payment_id=receipt.pk, reason="essai")
    client = sign_in("agnes")
    assert says in client.get(reverse("payment_detail", args=[receipt.pk])).content.decode()
    page = client.get(reverse("household_detail", args=[key])).content.decode()
    assert "2025 en ordre par le reçu" in page
    assert "signée de nouveau en renouvellement" in page


@pytest.mark.parametrize(
    ("late", "opens"),
    [(date(2026, 1, 12), date(2026, 2, 11)), (date(2026, 2, 10), date(2026, 3, 12))],
)
def test_paid_once_the_year_is_over_it_waits_thirty_days_and_owes_no_fee(
    late, opens, world, as_actor, settings
) -> None:
    """In the grace as after it: nothing was open in 2025, and nobody has waited."""
    agnes, key = world.actor("agnes"), world.households[NUMBER]
    with as_actor(agnes):
        settings.BUSINESS_DATE = NEW_YEAR
        before, _ = _new_twice(world, agnes)
        settings.BUSINESS_DATE = late
        paid(agnes, before, received_on=late)
        row = Enrolment.objects.get(household_id=key, year_id=2026, cancelled_on=None)
        assert (row.is_renewal, row.due_francs) == (True, 20_000)
        paid(agnes, row, received_on=late)
        assert not any(_open(key, opens - timedelta(days=1)))
        assert all(_open(key, opens))


def test_what_was_paid_as_a_first_enrolment_stays_and_the_pages_say_so(
    world, as_actor, in_january, sign_in
) -> None:
    agnes, albert, key = world.actor("agnes"), world.actor("albert"), world.households[NUMBER]
    with as_actor(agnes):
        in_january()
        before, first = _new_twice(world, agnes)
        deposit = paid(agnes, first, received_on=NEW_YEAR, amount_francs=5_000)
        receipt = paid(agnes, before, received_on=NEW_YEAR)
        first.refresh_from_db()
        assert (first.is_renewal, first.cancelled_on) == (False, None)
    client = sign_in("agnes")
    pages = [("payment_detail", receipt.pk), ("household_detail", key)]
    shown = [client.get(reverse(name, args=[pk])).content.decode() for name, pk in pages]
    assert all("reste une première adhésion" in page for page in shown)
    with as_actor(albert):
        reverse_payment(actor=albert, payment_id=deposit.pk, reason="mauvaise année")
        undo_enrolment(actor=albert, enrolment_id=first.pk, because="à renouveler")
        assert _renew(world, albert).is_renewal
    again = client.get(reverse("household_detail", args=[key])).content.decode()
    assert "reste une première adhésion" not in again


@pytest.mark.parametrize("years", [(2025, 2026), (2026, 2025)])
@pytest.mark.parametrize("is_rest", [False, True])
def test_one_transfer_pays_both_years_whichever_row_comes_first(
    years, is_rest, world, as_actor, settings
) -> None:
    """What a part pays stays, as two receipts of one day; what it does not pay is renewed."""
    amina, key = world.actor("amina"), world.households[NUMBER]
    settings.BUSINESS_DATE = on = date(2025, 12, 2)
    with as_actor(amina):
        _, first = _new_twice(world, amina, on)
        parts = [Part(row=row, number=NUMBER, year=year) for row, year in enumerate(years, 1)]
        if is_rest:
            _share_what_is_freed(amina, parts, on)
        else:
            asked = _transfer(on)
            take_group_payment(actor=amina, request=asked, parts=parts)
        first.refresh_from_db()
        assert (first.is_renewal, first.cancelled_on) == (False, None)
        rows = Enrolment.objects.filter(household_id=key, year_id__in=years)
        assert [owed_by(row).household_left_francs for row in rows] == [0, 0]
        assert not any(_open(key, date(2025, 12, 31)))
        assert all(_open(key, date(2026, 1, 1)))


def test_a_transfer_that_settles_one_year_renews_the_next(world, as_actor, settings) -> None:
    amina = world.actor("amina")
    settings.BUSINESS_DATE = on = date(2025, 12, 2)
    with as_actor(amina):
        _new_twice(world, amina, on)
        owing("UMU-1002", contribution_francs=21_000)
        parts = [
            Part(row=row, number=number, year=2025)
            for row, number in enumerate((NUMBER, "UMU-1002"), 1)
        ]
        take_group_payment(actor=amina, request=_transfer(on), parts=parts)
        assert _renewals_of_2026() == [NUMBER]


def _transfer(on: date) -> GroupRequest:
    return GroupRequest(method="lumicash", reference="MP1", received_on=on, amount_francs=42_000)


def _share_what_is_freed(actor, parts: list[Part], on: date) -> None:
    """A transfer of 43,000 for two others, of which 42,000 was a mistake."""
    for number in ("UMU-1002", "UMU-1003"):
        owing(number, contribution_francs=50_000)
    wrong = [
        Part(row=1, number="UMU-1002", year=2025, amount_francs=42_000),
        Part(row=2, number="UMU-1003", year=2025, amount_francs=1_000),
    ]
    asked = replace(_transfer(on), amount_francs=43_000)
    group = take_group_payment(actor=actor, request=asked, parts=wrong)
    mistaken = group.parts.get(amount_francs=42_000)
    reverse_payment(actor=actor, payment_id=mistaken.pk, reason="autre ménage")
    share_out_rest(actor=actor, group_id=group.pk, received_on=on, parts=parts)


def test_an_accepted_promise_and_a_file_of_payments_settle_a_year_too(
    world, as_actor, settings, tmp_path
) -> None:
    amina, on = world.actor("amina"), date(2025, 12, 20)
    with as_actor(amina):
        growers, other = grower("UMU-1003"), _new_in_2025()
        due = asked((date(2025, 12, 31), 30_000), signed_on=on)
        settings.BUSINESS_DATE = on
        firsts = [
            enrol(actor=amina, household_id=row.household_id, year=2026, enrolled_on=on)
            for row in (growers, other)
        ]
        assert not any(row.is_renewal for row in firsts)
        promise = sign_promise(actor=amina, enrolment_id=growers.pk, request=due)
        assert not _renewals_of_2026()
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        assert _renewals_of_2026() == ["UMU-1003"]
        row = {"N° ménage": NUMBER, "Montant": "21 000", "Date": "20/12/2025", "Reçu papier": "R-9"}
        made = loaded(amina, tmp_path, csv_of([row], tuple(row)), kind="payments")
        assert outcomes(made) == {"created": 1}, told(made)
        assert _renewals_of_2026() == [NUMBER, "UMU-1003"]
        receipt = Payment.objects.get(enrolment=other)
        assert "devient un renouvellement" in told_on_receipt(receipt)


def _renewals_of_2026() -> list[str]:
    rows = Enrolment.objects.filter(year_id=2026, is_renewal=True, cancelled_on=None)
    return sorted(rows.values_list("household__number", flat=True))


def test_a_waiting_that_the_year_cuts_short_goes_on_in_the_next(
    world, as_actor, settings, tmp_path
) -> None:
    """By hand, by section, by file and through a transfer: thirty days, not twelve."""
    amina, begun = world.actor("amina"), date(2025, 12, 20)
    settings.BUSINESS_DATE = begun
    keys = [world.households[number] for number in (NUMBER, "UMU-1002", "UMU-1003")]
    with as_actor(amina):
        for number in (NUMBER, "UMU-1002", "UMU-1003"):
            new = owing(number, is_renewal=False, enrolled_on=begun)
            paid(amina, new, received_on=begun)
        settings.BUSINESS_DATE = signed = date(2025, 12, 21)
        day = {"year": 2026, "enrolled_on": signed}
        enrol(actor=amina, household_id=keys[0], **day)
        unit = world.units["UMU-S1"]
        renew_households(actor=amina, unit_id=unit, household_ids=[keys[1]], **day)
        head_of_third = Beneficiary.objects.get(household_id=keys[2], relationship="head")
        row = {
            "N° ménage": "UMU-1003", "Lien": "adhérent", "Nom": head_of_third.family_name,
            "Prénom": head_of_third.given_name, "Sexe": "F", "Naissance": "01/05/1980",
            "Adhésion signée le": "21/12/2025",
        }  # fmt: skip
        made = loaded(amina, tmp_path, csv_of([row], tuple(row)), year=2026, unit_id=unit)
        assert not told(made)
        rows = Enrolment.objects.filter(year_id=2026, household_id__in=keys)
        assert {(one.is_renewal, one.waits_until) for one in rows} == {(True, date(2026, 1, 19))}
        assert rows.count() == 3
        for one in rows:
            paid(amina, one, received_on=signed)
        for key in keys:
            assert not any(_open(key, date(2026, 1, 18)))
            assert all(_open(key, date(2026, 1, 19)))
    settings.BUSINESS_DATE = NEW_YEAR
    gone = _go_to_ineza(world, as_actor)
    with as_actor(world.actor("bernard")):
        assert not any(_open(gone.pk, date(2026, 1, 18)))
        assert all(_open(gone.pk, date(2026, 1, 19)))
