"""The guide's pictures of care: an attestation from its paper to its reader, invoices, terms.

They follow one another: what the operator types for one picture waits for the nurse of the next.
Members, acts and facilities are taken from the lists as they open.
"""

import re

from playwright.sync_api import Page, expect

from tests.browser.guide_picture import (
    AGENT,
    CENTRE,
    CONFEDERATION,
    FACILITY,
    FEDERATION,
    Picture,
    open_first,
)

TALL = {"x": 0, "y": 0, "width": 1366, "height": 700}
#: Above what is accepted by itself.
DEAR, USUAL = "250 000", "800"


def _facility(page: Page) -> str:
    page.goto("/formations-sanitaires/?type=CDS")
    return page.locator("#liste tbody td[data-label=Code]").first.inner_text()


def _type_claim(page: Page, price: str = USUAL) -> None:
    """Type an attestation of an insured member, and stop before it is kept."""
    page.goto("/menages/?enrolment=inscrits")
    member = page.locator("#liste tbody td").first.inner_text().split()[0] + "-01"
    page.goto("/soins/saisie/")
    page.locator("select[name=formation]").select_option(index=1)
    page.get_by_role("button", name="Commencer").click()
    expect(page.locator("#id_stub")).to_be_focused()
    for typed in ("", "", "06062025", "", "", member, "", "consultation"):
        page.keyboard.type(typed)
        if typed == "consultation":
            break
        page.keyboard.press("Enter")
    option = page.locator("#actes option").first
    expect(option).to_be_attached()
    code = option.get_attribute("value") or ""
    page.keyboard.press("Control+A")
    for typed in (code, "1", price):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    expect(page.locator("#sommes")).to_contain_text("FBu")


def _keep_and_open(page: Page, price: str) -> None:
    _type_claim(page, price)
    stub = page.locator("#id_stub").input_value()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text(stub)
    page.goto(f"/soins/attestations/?q={stub}")
    open_first(page)


def _keep_usual(page: Page) -> None:
    _keep_and_open(page, USUAL)


def _keep_dear(page: Page) -> None:
    _keep_and_open(page, DEAR)


def _open_case(page: Page) -> None:
    page.get_by_role("link", name="Commencer par la première").click()
    expect(page.locator(".review-help")).to_be_visible()


def _fill_invoice(page: Page) -> None:
    code = _facility(page)
    page.goto("/soins/factures/inscrire/")
    page.get_by_label("Formation sanitaire").fill(code)
    page.get_by_label("Numéro de la facture").fill("2025-05")
    page.locator("#id_month").fill("2025-05")
    page.get_by_label("Attestations annoncées").fill("42")


def _pay_advance(page: Page) -> None:
    code = _facility(page)
    page.goto("/soins/paiements/avance/")
    page.get_by_label("Formation sanitaire").fill(code)
    page.get_by_label(re.compile("Montant")).first.fill("150 000")


def _fill_complaint(page: Page) -> None:
    page.get_by_label("Plaignant").fill("Ndayishimiye Aline")
    page.get_by_label("Ce qui est dit").fill("Deux heures d’attente, puis le guichet a fermé.")


def _simulate(page: Page) -> None:
    page.goto("/soins/paquets/")
    open_first(page)
    page.get_by_role("link", name="Simuler une facture").click()
    page.fill("#id_on", "2025-03-10")
    code = page.locator("#codes-des-actes option").first.get_attribute("value") or ""
    page.fill("#id_act-0", code)
    page.get_by_role("button", name="Simuler").click()
    expect(page.locator("#resultat")).to_be_visible()


CARE = (
    Picture("soins", FEDERATION, "/soins/", clip=TALL),
    Picture("attestation-saisir", CENTRE, "/soins/saisie/", _type_claim, part="main"),
    Picture("attestation", CENTRE, "/soins/saisie/", _keep_usual, clip=TALL),
    Picture("attestation-a-examiner", CENTRE, "/soins/saisie/", _keep_dear, clip=TALL),
    Picture("examiner", "advising_nurse", "/soins/examens/", _open_case, clip=TALL),
    Picture("facture-inscrire", CENTRE, "/soins/factures/inscrire/", _fill_invoice, part="main"),
    Picture("avance", FEDERATION, "/soins/paiements/avance/", _pay_advance, part="main"),
    Picture("reclamation-inscrire", AGENT, "/soins/reclamations/inscrire/", _fill_complaint,
            part="main"),
    Picture("facture-simuler", FACILITY, "/soins/paquets/", _simulate, part="#resultat"),
    Picture("chiffres-des-soins", CONFEDERATION, "/soins/tableau/?par=federation", clip=TALL),
)  # fmt: skip
