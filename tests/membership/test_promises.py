"""Promises: signed, accepted or refused, kept or missed, and what each does to rights."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape
from PIL import Image

from conamus.cases.facts import plain
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import Campaign, ContributionScale, Promise
from membership.rules.coverage import ReasonCode
from membership.rules.promises import InstalmentFact
from membership.selectors.arrears import arrears, due_days
from membership.selectors.promises import Course, instalments_of, promise_by_id, yearly_promises
from membership.selectors.rights import coverage_of_household
from membership.services.payments import reverse_payment
from membership.services.promises import (
    PromiseRequest,
    SignedPaper,
    answer_promise,
    sign_promise,
    withdraw_promise,
)
from tests.membership.asking import ask
from tests.membership.money import TODAY, owing, paid

SIGNED = date(2025, 1, 10)


def grower(number: str = "UMU-1001", **amounts):
    """A coffee grower's enrolment that owes 30,000."""
    scale = ContributionScale.objects.get(tenant__code="UMUCO", year_id=2025, state="in_force")
    return owing(
        number, category="coffee_grower", scale=scale, enrolled_on=date(2025, 1, 5), **amounts
    )


def asked(*instalments: tuple[date, int], **changes) -> PromiseRequest:
    parts = instalments or ((date(2025, 7, 15), 10_000), (date(2025, 8, 31), 20_000))
    facts = {
        "signed_on": SIGNED,
        "buyer": "Station de Mutoyi",
        "instalments": tuple(InstalmentFact(due_on=day, amount_francs=sum_) for day, sum_ in parts),
        "paper_number": "P-17",
    }
    return PromiseRequest(**{**facts, **changes})


def signed(actor, enrolment, request=None, **more) -> Promise:
    return sign_promise(actor=actor, enrolment_id=enrolment.pk, request=request or asked(), **more)


def course_of(actor, promise, on) -> str:
    return promise_by_id(actor, promise.pk, on=on).course


@pytest.fixture
def without_advance(world, as_actor) -> Promise:
    """Accepted for what an advance left, then the advance's receipt is cancelled."""
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = grower(is_renewal=True)
        advance = paid(amina, enrolment, amount_francs=10_000)
        promise = signed(amina, enrolment, asked((date(2025, 8, 31), 20_000)))
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        assert late_on(amina, TODAY) == {}
        reverse_payment(actor=amina, payment_id=advance.pk, reason="chèque faux")
    return promise


def late_on(actor, on: date) -> dict[str, tuple[int, date]]:
    rows = arrears(actor, year=2025, on=on)
    found = rows.values_list("household__number", "late_francs", "late_since")
    return {number: (francs, since) for number, francs, since in found}


def test_what_no_instalment_covers_is_late_as_the_rights_say(without_advance, world, as_actor):
    """The rights close on the day of the counter-receipt: the arrears list the household too."""
    amina, household = world.actor("amina"), without_advance.enrolment.household_id
    with as_actor(amina):
        for on, francs in (
            (TODAY, 10_000),
            (date(2025, 8, 31), 10_000),
            (date(2025, 9, 1), 30_000),
        ):
            assert course_of(amina, without_advance, on) == Course.MISSED
            code = coverage_of_household(household, on)[0][1].code
            assert code is ReasonCode.PROMISE_BROKEN
            # Owed since the household joined, and not since an instalment that came later.
            assert late_on(amina, on) == {"UMU-1001": (francs, date(2025, 1, 5))}
        paid(amina, without_advance.enrolment, amount_francs=10_000)
        assert late_on(amina, TODAY) == {}
        assert course_of(amina, without_advance, TODAY) == Course.RUNNING


def test_the_page_tells_an_advance_that_is_missing_from_an_instalment(without_advance, sign_in):
    client = sign_in("amina")
    page = plain(client.get(reverse("promise_detail", args=[without_advance.pk])).content.decode())
    assert "il manque 10 000 FBu qu'aucune échéance ne couvre" in page
    assert "Une échéance est manquée" not in page
    listed = plain(client.get(reverse("arrears")).content.decode())
    assert "1 en retard de 10 000 FBu" in listed
    assert "UMU-1001" in listed


def test_it_opens_rights_once_accepted_and_closes_them_when_missed(amina):
    enrolment = grower(is_renewal=True)
    promise = signed(amina, enrolment)
    household = enrolment.household_id

    def code(on: date) -> ReasonCode:
        return coverage_of_household(household, on)[0][1].code

    assert code(TODAY) is ReasonCode.UNPAID
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    # A late renewal waits thirty days, past the first instalment, which is then missed.
    assert code(TODAY) is ReasonCode.WAITING
    assert code(date(2025, 7, 16)) is ReasonCode.PROMISE_BROKEN
    paid(amina, enrolment, amount_francs=10_000, method="harvest")
    # Kept, and the second instalment is missed in its turn.
    assert code(date(2025, 7, 16)) is ReasonCode.WAITING
    assert code(date(2025, 8, 30)) is ReasonCode.OPEN
    assert code(date(2025, 9, 1)) is ReasonCode.PROMISE_BROKEN


