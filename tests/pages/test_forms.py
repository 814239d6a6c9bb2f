"""Forms: errors beside their field and summed up, all that was typed kept, once only."""

import re
from collections.abc import Iterator

import pytest

from conamus.pages.forms import FormPage
from federations.models import Unit
from federations.rules.roles import is_permitted
from tests.house.test_permissions import ROUTES

DETAILS = {
    "kind": "section",
    "name": "Section nouvelle",
    "code": "umu-s9",
    "valid_from": "2025-01-01",
    "submission_key": "clef-1",
}


def _filled(world, **changes: object) -> dict[str, object]:
    given = {**DETAILS, "parent": world.units["UMUCO"], "communes": [world.places["A-GI-01"]]}
    return {**given, **changes}


def test_what_is_wrong_is_summed_up_and_linked_and_nothing_is_lost(sign_in, world) -> None:
    page = sign_in("amina").post("/unites/ouvrir/", _filled(world, name="", address="Rue Kirundo"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "1 point à corriger" in text
    assert '<a href="#id_name">Nom</a>' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert 'value="Rue Kirundo"' in text
    checked = re.search(rf'value="{world.places["A-GI-01"]}" checked', text)
    assert checked


def _form_pages(role) -> Iterator[str]:
    """The forms that open without a row of their own."""
    for path, pattern in ROUTES:
        view = getattr(pattern.callback, "view_class", None)
        is_form = isinstance(view, type) and issubclass(view, FormPage)
        if is_form and "<" not in path and is_permitted(role, view.permission):
            yield f"/{path}"


@pytest.mark.parametrize("username", ["clara", "amina", "fabrice"])
def test_each_form_sent_empty_leads_to_fields_that_are_there(username, world, sign_in) -> None:
    client, role = sign_in(username), world.actor(username).role
    led = 0
    for path in _form_pages(role):
        text = client.post(path).content.decode()
        if 'name="submission_key"' not in text:
            continue
        summary = text.partition('id="erreurs"')[2].partition("</div>")[0]
        asked = re.findall(r'<a href="#([^"]*)">', summary)
        assert [name for name in asked if f'id="{name}"' not in text] == [], path
        led += bool(asked)
    assert led


def test_a_services_refusal_stands_beside_its_field(sign_in, world) -> None:
    page = sign_in("amina").post("/unites/ouvrir/", _filled(world, code="UMU-S1"))
    text = page.content.decode()
    assert page.status_code == 422
    assert "Le code UMU-S1 est déjà celui de « Section Umuco 1 » (Umuco)" in text
    assert '<a href="#id_code">Code</a>' in text


ZERO_WIDTH = "\u200b\u2060\ufeff\u3164"


@pytest.mark.parametrize(
    ("page", "field"),
    [("/unites/ouvrir/", "name"), ("/activites/inscrire/", "theme"),
     ("/partenaires/ajouter/", "name"), ("/depenses/inscrire/", "label")],
)  # fmt: skip
def test_a_text_that_shows_nothing_is_none(page, field, sign_in, world) -> None:
    answer = sign_in("amina").post(page, {field: ZERO_WIDTH})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == ["Ce champ est obligatoire."]


def test_a_text_is_kept_composed_and_without_what_is_not_seen(
    sign_in, world, behind_the_wall
) -> None:
    typed = "  Section\u00a0 de\tMwe\u0301\u200bzi  "
    sign_in("amina").post("/unites/ouvrir/", _filled(world, name=typed))
    with behind_the_wall():
        assert Unit.objects.get(code="UMU-S9").name == "Section de Mw\u00e9zi"


def test_a_form_sent_twice_creates_once(sign_in, world, behind_the_wall) -> None:
    client = sign_in("amina")
    first, again = (client.post("/unites/ouvrir/", _filled(world)) for _ in range(2))
    assert first["Location"] == again["Location"]
    with behind_the_wall():
        assert Unit.objects.filter(code="UMU-S9").count() == 1


def test_a_success_is_told_on_the_next_page(sign_in, world) -> None:
    page = sign_in("amina").post("/unites/ouvrir/", _filled(world), follow=True)
    assert "L’unité est ouverte." in page.content.decode()
    assert "Section nouvelle" in page.content.decode()


def test_html_that_is_typed_stays_text(sign_in, world) -> None:
    name = "<script>alert(1)</script>"
    page = sign_in("amina").post("/unites/ouvrir/", _filled(world, name=name), follow=True)
    text = page.content.decode()
    assert name not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
