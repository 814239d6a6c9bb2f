"""Pages of surveys and questionnaires: launching, entering, importing, scores and answers."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from claims.models import PublishedScore, Questionnaire, SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from federations.tenancy.scope import open_scope
from tests.claims.surveying import POOR, QUESTIONS, answer_many, launch
from tests.claims.visiting import publish
from tests.world import World

SURVEYS = "/soins/enquetes/"


def _text(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def _file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("utf-8"), content_type="text/csv")


def test_launched_by_conamus_entered_by_an_agent(world: World, sign_in: Callable) -> None:
    publish(world, QuestionnaireKind.SATISFACTION, *QUESTIONS)
    launched = sign_in("clara").post(
        f"{SURVEYS}lancer/",
        {
            "title": "Satisfaction 2025",
            "kind": "satisfaction",
            "year": 2025,
            "starts_on": "2025-06-01",
            "ends_on": "2025-12-31",
            "wanted": 5,
            "codes": "FS-T001, FS-T002",
        },
    )
    assert launched.status_code == 302, _text(launched)
    page = launched["Location"]
    agent = sign_in("agnes")
    form = f"{page}entretiens/saisir/"
    told = {
        "facility": world.facilities["FS-T001"],
        "taken_on": "2025-06-30",
        "sex": "F",
        "age_band": "from_40",
        "submission_key": "une-clé",
    }
    refused = agent.post(form, told)
    assert refused.status_code == 422
    assert "Cette question attend une réponse." in _text(refused)
    for _ in range(2):
        sent = agent.post(form, {**told, "q1": "5", "q2": "oui", "q3": "aucun"})
        assert sent.status_code == 302, _text(sent)
    text = _text(agent.get(sent["Location"]))
    assert "Entretien enregistré, CDS Mutoyi." in text
    assert "1 sur 5 ici" in text
    with open_scope(world.actor("agnes"), source="essai"):
        assert SurveyInterview.objects.count() == 1


def test_every_score_opens_to_its_answers(world: World, sign_in: Callable) -> None:
    campaign = launch(world)
    answer_many(world, campaign, 5)
    answer_many(world, campaign, 2, answers=POOR, facility_id=world.facilities["FS-T002"])
    client = sign_in("amina")
    page = client.get(f"{SURVEYS}{campaign.pk}/")
    text = _text(page)
    assert "Score moyen 75,0 % sur 1 formation sanitaire, 7 entretiens" in text
    assert "trop peu" in text
    assert "<svg" in page.content.decode()
    behind = f"{SURVEYS}{campaign.pk}/entretiens/?q=FS-T001"
    assert behind in page.content.decode()
    listed = client.get(behind)
    assert listed.context["count"] == 5
    with open_scope(world.actor("amina"), source="essai"):
        interview = SurveyInterview.objects.earliest("pk")
    answers = _text(client.get(f"{SURVEYS}{campaign.pk}/entretiens/{interview.pk}/"))
    assert "Avez-vous été reçu avec respect ? 4 75" in answers
    assert (
        sign_in("bernard").get(f"{SURVEYS}{campaign.pk}/entretiens/{interview.pk}/").status_code
        == 404
    )


def test_the_published_score_is_a_fact_with_its_source(world: World, sign_in: Callable) -> None:
    campaign = launch(world, kind="quality")
    with open_scope(world.actor("clara"), source="essai"):
        PublishedScore(
            tenant_id=world.tenants["CONAMUS"],
            kind="quality",
            year=2019,
            percent=Decimal("72"),
            facilities=71,
            source="PAMUSAB, rapport 2019",
            recorded_by="Clara",
        ).save()
    text = _text(sign_in("amina").get(f"{SURVEYS}{campaign.pk}/"))
    assert "2019 : 72 % sur 71 formations sanitaires (PAMUSAB, rapport 2019)" in text.replace(
        "&nbsp;", " "
    )


def test_a_model_filled_in_comes_back_with_its_faults(world: World, sign_in: Callable) -> None:
    campaign = launch(world)
    client = sign_in("agnes")
    address = f"{SURVEYS}{campaign.pk}/entretiens/"
    model = client.get(f"{address}modele.csv").content.decode("utf-8-sig")
    head, example = model.splitlines()[:2]
    good = example.replace("FS-0001", "FS-T001").replace("12/05/2025", "12/05/2025")
    bad = good.replace("FS-T001", "FS-9999")
    sent = client.post(f"{address}fichier/", {"file": _file("e.csv", f"{head}\n{good}\n{bad}\n")})
    text = _text(sent)
    assert "Enregistrés : 1 ; déjà là : 0 ; refusés : 1." in text
    assert "3 Formation sanitaire « FS-9999 » n’est pas une formation sanitaire" in text
    wrong = client.post(f"{address}fichier/", {"file": _file("e.pdf", "%PDF-1.4")})
    assert wrong.status_code == 422


def test_a_questionnaire_is_published_from_its_own_file(world: World, sign_in: Callable) -> None:
    first = publish(world, QuestionnaireKind.VISIT, *QUESTIONS)
    client = sign_in("amina")
    listed = client.get("/soins/questionnaires/")
    assert "Grille de visite" in _text(listed)
    content = client.get(f"/soins/questionnaires/{first}/questions.csv").content.decode("utf-8-sig")
    assert "Avez-vous payé en plus ?" in _text(client.get(f"/soins/questionnaires/{first}/"))
    sent = client.post(
        "/soins/questionnaires/publier/",
        {
            "kind": "visit",
            "title": "Notre grille",
            "in_force_from": "2025-06-01",
            "file": _file("q.csv", content.replace("Heures d’attente", "Minutes d’attente")),
        },
    )
    assert sent.status_code == 302, _text(sent)
    with open_scope(world.actor("amina"), source="essai"):
        own = Questionnaire.objects.get(title="Notre grille")
        assert own.tenant_id == world.tenants["UMUCO"]
        assert own.questions.get(position=4).text == "Minutes d’attente"
    assert sign_in("agnes").get("/soins/questionnaires/publier/").status_code == 403


@pytest.mark.parametrize("username", ["fabrice", "regine"])
def test_who_has_no_part_in_surveys(username: str, world: World, sign_in: Callable) -> None:
    campaign = launch(world)
    client = sign_in(username)
    for address in (SURVEYS, f"{SURVEYS}{campaign.pk}/", "/soins/questionnaires/"):
        assert client.get(address).status_code == 403