def test_its_page_says_when_rights_still_wait(world, as_actor, sign_in):
    amina = world.actor("amina")
    with as_actor(amina):
        promise = signed(amina, grower(is_renewal=True))
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        head = coverage_of_household(promise.enrolment.household_id, TODAY)[0][1]
    page = sign_in("amina").get(reverse("promise_detail", args=[promise.pk])).content.decode()
    assert "Elle vaut paiement tant que les échéances sont tenues." in page
    assert head.code is ReasonCode.WAITING
    assert f"L’adhérent, aujourd’hui : {escape(head.sentence)}" in page
    assert "droits sont ouverts" not in page


def test_its_course_day_by_day(amina):
    enrolment = grower()
    promise = signed(amina, enrolment)
    assert course_of(amina, promise, TODAY) == Course.TO_ACCEPT
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    assert course_of(amina, promise, date(2025, 7, 15)) == Course.RUNNING
    assert course_of(amina, promise, date(2025, 7, 16)) == Course.MISSED
    first = paid(amina, enrolment, amount_francs=10_000, method="harvest")
    assert course_of(amina, promise, date(2025, 7, 16)) == Course.RUNNING
    assert course_of(amina, promise, date(2025, 9, 1)) == Course.MISSED
    paid(amina, enrolment, method="harvest")
    assert course_of(amina, promise, date(2025, 9, 1)) == Course.KEPT
    reverse_payment(actor=amina, payment_id=first.pk, reason="Erreur")
    assert course_of(amina, promise, date(2025, 7, 16)) == Course.RUNNING
    enrolment.cancelled_on = TODAY
    enrolment.save()
    assert course_of(amina, promise, TODAY) == Course.VOID


def test_the_campaigns_tolerance_puts_off_the_miss(amina):
    Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(
        promise_tolerance_days=10
    )
    promise = signed(amina, grower())
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    assert course_of(amina, promise, date(2025, 7, 25)) == Course.RUNNING
    assert course_of(amina, promise, date(2025, 7, 26)) == Course.MISSED


def test_arrears_count_from_the_first_instalment_not_wholly_paid(amina):
    enrolment = grower()
    answer_promise(actor=amina, promise_id=signed(amina, enrolment).pk, accepts=True)

    def late(on: date):
        rows = arrears(amina, year=2025, on=on)
        return [(row.late_francs, row.late_since) for row in rows.filter(pk=enrolment.pk)]

    assert late(date(2025, 7, 15)) == []
    assert late(date(2025, 7, 30)) == [(10_000, date(2025, 7, 15))]
    paid(amina, enrolment, amount_francs=4_000)
    assert late(date(2025, 7, 30)) == [(6_000, date(2025, 7, 15))]
    paid(amina, enrolment, amount_francs=6_000)
    assert late(date(2025, 7, 30)) == []
    assert late(date(2025, 9, 1)) == [(20_000, date(2025, 8, 31))]


def test_money_pays_the_earliest_instalments_first(amina):
    promise = signed(amina, grower())
    lines = instalments_of(promise, left_francs=22_000, last_kept=date(2025, 7, 30))
    assert [(line.left_francs, line.is_missed) for line in lines] == [
        (2_000, True),
        (20_000, False),
    ]


@pytest.mark.parametrize(
    ("request_", "field", "words"),
    [
        (asked((date(2025, 7, 1), 29_999)), "instalments", "30\u202f000"),
        (asked((date(2026, 1, 1), 30_000)), "instalments-0-due_on", "fin des droits"),
        (asked((date(2025, 6, 29), 30_000)), "instalments-0-due_on", "déjà passée"),
        (
            asked((date(2025, 7, 1), 10_000), (date(2025, 7, 1), 20_000)),
            "instalments-1-due_on",
            "suivre",
        ),
        (asked(signed_on=date(2025, 7, 1)), "signed_on", "à venir"),
        (asked(signed_on=date(2025, 1, 4)), "signed_on", "avant l’adhésion"),
        (asked(buyer="  "), "buyer", "retient"),
    ],
)
def test_each_mistake_is_told_at_its_field(amina, request_, field, words):
    with pytest.raises(DomainError) as refused:
        signed(amina, grower(), request_)
    told = {each.field: each.message for each in refused.value.each()}
    assert words in told[field]


