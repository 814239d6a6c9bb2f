"""A household that grows after its enrolment: what it then owes, whose rights wait, and limits."""

from datetime import date

import pytest
from django.urls import reverse

from conamus.cases.facts import plain
from conamus.kernel.errors import DomainError
from federations.models import Partner
from membership.models import (
    Campaign,
    ContributionScale,
    EnrolmentSupplement,
    Household,
    Promise,
)
from membership.rules.coverage import ReasonCode
from membership.selectors.arrears import arrears, overpaid
from membership.selectors.balances import owed_by, with_paid
from membership.selectors.growth import limit_passed
from membership.selectors.payments import enrolments_in_sight
from membership.selectors.rights import coverage_of_household
from membership.services.life_events import add_dependant, record_birth, record_departure
from membership.services.merges import merge_people
from membership.services.payments import reverse_payment
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.families import TODAY, person
from tests.membership.importing import child, csv_of, loaded, outcomes, told
from tests.membership.money import change_scale, owing, paid

NUMBER = "UMU-1001"


def asking(growth: str, number: str = NUMBER, *, is_paid: bool = True, actor=None, **amounts):
    """Return the enrolment of three people for 20,000, under a scale that asks for growth."""
    scale = ContributionScale.objects.get(tenant__code="UMUCO", year_id=2025, state="in_force")
    change_scale(scale.pk, growth=growth)
    enrolment = owing(number, scale=scale, contribution_francs=20_000, is_renewal=True, **amounts)
    if is_paid:
        paid(
            actor,
            enrolment,
            received_on=max(date(2024, 12, 1), enrolment.enrolled_on),
            backdating_reason="Carnet retrouvé",
        )
    return enrolment


def joins(actor, enrolment, given: str = "Diane", **more):
    """Let a grown-up join the household today."""
    return add_dependant(
        actor=actor, household_id=enrolment.household_id, facts=person(given, "other"),
        joined_on=TODAY, **more,
    )  # fmt: skip


def born(actor, enrolment, given: str = "Bella", on: date = TODAY):
    """Let a child be born into the household."""
    return record_birth(
        actor=actor, household_id=enrolment.household_id,
        facts=person(given, birth_date=on), declared_on=TODAY,
    )  # fmt: skip


def left_of(actor, enrolment) -> int:
    """What the household still owes, read in two ways that must agree."""
    row = with_paid(enrolments_in_sight(actor)).get(pk=enrolment.pk)
    owed = owed_by(enrolment)
    assert (row.household_left_francs, row.owed_francs) == (
        owed.household_left_francs, owed.due_francs,
    )  # fmt: skip
    return row.household_left_francs


def codes(enrolment, on: date = TODAY) -> dict[str, ReasonCode]:
    found = coverage_of_household(enrolment.household_id, on)
    return {member.given_name: cover.code for member, cover in found}


def test_by_default_nothing_is_asked_before_the_renewal(amina) -> None:
    enrolment = asking("renewal", actor=amina)
    joins(amina, enrolment)
    born(amina, enrolment)
    assert not EnrolmentSupplement.objects.exists()
    assert left_of(amina, enrolment) == 0
    assert codes(enrolment)["Bella"] is ReasonCode.OPEN
    assert codes(enrolment)["Diane"] is ReasonCode.WAITING
    assert codes(enrolment, date(2025, 7, 30))["Diane"] is ReasonCode.OPEN


