"""Forms before a person: by keyboard alone, errors at their field, nothing typed is lost."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.watch import Watch, serious_findings


def _tab_to(page: Page, where: str) -> None:
    """Press Tab until what ``where`` selects has the focus."""
    for _ in range(80):
        if page.evaluate("where => document.activeElement.matches(where)", where):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {where}")


def _error_of(field: Locator) -> Locator:
    """Return the visible error that the field names as its description."""
    expect(field).to_have_attribute("aria-invalid", "true")
    described = (field.get_attribute("aria-describedby") or "").split()
    errors = [name for name in described if name.endswith("_error")]
    assert errors, f"no error is tied to {field}"
    return field.page.locator(f"[id='{errors[0]}']")


def test_an_expense_by_keyboard_alone(sign_in_as: Callable, watch: Watch) -> None:
    """A wrong amount first: the error beside it, the rest still there; then it is kept."""
    watch.expect(422)
    page = sign_in_as("federation_manager", "TWITEHO")
    page.goto("/depenses/")
    _tab_to(page, "a[href='/depenses/inscrire/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/depenses/inscrire/"))
    _tab_to(page, "#id_label")
    page.keyboard.type("Achat de registres")
    _tab_to(page, "#id_spent_on")
    page.keyboard.type("03032025")
    _tab_to(page, "#id_amount_francs")
    page.keyboard.type("12,5")
    page.keyboard.press("Enter")
    amount = page.locator("#id_amount_francs")
    expect(_error_of(amount)).to_contain_text("francs entiers")
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#id_label")).to_have_value("Achat de registres")
    expect(page.locator("#id_spent_on")).to_have_value("2025-03-03")
    expect(amount).to_have_value("12,5")
    assert serious_findings(page) == []
    _tab_to(page, "#erreurs a")
    page.keyboard.press("Enter")
    expect(amount).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("45 000")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("La dépense est inscrite.")
    expect(page.locator("main")).to_contain_text(re.compile(r"45\s000\sFBu"))
    assert watch.problems == []


def test_a_double_click_writes_one_expense(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "TWITEHO")
    page.goto("/depenses/inscrire/")
    page.fill("#id_label", "Carburant du double clic")
    page.fill("#id_spent_on", "2025-04-02")
    page.fill("#id_amount_francs", "30000")
    page.get_by_role("button", name="Inscrire la dépense").dblclick()
    # The second click breaks off the first one's navigation: wait for where it ends.
    expect(page).to_have_url(re.compile(r"/depenses/\d+/"))
    page.wait_for_load_state()
    page.goto("/depenses/?q=double+clic")
    expect(page.locator("#liste .count")).to_contain_text("1 ligne")
    assert watch.problems == []


def test_more_women_than_participants_is_said_in_the_row(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("mutuelle_agent", "MUNASA")
    page.goto("/activites/inscrire/")
    page.fill("#id_theme", "Sensibilisation à l’adhésion")
    page.fill("#id_starts_on", "2025-05-05")
    page.fill("#id_ends_on", "2025-05-05")
    page.fill("#id_participants-0-label", "chefs de ménage")
    page.fill("#id_participants-0-total", "20")
    page.fill("#id_participants-0-women", "8")
    page.fill("#id_participants-1-label", "élus collinaires")
    page.fill("#id_participants-1-total", "5")
    page.fill("#id_participants-1-women", "6")
    page.get_by_role("button", name="Inscrire l’activité").last.click()
    women = page.locator("[id='id_participants-1-women']")
    expect(_error_of(women)).to_contain_text("plus de femmes (6) que de participants (5)")
    expect(page.locator("[id='id_participants-0-label']")).to_have_value("chefs de ménage")
    expect(page.locator("#id_theme")).to_have_value("Sensibilisation à l’adhésion")
    assert serious_findings(page) == []
    women.fill("3")
    page.get_by_role("button", name="Inscrire l’activité").last.click()
    expect(page.locator("#messages")).to_contain_text("L’activité est inscrite.")
    expect(page.locator("h1")).to_have_text("Sensibilisation à l’adhésion")
    assert watch.problems == []


def test_a_row_of_participants_is_added_without_losing_the_others(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("mutuelle_agent", "MUNASA")
    page.goto("/activites/inscrire/")
    page.fill("#id_theme", "Thème gardé")
    page.fill("#id_participants-0-label", "agents de santé communautaire")
    page.get_by_role("button", name="Ajouter une ligne").click()
    expect(page.locator("[id='id_participants-3-label']")).to_be_visible()
    expect(page.locator("[id='id_participants-0-label']")).to_have_value(
        "agents de santé communautaire"
    )
    expect(page.locator("#id_theme")).to_have_value("Thème gardé")
    assert watch.problems == []


def test_a_form_works_without_javascript(sign_in_as: Callable) -> None:
    page = sign_in_as("federation_manager", "TWITEHO", java_script_enabled=False)
    page.goto("/depenses/inscrire/")
    page.fill("#id_label", "Sans JavaScript")
    page.fill("#id_spent_on", "2025-04-03")
    page.fill("#id_amount_francs", "0")
    page.get_by_role("button", name="Inscrire la dépense").click()
    expect(_error_of(page.locator("#id_amount_francs"))).to_contain_text("supérieur à zéro")
    page.fill("#id_amount_francs", "15 000")
    page.get_by_role("button", name="Inscrire la dépense").click()
    expect(page.locator("#messages")).to_contain_text("La dépense est inscrite.")


def test_what_was_written_is_in_the_history_and_a_closed_month_takes_no_more(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("federation_manager", "TUZOKIRA")
    page.goto("/mois-fermes/")
    february = page.locator("main tbody tr", has_text="février")
    february.get_by_role("link", name="Fermer").click()
    expect(page.locator("#id_month")).to_have_value("2025-02")
    page.get_by_role("button", name="Fermer le mois").click()
    expect(february).to_contain_text("■ fermé")
    page.goto("/historique/")
    expect(page.locator("#liste tbody tr").first).to_contain_text("mois fermé")
    page.locator("#liste tbody a").first.click()
    expect(page.locator("h1")).to_be_visible()
    assert serious_findings(page) == []

    page.goto("/depenses/inscrire/")
    page.get_by_label("Unité").select_option(label="Tuzokira Twese")
    page.fill("#id_label", "Trop tard")
    page.fill("#id_spent_on", "2025-02-10")
    page.fill("#id_amount_francs", "5 000")
    page.get_by_role("button", name="Inscrire la dépense").click()
    expect(_error_of(page.locator("#id_spent_on"))).to_contain_text("fermé")
    expect(page.locator("#id_label")).to_have_value("Trop tard")
    assert watch.problems == []


def test_a_photo_that_weighs_too_much_is_told_before_it_is_sent(
    sign_in_as: Callable, watch: Watch
) -> None:
    """The browser says so at the field, and does not send it over a slow line."""
    page = sign_in_as("federation_manager", "TWITEHO")
    page.goto("/textes/2024/gender/photos/")
    field = page.locator("#id_picture")
    heavy = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": bytes(10 * 1024 * 1024 + 1)}
    field.set_input_files([heavy])
    page.locator("#id_caption").fill("Un atelier")
    page.get_by_role("button", name="Ajouter la photo").click()
    assert "dépasse 10 Mo" in field.evaluate("field => field.validationMessage")
    expect(page).to_have_url(re.compile("/photos/$"))
    field.set_input_files([{**heavy, "buffer": b"peu"}])
    assert field.evaluate("field => field.validationMessage") == ""
    assert watch.problems == []