def test_without_its_signed_paper_it_is_neither_written_nor_accepted(amina, behind_the_wall):
    enrolment = grower()
    with pytest.raises(DomainError, match="numéro du papier") as refused:
        signed(amina, enrolment, asked(paper_number=" "))
    assert refused.value.field == "document"
    promise = signed(amina, enrolment)
    with behind_the_wall():
        Promise.objects.filter(pk=promise.pk).update(paper_number="")
    with pytest.raises(DomainError, match="La promesse signée manque"):
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    with behind_the_wall():
        Promise.objects.filter(pk=promise.pk).update(paper_number="P-17")
    assert answer_promise(actor=amina, promise_id=promise.pk, accepts=True).state == "accepted"


def test_a_picture_of_the_paper_is_enough(amina):
    promise = signed(amina, grower(), asked(paper_number=""), paper=SignedPaper("x.jpg", photo()))
    assert answer_promise(actor=amina, promise_id=promise.pk, accepts=True).state == "accepted"


def test_only_a_category_that_admits_it(amina):
    with pytest.raises(DomainError, match="catégorie"):
        signed(amina, owing("UMU-1001"))


def test_nothing_to_promise(amina):
    enrolment = grower()
    paid(amina, enrolment)
    with pytest.raises(DomainError, match="rien à promettre"):
        signed(amina, enrolment)
    with pytest.raises(DomainError, match="annulée"):
        signed(amina, grower("UMU-1002", cancelled_on=TODAY))


def test_one_at_a_time_and_another_after_a_refusal(amina):
    enrolment = grower()
    first = signed(amina, enrolment)
    with pytest.raises(Conflict, match="existe déjà"):
        signed(amina, enrolment)
    with pytest.raises(DomainError, match="pourquoi"):
        answer_promise(actor=amina, promise_id=first.pk, accepts=False)
    refused = answer_promise(
        actor=amina, promise_id=first.pk, accepts=False, answer="Station inconnue"
    )
    assert (refused.state, refused.answered_by) == ("refused", "Amina Nduwimana")
    with pytest.raises(Conflict, match="déjà refusée"):
        answer_promise(actor=amina, promise_id=first.pk, accepts=True)
    assert signed(amina, enrolment).pk != first.pk


def test_an_accepted_promise_is_taken_back_from_today_on(amina):
    enrolment = grower()
    promise = signed(amina, enrolment, asked((date(2025, 12, 31), 30_000)))
    with pytest.raises(Conflict, match="acceptée"):
        withdraw_promise(actor=amina, promise_id=promise.pk, because="Récolte perdue")
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    assert not arrears(amina, year=2025, on=TODAY).filter(pk=enrolment.pk).exists()
    with pytest.raises(DomainError) as refused:
        withdraw_promise(actor=amina, promise_id=promise.pk, because=" ")
    assert refused.value.field == "because"
    withdraw_promise(actor=amina, promise_id=promise.pk, because="Récolte perdue")
    assert course_of(amina, promise, TODAY) == Course.WITHDRAWN
    late = arrears(amina, year=2025, on=TODAY).get(pk=enrolment.pk)
    assert (late.late_francs, late.late_since) == (30_000, date(2025, 1, 5))
    with pytest.raises(Conflict):
        withdraw_promise(actor=amina, promise_id=promise.pk, because="Encore")


def test_a_withdrawn_promise_opens_nothing_and_another_may_follow(amina):
    enrolment = grower()
    household = enrolment.household_id

    def open_people() -> int:
        return sum(cover.is_open for _, cover in coverage_of_household(household, TODAY))

    first = signed(amina, enrolment, asked((date(2025, 12, 31), 30_000)))
    answer_promise(actor=amina, promise_id=first.pk, accepts=True)
    # Accepted today, a new household's rights open after the waiting period.
    Campaign.objects.filter(tenant_id=amina.tenant_id).update(
        waiting_days_new=0, waiting_days_late=0
    )
    assert open_people()
    withdraw_promise(actor=amina, promise_id=first.pk, because="Récolte perdue")
    assert not open_people()
    second = signed(amina, enrolment, asked((date(2025, 12, 30), 30_000)))
    answer_promise(actor=amina, promise_id=second.pk, accepts=True)
    assert open_people()


def test_the_same_submission_is_one_promise(amina):
    enrolment = grower()
    assert signed(amina, enrolment, key="k") == signed(amina, enrolment, key="k")


