"""Pages of visits: from plan to end by hand, their papers, and who meets which of them."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from pypdf import PdfReader

from claims.models import Visit, VisitClaim
from claims.services import visits as services
from claims.urls.visits import urlpatterns
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import give_terms
from tests.claims.visiting import (
    act,
    drawn,
    find,
    give_checklist,
    give_decided,
    plan,
    rows_of,
    sent,
)
from tests.world import World

VISITS = "/soins/visites/"
ABSENT = {"verdict": "absent"}


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _pdf(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    reader = PdfReader(BytesIO(answer.content))
    assert reader.metadata["/Title"]
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def _version(world: World, visit: int) -> int:
    with open_scope(world.actor("annick"), source="essai"):
        return Visit.objects.get(pk=visit).version


def test_from_plan_to_end_by_hand(care: World, sign_in: Callable, settings: Any) -> None:
    give_checklist(care)
    give_decided(care, 2)
    client = sign_in("annick")
    assert "Aucune visite" in text_of(client.get(VISITS))
    planned = client.post(
        f"{VISITS}prevoir/",
        {
            "facility": "FS-T001",
            "purpose": "verification",
            "starts_on": "2025-06-30",
            "ends_on": "2025-06-30",
            "period_from": "2025-01-01",
            "period_to": "2025-06-30",
            "team": "Annick Kaneza, infirmière conseil\n\nÉlie Nzeyimana, chauffeur",
        },
    )
    assert planned.status_code == 302, text_of(planned)
    page = planned["Location"]
    visit = int(page.rstrip("/").rsplit("/", 1)[1])

    def send(step: str, **data: object) -> None:
        data["version"] = _version(care, visit)
        answer = client.post(f"{page}{step}", data)
        assert answer.status_code == 302, text_of(answer)

    assert "2 attestations décidées dans la période" in text_of(client.get(f"{page}echantillon/"))
    send(
        "echantillon/",
        method="stratified",
        size_by="rate",
        rate_percent=100,
        confidence=90,
        expected_percent=10,
        margin_percent=10,
        at_most=50,
    )
    first, second = rows_of(care, Visit(pk=visit))
    assert "Consultation" in text_of(client.get(f"{page}attestations/{first.pk}/"))
    send(f"attestations/{first.pk}/", verdict="absent")
    send(f"attestations/{second.pk}/", verdict="price", lines="2: 500")
    send("grille/", q1="oui", q2="4")
    send("conclure/", met="Titulaire", conclusion="Registre mal tenu.", advice="Le tenir.")
    send("envoyer/")
    text = text_of(client.get(page))
    assert "rapport envoyé" in text
    assert "2 non conformes, 2 800 FBu à récupérer" in text
    assert "Score : 87,5 %" in text

    facility = sign_in("fabrice")
    assert "CDS Mutoyi" in text_of(facility.get(page))
    refused = facility.post(f"{page}repondre/", {"version": _version(care, visit)})
    assert refused.status_code == 422
    answered = facility.post(
        f"{page}repondre/",
        {"version": _version(care, visit), "is_agreed": "no", "text": "Le registre est au bureau."},
    )
    assert answered.status_code == 302, text_of(answered)
    assert "Le registre est au bureau." in text_of(client.get(page))
    send(f"attestations/{second.pk}/abandonner/", because="prix affiché")
    # It contests: its term passes before anything is recovered.
    settings.BUSINESS_DATE = date(2025, 7, 31)
    send("recuperer/")
    send("clore/", because="tout est réglé")
    text = text_of(client.get(page))
    assert "close" in text
    report = _pdf(client, f"{page}rapport.pdf")
    for told in (text, report):
        assert re.search(r"Total récupéré\s+2.400.FBu", told)
        assert re.search(r"Reste à récupérer\s+0.FBu", told)
    listed = text_of(client.get(f"{VISITS}?state=closed"))
    assert "2 400 FBu" in listed
    assert "Mutoyi" in client.get(f"{VISITS}?export=csv").content.decode()


def test_a_cancelled_draw_is_told_by_the_next_visit(care: World, sign_in: Callable) -> None:
    give_decided(care, 2)
    first = drawn(care)
    find(care, first, {1: ABSENT})
    act(care, "annick", services.cancel_visit, first, because="route coupée")
    again = drawn(care)
    client = sign_in("annick")
    page = client.get(f"{VISITS}{again.pk}/")
    assert f'href="{VISITS}{first.pk}/"' in page.content.decode()
    text = text_of(page)
    assert "graine graine, 2 attestations vérifiées, 1 non conformes" in text
    assert "route coupée" in text
    assert "montant à récupérer n.d." in text
    find(care, again, {})
    act(care, "annick", services.end_visit, again, met="", conclusion="Faite.")
    report = _pdf(client, f"{VISITS}{again.pk}/rapport.pdf")
    assert f"visite n° {first.pk}, annulée" in report


def test_papers_name_no_illness(care: World, sign_in: Callable) -> None:
    """The worksheet says whom to look for; the report has neither name nor illness."""
    give_checklist(care)
    give_decided(care, 2)
    visit = drawn(care)
    client = sign_in("annick")
    sheet = _pdf(client, f"{VISITS}{visit.pk}/feuille.pdf")
    assert "Umucoa Kéza" in sheet
    assert "UMUV-000001" in sheet
    assert "Le registre des malades est-il tenu" in sheet
    assert client.get(f"{VISITS}{visit.pk}/rapport.pdf").status_code == 404
    told = sent(care, {1: ABSENT})
    for username in ("annick", "amina", "fabrice"):
        report = _pdf(sign_in(username), f"{VISITS}{told.pk}/rapport.pdf")
        assert "absente du registre" in report
        assert "graine" in report
        assert "Kéza" not in report
        assert "Paludisme" not in report


def test_a_pdf_says_it_is_accessible(care: World, sign_in: Callable) -> None:
    give_decided(care, 1)
    visit = sent(care, {})
    answer = sign_in("annick").get(f"{VISITS}{visit.pk}/rapport.pdf")
    catalog = PdfReader(BytesIO(answer.content)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]).startswith("fr")
    assert b"pdfuaid" in catalog["/Metadata"].get_data()


def test_the_facility_learns_of_no_visit_before_its_report(
    care: World, sign_in: Callable, as_actor: Callable
) -> None:
    give_decided(care, 2)
    visit = drawn(care)
    client = sign_in("fabrice")
    assert client.get(f"{VISITS}{visit.pk}/").status_code == 404
    with as_actor(care.actor("fabrice")), connection.cursor() as cursor:
        for table in ("claims_visit", "claims_visitclaim", "claims_visitstep"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
    told = sent(care, {})
    assert client.get(f"{VISITS}{told.pk}/").status_code == 200
    with as_actor(care.actor("fabrice")), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT visit_id FROM claims_visitclaim")
        assert cursor.fetchall() == [(told.pk,)]


def test_the_facility_changes_nothing_but_its_answer(care: World, as_actor: Callable) -> None:
    give_decided(care, 1)
    visit = sent(care, {1: ABSENT})
    for statement in (
        "UPDATE claims_visitclaim SET verdict = 'agrees'",
        "UPDATE claims_visit SET conclusion = 'rien'",
        "DELETE FROM claims_visitmark",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(care.actor("fabrice")),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        as_actor(care.actor("fabrice")),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE claims_visit SET state = 'closed' WHERE id = %s", [visit.pk])


@pytest.mark.parametrize("username", ["bernard", "medard", "clara"])
def test_who_does_not_lead_a_visit_meets_nothing_of_it(
    username: str, care: World, sign_in: Callable, as_actor: Callable
) -> None:
    """Another federation, and CONAMUS: by the page and by raw SQL."""
    give_decided(care, 1)
    visit = sent(care, {1: ABSENT})
    client = sign_in(username)
    assert client.get(f"{VISITS}{visit.pk}/").status_code == 404
    assert "UMUV-000001" not in text_of(client.get(VISITS))
    with as_actor(care.actor(username)), connection.cursor() as cursor:
        for table in ("visit", "visitclaim", "visitmark", "visitreply", "visitstep"):
            cursor.execute(f"SELECT count(*) FROM claims_{table}")
            assert cursor.fetchone() == (0,), table


def test_another_facility_meets_nothing_of_it(care: World, as_actor: Callable) -> None:
    give_decided(care, 1)
    sent(care, {1: ABSENT})
    elsewhere = care.actor("fabrice")
    other = type(elsewhere)(
        user_id=elsewhere.user_id,
        name=elsewhere.name,
        role=elsewhere.role,
        tenant_id=elsewhere.tenant_id,
        facility_id=care.facilities["FS-T002"],
    )
    with as_actor(other):
        assert (Visit.objects.count(), VisitClaim.objects.count()) == (0, 0)


def test_conamus_sees_an_advisers_visit_without_its_attestations(
    care: World, sign_in: Callable, as_actor: Callable
) -> None:
    give_decided(care, 1)
    give_decided(care, 1, "INEZA")
    visit = sent(care, {1: ABSENT}, "medard")
    text = text_of(sign_in("clara").get(f"{VISITS}{visit.pk}/"))
    assert "Registre tenu." in text
    assert "UMUV-000001" not in text
    assert "UMUV-000001" not in _pdf(sign_in("clara"), f"{VISITS}{visit.pk}/rapport.pdf")
    with as_actor(care.actor("clara")):
        assert VisitClaim.objects.count() == 0
    # A federation meets no part of a visit that CONAMUS leads, not even its own attestations'.
    with as_actor(care.actor("amina")):
        assert (Visit.objects.count(), VisitClaim.objects.count()) == (0, 0)


def test_a_finding_cannot_be_hung_on_anothers_visit(care: World, as_actor: Callable) -> None:
    """Bernard writes a row of his own claim on UMUCO's visit: the wall refuses."""
    give_decided(care, 1)
    [other] = give_decided(care, 1, "INEZA")
    visit = drawn(care)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        as_actor(care.actor("bernard")),
    ):
        VisitClaim.objects.create(
            visit_id=visit.pk,
            tenant_id=care.tenants["INEZA"],
            processing_id=care.tenants["INEZA"],
            facility_id=care.facilities["FS-T001"],
            care_year=2025,
            claim_id=other,
            stub_number="X",
            care_on=visit.starts_on,
            rank=9,
            stratum=1,
            mutuelle_francs=1,
        )


