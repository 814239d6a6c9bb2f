"""A manager asks for the annual report, watches it grow, and downloads it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import Watch


def test_the_confederation_produces_and_downloads_its_report(
    sign_in_as: Callable, watch: Watch
) -> None:
    page = sign_in_as("confederation_manager")
    page.goto("/")
    page.get_by_role("link", name="Rapport annuel").first.click()
    page.get_by_role("link", name="Produire un rapport").first.click()
    page.get_by_label("Année").first.fill("2024")
    page.locator("main form button[type=submit]").click()
    link = page.get_by_role("link", name="Télécharger").first
    expect(link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        link.click()
    content = Path(download.value.path()).read_bytes()
    reader = PdfReader(BytesIO(content))
    text = "".join(p.extract_text() for p in reader.pages)
    assert "263 963" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert watch.problems == []
