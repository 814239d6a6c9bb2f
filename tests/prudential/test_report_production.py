"""A report is asked for, produced, kept; bad input is one French sentence at its field."""

import time
from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from pypdf import PdfReader

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.printing.patience import at_most
from federations.models import Job, StoredFile
from federations.services.jobs import retry_job, run_job
from federations.services.narrative import add_picture, save_section
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from prudential.models import AnnualReport
from prudential.services.annual_report import produce_annual_report, request_annual_report
from tests.prudential.reading import text_of
from tests.world import World


def produce(world: World, username: str, code: str, **more: object) -> AnnualReport:
    return produce_annual_report(
        actor=world.actor(username), unit_id=world.units[code], year=2024,
        progress=lambda done, total, step: None, **more,
    )  # fmt: skip


def content_of(as_actor: Callable, actor: Actor, report: AnnualReport) -> bytes:
    with as_actor(actor):
        return bytes(StoredFile.objects.get(pk=report.file_id, tenant_id=actor.tenant_id).content)


def test_a_report_is_kept_with_its_file_and_figures(world: World, as_actor: Callable) -> None:
    steps: list[tuple[int, int, str]] = []
    report = produce_annual_report(
        actor=world.actor("clara"), unit_id=world.units["CONAMUS"], year=2024,
        progress=lambda done, total, step: steps.append((done, total, step)),
    )  # fmt: skip
    content = content_of(as_actor, world.actor("clara"), report)
    text = text_of(content)
    assert report.pages == len(PdfReader(BytesIO(content)).pages) > 10
    assert report.produced_by == "Clara Nininahazwe"
    assert report.facts["totals"]["households"] is None
    assert "Rapport d’activités 2024" in text
    assert " ".join(["Total 3", *["< 5 ou masqué"] * 6]) in text
    assert " ".join(["Ineza 1", *["< 5 ou masqué"] * 3]) in text
    assert [done for done, _, _ in steps] == [0, 1, 2, 3, 4]
    assert all(total == 4 and step for _, total, step in steps)


def test_a_federations_report_has_its_sections_and_nobody_elses(
    world: World, as_actor: Callable
) -> None:
    report = produce(world, "amina", "UMUCO")
    text = text_of(content_of(as_actor, world.actor("amina"), report))
    assert "Section Umuco 2 2 1 3 2 5 7" in text
    assert "Ineza" not in text


def test_what_is_not_held_is_not_known(world: World, as_actor: Callable) -> None:
    text = text_of(content_of(as_actor, world.actor("amina"), produce(world, "amina", "UMUCO")))
    assert "Taux de sinistralité mutuelle n.d. comptabilité pas encore tenue" in text
    assert "les soins de 2024 ne sont pas connus (n.d.)" in text
    assert "2019 n.d." in text
    assert "Aucune dépense n’est inscrite pour 2024" in text
    assert "Ce texte n’a pas été rédigé" in text


def test_a_report_begins_even_where_nobody_wrote_an_introduction(
    world: World, as_actor: Callable
) -> None:
    report = produce(world, "amina", "UMUCO")
    text = text_of(content_of(as_actor, world.actor("amina"), report))
    beginning = text[text.index("rend compte dans ce rapport") - 60 :][:160]
    assert "I. Introduction" in beginning
    assert "Umuco rend compte dans ce rapport de son activité du 1er janvier au" in beginning


@pytest.mark.parametrize(
    ("code", "year", "field", "words"),
    [
        ("CONAMUS", 2012, "year", "Aucune donnée avant 2013"),
        ("CONAMUS", 2026, "year", "n’a pas commencé"),
        ("CONAMUS", 2025, "year", "aucune adhésion pour l’année mutualiste 2026"),
        ("CONAMUS", 2013, "year", "aucune adhésion pour l’année mutualiste 2014"),
    ],
)
def test_a_year_that_no_report_can_be_about(
    world: World, as_actor: Callable, code: str, year: int, field: str, words: str
) -> None:
    clara = world.actor("clara")
    with as_actor(clara), pytest.raises(DomainError, match=words) as refused:
        request_annual_report(actor=clara, unit_id=world.units[code], year=year)
    assert refused.value.field == field


@pytest.mark.parametrize("code", ["UMUCO", "INE-S1", "CONAMUS"])
def test_another_tenants_unit_is_not_found(world: World, as_actor: Callable, code: str) -> None:
    bernard = world.actor("bernard")
    with as_actor(bernard), pytest.raises((NotFound, DomainError)) as refused:
        request_annual_report(actor=bernard, unit_id=world.units[code], year=2024)
    assert refused.value.field == "unit"
    assert isinstance(refused.value, NotFound) is (code != "INE-S1")


def test_an_unknown_unit_is_not_found(world: World, as_actor: Callable) -> None:
    clara = world.actor("clara")
    with as_actor(clara), pytest.raises(NotFound):
        request_annual_report(actor=clara, unit_id=10**9, year=2024)


def test_a_sections_report_comes_with_the_norms(world: World, as_actor: Callable) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(DomainError, match="vient avec les normes"):
        request_annual_report(actor=amina, unit_id=world.units["UMU-S1"], year=2024)


