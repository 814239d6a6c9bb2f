"""The user guide says what the screens say: its words, links and pictures are checked.

Words in bold are promised to be the screen's own: each is looked up in what the screens
are made from. No browser is needed; the pictures are taken by ``make guide``.
"""

import re
from functools import cache
from pathlib import Path

import allauth
import pytest

from conamus.pages.navigation import MENU, menu_of
from federations.rules.roles import ASSIGNABLE_ROLES, Role
from tests.browser.guide_pictures import FOLDER, MOST_BYTES, PICTURES
from tests.browser.site import BASE

GUIDE = BASE / "docs/guide"
PAGES = sorted(GUIDE.glob("*.md"))
_SCREENS = ("templates/**/*.html", "conamus/**/*.py", "conamus/**/*.html", "federations/**/*.py",
            "membership/**/*.py", "claims/**/*.py", "prudential/**/*.py")  # fmt: skip
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MENU = re.compile(r"\b[Mm]enu \*\*([^*]+)\*\*(?:, pages? \*\*([^*]+)\*\*)?")
#: Readers are on poor lines: all the pictures together.
MOST_TOGETHER = 2_800_000


@cache
def _words_of_screens() -> str:
    """Return all that screens are made from, split strings joined, spaces alike."""
    files = [path for pattern in _SCREENS for path in BASE.glob(pattern)]
    library = Path(allauth.__file__).parent / "locale/fr/LC_MESSAGES/django.po"
    text = "\n".join(path.read_text() for path in [*files, library])
    joined = re.sub(r'"\s*\n\s*f?"', "", text)
    return re.sub(r"(\s|&nbsp;)+", " ", joined)


def _anchor(title: str) -> str:
    """Return a title's address within its page, as it is made for Markdown."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _anchors(page: Path) -> set[str]:
    return {_anchor(title) for title in re.findall(r"(?m)^#+ (.+)$", page.read_text())}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_words_in_bold_are_on_the_screens(page: Path) -> None:
    bold = re.findall(r"\*\*([^*]+)\*\*", page.read_text().replace("`**mot**`", ""))
    said = {re.sub(r"\s+", " ", words) for words in bold} - {"gras"}
    assert [words for words in sorted(said) if words not in _words_of_screens()] == []


def _page_of(role: Role) -> Path:
    index = (GUIDE / "README.md").read_text()
    found = re.search(rf"\| {re.escape(role.label)} \| \[([\w-]+\.md)\]", index)
    assert found, role
    return GUIDE / found[1]


@pytest.mark.parametrize("role", ASSIGNABLE_ROLES)
def test_a_role_is_led_through_its_own_menu(role: Role) -> None:
    """« menu A, page B »: A is an entry of this role's menu, and B a page under it."""
    pages = {entry.label: {page.label for page in entry.pages} for entry in menu_of(role)}
    text = re.sub(r"\s+", " ", _page_of(role).read_text())
    lost = [
        (entry, page)
        for entry, page in _MENU.findall(text)
        if entry not in pages or (page and page not in pages[entry])
    ]
    assert lost == []


def test_the_menu_of_membership_is_wholly_in_the_guide() -> None:
    """Each page of « Ménages » and « Cotisations » is named where somebody is led to it."""
    text = "".join(re.sub(r"\s+", " ", page.read_text()) for page in PAGES)
    entries = [entry for entry in MENU if entry.label in ("Ménages", "Cotisations")]
    pages = [page.label for entry in entries for page in entry.pages]
    assert pages
    assert [label for label in pages if not re.search(rf"\*\*{label}\*\*", text)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_of_a_page_lead_somewhere(page: Path) -> None:
    lost = []
    for target in _LINK.findall(page.read_text()):
        name, _, anchor = target.partition("#")
        aim = (page.parent / name).resolve() if name else page
        if not aim.is_file() or (anchor and anchor not in _anchors(aim)):
            lost.append(target)
    assert lost == []


def test_each_role_has_its_page() -> None:
    for role in ASSIGNABLE_ROLES:
        assert _page_of(role).is_file(), role


def test_pictures_are_light_used_and_can_be_taken_again() -> None:
    used = {Path(target).name for page in PAGES for target in _LINK.findall(page.read_text())}
    taken = {path.name for path in FOLDER.glob("*.png")}
    listed = {f"{picture.name}.png" for picture in PICTURES}
    assert taken == listed
    assert taken - used == set()
    weights = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert [name for name, weight in weights.items() if weight > MOST_BYTES] == []
    assert sum(weights.values()) <= MOST_TOGETHER
