"""Takes the user guide's pictures again, from the real screens: ``make guide``.

Each picture is one line of `PICTURES`: who looks, at which address, what is done there
first, and which part is kept. They are taken in the order of the list, so that a report
is asked for before it is shown finished; those of membership are in guide_membership.py,
those of care in guide_care.py.
Colours are reduced until a picture weighs at most `MOST_BYTES`: readers are on poor lines.
Date fields are drawn by the browser in its own language: they are French where Chromium's
translations are installed (Debian: chromium-l10n).
"""

import re
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from conamus.standalone.prepare import find_browser
from tests.browser.conftest import NARROW, WIDE, fill_sign_in, launch
from tests.browser.guide_care import CARE
from tests.browser.guide_membership import MEMBERSHIP
from tests.browser.guide_picture import (
    AGENT,
    AUDITOR,
    CENTRE,
    CONFEDERATION,
    FACILITY,
    FEDERATION,
    TOP,
    Picture,
    open_first,
)
from tests.browser.site import BASE, Site, running_site

FOLDER = BASE / "docs/guide/images"
MOST_BYTES = 120_000
MARGIN, EDGE = 16, 4
HALF = {"x": 683, "y": 0, "width": 683, "height": 340}
EXPENSES = """Libellé;Date;Unité;Rubrique;Bailleur;Montant (FBu);Pièce
Salaires de mars;31/03/2025;;Personnel;;1 450 000;P-31
Carburant;14/03/2025;;Fonctionnement;;85 000;P-32
Carburant;31/02/2025;;Fonctionnement;;85 000;P-33
Loyer;03/03/2025;;Loyers;;120 000;P-34
"""


def _open_year(page: Page) -> None:
    page.locator("header summary", has_text="Année").click()


def _open_own_menu(page: Page) -> None:
    page.locator("header summary", has=page.locator(".who")).click()


def _open_burger(page: Page) -> None:
    page.locator("header summary", has_text="Menu").click()


def _open_exports(page: Page) -> None:
    page.locator("details.export summary").click()


def _fill_activity(page: Page) -> None:
    page.fill("#id_theme", "Sensibilisation des élus collinaires à l’adhésion")
    page.select_option("#id_kind", label="sensibilisation")
    page.select_option("#id_chapter", label="Communication et visibilité")
    page.fill("#id_starts_on", "2025-05-06")
    page.fill("#id_ends_on", "2025-05-06")
    page.fill("#id_place_note", "Salle communale")
    page.fill("#id_cost_francs", "350 000")
    page.fill("[id='id_participants-0-label']", "élus collinaires")
    page.fill("[id='id_participants-0-total']", "24")
    page.fill("[id='id_participants-0-women']", "9")


def _send_too_many_women(page: Page) -> None:
    _fill_activity(page)
    page.fill("[id='id_participants-0-women']", "42")
    page.get_by_role("button", name="Inscrire l’activité").last.click()
    expect(page.locator("#erreurs")).to_be_visible()


def _fill_expense(page: Page) -> None:
    page.fill("#id_label", "Impression des cartes d’adhérent")
    page.fill("#id_spent_on", "2025-05-12")
    page.fill("#id_amount_francs", "480 000")
    page.fill("#id_voucher", "P-118")


def _fill_invitation(page: Page) -> None:
    page.fill("#id_full_name", "Chantal Nduwimana")
    page.fill("#id_username", "chantal.nduwimana")
    page.fill("#id_email", "chantal@exemple.bi")
    page.select_option("#id_role", label="Agent de mutuelle")


def _ask_for_report(page: Page) -> None:
    page.get_by_label("Année").first.fill("2024")
    page.get_by_role("button", name="Produire le rapport").click()
    page.wait_for_url(re.compile("/rapports/taches/"))
    bar = page.locator("progress")
    for _ in range(200):
        if bar.get_attribute("value", timeout=5_000) != "0":
            return
        page.wait_for_timeout(100)
    raise AssertionError("the report did not begin")


