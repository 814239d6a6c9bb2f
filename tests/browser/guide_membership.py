"""The guide's pictures of membership: the campaign, households, money, rights and cards.

They follow one another: the money taken for one picture stands on the next one's cash sheet,
and the promise that the agent signs waits for the manager. Households are taken from the
lists as they open, so that nothing here knows a number or a name of the demonstration.
"""

import re

from playwright.sync_api import Page, expect

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

TALL = {"x": 0, "y": 0, "width": 1366, "height": 620}
REGISTER = """Clé ménage;Unité;Colline;Commune;Adhésion signée le;Nom;Prénom;Sexe;Naissance;Lien
1;;{colline};{commune};12/06/2025;NDAYISENGA;Jean;M;03/05/1984;adhérent
1;;;;;IRAKOZE;Aline;F;2015;enfant
2;;{colline};{commune};12/06/2025;NIYONKURU;Paul;?;12/09/1979;adhérent
3;;{colline};{commune};12/06/2025;HAKIZIMANA;Rose;F;31/02/1990;adhérent
"""


def _person(page: Page, row: int, *words: str) -> None:
    """Fill a person of the enrolment form; an empty word leaves its field alone."""
    parts = ("family_name", "given_name", "birth", "phone")
    for part, word in zip(parts, words, strict=True):
        page.fill(f"[id='id_people-{row}-{part}']", word)


def _fill_household(page: Page) -> None:
    colline = page.locator("datalist option").first.get_attribute("value") or ""
    page.fill("#id_colline", colline)
    _person(page, 0, "Ndayizeye", "Élysée", "12/03/1985", "79 12 34 56")
    page.select_option("[id='id_people-0-sex']", "M")
    _person(page, 1, "Iradukunda", "Espérance", "03/04/1988", "")
    page.select_option("[id='id_people-1-sex']", "F")
    _person(page, 2, "Ndayizeye", "Aline", "2016", "")
    page.select_option("[id='id_people-2-sex']", "F")
    page.locator("#id_phone").focus()


def _enrol_who_is_there(page: Page) -> None:
    """Type the head of a household that is enrolled already."""
    page.goto("/menages/?enrolment=inscrits")
    open_first(page)
    cells = page.locator("main tbody tr").first.locator("td")
    name, birth = cells.nth(0).inner_text(), cells.nth(3).inner_text()
    sex = "F" if cells.nth(2).inner_text() == "femme" else "M"
    page.goto("/menages/inscrire/")
    colline = page.locator("datalist option").first.get_attribute("value") or ""
    page.fill("#id_colline", colline)
    family, given = name.split(" ", 1)
    _person(page, 0, family, given, birth.removeprefix("vers "), "")
    page.select_option("[id='id_people-0-sex']", sex)
    page.get_by_role("button", name="Inscrire le ménage").last.click()
    expect(page.locator(".alikes")).to_be_visible()


def _open_main_action(page: Page) -> None:
    """Open the first household, and what it is waiting for."""
    open_first(page)
    page.locator("main a.btn-primary").first.click()
    page.wait_for_load_state()


def _open_deed(page: Page, name: str) -> None:
    open_first(page)
    page.locator(".deeds a", has_text=name).first.click()
    page.wait_for_load_state()


def _open_birth(page: Page) -> None:
    _open_deed(page, "Naissance")
    page.fill("#id_family_name", "Iradukunda")
    page.fill("#id_given_name", "Kevin")
    page.fill("#id_birth", "02/06/2025")
    page.select_option("#id_sex", "M")


def _open_proposal(page: Page) -> None:
    _open_deed(page, "Proposer à une autre fédération")


def _open_deeds(page: Page) -> None:
    open_first(page)
    page.locator(".deeds").evaluate("deeds => deeds.scrollIntoView({block: 'center'})")


def _open_till(page: Page) -> None:
    page.get_by_role("link", name="Encaisser").first.click()
    expect(page.locator("#id_amount_francs")).to_be_focused()


def _take_too_much(page: Page) -> None:
    _open_till(page)
    page.fill("#id_amount_francs", "999 000")
    page.get_by_role("button", name="Encaisser et donner le reçu").click()
    expect(page.locator("#erreurs")).to_be_visible()


def _take(page: Page) -> None:
    _open_till(page)
    page.get_by_role("button", name="Encaisser et donner le reçu").click()
    expect(page.locator("#messages")).to_contain_text("le reçu est prêt")


