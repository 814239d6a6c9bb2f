"""What watches the pages would see a fault, also on a page like one already found sound."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.watch import serious_findings

#: What is done to a sound page, and the rule of axe-core that it breaks.
FAULTS = {
    "a link without words": (
        "document.querySelector('main a').replaceChildren()",
        "link-name",
    ),
    "a field without a label": (
        "document.querySelectorAll('main label').forEach(one => one.removeAttribute('for'))",
        "label",
    ),
    "pale words": (
        "document.querySelector('main h1').style.color = '#ddd'",
        "color-contrast",
    ),
    "a page without a language": (
        "document.documentElement.removeAttribute('lang')",
        "html-has-lang",
    ),
    "a picture without a description": (
        "document.querySelector('main').append(Object.assign(new Image(), {src: '/favicon.ico'}))",
        "image-alt",
    ),
}


@pytest.fixture
def sound_page(sign_in_as: Callable) -> Page:
    """Return a page with links and fields, found sound twice."""
    page = sign_in_as("federation_manager", "MUNASA")
    page.goto("/menages/")
    assert serious_findings(page) == []
    page.reload()
    assert serious_findings(page) == []
    return page


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_on_a_page_found_sound_before_is_seen(sound_page: Page, fault: str) -> None:
    """The findings name the rule, and go on naming it when the page is looked at again."""
    harm, rule = FAULTS[fault]
    sound_page.evaluate(harm)
    for _ in range(2):
        assert any(f": {rule} —" in finding for finding in serious_findings(sound_page))
