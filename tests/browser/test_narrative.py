"""The texts of the report, written in the browser: HTML stays text, a picture is a picture."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.watch import Watch, serious_findings

SCRIPT = "<script>window.hacked = true</script> <b onclick='hacked = true'>non</b> et **gras**"


def _open_text(page: Page, part: str) -> None:
    page.goto("/textes/")
    page.get_by_role("link", name=part).click()
    expect(page.get_by_label("Texte")).to_be_visible()


def _upload(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def _photo() -> bytes:
    content = BytesIO()
    Image.new("RGB", (320, 200), "#1b5e3a").save(content, "JPEG")
    return content.getvalue()


def test_html_in_a_text_is_shown_and_never_run(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "TWITEHO")
    _open_text(page, "Défis majeurs")
    page.get_by_label("Texte").fill(SCRIPT)
    page.get_by_role("button", name="Voir l’aperçu").click()
    preview = page.locator("#apercu .prose")
    expect(preview).to_contain_text("<script>window.hacked = true</script>")
    expect(preview.locator("strong")).to_have_text("gras")
    assert preview.locator("script, b").count() == 0
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Le texte est enregistré.")
    expect(page.get_by_label("Texte")).to_have_value(SCRIPT)
    page.locator("#apercu .prose").click()
    assert page.evaluate("window.hacked") is None
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_picture_that_is_not_one_is_refused_and_a_true_one_kept(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("federation_manager", "TWITEHO")
    _open_text(page, "Perspectives")
    page.get_by_role("link", name="Ajouter une photo").click()
    page.get_by_label("Photo").set_input_files(_upload("photo.jpg", b"<script>alert(1)</script>"))
    page.get_by_label("Légende").fill("Assemblée de Muramvya")
    page.get_by_role("button", name="Ajouter la photo").click()
    expect(page.locator("#id_picture")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_picture_error")).to_be_visible()
    expect(page.get_by_label("Légende")).to_have_value("Assemblée de Muramvya")
    assert serious_findings(page) == []
    page.get_by_label("Photo").set_input_files(_upload("assemblee.jpg", _photo()))
    page.get_by_role("button", name="Ajouter la photo").click()
    expect(page.locator("#messages")).to_contain_text("La photo est ajoutée.")
    picture = page.locator(".pictures img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("naturalWidth", 320)
    expect(page.locator(".pictures")).to_contain_text("Assemblée de Muramvya")
    assert watch.problems == []


def test_two_people_writing_the_same_text_lose_nothing(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    first = sign_in_as("federation_manager", "TWITEHO")
    second = sign_in_as("federation_manager", "TWITEHO")
    _open_text(first, "Leçons apprises")
    _open_text(second, "Leçons apprises")
    first.get_by_label("Texte").fill("Ce que la première a appris.")
    first.get_by_role("button", name="Enregistrer").click()
    expect(first.locator("#messages")).to_contain_text("Le texte est enregistré.")
    second.get_by_label("Texte").fill("Ce que la seconde a appris.")
    second.get_by_role("button", name="Enregistrer").click()
    expect(second.locator("main")).to_contain_text("Ce que la première a appris.")
    expect(second.get_by_label("Texte", exact=True)).to_have_value("Ce que la seconde a appris.")
    assert serious_findings(second) == []
    assert watch.problems == []