def _issue_card(page: Page) -> None:
    open_first(page)
    issue = page.get_by_role("button", name="Émettre la carte")
    known = page.locator("main a[href^='/cartes/']")
    (issue if issue.count() else known.first).click()
    page.wait_for_url(re.compile(r"/cartes/\d+/"))


def _look_at_reminder(page: Page) -> None:
    page.get_by_role("button", name="Voir l’aperçu").click()
    page.get_by_role("heading", name="Aperçu").scroll_into_view_if_needed()


def _example(page: Page) -> int:
    """Return the household's number that the help of the field gives, without its prefix."""
    found = re.search(r"MUN-(\d{7})", page.locator("main").inner_text())
    assert found, "the page gives no example of a number"
    return int(found[1])


def _check_one(page: Page) -> None:
    """Ask for a head whose rights are open: the first from the example on."""
    first = _example(page)
    for number in range(first, first + 50):
        _check(page, f"MUN-{number:07d}-01")
        if page.locator(".verdict-yes").count():
            return
    raise AssertionError("nobody has open rights")


def _check_household(page: Page) -> None:
    """Ask for a whole household without rights, from the example on."""
    first = _example(page)
    for number in range(first, first + 50):
        _check(page, f"MUN-{number:07d}")
        if page.locator(".verdict-no").count():
            return
    raise AssertionError("everybody has open rights")


def _check(page: Page, text: str) -> None:
    page.goto("/droits/")
    page.fill("#id_text", text)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("#reponse")).to_be_visible()
    page.evaluate("window.scrollTo(0, 0)")


