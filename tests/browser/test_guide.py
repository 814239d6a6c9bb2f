"""The user guide says what the screens say: its words, links and pictures are checked.

Words in bold are promised to be the screen's own: each is looked up in what the screens
are made from. No browser is needed; the pictures are taken by ``make guide``.
"""

import re
from functools import cache
from pathlib import Path

import allauth
import pytest

from federations.rules.roles import ASSIGNABLE_ROLES
from tests.browser.guide_pictures import FOLDER, MOST_BYTES, PICTURES
from tests.browser.site import BASE

GUIDE = BASE / "docs/guide"
PAGES = sorted(GUIDE.glob("*.md"))
_SCREENS = ("templates/**/*.html", "conamus/**/*.py", "conamus/**/*.html", "federations/**/*.py",
            "membership/**/*.py", "prudential/**/*.py")  # fmt: skip
_LINK = re.compile(r"\]\(([^)\s]+)\)")


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
    index = (GUIDE / "README.md").read_text()
    for role in ASSIGNABLE_ROLES:
        found = re.search(rf"\| {re.escape(role.label)} \| \[([\w-]+\.md)\]", index)
        assert found, role
        assert (GUIDE / found[1]).is_file(), role


def test_pictures_are_light_used_and_can_be_taken_again() -> None:
    used = {Path(target).name for page in PAGES for target in _LINK.findall(page.read_text())}
    taken = {path.name for path in FOLDER.glob("*.png")}
    listed = {f"{picture.name}.png" for picture in PICTURES}
    assert taken == listed
    assert taken - used == set()
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > MOST_BYTES] == []
