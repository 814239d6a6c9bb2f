"""A form sent after the session has ended: kept, given back to its person and nobody else."""

import time
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conamus.pages import kept_forms
from federations.models import Expense, Partner, RoleAssignment
from tests.world import PASSWORD, World

ADD = "/depenses/inscrire/"


def _opened(client: Client, address: str = ADD) -> str:
    """Open the form and return the signed word of who opened it."""
    page = client.get(address)
    return page.context["form"]["opened_by"].value()


def _typed(world: World, opened: str, **changes: str) -> dict[str, object]:
    typed = {
        "submission_key": "cle",
        "opened_by": opened,
        "label": "Carburant d’avril",
        "spent_on": "2025-04-03",
        "unit": world.units["UMUCO"],
        "heading": "FONCTIONNEMENT",
        "amount_francs": "12,5",
        "voucher": "P-77",
    }
    return {**typed, **changes}


def _end_session(client: Client) -> None:
    """End the session as time does; the browser still sends its cookie."""
    session = client.session
    assert session["_auth_user_id"]  # whose it is must be read before it is ended
    session.delete()


def _sign_in(client: Client, username: str, following: str = ADD) -> object:
    address = f"/compte/login/?next={following}"
    typed = {"login": username, "password": PASSWORD, "next": following}
    return client.post(address, typed, follow=True)


@pytest.fixture
def sent(world: World, sign_in: Callable[[str], Client]) -> Client:
    """Return Amina's browser: her session ended, her form sent."""
    client = sign_in("amina")
    opened = _opened(client)
    _end_session(client)
    answer = client.post(ADD, _typed(world, opened))
    assert answer["Location"] == f"/compte/login/?next={ADD}"
    return client


def test_it_is_found_again_as_it_was_typed_and_not_saved(world, sent, as_actor) -> None:
    page = sent.get(f"/compte/login/?next={ADD}").content.decode()
    assert "connectez-vous pour le retrouver" in page
    answer = _sign_in(sent, "amina")
    page = answer.content.decode()
    assert "pas encore enregistré" in page
    for words in ('value="Carburant d’avril"', 'value="12,5"', 'value="P-77"', "sans décimales"):
        assert words in page
    form = answer.context["form"]
    assert form.is_bound
    with as_actor(world.actor("amina")):
        assert not Expense.objects.exists()
    again = _typed(world, form["opened_by"].value(), amount_francs="12 000")
    assert "La dépense est inscrite." in sent.post(ADD, again, follow=True).content.decode()
    with as_actor(world.actor("amina")):
        assert Expense.objects.get().amount_francs == 12_000


def test_it_is_given_once(sent) -> None:
    _sign_in(sent, "amina")
    page = sent.get(ADD).content.decode()
    assert "Carburant d’avril" not in page
    assert "pas encore enregistré" not in page


def test_another_page_does_not_get_it(sent) -> None:
    page = _sign_in(sent, "amina", "/activites/inscrire/").content.decode()
    assert "Carburant d’avril" not in page
    assert "Carburant d’avril" in sent.get(ADD).content.decode()


@pytest.mark.parametrize("other", ["bernard", "agnes", "arthur"])
def test_nobody_else_who_signs_in_there_sees_it(sent, other) -> None:
    page = _sign_in(sent, other).content.decode()
    assert "Carburant d’avril" not in page
    assert kept_forms.SESSION_KEY not in sent.session
    sent.post("/compte/logout/")
    assert "Carburant d’avril" not in _sign_in(sent, "amina").content.decode()


def test_the_form_of_another_role_waits_for_that_role(world, sent, behind_the_wall) -> None:
    """What was typed for one federation is never shown as if it were for another."""
    with behind_the_wall():
        RoleAssignment.objects.filter(user=world.users["amina"]).update(
            tenant=world.tenants["INEZA"]
        )
    assert "Carburant d’avril" not in _sign_in(sent, "amina").content.decode()


def test_it_is_kept_an_hour(sent, monkeypatch) -> None:
    later = time.time() + kept_forms.KEPT_SECONDS + 1
    monkeypatch.setattr(kept_forms.time, "time", lambda: later)
    assert "Carburant d’avril" not in _sign_in(sent, "amina").content.decode()
    assert kept_forms.SESSION_KEY not in sent.session


@pytest.mark.parametrize("word", ["", "x", "eyJ1c2VyIjo1fQ:1:faux"])
def test_what_nobody_of_ours_opened_is_not_kept(world, db, word) -> None:
    client = Client()
    client.post(ADD, _typed(world, word))
    assert kept_forms.SESSION_KEY not in client.session


