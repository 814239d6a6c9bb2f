"""The pages of the reports: list, form, progress, file; each for whom it may concern."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from federations.jobs import actor_to_json
from federations.models import Job
from federations.services.jobs import run_job
from prudential.models import AnnualReport
from prudential.services.annual_report import produce_annual_report
from tests.world import World


@pytest.fixture
def report(world: World) -> AnnualReport:
    """Give a report of the confederation."""
    return produce_annual_report(
        actor=world.actor("clara"), unit_id=world.units["CONAMUS"], year=2024,
        progress=lambda *_: None,
    )  # fmt: skip


def asked(world: World, as_actor: Callable, username: str) -> Job:
    actor = world.actor(username)
    with as_actor(actor):
        return Job.objects.filter(tenant_id=actor.tenant_id).get()


def test_from_the_form_to_the_file(own_database: World, as_actor: Callable, client: Client) -> None:
    world = own_database
    client.post("/compte/login/", {"login": "amina", "password": "ikivuguto-78-urugo"})
    page = client.get("/rapports/produire/")
    assert "Fédération Umuco" in page.content.decode()
    answer = client.post("/rapports/produire/", {"unit": world.units["UMUCO"], "year": "2024"})
    job = asked(world, as_actor, "amina")
    assert answer.status_code == 302
    assert answer["Location"] == f"/rapports/taches/{job.pk}/"
    waiting = client.get(answer["Location"]).content.decode()
    assert "<progress" in waiting
    assert "every 1s" in waiting
    run_job(job.pk)
    watched = client.get(answer["Location"], headers={"HX-Request": "true"})
    assert watched["HX-Refresh"] == "true"
    done = client.get(answer["Location"]).content.decode()
    assert "Télécharger" in done
    assert "every 1s" not in done
    with as_actor(world.actor("amina")):
        report = AnnualReport.objects.get()
    file = client.get(f"/rapports/{report.pk}.pdf")
    assert file.content.startswith(b"%PDF-")
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="rapport-annuel-2024-umuco.pdf"'
    assert file["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"year": "2012"}, "Aucune donnée avant 2013"),
        ({"year": "2050"}, "n’a pas commencé"),
        ({"year": "2020"}, "aucune adhésion"),
        ({"year": ""}, "obligatoire"),
        ({"year": "deux mille"}, "nombre entier"),
        ({"unit": "999999999"}, "choix valide"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    world: World, sign_in: Callable, data: dict, words: str
) -> None:
    client = sign_in("amina")
    answer = client.post(
        "/rapports/produire/", {"unit": world.units["UMUCO"], "year": "2024", **data}
    )
    assert answer.status_code == 422
    form = answer.context["form"]
    [field] = data
    assert words in " ".join(form.errors[field])
    assert form["year"].value() == data.get("year", "2024")


def test_another_federations_unit_is_not_a_choice(world: World, sign_in: Callable) -> None:
    answer = sign_in("amina").post(
        "/rapports/produire/", {"unit": world.units["INEZA"], "year": "2024"}
    )
    assert answer.status_code == 422
    assert "unit" in answer.context["form"].errors


@pytest.mark.parametrize("username", ["clara", "medard", "regine"])
def test_the_confederation_and_the_regulator_read_its_reports(
    report: AnnualReport, sign_in: Callable, username: str
) -> None:
    client = sign_in(username)
    listed = client.get("/rapports/").content.decode()
    assert f"/rapports/{report.pk}.pdf" in listed
    assert client.get(f"/rapports/{report.pk}.pdf").status_code == 200


def test_the_regulator_is_offered_no_production(report: AnnualReport, sign_in: Callable) -> None:
    client = sign_in("regine")
    assert "Produire un rapport" not in client.get("/rapports/").content.decode()
    assert client.get("/rapports/produire/").status_code == 403


@pytest.mark.parametrize("username", ["amina", "arthur"])
def test_another_tenants_report_is_not_found(
    report: AnnualReport, sign_in: Callable, username: str
) -> None:
    client = sign_in(username)
    assert client.get(f"/rapports/{report.pk}.pdf").status_code == 404
    assert f"/rapports/{report.pk}.pdf" not in client.get("/rapports/").content.decode()


@pytest.mark.parametrize("username", ["agnes", "albert", "annick", "fabrice", "sylvere"])
def test_others_have_no_reports(report: AnnualReport, sign_in: Callable, username: str) -> None:
    client = sign_in(username)
    assert client.get("/rapports/").status_code == 403
    assert client.get(f"/rapports/{report.pk}.pdf").status_code == 403


def test_an_unknown_task_is_not_found(world: World, sign_in: Callable) -> None:
    assert sign_in("amina").get(f"/rapports/taches/{uuid4()}/").status_code == 404


def test_the_list_says_what_to_do_when_it_is_empty(world: World, sign_in: Callable) -> None:
    page = sign_in("amina").get("/rapports/").content.decode()
    assert "Aucun rapport n’a encore été produit" in page
    assert "Produire un rapport" in page


def test_the_list_asks_few_questions(report: AnnualReport, sign_in: Callable) -> None:
    client = sign_in("clara")
    client.get("/rapports/")
    with CaptureQueriesContext(connection) as asked_for:
        client.get("/rapports/")
    tables = [q["sql"] for q in asked_for if " FROM " in q["sql"] or q["sql"].startswith("UPDATE")]
    assert len(tables) <= 10, tables


def test_a_failed_task_says_why(world: World, as_actor: Callable, sign_in: Callable) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        job = Job.objects.create(
            tenant_id=amina.tenant_id, kind="annual_report", title="Rapport annuel 2024",
            actor=actor_to_json(amina), state="failed", reason="Le travail a été interrompu.",
        )  # fmt: skip
    page = sign_in("amina").get(f"/rapports/taches/{job.pk}/").content.decode()
    assert "Le travail a été interrompu." in page
    assert "Demander de nouveau" in page


def test_the_regulator_meets_no_name_in_the_list(report: AnnualReport, sign_in: Callable) -> None:
    assert report.produced_by in sign_in("clara").get("/rapports/").content.decode()
    assert report.produced_by not in sign_in("regine").get("/rapports/").content.decode()