@pytest.mark.parametrize("username", ["arthur", "agnes", "regine", "medard", "fabrice"])
def test_only_managers_ask_for_reports(world: World, as_actor: Callable, username: str) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        request_annual_report(actor=actor, unit_id=world.units["UMUCO"], year=2024)
    with pytest.raises(NotAllowed):
        produce(world, username, "UMUCO")


def test_a_submission_sent_twice_asks_once(world: World, as_actor: Callable) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        first, again = (
            request_annual_report(
                actor=amina, unit_id=world.units["UMUCO"], year=2024, submission_key="une-fois"
            )
            for _ in range(2)
        )
    assert first.pk == again.pk


def test_a_report_that_takes_too_long_to_print_has_failed_and_says_why(
    own_database: World, settings
) -> None:
    with open_scope(amina := own_database.actor("amina"), source="essai"):
        unit = own_database.units["UMUCO"]
        job = request_annual_report(actor=amina, unit_id=unit, year=2024)
    settings.REPORT_PRINT_SECONDS = 0.1
    run_job(job.pk)
    with open_scope(amina, source="essai"):
        job.refresh_from_db()
        assert (job.state, job.is_fault) == ("failed", False)
        assert "La mise en page a duré trop longtemps" in job.reason
        assert not AnnualReport.objects.exists()
        retry_job(actor=amina, job_id=job.pk)
    settings.REPORT_PRINT_SECONDS = 300
    run_job(job.pk)
    with open_scope(amina, source="essai"):
        job.refresh_from_db()
        assert job.state == "done"


def test_what_ended_in_time_is_not_given_up_later() -> None:
    with at_most(0.05, refusal="trop long"):
        assert sum(range(10)) == 45
    time.sleep(0.15)
    with pytest.raises(DomainError, match="trop long"), at_most(0.05, refusal="trop long"):
        time.sleep(5)


def test_a_job_that_runs_twice_makes_one_report(world: World, as_actor: Callable) -> None:
    job_id = uuid4()
    first = produce(world, "amina", "UMUCO", job_id=job_id)
    again = produce(world, "amina", "UMUCO", job_id=job_id)
    other = produce(world, "amina", "UMUCO", job_id=uuid4())
    assert first.pk == again.pk != other.pk


def test_another_tenant_reads_neither_report_nor_file(world: World, as_actor: Callable) -> None:
    report = produce(world, "amina", "UMUCO")
    with as_actor(world.actor("bernard")):
        assert not AnnualReport.objects.filter(pk=report.pk).exists()
        assert not StoredFile.objects.filter(pk=report.file_id).exists()


@pytest.fixture
def asked(own_database: World, as_actor: Callable) -> tuple[World, Job]:
    """Give a committed job, in a database of its own."""
    amina = own_database.actor("amina")
    with as_actor(amina):
        job = request_annual_report(actor=amina, unit_id=own_database.units["UMUCO"], year=2024)
    return own_database, job


def test_the_worker_does_the_job_once(asked: tuple[World, Job], as_actor: Callable) -> None:
    world, job = asked
    run_job(job.pk)
    run_job(job.pk)
    with as_actor(world.actor("amina")):
        job.refresh_from_db()
        [report] = AnnualReport.objects.filter(tenant_id=job.tenant_id)
    assert job.state == Job.State.DONE
    assert job.percent == 100
    assert (job.result["report_id"], job.result["pages"]) == (report.pk, report.pages)
    assert str(job.pk) in job.result["url"]
    assert report.made_by_job == job.pk


def test_a_job_killed_after_storing_finds_its_report(
    asked: tuple[World, Job], as_actor: Callable
) -> None:
    world, job = asked
    stored = produce(world, "amina", "UMUCO", job_id=job.pk)
    run_job(job.pk)
    with as_actor(world.actor("amina")):
        job.refresh_from_db()
        assert AnnualReport.objects.filter(tenant_id=job.tenant_id).count() == 1
    assert job.result["report_id"] == stored.pk


def test_html_in_a_text_is_shown_as_text(world: World, as_actor: Callable) -> None:
    amina = world.actor("amina")
    body = "**Vu** <script>alert('x')</script> <img src=\"file:///etc/passwd\"> {{ 7|add:7 }}"
    with as_actor(amina):
        save_section(actor=amina, year=2024, outline_key="lessons", body=body, version=0)
    text = text_of(content_of(as_actor, amina, produce(world, "amina", "UMUCO")))
    assert "Vu <script>alert('x')</script> <img src=\"file:///etc/passwd\"> {{ 7|add:7 }}" in text


def test_pictures_follow_the_text_with_number_and_caption(world: World, as_actor: Callable) -> None:
    amina = world.actor("amina")
    drawn = BytesIO()
    Image.new("RGB", (320, 200), (27, 94, 58)).save(drawn, "JPEG")
    with as_actor(amina):
        save_section(actor=amina, year=2024, outline_key="outlook", body="Demain.", version=0)
        add_picture(
            actor=amina, year=2024, outline_key="outlook", name="p.jpg",
            content=drawn.getvalue(), caption="Une réunion <b>à Gitega</b>",
        )  # fmt: skip
    content = content_of(as_actor, amina, produce(world, "amina", "UMUCO"))
    reader = PdfReader(BytesIO(content))
    sizes = {image.image.size for page in reader.pages for image in page.images}
    assert (320, 200) in sizes
    assert "Photo 1. Une réunion <b>à Gitega</b>" in text_of(content)