def test_what_is_too_long_is_not_kept(world, sign_in) -> None:
    client = sign_in("amina")
    opened = _opened(client)
    _end_session(client)
    client.post(ADD, _typed(world, opened, label="x" * kept_forms.MOST_CHARACTERS))
    assert kept_forms.SESSION_KEY not in client.session


def test_a_file_is_not_kept_but_the_words_beside_it_are(world, sign_in) -> None:
    client = sign_in("amina")
    address = reverse("narrative_picture_add", args=[2024, "introduction"])
    opened = _opened(client, address)
    _end_session(client)
    photo = SimpleUploadedFile("photo.jpg", b"octets de la photo", "image/jpeg")
    client.post(address, {"opened_by": opened, "caption": "Assemblée", "picture": photo})
    kept = client.session[kept_forms.SESSION_KEY]["typed"]
    assert "octets" not in kept
    answer = _sign_in(client, "amina", address)
    assert 'value="Assemblée"' in answer.content.decode()
    assert "picture" in answer.context["form"].errors


def test_a_password_is_never_kept(world, sign_in) -> None:
    client = sign_in("amina")
    opened = _opened(client)
    _end_session(client)
    client.post(ADD, _typed(world, opened, password1="umusozi", old_Password="ikivuguto"))
    kept = client.session[kept_forms.SESSION_KEY]["typed"]
    assert "Carburant" in kept
    assert "umusozi" not in kept
    assert "ikivuguto" not in kept


def test_rows_that_were_added_come_back_with_the_form(world, sign_in) -> None:
    client = sign_in("amina")
    address = "/activites/inscrire/"
    opened = _opened(client, address)
    _end_session(client)
    typed = {"opened_by": opened, "theme": "Triage", "rows": "6", "participants-5-label": "élus"}
    client.post(address, typed)
    page = _sign_in(client, "amina", address).content.decode()
    assert 'name="participants-5-label" value="élus"' in page


class TestSignedInAgainElsewhere:
    """In again in another window: the first window's form is of a session that is no more."""

    @pytest.fixture
    def client(self, db) -> Client:
        return Client(enforce_csrf_checks=True)

    def _sign_in(self, client: Client, username: str) -> None:
        token = client.get("/compte/login/").context["csrf_token"]
        typed = {"login": username, "password": PASSWORD, "csrfmiddlewaretoken": str(token)}
        assert client.post("/compte/login/", typed).status_code == 302

    def _old_form(self, client: Client, world: World) -> dict[str, object]:
        self._sign_in(client, "amina")
        page = client.get(ADD)
        token = {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
        _end_session(client)
        return {**_typed(world, page.context["form"]["opened_by"].value()), **token}

    def test_the_same_person_finds_it_again(self, client, world, as_actor) -> None:
        typed = self._old_form(client, world) | {"amount_francs": "5"}
        self._sign_in(client, "amina")
        answer = client.post(ADD, typed, follow=True)
        assert answer.redirect_chain == [(ADD, 302)]
        assert 'value="Carburant d’avril"' in answer.content.decode()
        with as_actor(world.actor("amina")):
            assert not Expense.objects.exists()

    def test_another_is_refused_and_gets_nothing(self, client, world) -> None:
        typed = self._old_form(client, world)
        self._sign_in(client, "bernard")
        assert client.post(ADD, typed).status_code == 403
        assert kept_forms.SESSION_KEY not in client.session

    def test_a_sending_from_elsewhere_is_refused_as_before(self, client, world) -> None:
        self._sign_in(client, "amina")
        assert client.post(ADD, _typed(world, "")).status_code == 403


def test_a_part_of_a_page_leads_the_whole_page_to_the_sign_in(world, sign_in) -> None:
    client = sign_in("amina")
    _end_session(client)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/unites/?q=umu"}
    answer = client.get("/unites/?q=umuc", headers=headers)
    assert answer["HX-Redirect"] == "/compte/login/?next=/unites/%3Fq%3Dumu"
    assert answer.content == b""


def test_what_goes_to_a_service_does_not_say_who_opened_the_form(world, sign_in, as_actor) -> None:
    """The partners' service takes the form's fields as they are, and no other."""
    client = sign_in("amina")
    address = "/partenaires/ajouter/"
    typed = {"opened_by": _opened(client, address), "name": "Bailleur neuf", "kind": "funder"}
    assert client.post(address, typed).status_code == 302
    with as_actor(world.actor("amina")):
        assert Partner.objects.filter(name="Bailleur neuf").exists()