def _show_report_job(page: Page) -> None:
    page.get_by_label("Année").first.fill("2024")
    page.get_by_role("button", name="Produire le rapport").click()
    expect(page.get_by_role("link", name="Télécharger")).to_be_visible(timeout=90_000)


def _choose_2024(page: Page) -> None:
    _open_year(page)
    page.locator("header .year-choice").get_by_role("button", name="2024").click()
    page.wait_for_load_state()


def _open_own_unit(page: Page) -> None:
    open_first(page)
    page.get_by_role("link", name="Redécouper").click()


def _try_expenses(page: Page) -> None:
    upload = {"name": "depenses.csv", "mimeType": "text/csv", "buffer": EXPENSES.encode()}
    page.get_by_label("Fichier").set_input_files(upload)
    page.get_by_role("button", name="Essayer ce fichier").click()
    page.wait_for_url(re.compile(r"/depenses/\d+/"))


PICTURES = (
    Picture("connexion", "", "/"),
    Picture("portail-federation", FEDERATION, "/"),
    Picture("annee", FEDERATION, "/", _open_year, clip=HALF),
    Picture("menu-a-votre-nom", FEDERATION, "/", _open_own_menu, clip=HALF),
    Picture("telephone", AGENT, "/", _open_burger, is_narrow=True),
    Picture("recherche", FEDERATION, "/recherche/?q=bugendana"),
    Picture("liste-filtree", CONFEDERATION, "/formations-sanitaires/?type=HOPITAL", _open_exports),
    Picture("sessions", CONFEDERATION, "/compte/sessions/", clip=TOP),
    Picture("portail-confederation", CONFEDERATION, "/"),
    Picture("carte", CONFEDERATION, "/carte/"),
    Picture("redecouper", CONFEDERATION, "/unites/", _open_own_unit),
    Picture("formation-sanitaire", CONFEDERATION, "/formations-sanitaires/", open_first),
    Picture("rapport-en-cours", CONFEDERATION, "/rapports/produire/", _ask_for_report),
    Picture("rapport-pret", CONFEDERATION, "/rapports/produire/", _show_report_job),
    Picture("rapports", CONFEDERATION, "/rapports/"),
    Picture("activite-inscrire", FEDERATION, "/activites/inscrire/", _fill_activity, part="main"),
    Picture("activite-erreur", FEDERATION, "/activites/inscrire/", _send_too_many_women,
            part="#participants"),
    Picture("depense-inscrire", FEDERATION, "/depenses/inscrire/", _fill_expense, part="main"),
    Picture("depenses", FEDERATION, "/depenses/?year=2024"),
    Picture("fermer-un-mois", FEDERATION, "/mois-fermes/"),
    Picture("inviter", FEDERATION, "/personnes/inviter/", _fill_invitation, part="main"),
    Picture("personne", FEDERATION, "/personnes/", open_first),
    Picture("historique", FEDERATION, "/historique/"),
    Picture("donnees-de-depart", FEDERATION, "/donnees-de-depart/"),
    Picture("essai-import", FEDERATION, "/donnees-de-depart/depenses/", _try_expenses,
            part="main"),
    Picture("portail-mutuelle", AGENT, "/"),
    Picture("menages-non-inscrits", AGENT, "/menages/?enrolment=non-inscrits"),
    Picture("menage", AGENT, "/menages/?enrolment=inscrits", open_first),
    Picture("portail-centre", CENTRE, "/"),
    Picture("portail-medecin", "medical_adviser", "/"),
    Picture("portail-infirmier", "advising_nurse", "/"),
    Picture("portail-formation-sanitaire", FACILITY, "/"),
    Picture("acces-refuse", FACILITY, "/menages/", clip=TOP),
    Picture("portail-regulateur", "regulator", "/"),
    Picture("portail-auditeur", AUDITOR, "/"),
    Picture("tentatives-refusees", AUDITOR, "/tentatives-refusees/"),
    Picture("portail-administrateur", "system_administrator", "/"),
    Picture("double-authentification", "system_administrator", "/compte/2fa/totp/activate/",
            part="main"),
    *MEMBERSHIP,
    *CARE,
    # Last: from here on the manager looks at 2024.
    Picture("textes", FEDERATION, "/textes/", _choose_2024),
    Picture("texte-rediger", FEDERATION, "/textes/2024/lessons/"),
)  # fmt: skip


