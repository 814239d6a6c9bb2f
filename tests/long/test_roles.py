"""Every form and a detail of every list, looked at in the browser as the menu's pages are."""

from collections.abc import Callable

from django.urls import URLPattern, get_resolver
from playwright.sync_api import Page

from federations.rules.roles import Permission, Role, is_permitted
from tests.browser.test_roles import faults_of, menu_links
from tests.browser.watch import Watch

#: Forms of a permission that a federation's manager has for the own part, and CONAMUS's for this.
_OF_CONAMUS = ("/campagne/ouvrir/",)


def _plain_pages(role: Role) -> list[str]:
    """Return the addresses without arguments that a role may open, forms among them."""
    addresses = []
    for part in get_resolver().url_patterns:
        for pattern in getattr(part, "url_patterns", ()):
            permission = _permission_of(pattern)
            is_page = not str(pattern.pattern).endswith((".pdf", ".json", ".js"))
            if is_page and permission is not None and is_permitted(role, permission):
                addresses.append(f"/{part.pattern}{pattern.pattern}")
    return addresses


def _permission_of(pattern: object) -> Permission | None:
    """Return the permission of a page without arguments that can be read, None for others."""
    if not isinstance(pattern, URLPattern) or pattern.pattern.converters:
        return None
    view = getattr(pattern.callback, "view_class", None)
    return getattr(view, "permission", None) if hasattr(view, "get") else None


def _first_details(page: Page, lists: tuple[str, ...]) -> list[str]:
    """Return where the first row of each list leads."""
    found = []
    for address in lists:
        page.goto(address)
        link = page.locator("#liste tbody a").first
        if link.count():
            found.append(link.get_attribute("href"))
    return found


def test_forms_and_details_are_sound(sign_in_as: Callable, watch: Watch) -> None:
    """What the menu does not reach at once: every form, and a detail of every list."""
    page = sign_in_as("federation_manager", "FEMUSCABU")
    elsewhere = {*menu_links(page), *_OF_CONAMUS}
    forms = [a for a in _plain_pages(Role.FEDERATION_MANAGER) if a not in elsewhere]
    lists = ("/menages/", "/unites/", "/formations-sanitaires/", "/lieux/", "/activites/",
             "/depenses/", "/personnes/", "/historique/")  # fmt: skip
    details = _first_details(page, lists)
    assert len(forms) >= 5
    assert len(details) >= 6
    faults: list[str] = []
    for address in [*forms, *details]:
        answer = page.goto(address)
        faults += faults_of(page, address, answer.request.sizes()["responseBodySize"])
    assert faults == []
    assert watch.problems == []
