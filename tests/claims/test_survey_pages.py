"""Pages of surveys and questionnaires: launching, entering, importing, scores and answers."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.measure import table_queries
from claims.models import InterviewReading, PublishedScore, Questionnaire, SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.selectors.surveys import survey_scores
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.surveying import QUESTIONS, answer, answer_many, launch
from tests.claims.visiting import publish
from tests.world import World

SURVEYS = "/soins/enquetes/"


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
    assert launched.status_code == 302, text_of(launched)
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
    assert "Cette question attend une réponse." in text_of(refused)
    for _ in range(2):
        sent = agent.post(form, {**told, "q1": "5", "q2": "oui", "q3": "aucun"})
        assert sent.status_code == 302, text_of(sent)
    text = text_of(agent.get(sent["Location"]))
    assert "Entretien enregistré, CDS Mutoyi." in text
    assert "1 sur 5 ici" in text
    with open_scope(world.actor("agnes"), source="essai"):
        assert SurveyInterview.objects.count() == 1


def test_a_year_is_not_a_quantity(world: World, sign_in: Callable) -> None:
    launch(world)
    clara = sign_in("clara")
    clara.post(f"{SCORES}inscrire/", SCORE)
    for page, year in ((SURVEYS, "2025"), (SCORES, "2019")):
        listed = clara.get(page).content.decode()
        assert f">{year}</td>" in listed
        assert clara.get(f"{page}?export=csv").content.decode("utf-8-sig").count(year)


def test_every_score_opens_to_its_answers(world: World, sign_in: Callable) -> None:
    campaign = launch(world)
    answer_many(world, campaign, 5)
    client = sign_in("amina")
    page_url = f"{SURVEYS}{campaign.pk}/"
    page = client.get(page_url)
    text = text_of(page)
    assert "Score moyen 75,0 % sur 1 formation sanitaire, 5 entretiens" in text
    assert "<svg" in page.content.decode()
    behind = f"{SURVEYS}{campaign.pk}/entretiens/?q=FS-T001"
    assert behind in page.content.decode()
    listed = client.get(behind)
    assert listed.context["count"] == 5
    with open_scope(world.actor("amina"), source="essai"):
        interview = SurveyInterview.objects.earliest("pk")
    answers = text_of(client.get(f"{SURVEYS}{campaign.pk}/entretiens/{interview.pk}/"))
    assert "Avez-vous été reçu avec respect ? 4 75" in answers
    assert "Amina Nduwimana (Gestionnaire de fédération)" in text_of(client.get(page_url))
    assert (
        sign_in("bernard").get(f"{SURVEYS}{campaign.pk}/entretiens/{interview.pk}/").status_code
        == 404
    )


def test_a_survey_and_the_year_before_are_counted_in_a_dozen_queries(
    world: World, sign_in: Callable
) -> None:
    """Facilities and interviews are counted apart: joined, they would multiply one another."""
    before = launch(world, year=2024)
    campaign = launch(world)
    for one in (before, campaign):
        answer_many(world, one, 5)
    answer_many(world, campaign, 2, by="beatrice")
    client = sign_in("amina")
    listed = client.get(f"{SURVEYS}?export=csv").content.decode("utf-8-sig").splitlines()
    assert [line.split(";")[-2:] for line in listed[1:]] == [["2", "5"], ["2", "5"]]
    with CaptureQueriesContext(connection) as asked:
        assert "l’an passé 75,0 %" in text_of(client.get(f"{SURVEYS}{campaign.pk}/"))
    assert len(table_queries(one["sql"] for one in asked)) <= 12


def test_an_agent_corrects_the_own_interview_of_today_and_reads_sums(
    world: World, sign_in: Callable
) -> None:
    campaign = launch(world)
    own = answer(world, campaign)
    other = answer(world, campaign, by="albert", reference="autre")
    client, page = sign_in("agnes"), f"{SURVEYS}{campaign.pk}/"
    assert "entretiens/?q=" not in client.get(page).content.decode()
    listed = client.get(f"{page}entretiens/")
    assert listed.context["count"] == 1
    assert client.get(f"{page}entretiens/{other.pk}/").status_code == 404
    assert client.get(f"{page}entretiens/{other.pk}/corriger/").status_code == 404
    form = client.get(f"{page}entretiens/{own.pk}/corriger/").context["form"]
    assert (form["sex"].value(), form["q1"].value(), form["q3"].value()) == ("F", "4", "une partie")
    told = {
        "facility": world.facilities["FS-T001"], "taken_on": "2025-06-30", "sex": "M",
        "age_band": "from_25", "q1": "5", "submission_key": "corrigé",
    }  # fmt: skip
    for _ in range(2):
        sent = client.post(f"{page}entretiens/{own.pk}/corriger/", told)
        assert sent["Location"] == f"{page}entretiens/"
    assert client.get(f"{page}entretiens/").context["count"] == 1
    assert client.get(f"{page}entretiens/{own.pk}/").status_code == 404
    with open_scope(world.actor("agnes"), source="essai"):
        assert survey_scores(campaign).interviews == 2


@pytest.mark.parametrize("username", ["arthur", "annick", "albert"])
def test_who_does_not_lead_the_survey_lists_no_interview(
    username: str, world: World, sign_in: Callable
) -> None:
    campaign = launch(world)
    answer(world, campaign)
    client = sign_in(username)
    listed = client.get(f"{SURVEYS}{campaign.pk}/entretiens/")
    assert listed.context["count"] == 0
    assert "Agnès" not in text_of(listed)
    exported = client.get(f"{SURVEYS}{campaign.pk}/entretiens/?export=csv")
    assert "CDS" not in exported.content.decode("utf-8-sig")


def test_a_grid_of_quality_names_no_member_and_is_read_by_all(
    world: World, sign_in: Callable
) -> None:
    campaign = launch(world, kind="quality")
    made = answer(world, campaign, sex="", age_band="")
    client = sign_in("arthur")
    assert client.get(f"{SURVEYS}{campaign.pk}/entretiens/{made.pk}/").status_code == 200
    with open_scope(world.actor("amina"), source="essai"):
        assert not InterviewReading.objects.exists()


SCORE = {
    "kind": "quality",
    "year": "2019",
    "percent": "72",
    "facilities": "71",
    "source": "PAMUSAB, rapport 2019, 21 hôpitaux et 50 CDS",
}
SCORES = f"{SURVEYS}scores/"


class TestPublishedScores:
    """What was published of years before the surveys that are taken here."""

    def test_it_is_recorded_with_its_source_and_read_by_all(
        self, world: World, sign_in: Callable
    ) -> None:
        campaign = launch(world, kind="quality")
        clara = sign_in("clara")
        assert SCORES in clara.get(SURVEYS).content.decode()
        for _ in range(2):
            sent = clara.post(f"{SCORES}inscrire/", SCORE)
            assert sent.status_code == 302, text_of(sent)
        listed = text_of(clara.get(SCORES))
        assert "1 score publié, chacun avec sa source." in listed
        assert "72 % 71 PAMUSAB, rapport 2019, 21 hôpitaux et 50 CDS" in listed
        text = text_of(sign_in("amina").get(f"{SURVEYS}{campaign.pk}/")).replace("&nbsp;", " ")
        assert "2019 : 72 % sur 71 formations sanitaires (PAMUSAB, rapport 2019" in text

    def test_what_cannot_have_been_published_is_said_at_its_field(
        self, world: World, sign_in: Callable
    ) -> None:
        clara = sign_in("clara")
        for field, value in (("percent", "101"), ("year", "2026"), ("source", " ")):
            refused = clara.post(f"{SCORES}inscrire/", {**SCORE, field: value})
            assert refused.status_code == 422, field
            assert refused.context["form"].errors[field], field
        launch(world, kind="quality")
        taken_here = clara.post(f"{SCORES}inscrire/", {**SCORE, "year": "2025"})
        assert "son score s’y calcule" in text_of(taken_here)

    def test_a_correction_keeps_what_was_written(self, world: World, sign_in: Callable) -> None:
        clara = sign_in("clara")
        clara.post(f"{SCORES}inscrire/", {**SCORE, "percent": "27"})
        twice = clara.post(f"{SCORES}inscrire/", SCORE)
        assert "est déjà inscrit (27 %) : corrigez-le" in text_of(twice)
        with open_scope(world.actor("clara"), source="essai"):
            wrong = PublishedScore.objects.get().pk
        address = f"{SCORES}{wrong}/corriger/"
        assert 'value="27.0"' in clara.get(address).content.decode()
        without = clara.post(address, {**SCORE, "because": ""})
        assert without.status_code == 422
        sent = clara.post(address, {**SCORE, "because": "chiffres inversés"})
        assert sent.status_code == 302, text_of(sent)
        listed = clara.get(SCORES)
        assert listed.context["count"] == 1
        assert "chiffres inversés" in text_of(listed)
        with open_scope(world.actor("clara"), source="essai"):
            told = PublishedScore.objects.order_by("version").values_list("version", "percent")
            assert list(told) == [(1, Decimal("27.0")), (2, Decimal("72.0"))]
        assert clara.get(address).status_code == 404

    def test_others_neither_write_nor_correct_it(self, world: World, sign_in: Callable) -> None:
        sign_in("clara").post(f"{SCORES}inscrire/", SCORE)
        with open_scope(world.actor("clara"), source="essai"):
            score = PublishedScore.objects.get().pk
        amina = sign_in("amina")
        assert "Corriger" not in text_of(amina.get(SCORES))
        assert amina.get(f"{SCORES}{score}/corriger/").status_code == 404
        assert sign_in("agnes").get(SCORES).status_code == 403


def test_a_model_filled_in_comes_back_with_its_faults(world: World, sign_in: Callable) -> None:
    campaign = launch(world)
    client = sign_in("agnes")
    address = f"{SURVEYS}{campaign.pk}/entretiens/"
    model = client.get(f"{address}modele.csv").content.decode("utf-8-sig")
    head, example = model.splitlines()[:2]
    good = example.replace("FS-0001", "FS-T001").replace("12/05/2025", "12/05/2025")
    bad = good.replace("FS-T001", "FS-9999")
    sent = client.post(f"{address}fichier/", {"file": _file("e.csv", f"{head}\n{good}\n{bad}\n")})
    text = text_of(sent)
    assert "Enregistrés : 1 ; déjà là : 0 ; refusés : 1." in text
    assert "3 Formation sanitaire « FS-9999 » n’est pas une formation sanitaire" in text
    wrong = client.post(f"{address}fichier/", {"file": _file("e.pdf", "%PDF-1.4")})
    assert wrong.status_code == 422


def test_a_questionnaire_is_published_from_its_own_file(world: World, sign_in: Callable) -> None:
    first = publish(world, QuestionnaireKind.VISIT, *QUESTIONS)
    client = sign_in("amina")
    listed = client.get("/soins/questionnaires/")
    assert "Grille de visite" in text_of(listed)
    content = client.get(f"/soins/questionnaires/{first}/questions.csv").content.decode("utf-8-sig")
    assert "Avez-vous payé en plus ?" in text_of(client.get(f"/soins/questionnaires/{first}/"))
    sent = client.post(
        "/soins/questionnaires/publier/",
        {
            "kind": "visit",
            "title": "Notre grille",
            "in_force_from": "2025-06-01",
            "file": _file("q.csv", content.replace("Heures d’attente", "Minutes d’attente")),
        },
    )
    assert sent.status_code == 302, text_of(sent)
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