def _bring_register(page: Page) -> None:
    page.goto("/menages/")
    row = page.locator("#liste tbody tr").first
    colline, commune = (
        row.locator(f"td[data-label={label}]").inner_text() for label in ("Colline", "Commune")
    )
    page.goto("/imports/deposer/")
    unit = page.locator("#id_unit option").nth(1).get_attribute("value")
    page.select_option("#id_unit", unit)
    content = REGISTER.format(colline=colline, commune=commune).encode()
    upload = {"name": "registre-2025.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("#id_file", upload)
    page.get_by_role("button", name="Vérifier ce fichier").click()
    expect(page.locator("#etat")).to_contain_text("à vous de décider", timeout=90_000)


def _bring_statement(page: Page) -> None:
    row = page.locator("#liste tbody tr").first
    reference = row.locator("td[data-label=Référence]").inner_text()
    amount = re.sub(r"\D", "", row.locator("td[data-label=Montant]").inner_text())
    day = row.locator("td[data-label='Reçu le']").inner_text()
    page.goto("/cotisations/releves/apporter/")
    page.get_by_label("Lumicash").check()
    content = f"Date;Transaction ID;Amount\n{day};{reference};{amount}\n{day};LC-77812;7500\n"
    upload = {"name": "lumicash-juin.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.set_input_files("input[type=file]", upload)
    page.get_by_role("button", name="Apporter et rapprocher").click()
    expect(page.locator("#etat")).to_contain_text("Lignes traitées")


def _renew_coffee_grower(page: Page) -> None:
    """Renew a household in the category that may promise a part of its harvest."""
    _open_main_action(page)
    labels = page.locator("#id_category option").all_inner_texts()
    grower = next(label for label in labels if label.startswith("Caféiculteur"))
    page.select_option("#id_category", label=grower)
    page.locator("main button.btn-primary").click()
    page.get_by_role("link", name="Encaisser", exact=True).click()
    page.get_by_role("link", name="Signer une promesse").click()


def _fill_promise(page: Page) -> None:
    _renew_coffee_grower(page)
    page.fill("#id_buyer", "Station de lavage de Gashoho")
    page.fill("#id_paper_number", "P-17")
    page.fill("[id='id_instalments-0-due_on']", "2025-07-31")


def _sign_promise(page: Page) -> None:
    """Sign one, so that it waits for the manager."""
    _fill_promise(page)
    page.get_by_role("button", name="Inscrire la promesse").click()
    expect(page.locator("#messages")).to_be_visible()


def _open_unknown_line(page: Page) -> None:
    open_first(page)
    page.locator("#liste tbody tr", has_text="inconnue").locator("a").first.click()
    page.wait_for_load_state()


def _open_reversal(page: Page) -> None:
    page.locator("#liste tbody tr", has_text="valable").locator("a").first.click()
    page.get_by_role("link", name="Annuler").click()
    page.get_by_label("Motif de l’annulation").fill("Montant tapé deux fois")


def _search_duplicates(page: Page) -> None:
    page.get_by_role("button", name="Chercher dans tout le registre").click()
    page.wait_for_load_state()
    for _ in range(120):
        page.goto("/doublons/")
        if page.locator("#liste tbody a").count():
            return open_first(page)
        page.wait_for_timeout(1_000)
    raise AssertionError("no pair was found")


def _open_own_scale(page: Page) -> None:
    page.locator("tbody tr", has_text="MUNASA").first.locator("a").first.click()
    page.wait_for_load_state()


def _prepare_scale(page: Page) -> None:
    page.get_by_role("button", name="Préparer").click()
    expect(page.locator("#bands")).to_be_visible()


MEMBERSHIP = (
    Picture("inscrire-menage", AGENT, "/menages/inscrire/", _fill_household, part="main"),
    Picture("deja-inscrit", AGENT, "/menages/", _enrol_who_is_there, part=".alikes"),
    Picture("renouveler-menage", AGENT, "/menages/?enrolment=non-inscrits", _open_main_action,
            part="main"),
    Picture("renouveler-section", AGENT, "/menages/renouveler/", clip=TALL),
    Picture("encaisser-erreur", AGENT, "/cotisations/retards/", _take_too_much, clip=TALL),
    Picture("encaisser", AGENT, "/cotisations/retards/", _open_till, part="main"),
    Picture("recu", AGENT, "/cotisations/retards/", _take, part="main"),
    Picture("feuille-de-caisse", AGENT, "/cotisations/caisse/", clip=TALL),
    Picture("vie-du-menage", AGENT, "/menages/?enrolment=inscrits", _open_deeds),
    Picture("naissance", AGENT, "/menages/?enrolment=inscrits", _open_birth, part="main"),
    Picture("carte-du-menage", AGENT, "/menages/?enrolment=inscrits", _issue_card, clip=TOP),
    Picture("imprimer", AGENT, "/menages/imprimer/", part="main"),
    Picture("retards", AGENT, "/cotisations/retards/", clip=TALL),
    Picture("rappel", AGENT, "/cotisations/rappels/envoyer/?objet=renouveler", _look_at_reminder,
            part="main"),
    Picture("campagne", FEDERATION, "/campagne/", clip=TALL),
    Picture("bareme", FEDERATION, "/baremes/", _open_own_scale),
    Picture("bareme-preparer", FEDERATION, "/baremes/preparer/?annee=2026", _prepare_scale,
            part="main"),
    Picture("cle-de-repartition", FEDERATION, "/cle-de-repartition/", clip=TOP),
    Picture("cibles", FEDERATION, "/campagne/cibles/", clip=TALL),
    Picture("proposer-transfert", FEDERATION, "/menages/?enrolment=inscrits", _open_proposal,
            part="main"),
    Picture("doublon", FEDERATION, "/doublons/", _search_duplicates, part="main"),
    Picture("import-avec-erreurs", FEDERATION, "/imports/", _bring_register, part="main"),
    Picture("releve", FEDERATION, "/cotisations/?method=lumicash&state=valables",
            _bring_statement, clip=TALL),
    Picture("releve-ligne", FEDERATION, "/cotisations/releves/", _open_unknown_line,
            part="main"),
    Picture("indicateurs", FEDERATION, "/indicateurs/", clip=TALL),
    Picture("inscrits-a-une-date", FEDERATION, "/indicateurs/assures/", clip=TALL),
    Picture("contre-recu", CENTRE, "/cotisations/", _open_reversal, part="main"),
    Picture("droits-verifier", FACILITY, "/droits/", is_narrow=True),
    Picture("droits-ouverts", FACILITY, "/droits/", _check_one, is_narrow=True),
    Picture("droits-fermes", FACILITY, "/droits/", _check_household, is_narrow=True),
    Picture("carte-verifier", FACILITY, "/cartes/verifier/", is_narrow=True),
    Picture("verifications-de-droits", AUDITOR, "/droits/verifications/", clip=TOP),
    Picture("campagne-type", CONFEDERATION, "/campagne/", clip=TALL),
    Picture("indicateurs-reseau", CONFEDERATION, "/indicateurs/", clip=TALL),
    # Last: they renew households, and the network's figures above are the published ones.
    Picture("promesse-signer", AGENT, "/menages/?enrolment=non-inscrits", _fill_promise,
            part="main", federation="FEMUSCABU"),
    Picture("promesse-signee", AGENT, "/menages/?enrolment=non-inscrits", _sign_promise,
            part="main", federation="FEMUSCABU"),
    Picture("promesse", FEDERATION, "/cotisations/promesses/", open_first,
            part="main", federation="FEMUSCABU"),
)  # fmt: skip
