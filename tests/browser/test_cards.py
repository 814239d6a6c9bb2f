"""A card before the camera: issued by an agent, read and verified in a real browser."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.cards import show_card
from tests.browser.conftest import CHROME_FLAGS, fill_sign_in
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

WIDTH, HEIGHT = 640, 480


def film_of(text: str, path: Path) -> Path:
    """Write what a camera sees when a card is held up: a second of the code, as raw video."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    still = BytesIO()
    code.make_image().save(still, "PNG")
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    side = HEIGHT - 20
    picture.paste(Image.open(still).convert("L").resize((side, side)), ((WIDTH - side) // 2, 10))
    colours = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + picture.tobytes() + colours
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + frame * 10)
    return path


@pytest.fixture
def card_text(sign_in_as: Callable) -> str:
    """Issue a household's card, and return what its code holds."""
    page: Page = sign_in_as("federation_manager", "TWITEHO")
    page.goto("/menages/")
    page.locator("table a[href^='/menages/']").first.click()
    show_card(page)
    return page.locator("[data-code]").get_attribute("data-code") or ""


def test_a_card_is_verified_from_its_pasted_text(
    sign_in_as: Callable, watch: Watch, card_text: str
) -> None:
    page = sign_in_as("facility_user")
    page.goto("/cartes/verifier/")
    page.fill("#id_text", card_text)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("main")).to_contain_text("carte authentique")
    assert serious_findings(page) == []
    page.fill("#id_text", card_text[:-4] + "AAAA")
    page.get_by_role("button", name="Vérifier").click()
    expect(page.locator("main")).not_to_contain_text("carte authentique")


def test_a_card_is_read_by_the_camera(
    site: Site, card_text: str, tmp_path: Path, browser: Browser
) -> None:
    film = film_of(card_text, tmp_path / "carte.y4m")
    flags = [
        *CHROME_FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    started = browser.browser_type.launch(executable_path=os.environ["CONAMUS_CHROME"], args=flags)
    try:
        page = started.new_context(base_url=site.url, locale="fr-FR").new_page()
        page.goto("/cartes/verifier/")
        login = site.login_of("facility_user")
        fill_sign_in(page, login["username"], login["password"])
        page.wait_for_url("**/cartes/verifier/")
        page.get_by_role("button", name="Lire avec la caméra").click()
        expect(page.locator("main")).to_contain_text("carte authentique", timeout=30_000)
    finally:
        started.close()
