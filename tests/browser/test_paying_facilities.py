"""A facility is billed for, paid and told of it: the manager's pages, then the facility's own."""

import re
from collections.abc import Callable
from io import BytesIO

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"


def _code_with_advances(page: Page) -> str:
    """The code of a health centre whose agreement in force foresees advances of 300 000."""
    page.goto("/soins/conventions/?state=held")
    for link in page.locator("#liste tbody tr td a").all()[:20]:
        address = link.get_attribute("href") or ""
        facts = page.request.get(address).text()
        found = re.search(r"\((FS-\w+)\)", facts)
        if found and re.search(r"300.000.FBu au plus", facts):
            return found[1]
    raise AssertionError("no agreement foresees an advance of 300 000")


def test_an_advance_is_paid_told_and_undone(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("federation_manager", FEDERATION)
    code = _code_with_advances(page)
    page.goto("/soins/paiements/")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Accorder une avance").first.click()
    assert serious_findings(page) == []
    page.get_by_label("Formation sanitaire").fill(code)
    page.get_by_label("Montant (FBu)").fill("300 001")
    page.get_by_role("button", name="Inscrire l’avance").click()
    expect(page.locator("main")).to_contain_text("référence")
    expect(page.locator("main")).to_contain_text("il reste 300\u202f000")
    page.get_by_label("Montant (FBu)").fill("250 000")
    page.get_by_label("Référence").fill("brb 4471")
    page.get_by_role("button", name="Inscrire l’avance").click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"Ordre de paiement OP-2025-\d{5}"))
    assert serious_findings(page) == []
    advice = page.request.get(page.url + "avis.pdf")
    text = PdfReader(BytesIO(advice.body())).pages[0].extract_text()
    assert "Avis de paiement OP-2025-" in text
    assert "BRB4471" in text
    order = page.url
    page.goto("/soins/echeances/")
    assert serious_findings(page) == []
    expect(page.locator("table")).to_contain_text("250\u202f000")
    page.get_by_role("row").filter(has_text="250\u202f000").get_by_role("link").first.click()
    expect(page.locator("#etat")).to_contain_text("la formation sanitaire doit 250\u202f000")
    assert serious_findings(page) == []
    page.goto(order)
    page.get_by_role("link", name="Annuler").click()
    page.get_by_label("Motif").fill("mauvais compte")
    page.get_by_role("button", name="Établir le contre-ordre").click()
    expect(page.locator("h1")).to_contain_text("Contre-ordre OP-2025-")
    assert watch.problems == []


def test_an_operator_records_an_invoice_on_a_small_screen(
    sign_in_as: Callable, watch: Watch
) -> None:
    watch.expect(422)
    page = sign_in_as("centre_operator", FEDERATION, viewport=NARROW)
    page.goto("/formations-sanitaires/")
    code = page.locator("#liste tbody td[data-label=Code]").first.inner_text()
    page.goto("/soins/factures/inscrire/")
    assert serious_findings(page) == []
    page.get_by_label("Formation sanitaire").fill(code)
    page.get_by_label("Numéro de la facture").fill("ESSAI-05")
    page.locator("#id_month").fill("2025-05")
    page.get_by_label("Attestations annoncées").fill("3")
    page.get_by_role("button", name="Inscrire la facture").click()
    expect(page.locator("h1")).to_contain_text("Facture ESSAI-05")
    expect(page.locator("#etat")).to_contain_text("Aucune attestation n’y est rattachée")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Rattacher des attestations").click()
    assert serious_findings(page) == []
    page.get_by_label("celles de la liste ci-dessous").check()
    page.get_by_label("Numéros de souche").fill("ZZZ-1")
    page.get_by_role("button", name="Rattacher").click()
    expect(page.locator(".invalid-feedback").first).to_contain_text("ZZZ-000001 : inconnue")
    expect(page.get_by_label("Numéros de souche")).to_have_value("ZZZ-1")
    assert watch.problems == []


def test_a_complaint_is_heard_and_answered(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("mutuelle_agent", FEDERATION)
    page.goto("/soins/reclamations/")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Inscrire une réclamation").first.click()
    assert serious_findings(page) == []
    page.get_by_label("Plaignant").fill("Ndayishimiye Aline")
    page.get_by_label("Ce qui est dit").fill("Le guichet était fermé.")
    page.get_by_role("button", name="Inscrire").click()
    expect(page.locator("#etat")).to_contain_text("À répondre")
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("Réponse donnée").fill("Excuses données, horaire affiché.")
    page.get_by_role("button", name="Inscrire la réponse").click()
    expect(page.locator("#etat")).to_contain_text("Répondue")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_facility_reads_its_own_account(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("facility_user", FEDERATION)
    for address in ("/soins/factures/", "/soins/paiements/", "/soins/echeances/"):
        page.goto(address)
        assert serious_findings(page) == []
        expect(page.locator("h1")).to_be_visible()
    assert page.get_by_role("link", name="Inscrire une facture").count() == 0
    assert page.get_by_role("link", name="Accorder une avance").count() == 0
    assert watch.problems == []
