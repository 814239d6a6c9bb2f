"""Pages of control: the queue, a case with all that decides it, each outcome, the sitting."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from claims.models import (
    Agreement,
    CareReason,
    Claim,
    ClaimAttachment,
    ClaimSignal,
    Decision,
    PrivateReading,
    Review,
)
from claims.services.claim_moves import parties_of
from claims.services.decisions import decide_submitted
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import CONSULTATION, DRUG, give_claim, give_terms
from tests.claims.reviewing import claim_of, give_waiting, review
from tests.world import World

QUEUE = "/soins/examens/"


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _url(claim: int) -> str:
    return f"{QUEUE}2025/{claim}/"


def _send(client: Client, world: World, claim: int, outcome: str, **data: object) -> object:
    data.setdefault("version", claim_of(world, claim).version)
    return client.post(_url(claim), {"outcome": outcome, **data})


def test_the_queue_shows_what_waits_and_why(care: World, sign_in: Callable) -> None:
    give_waiting(care, stub="KIN-000001")
    give_waiting(care, stub="KIN-000002", lines=[(DRUG, 90, 500)])
    answer = sign_in("annick").get(QUEUE)
    text = text_of(answer)
    assert "2 attestations à examiner" in text
    assert text.index("KIN-000002") < text.index("KIN-000001")
    assert "montant élevé" in text
    assert "Kaneza" not in text.split("KIN-000002")[1]


def test_the_queue_keeps_to_what_is_asked(care: World, sign_in: Callable) -> None:
    give_waiting(care, stub="KIN-000001")
    give_waiting(care, stub="GIT-000002", facility="FS-T002")
    give_waiting(care, member="INE-1001-0", processing="INEZA", stub="INE-000003")
    client = sign_in("medard")
    for query, wanted in (
        ("", {"KIN-000001", "GIT-000002", "INE-000003"}),
        ("q=kin-0", {"KIN-000001"}),
        ("q=hopital", {"GIT-000002"}),
        (f"federation={care.tenants['INEZA']}", {"INE-000003"}),
        ("care_kind=stay", set()),
        ("stage=second", set()),
    ):
        page = client.get(f"{QUEUE}?{query}").content.decode()
        assert {stub for stub in ("KIN-000001", "GIT-000002", "INE-000003") if stub in page} == (
            wanted
        ), query


def test_a_nurse_is_offered_no_other_federation(care: World, sign_in: Callable) -> None:
    give_waiting(care)
    assert 'name="federation"' not in sign_in("annick").get(QUEUE).content.decode()


def test_a_case_has_all_that_decides_it(care: World, sign_in: Callable) -> None:
    """Reason with its usual treatment, care elsewhere, the agreement, signals, papers, figures."""
    past = give_claim(care, processing="INEZA", facility="FS-T002", on=date(2025, 2, 3))
    system = care.system("INEZA")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[past], year=2025)
    with open_scope(care.system("CONAMUS"), source="essai"):
        CareReason.objects.filter(code="PALU").update(usual_treatment="ACT trois jours")
    claim = give_waiting(care, reason="PALU", lines=[(DRUG, 60, 500), (CONSULTATION, 1, 1_500)])
    with open_scope(care.system("UMUCO"), source="essai"):
        Agreement(
            tenant_id=care.tenants["UMUCO"],
            facility_id=care.facilities["FS-T001"],
            number="C-12",
            starts_on=date(2025, 1, 1),
        ).save()
        row = Claim.objects.get(care_year=2025, pk=claim)
        ClaimSignal(**parties_of(row), rule="inconnue", weight=40).save()
        ClaimAttachment.objects.bulk_create(
            [
                ClaimAttachment(
                    **parties_of(row),
                    title="Ordonnance",
                    content_type="application/pdf",
                    sha256="x",
                    content=b"%PDF-1.4 essai",
                    added_by="essai",
                )
            ]
        )
    for username in ("annick", "medard"):
        text = text_of(sign_in(username).get(_url(claim)))
        for said in (
            "Paludisme",
            "ACT trois jours",
            "prix convenu",
            "60 × 500",
            "1 × 1 500",
            "Hôpital Gitega",
            "03/02/2025",
            "Convention n° C-12 avec la fédération",
            "inconnue",
            "Ordonnance",
            "montant élevé",
            "UMU-1001-0",
        ):
            assert said in text, (username, said)


def test_reading_a_case_and_a_paper_is_traced(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care, reason="PALU")
    with open_scope(care.system("UMUCO"), source="essai"):
        row = Claim.objects.get(care_year=2025, pk=claim)
        paper = ClaimAttachment(
            **parties_of(row),
            title="Ordonnance",
            content_type="application/pdf",
            sha256="x",
            content=b"%PDF-1.4 essai",
            added_by="essai",
        )
        ClaimAttachment.objects.bulk_create([paper])
    client = sign_in("medard")
    client.get(_url(claim))
    answer = client.get(f"{_url(claim)}pieces/{paper.pk}/")
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.4 essai")
    with open_scope(care.system("UMUCO"), source="essai"):
        traces = PrivateReading.objects.filter(claim_id=claim).order_by("pk")
        assert {(one.read_by, one.read_as) for one in traces} == {
            ("Médard Ndayizeye", "medical_adviser")
        }
        assert [one.what for one in traces] == ["reason", "papers", "paper"]


def test_nobody_else_opens_a_case(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    for username in ("amina", "agnes", "albert", "fabrice", "clara", "regine"):
        client = sign_in(username)
        assert client.get(_url(claim)).status_code == 403
        assert client.get(QUEUE).status_code == 403
    away = give_waiting(care, processing="INEZA")
    assert sign_in("annick").get(_url(away)).status_code == 404


def test_accepted_then_the_next_case(care: World, sign_in: Callable) -> None:
    first = give_waiting(care, lines=[(DRUG, 90, 500)])
    second = give_waiting(care)
    client = sign_in("annick")
    answer = _send(client, care, first, "accepted")
    assert answer["Location"] == _url(second)
    answer = _send(client, care, second, "accepted")
    assert answer["Location"] == f"{QUEUE}seance/"
    text = text_of(client.get(answer["Location"]))
    assert "2 attestations examinées ; encore à lire : 0" in text


def test_the_page_times_the_reader(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    client = sign_in("annick")
    page = client.get(_url(claim)).content.decode()
    opened = re.search(r'name="opened" value="([^"]+)"', page)
    _send(client, care, claim, "accepted", opened=opened[1])
    with open_scope(care.system("UMUCO"), source="essai"):
        made = Review.objects.get(claim_id=claim)
        assert made.opened_at is not None
        assert made.opened_at <= made.reviewed_at


def test_a_forged_opening_times_nothing(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    _send(sign_in("annick"), care, claim, "accepted", opened="2020-01-01")
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Review.objects.get(claim_id=claim).opened_at is None


def test_a_line_is_cut_by_its_form(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    data = {"how_1": "quantity", "value_1": "20", "reason_1": "too_much", "note_1": "Un mois."}
    assert _send(sign_in("annick"), care, claim, "cut", **data).status_code == 302
    with open_scope(care.system("UMUCO"), source="essai"):
        decision = Decision.objects.get(claim_id=claim)
        lines = decision.lines.filter(care_year=2025)
        assert sum(lines.values_list("mutuelle_francs", flat=True)) == 8_000


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({}, None, "Dites ce que vous coupez"),
        ({"how_1": "quantity", "reason_1": "too_much"}, "value_1", "Écrivez la quantité"),
        ({"how_1": "francs", "value_1": "1.5", "reason_1": "too_much"}, "value_1", "entiers"),
        ({"how_1": "all"}, "reason_1", "choisissez un motif"),
        ({"how_1": "all", "reason_1": "other"}, "note_1", "quelle autre raison"),
        ({"how_1": "francs", "value_1": "99999", "reason_1": "other", "note_1": "x"}, "value_1",
         "pas plus que le montant demandé"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    data: dict[str, str], field: str | None, said: str, care: World, sign_in: Callable
) -> None:
    claim = give_waiting(care)
    answer = _send(sign_in("annick"), care, claim, "cut", note="À garder", **data)
    assert answer.status_code == 422
    form = answer.context["forms"]["cut"]
    assert said in str(form.errors[field or "__all__"])
    page = answer.content.decode()
    assert "À garder" in page
    assert '<details class="review-panel" open>' in page
    assert claim_of(care, claim).state == "to_review"


def test_the_second_of_two_readers_is_told_on_the_page(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    version = claim_of(care, claim).version
    review(care, "medard", claim, "accepted")
    answer = _send(sign_in("annick"), care, claim, "rejected", version=version, reason="not_done")
    assert answer.status_code == 422
    assert "Quelqu’un a été plus rapide" in text_of(answer)
    assert "Médard Ndayizeye" in text_of(answer)


def test_who_has_spoken_is_told_on_the_page(world: World, sign_in: Callable) -> None:
    give_terms(world, second_reader_from_francs=20_000)
    claim = give_waiting(world)
    client = sign_in("annick")
    _send(client, world, claim, "accepted")
    answer = _send(client, world, claim, "accepted")
    assert answer.status_code == 422
    assert "le second avis est d’un autre" in text_of(answer)


def test_the_case_tells_how_often_it_may_still_be_put_off(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    client, url = sign_in("annick"), f"/soins/examens/2025/{claim}/"
    told = "pas encore ; 2 fois possibles, au 29 août 2025 au plus tard"
    assert f"Remise : {told}." in text_of(client.get(url))
    _send(client, care, claim, "deferred", until="2025-07-10")
    told = "1 fois sur 2 ; encore 1 fois possible, au 29 août 2025 au plus tard"
    assert f"Remise à plus tard : {told}." in text_of(client.get(url))
    _send(client, care, claim, "deferred", until="2025-07-20")
    page = client.get(url)
    assert "Remise à plus tard : 2 fois sur 2 : à décider sur ce qu’il y a." in text_of(page)
    assert 'data-key="d"' not in page.content.decode()
    answer = _send(client, care, claim, "deferred", until="2025-07-30")
    assert answer.status_code == 422
    assert "décidez sur ce qu’il y a" in text_of(answer)


def test_a_double_click_decides_once_and_goes_on(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    client, version = sign_in("annick"), claim_of(care, claim).version
    for _ in range(2):
        answer = _send(client, care, claim, "accepted", version=version, submission_key="touche-a")
        assert answer.status_code == 302
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Review.objects.filter(claim_id=claim).count() == 1


@pytest.mark.parametrize(
    ("outcome", "data", "state"),
    [
        ("rejected", {"reason": "not_done"}, "decided"),
        ("asked", {"note": "Pourquoi ?"}, "to_review"),
        ("deferred", {"until": "2025-07-10"}, "to_review"),
        ("second_reader", {"note": "Avis ?"}, "to_review"),
    ],
)
def test_each_other_outcome_has_its_form(
    outcome: str, data: dict[str, str], state: str, care: World, sign_in: Callable
) -> None:
    claim = give_waiting(care)
    assert _send(sign_in("annick"), care, claim, outcome, **data).status_code == 302
    assert claim_of(care, claim).state == state
    with open_scope(care.system("UMUCO"), source="essai"):
        assert Review.objects.get(claim_id=claim).outcome == outcome


def test_the_second_reader_finds_the_firsts_cuts_in_the_form(
    world: World, sign_in: Callable
) -> None:
    give_terms(world, second_reader_from_francs=20_000)
    claim = give_waiting(world)
    data = {"how_1": "francs", "value_1": "5000", "reason_1": "too_much"}
    _send(sign_in("annick"), world, claim, "cut", **data)
    answer = sign_in("medard").get(_url(claim))
    form = answer.context["forms"]["cut"]
    assert (form["how_1"].value(), form["value_1"].value()) == ("francs", "5000")
    assert "Le premier lecteur propose" in text_of(answer)
    assert "second_reader" not in answer.context["forms"]


def test_a_signal_is_settled_from_the_case(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    with open_scope(care.system("UMUCO"), source="essai"):
        row = Claim.objects.get(care_year=2025, pk=claim)
        signal = ClaimSignal.objects.create(**parties_of(row), rule="inconnue", weight=40, facts={})
    client = sign_in("annick")
    page = {"signal": signal.pk, "verdict": "confirmed", "because": "Vu au téléphone."}
    assert client.post(_url(claim), page)["Location"] == _url(claim)
    with open_scope(care.system("UMUCO"), source="essai"):
        signal.refresh_from_db()
        assert (signal.state, signal.settled_by) == ("confirmed", "Annick Kaneza")
    again = client.post(_url(claim), {**page, "verdict": "dismissed"}, follow=True)
    assert "déjà confirmé" in text_of(again)


def test_the_filters_go_on_from_case_to_case(care: World, sign_in: Callable) -> None:
    give_waiting(care, member="INE-1001-0", processing="INEZA", lines=[(DRUG, 90, 500)])
    ours = [give_waiting(care) for _ in range(2)]
    query = f"?federation={care.tenants['UMUCO']}"
    client = sign_in("medard")
    assert f"{_url(ours[0])}{query}" in client.get(f"{QUEUE}{query}").content.decode()
    answer = client.post(
        f"{_url(ours[0])}{query}",
        {"outcome": "accepted", "version": claim_of(care, ours[0]).version},
    )
    assert answer["Location"] == f"{_url(ours[1])}{query}"


def test_what_is_decided_offers_nothing(care: World, sign_in: Callable) -> None:
    claim = give_waiting(care)
    review(care, "annick", claim, "accepted")
    page = text_of(sign_in("annick").get(_url(claim)))
    assert "rien à décider" in page
    assert "Accepter" not in page


@pytest.mark.parametrize("username", ["annick", "medard"])
def test_the_readers_home_leads_to_the_queue(username: str, care: World, sign_in: Callable) -> None:
    assert f'href="{QUEUE}"' in sign_in(username).get("/").content.decode()


def test_the_attestations_page_leads_to_what_each_may_do(care: World, sign_in: Callable) -> None:
    """The reader to the case, the facility to its answer, the home nurse to her contest."""
    ours = give_waiting(care)
    away = give_waiting(care, processing="INEZA", facility="FS-T002")
    review(care, "medard", away, "accepted")
    for username, claim, address in (
        ("annick", ours, _url(ours)),
        ("medard", ours, _url(ours)),
        ("annick", away, f"/soins/contestations/2025/{away}/"),
    ):
        page = sign_in(username).get(f"/soins/attestations/2025/{claim}/").content.decode()
        assert f'href="{address}"' in page, username
    review(care, "annick", ours, "accepted")
    page = sign_in("fabrice").get(f"/soins/attestations/2025/{ours}/").content.decode()
    assert f'href="/soins/reponses/2025/{ours}/"' in page
