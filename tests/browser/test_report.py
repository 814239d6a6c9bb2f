"""A manager asks for the annual report, watches it grow, and downloads it.

The worker may be killed in the middle: the report is then made by the next one, or said
to have failed, with the reason; it never hangs.
"""

import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.site import Site
from tests.browser.watch import Watch, excess_width, serious_findings

#: A lease, the dispatcher's turn, a worker that starts, and the report itself.
AFTER_A_KILL = 90_000


def _ask_for(page: Page, year: str) -> None:
    page.goto("/rapports/")
    page.get_by_role("link", name="Produire un rapport").first.click()
    page.get_by_label("Année").first.fill(year)
    page.get_by_role("button", name="Produire le rapport").click()


def _text_of(content: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return _plain(text)


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ").strip()


def test_the_confederation_produces_and_downloads_its_report(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("confederation_manager")
    households, people = (
        _plain(page.locator(".figure", has_text=label).first.locator(".figure-value").inner_text())
        for label in ("Ménages", "Bénéficiaires")
    )
    page.get_by_role("link", name="Rapports").first.click()
    page.get_by_role("link", name="Rapports annuels").first.click()
    _ask_for(page, "2024")
    page.wait_for_url(re.compile("/rapports/taches/"))
    link = page.get_by_role("link", name="Télécharger")
    expect(link).to_be_visible(timeout=90_000)
    assert serious_findings(page) == []
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".pdf")
    text = _text_of(Path(download.value.path()).read_bytes())
    # The tests before this one may have enrolled a household: the totals are those of the site.
    for total in (households, people):
        assert total in text
    page.goto("/rapports/")
    expect(page.locator("#liste tbody")).to_contain_text("2024")
    assert excess_width(page) == 0
    assert watch.problems == []


def test_an_unknown_year_is_refused_beside_its_field(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("confederation_manager")
    for year in ("2031", "1850"):
        _ask_for(page, year)
        field = page.get_by_label("Année").first
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value(year)
        expect(page.locator("main .invalid-feedback")).to_be_visible()
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_report_whose_worker_is_killed_is_not_stuck(
    sign_in_as: Callable, site: Site, watch: Watch
) -> None:
    page = sign_in_as("federation_manager", "MUNASA")
    _ask_for(page, "2024")
    page.wait_for_url(re.compile("/rapports/taches/"))
    _wait_until_running(page)
    site.kill_worker()
    site.start_worker()
    end = page.get_by_role("link", name="Télécharger").or_(page.locator("main .alert-danger"))
    expect(end).to_be_visible(timeout=AFTER_A_KILL)
    expect(page.locator("progress")).to_have_count(0)
    page.goto("/taches/")
    page.locator("#liste tbody a").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"Essais\s*[23]"))
    assert watch.problems == []


def _wait_until_running(page: Page) -> None:
    """Wait until a worker has taken the report, at its first step."""
    address = page.url
    for _ in range(150):
        answer = page.request.get(address).text()
        if "Le rapport se fait" in answer:
            return
        assert "Télécharger" not in answer, "the report was done before its worker was killed"
        time.sleep(0.1)
    raise AssertionError("no worker took the report")
