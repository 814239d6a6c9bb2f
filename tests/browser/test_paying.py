"""Money before a person: taken by keyboard, refused beside its field, printed, reconciled."""

import re
from collections.abc import Callable
from io import BytesIO

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"


def _open_till(page: Page) -> None:
    """Begin from the list of who is late, as a campaign's last days do."""
    page.goto("/cotisations/retards/")
    page.get_by_role("link", name="Encaisser").first.click()
    expect(page.locator("#id_amount_francs")).to_be_focused()


def test_all_that_is_left_is_taken_with_one_key(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", FEDERATION)
    _open_till(page)
    assert serious_findings(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("le reçu est prêt")
    expect(page.locator("h1")).to_contain_text(re.compile(r"Reçu \S+-2025-\d{5}"))
    assert serious_findings(page) == []
    printed = page.request.get(page.url.partition("#")[0] + "recu.pdf")
    assert printed.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(printed.body())).pages[0].extract_text()
    assert "Exemplaire du ménage" in " ".join(text.split())
    page.goto("/cotisations/caisse/")
    expect(page.locator("#etat")).not_to_contain_text(re.compile(r":\s0\sFBu en tout"))
    assert serious_findings(page) == []
    assert watch.problems == []


def test_from_a_number_to_its_receipt_by_keyboard_alone(sign_in_as: Callable, watch: Watch) -> None:
    """A card on the desk: its number, then Enter all the way; the mouse is never touched."""
    page = sign_in_as("mutuelle_agent", FEDERATION)
    page.goto("/cotisations/retards/")
    number = page.locator("td[data-label=Ménage]").nth(1).inner_text()
    page.goto("/")
    expect(page.locator("#menage")).to_be_focused()
    presses = 0

    def press(*keys: str) -> None:
        nonlocal presses
        for key in keys:
            page.keyboard.press(key)
            presses += 1

    press(*number.lower(), "Enter")
    expect(page.locator("h1")).to_have_text(f"Ménage {number}")
    expect(page.get_by_role("link", name="Encaisser", exact=True)).to_be_focused()
    press("Enter")
    expect(page.locator("#id_amount_francs")).to_be_focused()
    press("Enter")
    expect(page.locator("h1")).to_contain_text(re.compile(r"Reçu \S+-2025-\d{5}"))
    printing = page.get_by_role("link", name=re.compile("Imprimer \\(A4"))
    expect(printing).to_be_focused()
    assert presses == len(number) + 3
    # In a window of its own, which a browser that cannot show a PDF saves instead.
    with page.context.expect_event("request", lambda request: "recu.pdf" in request.url):
        press("Enter")
    assert watch.problems == []


def test_the_cursor_is_where_typing_begins(sign_in_as: Callable, watch: Watch) -> None:
    """Lists that are come to with a name or a number, and forms: not one key before typing."""
    page = sign_in_as("mutuelle_agent", FEDERATION)
    begins = {
        "/menages/": "#id_q",
        "/cotisations/": "#id_q",
        "/cotisations/encaisser/": "#id_q",
        "/cotisations/retards/": "#id_q",
        "/cotisations/promesses/": "#id_q",
        "/cartes/": "#id_q",
        "/droits/": "#id_text",
        "/menages/inscrire/": "#id_colline",
    }
    for address, field in begins.items():
        page.goto(address)
        expect(page.locator(field), address).to_be_focused()
    page.goto("/menages/?unit=&q=a")
    expect(page.locator("#id_q")).not_to_be_focused()
    assert watch.problems == []


def test_too_much_is_refused_beside_the_amount(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("mutuelle_agent", FEDERATION)
    _open_till(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("999 000")
    page.keyboard.press("Enter")
    amount = page.locator("#id_amount_francs")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#erreurs")).to_contain_text("dépasse le solde")
    expect(amount).to_have_value("999 000")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_household_is_found_and_paid_on_a_telephone(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", FEDERATION, viewport=NARROW)
    page.goto("/cotisations/retards/")
    number = page.locator("td[data-label=Ménage]").first.inner_text()
    page.goto("/cotisations/encaisser/")
    page.locator("main input[name=q]").fill(number)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=re.compile("Encaisser.*2025")).click()
    page.fill("#id_amount_francs", "500")
    page.get_by_role("button", name="Encaisser et donner le reçu").click()
    expect(page.locator("#messages")).to_contain_text(re.compile(r"500\sFBu encaissés"))
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert watch.problems == []


def test_a_statement_is_brought_and_its_last_line_settled(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("federation_manager", FEDERATION)
    page.goto("/cotisations/?method=lumicash&state=valables")
    row = page.locator("#liste tbody tr").first
    reference = row.locator("td[data-label=Référence]").inner_text()
    amount = re.sub(r"\D", "", row.locator("td[data-label=Montant]").inner_text())
    day = row.locator("td[data-label='Reçu le']").inner_text()
    page.goto("/cotisations/releves/apporter/")
    page.get_by_label("Lumicash").check()
    content = f"Date;Transaction ID;Amount\n{day};{reference};{amount}\n{day};ESSAI-1;750\n"
    page.set_input_files(
        "input[type=file]",
        {"name": "releve.csv", "mimeType": "text/csv", "buffer": content.encode("cp1252")},
    )
    page.get_by_role("button", name="Apporter et rapprocher").click()
    expect(page.locator("#etat")).to_contain_text("Lignes traitées : 1 sur 2")
    assert serious_findings(page) == []
    page.locator("#liste tbody tr", has_text="ESSAI-1").locator("a").first.click()
    assert serious_findings(page) == []
    page.get_by_label("Motif").fill("Essai de l’opérateur")
    page.get_by_role("button", name="Écarter la ligne").click()
    expect(page.locator("#etat")).to_contain_text("Lignes traitées : 2 sur 2")
    assert watch.problems == []