def test_who_may_accept_and_who_sees(world, as_actor):
    agnes, bernard = world.actor("agnes"), world.actor("bernard")
    with as_actor(agnes):
        promise = signed(agnes, grower())
        with pytest.raises(NotAllowed):
            answer_promise(actor=agnes, promise_id=promise.pk, accepts=True)
    with as_actor(bernard):
        with pytest.raises(NotFound):
            answer_promise(actor=bernard, promise_id=promise.pk, accepts=True)
        assert not yearly_promises(bernard, year=2025, on=TODAY).exists()


def photo() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (8, 8), "white").save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"), [(photo(), "image/jpeg"), (b"%PDF-1.7 ...", "application/pdf")]
)
def test_the_signed_paper_is_known_by_its_bytes(amina, content, kind):
    promise = signed(amina, grower(), paper=SignedPaper("x.exe", content))
    assert promise.document.content_type == kind


@pytest.mark.parametrize("content", [b"<html>", b"%PDF-" + b"x" * 6_000_000])
def test_other_papers_are_refused_and_nothing_is_kept(amina, content):
    with pytest.raises(DomainError) as refused:
        signed(amina, grower(), paper=SignedPaper("x.pdf", content))
    assert refused.value.field == "document"
    assert not Promise.objects.exists()


def test_the_pages_from_signature_to_acceptance(world, sign_in, as_actor):
    with as_actor(world.actor("agnes")):
        enrolment = grower()
    agnes, amina = sign_in("agnes"), sign_in("amina")
    address = reverse("promise_add", args=[enrolment.pk])
    assert "30\u202f000" in agnes.get(address).content.decode()
    till = reverse("payment_add", args=[enrolment.pk])
    assert address in agnes.get(till).content.decode()
    typed = {
        "signed_on": "2025-06-30",
        "buyer": "Station",
        "instalments-0-due_on": "2025-07-31",
        "instalments-0-amount_francs": "10 000",
        "instalments-1-amount_francs": "20 000",
    }
    answer = agnes.post(address, typed)
    assert answer.status_code == 422
    assert "un jour et un montant" in answer.content.decode()
    paper = SimpleUploadedFile("promesse.jpg", photo())
    answer = agnes.post(address, {**typed, "instalments-1-due_on": "2025-08-31", "document": paper})
    assert answer.status_code == 302
    detail = answer["Location"]
    with as_actor(world.actor("agnes")):
        promise = Promise.objects.get()
    assert "À accepter" in agnes.get(detail).content.decode()
    accept = reverse("promise_accept", args=[promise.pk])
    assert agnes.post(accept).status_code == 403
    assert accept in amina.get(detail).content.decode()
    assert amina.post(accept).status_code == 302
    assert till in agnes.get(detail).content.decode()
    page = agnes.get(till).content.decode()
    assert detail in page
    assert address not in page
    listed = agnes.get(reverse("promises"))
    assert "2025, en cours : 1." in listed.content.decode()
    document = agnes.get(reverse("promise_document", args=[promise.pk]))
    assert document["Content-Type"] == "image/jpeg"
    assert document["Content-Disposition"].startswith("attachment")
    assert sign_in("bernard").get(detail).status_code == 404


def test_the_day_of_lateness_without_a_campaign(amina, behind_the_wall):
    with behind_the_wall():
        Campaign.objects.filter(year_id=2027).delete()
    assert due_days(amina.tenant_id, 2027).due_on == date(2026, 12, 31)


def test_what_waits_for_somebody_comes_first(amina):
    made = {}
    for name, number, due in (
        ("running", "UMU-1001", date(2025, 12, 1)),
        ("missed", "UMU-1002", date(2025, 7, 1)),
        ("to_accept", "UMU-1003", date(2025, 12, 1)),
    ):
        made[name] = signed(amina, grower(number), asked((due, 30_000)))
    for name in ("running", "missed"):
        answer_promise(actor=amina, promise_id=made[name].pk, accepts=True)
    rows = yearly_promises(amina, year=2025, on=date(2025, 7, 2))
    assert [row.course for row in rows] == ["to_accept", "missed", "running"]


def test_a_day_to_come_tells_an_instalment_and_no_broken_promise(amina, world, as_actor):
    """Another federation's facility is told no amount."""
    grown = grower(is_renewal=True)
    promise = signed(amina, grown)
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    number = f"{grown.household.number}-0"
    told = [
        ask(world, as_actor, who, number, on=date(2025, 7, 20)).people[0].sentence
        for who in ("amina", "bernard")
    ]
    assert (
        plain(told[0]) == "Échéance de promesse à venir : 10 000 FBu à payer avant le 20/07/2025."
    )
    assert told[1] == "Échéance de promesse à venir, à payer avant ce jour."
