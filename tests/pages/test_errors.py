"""Error pages: what happened and what to do; nothing half-written."""

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.pages import errors
from federations.models import Refusal


def test_an_unknown_address_and_another_tenants_thing_look_the_same(sign_in, world) -> None:
    client = sign_in("bernard")
    unknown = client.get("/menages/999999999/")
    others = client.get(f"/menages/{world.households['UMU-1001']}/")
    assert unknown.status_code == others.status_code == 404
    assert "n’est pas dans votre fédération" in others.content.decode()


def test_a_stranger_meets_the_same_page_without_a_menu(db: None) -> None:
    page = Client().get("/rien-ici/")
    assert page.status_code == 404
    assert "Page introuvable" in page.content.decode()
    assert 'class="side"' not in page.content.decode()


def test_a_refusal_names_the_role_and_is_noted(sign_in, world) -> None:
    page = sign_in("agnes").get("/unites/ouvrir/")
    assert page.status_code == 403
    assert "Agent de mutuelle" in page.content.decode()
    assert Refusal.objects.filter(user_id=world.users["agnes"], path="/unites/ouvrir/").exists()


def test_a_text_of_thirty_megabytes_is_told_to_be_too_long(sign_in) -> None:
    answer = sign_in("amina").post("/textes/2024/lessons/", {"body": "a" * 30_000_000})
    page = answer.content.decode()
    assert answer.status_code == 413
    assert "dépasse 5 Mo : rien n’a été enregistré" in page
    assert 'class="side"' in page


def test_a_form_without_its_token_is_explained(world) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.post("/compte/login/", {"login": "amina", "password": "x"})
    assert page.status_code == 403
    assert "Formulaire trop ancien" in page.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (DomainError("Ce mois est fermé."), 409, "Ce mois est fermé."),
        (NotAllowed("Réservé au gestionnaire."), 403, "Réservé au gestionnaire."),
        (NotFound("Inconnu."), 404, "Page introuvable"),
    ],
)
def test_a_services_refusal_becomes_its_page(error, status, sentence) -> None:
    request = RequestFactory().get("/")
    page = errors.DomainErrorMiddleware(lambda _: None).process_exception(request, error)
    assert page.status_code == status
    assert sentence in page.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OperationalError("connection refused"), 503, "La base de données ne répond pas"),
        (ValueError("secret interne"), 500, "Une erreur s’est produite"),
    ],
)
def test_a_fault_says_what_to_do_and_shows_nothing_inside(error, status, sentence) -> None:
    request = RequestFactory().get("/")
    request.request_id = "abc12345"
    try:
        raise error
    except type(error):
        page = errors.server_error(request)
    text = page.content.decode()
    assert page.status_code == status
    assert sentence in text
    assert "abc12345" in text
    assert "secret interne" not in text
    assert (page.headers.get("Retry-After") == "30") is (status == 503)
