"""Lists and the search: the keyboard, the address that keeps filters, exports, no JavaScript."""

import csv
import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.watch import Watch, serious_findings

FACILITIES = "/formations-sanitaires/"


def _count(page: Page) -> int:
    """Return the number of rows that the list announces."""
    words = page.locator("#liste .count").inner_text()
    return int(re.sub(r"\s", "", words.split("ligne")[0]))


def _names(page: Page) -> list[str]:
    return page.locator("#liste tbody td:first-child").all_inner_texts()


def _download(page: Page, label: str) -> bytes:
    page.locator("details.export summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=label).click()
    return Path(download.value.path()).read_bytes()


def test_slash_goes_to_the_search(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "MUNASA")
    page.keyboard.press("/")
    expect(page.locator("#recherche")).to_be_focused()
    page.keyboard.type("giheta")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/recherche/"))
    expect(page.locator("main .hits")).to_contain_text("Giheta")
    assert serious_findings(page) == []
    page.locator("main .hits a").first.click()
    expect(page.locator("h1")).to_contain_text("Giheta")
    assert watch.problems == []


SIDEWAYS = "frame => [frame.scrollWidth > frame.clientWidth, frame.scrollLeft]"


def test_a_table_wider_than_a_telephone_says_so_and_scrolls_by_keyboard(
    sign_in_as: Callable, watch: Watch
) -> None:
    """A shadow on the side where it goes on, the names of the rows always in sight."""
    page = sign_in_as("federation_manager", "MUNASA", viewport=NARROW)
    frame = page.get_by_role("region", name=re.compile("Ménages par unité"))
    assert frame.evaluate(SIDEWAYS) == [True, 0]
    shadow = "frame => getComputedStyle(frame).backgroundAttachment"
    assert frame.evaluate(shadow) == "local, local, scroll, scroll"
    frame.focus()
    expect(frame).to_be_focused()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 100")
    name = frame.locator("tbody th").first.bounding_box()
    assert 0 <= name["x"] < 20
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_wide_table_without_a_name_of_its_own_takes_its_heading(
    sign_in_as: Callable, watch: Watch
) -> None:
    """Frames that fit take no key press; the narrowest window makes the same one a region."""
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/baremes/")
    page.locator("#liste tbody a").first.click()
    assert page.locator(".table-scroll[role=region]").count() == 0
    page.locator(".table-scroll").first.evaluate("frame => { frame.style.width = '9rem'; }")
    page.set_viewport_size({"width": 1200, "height": 768})
    expect(page.locator(".table-scroll[role=region]").first).to_have_attribute(
        "aria-label", re.compile("par taille du ménage")
    )
    assert page.locator(".table-scroll[tabindex='0']").count() == 1
    assert watch.problems == []


def test_fifty_households_are_compact_on_a_telephone(sign_in_as: Callable, watch: Watch) -> None:
    """Each household in some five short lines, its number first, nothing hidden."""
    page = sign_in_as("federation_manager", "MUNASA", viewport=NARROW)
    page.goto("/menages/")
    rows = page.locator("#liste tbody tr")
    assert rows.count() == 50
    heights = rows.evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert sum(heights) / len(heights) <= 150
    for label in ("Adhérent", "Unité", "Colline", "Commune", "Membres"):
        expect(rows.first.locator(f"td[data-label='{label}']")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert watch.problems == []


def test_the_indicators_are_whole_on_a_small_laptop(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/indicateurs/")
    expect(page.get_by_role("columnheader", name="Recouvrement")).to_be_in_viewport()
    assert page.locator(".table-scroll").evaluate(SIDEWAYS) == [False, 0]
    assert watch.problems == []


def test_slash_typed_in_a_field_stays_there(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/depenses/inscrire/")
    page.locator("#id_voucher").press_sequentially("FACT/12")
    expect(page.locator("#id_voucher")).to_have_value("FACT/12")
    assert watch.problems == []


def test_a_search_without_answer_says_what_to_try(sign_in_as: Callable) -> None:
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/recherche/?q=zzzzqq")
    expect(page.locator("main")).to_contain_text("Rien ne répond")
    expect(page.locator("main .empty")).to_be_visible()


def test_filters_stay_in_the_address_and_come_back(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("confederation_manager")
    page.goto(FACILITIES)
    whole = _count(page)
    page.get_by_label("Type").select_option("HOPITAL")
    page.wait_for_url(re.compile(r"type=HOPITAL"))
    expect(page.locator("#liste .count")).to_contain_text("87 lignes")
    page.locator("#liste thead a", has_text="Code").click()
    page.wait_for_url(re.compile(r"sort=code"))
    shown, address = _names(page), page.url
    page.locator("#liste tbody a").first.click()
    page.wait_for_url(re.compile(r"/formations-sanitaires/\d+/"))
    page.go_back()
    expect(page.locator("#liste .count")).to_contain_text("87 lignes")
    assert page.url == address
    assert _names(page) == shown
    expect(page.get_by_label("Type")).to_have_value("HOPITAL")
    page.get_by_role("link", name="Effacer les filtres").click()
    expect(page.locator("#liste .count")).to_contain_text(str(whole))
    assert watch.problems == []


def test_pages_of_a_list_go_on(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("confederation_manager")
    page.goto(FACILITIES)
    first = _names(page)
    page.locator("nav.pages a", has_text="2").first.click()
    page.wait_for_url(re.compile(r"page=2"))
    expect(page.locator("#liste .count")).to_contain_text("page 2")
    assert len(first) == 50
    assert not set(first) & set(_names(page))
    assert watch.problems == []


def test_the_register_of_facilities_downloads_whole(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("confederation_manager")
    page.goto(FACILITIES)
    assert _count(page) == 710
    text = _download(page, "CSV").decode("utf-8-sig")
    rows = list(csv.reader(StringIO(text), csv.Sniffer().sniff(text.splitlines()[0])))
    assert len(rows) == 711
    assert "Nom" in rows[0]
    page.goto(FACILITIES)
    sheet = openpyxl.load_workbook(BytesIO(_download(page, "XLSX"))).active
    assert sheet.max_row == 711
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert watch.problems == []


def test_the_numbers_of_a_picture_download(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("confederation_manager")
    page.goto("/reseau/")
    figure = page.locator("#menages figure").first
    figure.get_by_text("Voir le tableau").click()
    with page.expect_download() as download:
        figure.get_by_role("link", name="Télécharger les données").click()
    assert "MUNASA" in Path(download.value.path()).read_text()
    assert watch.problems == []


def test_an_export_holds_what_the_filters_left(sign_in_as: Callable) -> None:
    page = sign_in_as("federation_manager", "TUZOKIRA")
    page.goto("/menages/")
    whole = _count(page)
    page.get_by_label("Adhésion 2025").select_option(label="non inscrits")
    page.wait_for_url(re.compile(r"enrolment=non-inscrits"))
    expect(page.get_by_role("link", name="Effacer les filtres")).to_be_visible()
    filtered = _count(page)
    assert 0 < filtered < whole
    text = _download(page, "CSV").decode("utf-8-sig")
    assert len(text.strip().splitlines()) == filtered + 1


def test_a_list_works_without_javascript(sign_in_as: Callable) -> None:
    page = sign_in_as("confederation_manager", java_script_enabled=False)
    page.goto(FACILITIES)
    page.get_by_label("Type").select_option("HOPITAL")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#liste .count")).to_contain_text("87 lignes")
    page.locator("#liste tbody a").first.click()
    expect(page.locator("h1")).to_be_visible()


def test_the_year_is_chosen_once_and_kept(sign_in_as: Callable, watch: Watch) -> None:
    page = sign_in_as("auditor", "MUNASA", fresh=True)
    year = page.locator("header summary", has_text="Année")
    expect(year).to_contain_text("2025")
    year.click()
    page.locator("header .year-choice").get_by_role("button", name="2024").click()
    expect(year).to_contain_text("2024")
    page.goto("/activites/")
    expect(page.locator("p.state")).to_contain_text("En 2024")
    assert watch.problems == []