def test_the_balance_grows_by_a_line_and_the_enrolment_stays_as_signed(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    diane = joins(amina, enrolment)
    line = EnrolmentSupplement.objects.get()
    assert (line.beneficiary_id, line.people, line.contribution_francs) == (diane.pk, 4, 10_000)
    assert line.explanation.startswith("4 personnes au lieu de 3, barème 2025")
    enrolment.refresh_from_db()
    assert (enrolment.contribution_francs, enrolment.people) == (20_000, 3)
    assert left_of(amina, enrolment) == 10_000


def test_rights_of_the_new_person_follow_the_payment_those_of_the_others_stay(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    joins(amina, enrolment)
    later = date(2025, 8, 30)
    assert codes(enrolment, later).pop("Diane") is ReasonCode.UNPAID
    others = {name: code for name, code in codes(enrolment, later).items() if name != "Diane"}
    assert set(others.values()) == {ReasonCode.OPEN}
    part = paid(amina, enrolment, amount_francs=4_000)
    assert codes(enrolment, later)["Diane"] is ReasonCode.UNPAID
    paid(amina, enrolment, amount_francs=6_000)
    # The waiting counts from the payment, as for any new member.
    assert codes(enrolment)["Diane"] is ReasonCode.WAITING
    assert codes(enrolment, date(2025, 7, 29))["Diane"] is ReasonCode.WAITING
    assert codes(enrolment, date(2025, 7, 30))["Diane"] is ReasonCode.OPEN
    sentence = next(
        cover.sentence
        for member, cover in coverage_of_household(enrolment.household_id, later)
        if member.given_name == "Diane"
    )
    assert "supplément payé le 30/06/2025, carence de 30 jours" in sentence
    reverse_payment(actor=amina, payment_id=part.pk, reason="Faux billet")
    assert codes(enrolment, later)["Diane"] is ReasonCode.UNPAID
    assert codes(enrolment, later)["Kéza"] is ReasonCode.OPEN


def test_a_newborn_is_free_in_the_year_and_is_not_counted_for_others(amina) -> None:
    enrolment = asking("joiners", actor=amina, females=2, males=2)
    born(amina, enrolment)
    assert not EnrolmentSupplement.objects.exists()
    assert codes(enrolment, date(2025, 12, 1))["Bella"] is ReasonCode.OPEN
    # Four were declared and three are there beside the child: one more is no fifth.
    joins(amina, enrolment)
    assert EnrolmentSupplement.objects.get().people == 4


def test_a_scale_may_ask_for_a_newborn_too(amina) -> None:
    enrolment = asking("everyone", actor=amina)
    born(amina, enrolment)
    assert left_of(amina, enrolment) == 10_000
    # Its first days are its own; then its rights follow the payment, without waiting.
    assert codes(enrolment)["Bella"] is ReasonCode.OPEN
    after = date(2025, 10, 30)
    assert codes(enrolment, after)["Bella"] is ReasonCode.UNPAID
    paid(amina, enrolment)
    assert codes(enrolment, after)["Bella"] is ReasonCode.OPEN


def test_who_takes_the_place_of_somebody_gone_costs_nothing(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    child = Household.objects.get(number=NUMBER).members.exclude(relationship="head").first()
    record_departure(actor=amina, person_id=child.pk, left_on=TODAY, because="departure")
    joins(amina, enrolment)
    line = EnrolmentSupplement.objects.get()
    assert (line.contribution_francs, left_of(amina, enrolment)) == (0, 0)
    assert codes(enrolment, date(2025, 7, 30))["Diane"] is ReasonCode.OPEN


def test_two_who_join_owe_for_both_in_order(amina) -> None:
    enrolment = asking("joiners", actor=amina, males=3, females=3)
    for given in ("Diane", "Espérance"):
        joins(amina, enrolment, given)
    # Three are there, six were declared: nobody is more than was paid for.
    assert left_of(amina, enrolment) == 0
    enrolment = asking("joiners", "UMU-1002", actor=amina)
    for given in ("Francine", "Gloriose"):
        joins(amina, enrolment, given)
    lines = EnrolmentSupplement.objects.filter(enrolment=enrolment).order_by("pk")
    assert [(one.people, one.contribution_francs) for one in lines] == [(4, 10_000), (5, 0)]
    # The second costs nothing by itself, and is covered once the first is paid for.
    later = date(2025, 8, 30)
    assert codes(enrolment, later)["Gloriose"] is ReasonCode.UNPAID
    paid(amina, enrolment)
    assert codes(enrolment, later)["Gloriose"] is ReasonCode.OPEN


def test_the_other_payers_part_is_shared_as_in_the_category(amina) -> None:
    enrolment = asking(
        "joiners", is_paid=False, category="subsidised", payer="partner", payer_francs=10_000
    )
    joins(amina, enrolment)
    owed = owed_by(enrolment)
    assert (owed.household_left_francs, owed.payer_left_francs) == (15_000, 15_000)


def test_who_comes_too_late_to_be_covered_owes_nothing(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(waiting_days_new=200)
    joins(amina, enrolment)
    assert not EnrolmentSupplement.objects.exists()


def test_a_supplement_is_late_since_it_was_asked(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    joins(amina, enrolment)
    rows = arrears(amina, year=2025, on=date(2025, 7, 15)).filter(pk=enrolment.pk)
    assert [(row.late_francs, row.late_since) for row in rows] == [(10_000, TODAY)]
    assert not arrears(amina, year=2025, on=TODAY).filter(pk=enrolment.pk).exists()


def test_a_record_that_was_no_person_takes_its_line_back(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    diane = joins(amina, enrolment)
    record_departure(actor=amina, person_id=diane.pk, left_on=TODAY, because="mistake")
    assert left_of(amina, enrolment) == 0
    assert sorted(EnrolmentSupplement.objects.values_list("contribution_francs", flat=True)) == [
        -10_000,
        10_000,
    ]
    # Nobody is charged twice for the fourth place: the next one pays for it.
    joins(amina, enrolment, "Espérance")
    assert left_of(amina, enrolment) == 10_000


def test_what_others_would_owe_instead_is_not_taken_back(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    diane = joins(amina, enrolment)
    joins(amina, enrolment, "Espérance")
    record_departure(actor=amina, person_id=diane.pk, left_on=TODAY, because="mistake")
    assert left_of(amina, enrolment) == 10_000


def test_a_second_record_of_one_person_takes_its_line_back(amina) -> None:
    enrolment = asking("joiners", actor=amina)
    diane = joins(amina, enrolment)
    again = joins(amina, enrolment, "Dianne", is_confirmed=True)
    merge_people(actor=amina, kept_id=diane.pk, dropped_id=again.pk, because="même personne")
    assert left_of(amina, enrolment) == 10_000
    paid(amina, enrolment)
    assert codes(enrolment, date(2025, 8, 30))["Diane"] is ReasonCode.OPEN


def test_what_is_left_to_pay_for_a_person_goes_along_with_a_transfer(
    world, as_actor, amina
) -> None:
    enrolment = asking("joiners", actor=amina, enrolled_on=date(2024, 11, 1))
    joins(amina, enrolment)
    paid(amina, enrolment, amount_francs=3_000)
    row = propose_transfer(
        actor=amina, household_id=enrolment.household_id, version=None,
        destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="x",
    )  # fmt: skip
    bernard = world.actor("bernard")
    with as_actor(bernard):
        here = accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
        made = here.enrolments.get()
        assert (made.due_francs, owed_by(made).household_left_francs) == (0, 7_000)
        # In order since the base was paid: the late supplement closes nobody else's rights.
        assert made.enrolled_on == date(2024, 12, 1)
        found = codes(made)
        assert found.pop("Diane") is ReasonCode.UNPAID
        assert set(found.values()) == {ReasonCode.OPEN}


def _shared(amina, settings):
    """An enrolment of 20,000, and 10,000 for Diane who joined today, 1 May: half is a partner's."""
    settings.BUSINESS_DATE = date(2025, 5, 1)
    enrolment = asking(
        "joiners", is_paid=False, payer="partner", payer_francs=10_000, category="subsidised",
        payer_partner=Partner.objects.filter(tenant_id=amina.tenant_id).first(),
    )  # fmt: skip
    add_dependant(
        actor=amina, household_id=enrolment.household_id, facts=person("Diane", "other"),
        joined_on=date(2025, 5, 1),
    )  # fmt: skip
    return enrolment


def _left(enrolment) -> tuple[int, int]:
    """What the household and the other payer still have to pay."""
    owed = owed_by(enrolment)
    return owed.household_left_francs, owed.payer_left_francs


@pytest.mark.parametrize(
    ("paid_by", "left", "has_promise"),
    [
        ({"household": 15_000}, (0, 15_000), False),
        ({"partner": 15_000}, (15_000, 0), True),
        ({"household": 12_000, "partner": 4_000}, (3_000, 11_000), True),
        ({"household": 4_000, "partner": 12_000}, (11_000, 3_000), True),
    ],
)
def test_each_payer_owes_after_a_transfer_what_it_owed_before(
    paid_by, left, has_promise, world, as_actor, amina, settings, behind_the_wall
) -> None:
    """What one paid settles nothing of the other's part, and rights stay as they were."""
    enrolment = _shared(amina, settings)
    with behind_the_wall():
        Promise.objects.create(
            tenant_id=amina.tenant_id, enrolment=enrolment, amount_francs=15_000,
            signed_on=date(2025, 5, 1), buyer="Station", state="accepted",
            answered_on=date(2025, 5, 1),
        ).instalments.create(
            tenant_id=amina.tenant_id, due_on=date(2025, 6, 1), amount_francs=15_000
        )  # fmt: skip
    for payer, francs in paid_by.items():
        paid(amina, enrolment, payer=payer, amount_francs=francs, received_on=date(2025, 5, 1))
    settings.BUSINESS_DATE = TODAY
    assert _left(enrolment) == left
    is_open = {name: code is ReasonCode.OPEN for name, code in codes(enrolment).items()}
    row = propose_transfer(
        actor=amina, household_id=enrolment.household_id, version=None,
        destination_id=world.tenants["INEZA"], leaves_on=TODAY, because="x",
    )  # fmt: skip
    assert (row.left_francs, row.has_promise) == (sum(left), has_promise)
    bernard = world.actor("bernard")
    with as_actor(bernard):
        here = accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"],
            colline_id=world.places["N-GI-01-1-1"],
        )  # fmt: skip
        made = here.enrolments.get()
        assert _left(made) == left
        assert {name: code is ReasonCode.OPEN for name, code in codes(made).items()} == is_open
        promised = Promise.objects.filter(enrolment=made).values_list("amount_francs", flat=True)
        assert list(promised) == ([left[0]] if has_promise else [])


def test_a_birth_or_a_marriage_is_registered_over_the_scales_limit(
    world, as_actor, sign_in
) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = asking("renewal", actor=amina)
        change_scale(enrolment.scale_id, most_people=3)
        household = Household.objects.get(number=NUMBER)
        assert limit_passed(household) is None
        born(amina, enrolment)
        spouse = person("Chantal", "spouse", birth_date=date(1988, 1, 9))
        add_dependant(
            actor=amina, household_id=household.pk, facts=spouse, joined_on=TODAY,
            by_marriage=True, is_confirmed=True,
        )  # fmt: skip
        assert limit_passed(household) == 3
        assert household.members.filter(left_on__isnull=True).count() == 5
        with pytest.raises(DomainError, match="le barème en admet 3"):
            joins(amina, enrolment)
    page = sign_in("agnes").post(
        f"/menages/{household.pk}/naissance/",
        {
            "family_name": "Nzeyimana", "given_name": "Carine", "sex": "F",
            "relationship": "child", "birth": "29/06/2025", "declared_on": "2025-06-30",
        },
        follow=True,
    )  # fmt: skip
    assert "dépasse les 3 personnes du barème" in page.content.decode()


def test_the_page_says_the_supplement(world, as_actor, sign_in) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = asking("joiners", actor=amina)
    page = sign_in("agnes").post(
        f"/menages/{enrolment.household_id}/personne/",
        {
            "family_name": "Nzeyimana", "given_name": "Carine", "sex": "F",
            "relationship": "other", "birth": "1999", "joined_on": "2025-06-30",
        },
        follow=True,
    )  # fmt: skip
    text = page.content.decode()
    assert "4 personnes au lieu de 3, barème 2025" in text
    assert "Supplément dû : 10\u202f000\u202fFBu de plus pour 2025" in text.replace(
        "\xa0", "\u202f"
    )


@pytest.mark.parametrize("brought", ["by hand", "by file"])
def test_two_who_join_owe_each_their_own_place_however_they_are_brought(
    amina, tmp_path, brought
) -> None:
    enrolment = asking("joiners", actor=amina)
    if brought == "by hand":
        for given in ("Diane", "Bella"):
            joins(amina, enrolment, given)
    else:
        more = {"number": NUMBER, "key": "", "link": "autre", "birth": "03/02/2010"}
        rows = [child(name, joined="30/06/2025", **more) for name in ("Diane", "Bella")]
        made = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(made) == {"created": 2}, told(made)
    lines = EnrolmentSupplement.objects.order_by("beneficiary__number")
    assert [(one.beneficiary.given_name, one.people, one.contribution_francs) for one in lines] == [
        ("Diane", 4, 10_000),
        ("Bella", 5, 0),
    ]
    # Both rights wait for what came with the first, and the file again asks nothing more.
    assert left_of(amina, enrolment) == 10_000
    paid(amina, enrolment, amount_francs=10_000)
    assert codes(enrolment, date(2025, 7, 30))["Bella"] is ReasonCode.OPEN


def test_a_file_brought_again_asks_no_second_supplement(amina, tmp_path) -> None:
    enrolment = asking("everyone", actor=amina)
    row = child("Diane", number=NUMBER, key="", link="autre", birth="03/02/2010",
                joined="30/06/2025")  # fmt: skip
    for expected in ({"created": 1}, {"unchanged": 1}):
        content = csv_of([row]) if "created" in expected else csv_of([row]) + b"\n"
        assert outcomes(loaded(amina, tmp_path, content)) == expected
    assert EnrolmentSupplement.objects.count() == 1
    assert left_of(amina, enrolment) == 10_000


def test_the_supplement_of_a_person_brought_by_file_is_paid_by_file(amina, tmp_path) -> None:
    enrolment = asking("joiners", actor=amina)
    row = child("Diane", number=NUMBER, key="", link="autre", birth="03/02/2010",
                joined="30/06/2025")  # fmt: skip
    loaded(amina, tmp_path, csv_of([row]))
    payment = {
        "N° ménage": NUMBER, "Montant": "10 000", "Moyen": "espèces", "Date": "30/06/2025",
        "Reçu papier": "C-7",
    }  # fmt: skip
    made = loaded(
        amina, tmp_path, csv_of([payment], payment), kind="payments", name="paiements.csv"
    )
    assert outcomes(made) == {"created": 1}, told(made)
    assert left_of(amina, enrolment) == 0
    assert codes(enrolment, date(2025, 7, 30))["Diane"] is ReasonCode.OPEN


def test_what_a_supplement_taken_back_leaves_is_told_and_listed(world, as_actor, sign_in) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = asking("joiners", actor=amina)
        joined = joins(amina, enrolment)
        paid(amina, enrolment, amount_francs=10_000)
        assert not overpaid(amina, year=2025).exists()
        record_departure(actor=amina, person_id=joined.pk, left_on=TODAY, because="mistake")
        assert left_of(amina, enrolment) == -10_000
        rows = overpaid(amina, year=2025).values_list("household__number", "over_francs")
        assert list(rows) == [(NUMBER, 10_000)]
        assert not overpaid(amina, year=2024).exists()
    for name, args in (
        ("household_detail", [enrolment.household_id]),
        ("payment_add", [enrolment.pk]),
        ("overpaid", []),
    ):
        page = plain(sign_in("agnes").get(reverse(name, args=args)).content.decode())
        assert "10 000" in page
        assert "trop-perçu" in page
        assert "à jour" not in page
    file = sign_in("agnes").get(reverse("overpaid"), {"export": "csv"}).content.decode()
    assert f"{NUMBER};" in file
    assert ";10000" in file
    assert NUMBER not in sign_in("bernard").get(reverse("overpaid")).content.decode()


def test_another_payers_money_above_its_part_is_listed_too(world, as_actor) -> None:
    """Whatever the household still owes itself."""
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = owing(NUMBER, payer="state", payer_francs=20_000)
        paid(amina, enrolment, payer="state", amount_francs=20_000)
        enrolment.payer_francs = 15_000
        enrolment.save()
        rows = overpaid(amina, year=2025).values_list("household__number", "over_francs")
        assert list(rows) == [(NUMBER, 5_000)]
