"""A file with errors brought in before a person: checked, its faults told, its good rows loaded."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings
from tests.membership.importing import child, csv_of, head


def _register(page: Page, path: Path) -> None:
    """Write a register of two households, one of them wrong, in the colline of another one."""
    page.goto("/menages/")
    first = page.locator("#liste tbody tr").first
    where = {
        name: first.locator(f"td[data-label={label}]").inner_text()
        for name, label in (("colline", "Colline"), ("commune", "Commune"))
    }
    rows = [
        head(unit="", number="ESS-0000001", **where, key="", phone="79 00 00 01"),
        child(unit="", number="ESS-0000001", key=""),
        head(unit="", number="ESS-0000002", **where, key="", given="Paul", sex="?"),
    ]
    path.write_bytes(csv_of(rows))


def _bring(page: Page, path: Path) -> None:
    page.goto("/imports/")
    page.get_by_role("link", name="Importer un fichier").first.click()
    unit = page.locator("#id_unit option").nth(1)
    page.select_option("#id_unit", unit.get_attribute("value"))
    page.select_option("#id_year", "2025")
    page.fill("#id_backdating_reason", "Carnets rentrés tard")
    page.set_input_files("#id_file", path)
    assert serious_findings(page) == []
    page.get_by_role("button", name="Vérifier ce fichier").click()


def test_a_file_with_errors(sign_in_as: Callable, watch: Watch, tmp_path: Path) -> None:
    page = sign_in_as("federation_manager", "TWITEHO")
    path = tmp_path / "registre.csv"
    _register(page, path)
    _bring(page, path)
    # The page refreshes itself once the worker has checked the file.
    expect(page.locator("#etat")).to_contain_text("à vous de décider", timeout=60_000)
    expect(page.locator("main")).to_contain_text("n’est pas dans la liste (M, F)")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Voir ligne par ligne").click()
    expect(page.locator("#liste")).to_contain_text("Adhésion 2025 : nouvelle")
    page.select_option("#id_outcome", "refused")
    expect(page.locator("#liste")).to_contain_text("n’est pas dans la liste (M, F)")
    expect(page.locator("#liste")).not_to_contain_text("Adhésion 2025")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Revenir à l’import").click()
    with page.expect_download() as errors:
        page.get_by_role("link", name="Télécharger les lignes refusées").click()
    assert "Paul" in Path(errors.value.path()).read_text("utf-8-sig")
    button = page.get_by_role("button", name="Charger", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#etat")).to_have_text("Chargé.", timeout=60_000)
    page.goto("/menages/?q=ESS-0000001")
    expect(page.locator("h1")).to_have_text("Ménage ESS-0000001")
    page.goto("/menages/?q=ESS-0000002")
    expect(page.locator("#liste")).not_to_contain_text("ESS-0000002")
    assert watch.problems == []


def test_a_file_that_is_none_is_told_at_its_field(
    sign_in_as: Callable, watch: Watch, tmp_path: Path
) -> None:
    watch.expect(422)
    page = sign_in_as("federation_manager", "TWITEHO", viewport=NARROW)
    path = tmp_path / "lettre.csv"
    path.write_bytes(b"%PDF-1.7")
    _bring(page, path)
    expect(page.locator("#erreurs")).to_contain_text("pas un tableau lisible")
    expect(page.locator("#id_file")).to_have_attribute("aria-invalid", "true")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]
    assert re.search("/imports/deposer/", page.url)
    assert watch.problems == []
