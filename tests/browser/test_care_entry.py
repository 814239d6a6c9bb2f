"""A pile of attestations typed without a mouse, and the facility's own from the rights check."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"
#: 6 June, whichever of day and month the browser's own language puts first.
DAY = "06062025"


def _members(page: Page) -> list[str]:
    """Return the numbers of some heads of household."""
    page.goto("/menages/")
    cells = page.locator("#liste tbody tr td:first-child").all_inner_texts()
    return [f"{cell.split()[0]}-01" for cell in cells[:12]]


def _begin(page: Page) -> None:
    page.goto("/soins/saisie/")
    page.locator("select[name=formation]").select_option(index=1)
    page.get_by_role("button", name="Commencer").click()
    expect(page.locator("#id_stub")).to_be_focused()


def _type(page: Page, *texts: str) -> None:
    """Type into one field after the other, Enter after each."""
    for text in texts:
        if text:
            page.keyboard.press("Control+A")
            page.keyboard.type(text)
        page.keyboard.press("Enter")


def _type_paper(page: Page, member: str, day: str) -> None:
    """Stub and kind as proposed; then the days, the member, the lines, the totals."""
    expect(page.locator("#id_stub")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type(day)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    _type(page, member, "")


def test_two_papers_without_a_mouse(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("centre_operator", FEDERATION)
    members = _members(page)
    _begin(page)
    assert serious_findings(page) == []
    first = page.locator("#id_stub").input_value()
    _type_paper(page, members[0], DAY)
    expect(page.locator("#patient")).to_contain_text(members[0])
    _type(page, "consultation")
    expect(page.locator("#actes option").first).to_be_attached()
    code = page.locator("#actes option").first.get_attribute("value") or ""
    page.keyboard.press("Shift+Tab")
    _type(page, code, "1", "800")
    _type(page, code, "2", "100")
    expect(page.locator("#sommes")).to_contain_text(re.compile(r"Total des lignes\s*1\s000\sFBu"))
    # An empty line leads to the totals; the last of them to the button.
    _type(page, "", "900", "", "")
    expect(page.locator("#sommes")).to_contain_text("100\u00a0FBu d’écart")
    expect(page.locator("#suivante")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(first)
    second = page.locator("#id_stub").input_value()
    assert int(second[-6:]) == int(first[-6:]) + 1
    _type_paper(page, members[1], DAY)
    _type(page, code, "1", "800")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(second)
    page.goto(f"/soins/attestations/?q={second}")
    page.get_by_role("link", name=second).click()
    expect(page.locator("h1")).to_have_text(f"Attestation {second}")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_line_more_by_enter(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("centre_operator", FEDERATION)
    _begin(page)
    rows = page.locator("#lignes tr")
    before = rows.count()
    rows.last.locator("input").first.focus()
    _type(page, "X", "1", "5")
    expect(rows).to_have_count(before + 1)
    expect(rows.last.locator("input").first).to_be_focused()
    assert watch.problems == []


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("centre_operator", FEDERATION)
    _begin(page)
    _type_paper(page, "MUN-9999999-99", DAY)
    _type(page, "RIEN", "1", "800")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#erreurs")).to_contain_text("Personne n’a ce numéro")
    expect(page.locator("#erreurs")).to_contain_text("n’est pas dans le catalogue")
    expect(page.locator("[name='lines.1.act']")).to_have_value("RIEN")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_facility_from_the_rights_check_to_the_attestation(
    sign_in_as: Callable, watch: Watch
) -> None:
    numbers = _members(sign_in_as("centre_operator", FEDERATION))
    page = sign_in_as("facility_user", FEDERATION, viewport=NARROW)
    for number in numbers:
        page.goto("/droits/")
        page.locator("#id_text").fill(number)
        page.keyboard.press("Enter")
        expect(page.locator("#reponse")).to_be_focused()
        if page.get_by_text("Ce qui reste des plafonds").count():
            break
    expect(page.get_by_text("Ce qui reste des plafonds").first).to_be_visible()
    assert serious_findings(page) == []
    page.get_by_role("link", name="Commencer l’attestation").first.click()
    expect(page.locator("#id_member")).to_have_value(number)
    assert serious_findings(page) == []
    assert watch.problems == []