def test_a_manager_is_offered_no_recovery(care: World, sign_in: Callable) -> None:
    give_decided(care, 1)
    visit = sent(care, {1: ABSENT})
    act(care, "fabrice", services.answer_report, visit, is_agreed=True)
    assert (
        f"{VISITS}{visit.pk}/recuperer/"
        in sign_in("annick").get(f"{VISITS}{visit.pk}/").content.decode()
    )
    manager = sign_in("amina")
    assert f"{visit.pk}/recuperer/" not in manager.get(f"{VISITS}{visit.pk}/").content.decode()
    assert manager.get(f"{VISITS}{visit.pk}/recuperer/").status_code == 403


def test_the_page_asks_few_queries(
    care: World, sign_in: Callable, django_assert_max_num_queries: Callable
) -> None:
    give_checklist(care)
    give_decided(care, 6)
    visit = sent(care, {})
    client = sign_in("annick")
    client.get(f"{VISITS}{visit.pk}/")
    with django_assert_max_num_queries(25):
        client.get(f"{VISITS}{visit.pk}/")
    plan(care)
    with django_assert_max_num_queries(25):
        client.get(VISITS)


@pytest.mark.parametrize("username", ["bernard", "annick"])
def test_anothers_visit_is_no_address(username: str, care: World, sign_in: Callable) -> None:
    """Every address of an adviser's visit, read and sent by who does not lead it."""
    give_decided(care, 1)
    visit = drawn(care, "medard")
    [row] = rows_of(care, visit, "medard")
    client = sign_in(username)
    tried = 0
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        if "visit_id" not in path:
            continue
        address = "/soins/" + path.replace("<int:visit_id>", str(visit.pk)).replace(
            "<int:row_id>", str(row.pk)
        )
        assert client.get(address).status_code in (403, 404), address
        told = {"version": 2, "verdict": "agrees", "because": "x", "conclusion": "x"}
        assert client.post(address, told).status_code in (403, 404, 405), address
        tried += 1
    assert tried >= 13
    with open_scope(care.actor("medard"), source="essai"):
        found = Visit.objects.get(pk=visit.pk)
        assert (found.state, found.version) == ("planned", 2)