class Photographer:
    """Keeps a signed-in context per person and takes their pictures."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.contexts: dict[tuple[str, str], BrowserContext] = {}

    def take(self, picture: Picture) -> bytes:
        """Return the picture as a PNG."""
        page = self._context(picture).new_page()
        page.set_viewport_size(NARROW if picture.is_narrow else WIDE)
        page.goto(picture.address)
        self._confirm(page, picture)
        picture.prepare(page)
        page.wait_for_load_state("networkidle")
        if picture.part:
            taken = page.locator(picture.part).first.screenshot()
        else:
            taken = page.screenshot(clip=picture.clip)
        page.close()
        return taken

    def _confirm(self, page: Page, picture: Picture) -> None:
        """Give the password again where an account page asks for it."""
        if "/reauthenticate/" in page.url:
            login = self._login(picture.role, picture.federation)
            page.fill("input[name=password]", login["password"])
            page.get_by_role("button", name="Confirmer").click()
            page.wait_for_load_state()

    def _context(self, picture: Picture) -> BrowserContext:
        who = (picture.role, picture.federation)
        if who not in self.contexts:
            self.contexts[who] = self._signed_in(*who)
        return self.contexts[who]

    def _signed_in(self, role: str, federation: str) -> BrowserContext:
        context = self.browser.new_context(
            viewport=WIDE,
            base_url=self.site.url,
            locale="fr-FR",
            timezone_id="Africa/Bujumbura",
            extra_http_headers={"X-Forwarded-For": f"10.2.0.{len(self.contexts) + 1}"},
        )
        if role:
            login = self._login(role, federation)
            page = context.new_page()
            page.goto("/")
            fill_sign_in(page, login["username"], login["password"])
            page.wait_for_url(f"{self.site.url}/")
            page.close()
        return context

    def _login(self, role: str, federation: str) -> dict[str, str]:
        """Return the sign-in at the federation, or at CONAMUS where the role is only there."""
        held = {login["federation"] for login in self.site.logins if login["role"] == role}
        return self.site.login_of(role, federation if federation in held else None)


def without_blank_foot(picture: Image.Image) -> Image.Image:
    """Return the picture without the empty rows at its foot, but for a margin.

    The edges are not looked at: the lines beside and under a page's content run along them.
    """
    inside = picture.crop((EDGE, 0, picture.width - EDGE, picture.height - EDGE))
    blank = Image.new(inside.mode, inside.size, "white")
    box = ImageChops.difference(inside, blank).getbbox()
    foot = min(box[3] + MARGIN, picture.height) if box else picture.height
    return picture.crop((0, 0, picture.width, foot))


def light_png(png: bytes) -> bytes:
    """Return the picture with as many colours as its weight allows."""
    picture = without_blank_foot(Image.open(BytesIO(png)).convert("RGB"))
    for colours in (64, 32, 16):
        written = BytesIO()
        reduced = picture.quantize(colours, dither=Image.Dither.NONE)
        reduced.save(written, "PNG", optimize=True)
        if written.tell() <= MOST_BYTES:
            return written.getvalue()
    raise ValueError(f"a picture of {picture.size} stays above {MOST_BYTES} bytes")


def main() -> None:
    """Take every picture of the guide."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="conamus-guide-") as folder,
        running_site("conamus_guide", Path(folder)) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, find_browser() or "")
        photographer = Photographer(browser, site)
        for picture in PICTURES:
            png = light_png(photographer.take(picture))
            (FOLDER / f"{picture.name}.png").write_bytes(png)
            print(f"{picture.name}.png: {len(png) // 1000} kB", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
