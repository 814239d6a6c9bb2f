"""An agent's day in the campaign: a household enrolled by keyboard alone, a section renewed."""

import re
from collections.abc import Callable
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings


def _type(page: Page, *words: str) -> None:
    """Type into one field after the other; an empty word leaves a field as it is."""
    for word in words:
        if word:
            page.keyboard.type(word)
        page.keyboard.press("Tab")


def test_a_household_is_enrolled_by_keyboard_alone(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    agent = sign_in_as("mutuelle_agent", "MUNASA")
    agent.goto("/menages/inscrire/")
    colline = agent.locator("datalist option").first.get_attribute("value") or ""
    assert serious_findings(agent) == []
    agent.locator("#id_colline").focus()
    agent.keyboard.type(colline)
    agent.locator("#id_people-0-family_name").focus()
    _type(agent, "N'Dayizeye", "Élysée", "h", "", "12031985", "79 12 34 56", "", "")
    _type(agent, "Iradukunda", "Espérance", "f", "", "2031", "", "", "")
    agent.keyboard.press("Enter")
    birth = agent.locator("#id_people-1-birth")
    expect(agent.locator("#erreurs")).to_contain_text("avenir")
    expect(birth).to_have_value("2031")
    expect(agent.locator("#id_people-0-family_name")).to_have_value("N'Dayizeye")
    expect(agent.locator("#id_colline")).to_have_value(colline)
    birth.focus()
    agent.keyboard.press("Control+A")
    agent.keyboard.type("03/04/1988")
    agent.keyboard.press("Enter")
    expect(agent.locator("h1")).to_contain_text("Ménage MUN-")
    expect(agent.locator("#etat")).to_contain_text(re.compile("2 membres, inscrit pour 2025"))
    expect(agent.get_by_role("link", name="Encaisser", exact=True)).to_be_visible()
    assert serious_findings(agent) == []
    assert watch.problems == []


def test_more_people_come_without_leaving_the_page(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", "MUNASA", viewport=NARROW)
    page.goto("/menages/inscrire/")
    page.fill("#id_people-0-given_name", "Désiré")
    page.get_by_role("button", name="Ajouter des personnes").click()
    expect(page.locator("#id_people-6-family_name")).to_be_visible()
    expect(page.locator("#id_people-0-given_name")).to_have_value("Désiré")
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert watch.problems == []


def test_a_photo_stays_chosen_when_people_are_added(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", "MUNASA")
    page.goto("/menages/inscrire/")
    expect(page.locator("#id_people-1-photo")).to_be_hidden()
    page.get_by_text("Photos des personnes, facultatives").click()
    content = BytesIO()
    Image.new("RGB", (40, 50), "green").save(content, "JPEG")
    photo = {"name": "conjoint.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
    page.locator("#id_people-1-photo").set_input_files(photo)
    page.get_by_role("button", name="Ajouter des personnes").click()
    expect(page.locator("#id_people-6-family_name")).to_be_visible()
    names = "node => [...node.files].map(file => file.name)"
    assert page.locator("#id_people-1-photo").evaluate(names) == ["conjoint.jpg"]
    expect(page.locator("#id_people-6-photo")).to_have_count(1)
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_section_is_renewed_from_last_years_list(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", "MUNASA")
    page.goto("/menages/renouveler/")
    boxes = page.locator("input[name=picked]")
    count = page.locator(".count")
    listed = int(re.search(r"sur (\d+), toutes pages comprises", count.inner_text())[1])
    assert boxes.count() == page.locator("input[name=picked]:checked").count() == 50
    boxes.first.uncheck()
    assert serious_findings(page) == []
    # What is unticked on a page stays so on the next, found by its number too.
    page.get_by_role("button", name="Suivante").click()
    expect(count).to_contain_text(f"{listed - 1} cochés sur {listed}")
    expect(boxes).to_have_count(listed - 50)
    boxes.last.uncheck()
    # Enter in the day, or on a box, only shows what is ticked.
    for field in (page.get_by_label("Adhésions signées le"), boxes.first):
        field.focus()
        page.keyboard.press("Enter")
        expect(count).to_contain_text(f"{listed - 2} cochés sur {listed}")
        expect(boxes).to_have_count(listed - 50)
    page.get_by_label("Nom ou numéro").fill("MUN-")
    page.keyboard.press("Enter")
    expect(count).to_contain_text(f"{listed - 2} cochés sur {listed}")
    page.get_by_role("button", name="Renouveler les ménages cochés").click()
    expect(page.locator("#messages")).to_contain_text(f"{listed - 2} ménages renouvelés pour 2025")
    expect(boxes).to_have_count(2)
    assert watch.problems == []
