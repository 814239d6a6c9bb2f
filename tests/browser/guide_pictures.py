"""Takes the user guide's pictures again, from the real screens: ``make guide``.

Each picture is one line of `PICTURES`: who looks, at which address, what is done there
first, and which part is kept. They are taken in the order of the list, so that a report
is asked for before it is shown finished. Colours are reduced until a picture weighs at
most `MOST_BYTES`: readers are on poor lines. Date fields are drawn by the browser in its own
language: they are French where Chromium's translations are installed (Debian: chromium-l10n).
"""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from conamus.standalone.prepare import find_browser
from tests.browser.conftest import NARROW, WIDE, fill_sign_in, launch
from tests.browser.site import BASE, Site, running_site

FOLDER = BASE / "docs/guide/images"
MOST_BYTES = 120_000
HALF = {"x": 683, "y": 0, "width": 683, "height": 340}
TOP = {"x": 0, "y": 0, "width": 1366, "height": 420}
EXPENSES = """Libellé;Date;Unité;Rubrique;Bailleur;Montant (FBu);Pièce
Salaires de mars;31/03/2025;;Personnel;;1 450 000;P-31
Carburant;14/03/2025;;Fonctionnement;;85 000;P-32
Carburant;31/02/2025;;Fonctionnement;;85 000;P-33
Loyer;03/03/2025;;Loyers;;120 000;P-34
"""


def _nothing(page: Page) -> None:
    """Leave the page as it opens."""


@dataclass(frozen=True)
class Picture:
    """One picture: who looks where, what is done first, and what is kept of the page."""

    name: str
    role: str
    address: str
    prepare: Callable[[Page], None] = _nothing
    #: A selector: its first element alone is kept.
    part: str = ""
    clip: dict[str, int] | None = None
    is_narrow: bool = False


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


def _open_first(page: Page) -> None:
    page.locator("#liste tbody a").first.click()
    page.wait_for_load_state()


def _open_own_unit(page: Page) -> None:
    _open_first(page)
    page.get_by_role("link", name="Redécouper").click()


def _try_expenses(page: Page) -> None:
    upload = {"name": "depenses.csv", "mimeType": "text/csv", "buffer": EXPENSES.encode()}
    page.get_by_label("Fichier").set_input_files(upload)
    page.get_by_role("button", name="Essayer ce fichier").click()
    page.wait_for_url(re.compile(r"/depenses/\d+/"))


CONFEDERATION, FEDERATION, AGENT = "confederation_manager", "federation_manager", "mutuelle_agent"

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
    Picture("formation-sanitaire", CONFEDERATION, "/formations-sanitaires/", _open_first),
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
    Picture("personne", FEDERATION, "/personnes/", _open_first),
    Picture("historique", FEDERATION, "/historique/"),
    Picture("donnees-de-depart", FEDERATION, "/donnees-de-depart/"),
    Picture("essai-import", FEDERATION, "/donnees-de-depart/depenses/", _try_expenses,
            part="main"),
    Picture("textes", FEDERATION, "/textes/", _choose_2024),
    Picture("texte-rediger", FEDERATION, "/textes/2024/lessons/"),
    Picture("portail-mutuelle", AGENT, "/"),
    Picture("menages-non-inscrits", AGENT, "/menages/?enrolment=non-inscrits"),
    Picture("menage", AGENT, "/menages/?enrolment=inscrits", _open_first),
    Picture("portail-centre", "centre_operator", "/"),
    Picture("portail-medecin", "medical_adviser", "/"),
    Picture("portail-infirmier", "advising_nurse", "/"),
    Picture("portail-formation-sanitaire", "facility_user", "/"),
    Picture("acces-refuse", "facility_user", "/menages/", clip=TOP),
    Picture("portail-regulateur", "regulator", "/"),
    Picture("portail-auditeur", "auditor", "/"),
    Picture("tentatives-refusees", "auditor", "/tentatives-refusees/"),
    Picture("portail-administrateur", "system_administrator", "/"),
    Picture("double-authentification", "system_administrator", "/compte/2fa/totp/activate/",
            part="main"),
)  # fmt: skip


class Photographer:
    """Keeps a signed-in context per person and takes their pictures."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.contexts: dict[str, BrowserContext] = {}

    def take(self, picture: Picture) -> bytes:
        """Return the picture as a PNG."""
        page = self._context(picture).new_page()
        page.set_viewport_size(NARROW if picture.is_narrow else WIDE)
        page.goto(picture.address)
        self._confirm(page, picture.role)
        picture.prepare(page)
        page.wait_for_load_state("networkidle")
        if picture.part:
            taken = page.locator(picture.part).first.screenshot()
        else:
            taken = page.screenshot(clip=picture.clip)
        page.close()
        return taken

    def _confirm(self, page: Page, role: str) -> None:
        """Give the password again where an account page asks for it."""
        if "/reauthenticate/" in page.url:
            page.fill("input[name=password]", self._login(role)["password"])
            page.get_by_role("button", name="Confirmer").click()
            page.wait_for_load_state()

    def _context(self, picture: Picture) -> BrowserContext:
        if picture.role not in self.contexts:
            self.contexts[picture.role] = self._signed_in(picture.role)
        return self.contexts[picture.role]

    def _signed_in(self, role: str) -> BrowserContext:
        context = self.browser.new_context(
            viewport=WIDE,
            base_url=self.site.url,
            locale="fr-FR",
            timezone_id="Africa/Bujumbura",
            extra_http_headers={"X-Forwarded-For": f"10.2.0.{len(self.contexts) + 1}"},
        )
        if role:
            login = self._login(role)
            page = context.new_page()
            page.goto("/")
            fill_sign_in(page, login["username"], login["password"])
            page.wait_for_url(f"{self.site.url}/")
            page.close()
        return context

    def _login(self, role: str) -> dict[str, str]:
        """Return the sign-in at MUNASA, or at CONAMUS where the role is only there."""
        held = {login["federation"] for login in self.site.logins if login["role"] == role}
        return self.site.login_of(role, "MUNASA" if "MUNASA" in held else None)


def light_png(png: bytes) -> bytes:
    """Return the picture with as many colours as its weight allows."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (128, 64, 32, 16):
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
