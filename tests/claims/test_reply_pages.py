"""Pages of answers, contests, batches and the sample, by who may open them."""

from collections.abc import Callable
from datetime import date

import pytest

from claims.models import Act, FacilityReply, Tariff
from claims.rules.facts import ReviewCut
from claims.services.decisions import decide_submitted
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.reviewing import claim_of, give_waiting, review
from tests.world import World

CUT = (ReviewCut(position=1, reason="too_much", francs=5_000),)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def test_a_facility_answers_from_its_list(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care, stub="KIN-000001")
    review(care, "annick", claim, "cut", cuts=CUT)
    client = sign_in("fabrice")
    page = client.get("/soins/reponses/")
    assert "KIN-000001" in text_of(page)
    address = f"/soins/reponses/2025/{claim}/"
    form = text_of(client.get(address))
    assert "quantité au-delà du traitement habituel" in form
    assert "retirés à votre facture" in form
    data = {"version": claim_of(care, claim).version, "is_agreed": "non", "text": ""}
    assert client.post(address, data).status_code == 422
    answer = client.post(address, {**data, "text": "Ordonnance jointe."}, follow=True)
    assert "Votre réponse est envoyée" in text_of(answer)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert FacilityReply.objects.get(claim_id=claim).text == "Ordonnance jointe."
    assert client.get(address).status_code == 404


def test_a_question_is_shown_to_the_facility_and_to_who_asked(
    care: World, sign_in: Callable
) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "asked", note="Pourquoi 60 boîtes ?")
    for username in ("fabrice", "annick", "medard"):
        assert "Pourquoi 60 boîtes ?" in text_of(sign_in(username).get("/soins/reponses/"))
    form = text_of(sign_in("fabrice").get(f"/soins/reponses/2025/{claim}/"))
    assert "Question du contrôle : Pourquoi 60 boîtes ?" in form
    assert sign_in("annick").get(f"/soins/reponses/2025/{claim}/").status_code == 404


def test_the_home_nurse_contests_from_the_page(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care, processing="INEZA", facility="FS-T002")
    review(care, "medard", claim, "accepted")
    client, address = sign_in("annick"), f"/soins/contestations/2025/{claim}/"
    assert "Décidée par Fédération Ineza" in text_of(client.get(address))
    data = {"version": claim_of(care, claim).version, "because": "Jamais soignée là."}
    assert client.post(address, data).status_code == 302
    assert claim_of(care, claim).state == "contested"


def test_the_page_tells_who_decided_that_another_answers(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care, processing="INEZA", facility="FS-T002")
    review(care, "medard", claim, "accepted")
    data = {"version": claim_of(care, claim).version, "because": "Jamais soignée là."}
    sign_in("annick").post(f"/soins/contestations/2025/{claim}/", data)
    for username, decides in (("medard", False), ("modeste", True)):
        page = sign_in(username).get(f"/soins/examens/2025/{claim}/")
        assert ("la réponse à la contestation est d’un autre" in text_of(page)) is not decides
        assert ('data-key="m"' in page.content.decode()) is decides


@pytest.fixture
def cheaper(care: World) -> int:
    claim = give_claim(care, lines=[(CONSULTATION, 1, 1_000)], stub="KIN-000009")
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
        Tariff(
            tenant_id=care.tenants["UMUCO"],
            act=Act.objects.get(code=CONSULTATION),
            price_francs=600,
            starts_on=date(2025, 1, 1),
        ).save()
    return claim


def test_the_manager_sees_the_difference_then_redoes(
    cheaper: int, care: World, sign_in: Callable
) -> None:
    client, address = sign_in("amina"), "/soins/decisions/refaire/"
    data = {"from_on": "2025-03-01", "to_on": "2025-03-31", "facility": "fs-t001"}
    shown = text_of(client.post(address, data))
    assert "KIN-000009" in shown
    assert "-320 FBu" in shown.replace("\u202f", " ").replace("−", "-")
    done = client.post(address, {**data, "do": "redo"}, follow=True)
    assert "1 attestation décidée de nouveau ; 1 part change" in text_of(done)
    assert claim_of(care, cheaper).state == "decided"
    refused = client.post(address, {**data, "do": "reverse"})
    assert "Dites pourquoi" in str(refused.context["form"].errors["because"])
    back = client.post(address, {**data, "do": "reverse", "because": "Tarif faux."}, follow=True)
    assert "à examiner de nouveau" in text_of(back)
    assert claim_of(care, cheaper).state == "to_review"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"from_on": "2025-03-02", "to_on": "2025-03-01"}, "to_on"),
        ({"from_on": "2024-12-01", "to_on": "2025-01-31"}, "to_on"),
        ({"from_on": "2025-03-01", "to_on": "2025-03-31", "facility": "RIEN"}, "facility"),
        ({"from_on": "2025-08-01", "to_on": "2025-08-31"}, "__all__"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said(
    data: dict[str, str], field: str, cheaper: int, sign_in: Callable
) -> None:
    answer = sign_in("amina").post("/soins/decisions/refaire/", data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_sample_page_tells_each_month(cheaper: int, care: World, sign_in: Callable) -> None:
    for username, names in (
        ("annick", ["Fédération Umuco"]),
        ("medard", ["Fédération Ineza", "Fédération Umuco"]),
    ):
        text = text_of(sign_in(username).get("/soins/examens/echantillon/"))
        assert "04/2025" in text
        assert [name for name in ("Fédération Ineza", "Fédération Umuco") if name in text] == names


def test_each_page_keeps_to_its_roles(care: World, sign_in: Callable) -> None:
    for username in ("albert", "agnes", "clara", "regine"):
        client = sign_in(username)
        for address in ("reponses/", "decisions/refaire/", "examens/echantillon/"):
            assert client.get(f"/soins/{address}").status_code == 403, (username, address)
