"""Static files: the vendored ones are what their notice says, and all stay small."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
NOTICE = (STATIC / "vendor/README.md").read_text("utf-8")
VENDORED = sorted(path for path in (STATIC / "vendor").iterdir() if path.suffix in (".css", ".js"))
STYLES = ["vendor/bootstrap-5.3.9.min.css", "tokens.css", "conamus.css"]
SCRIPTS = ["vendor/htmx-2.0.11.min.js", "conamus.js"]


def _compressed(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.name)
def test_a_vendored_file_is_the_one_its_notice_names(path: Path) -> None:
    assert hashlib.sha256(path.read_bytes()).hexdigest() in NOTICE
    assert f"`{path.name}`" in NOTICE


@pytest.mark.parametrize("name", ["LICENSE-bootstrap.txt", "LICENSE-htmx.txt", "LICENSE-jsqr.txt"])
def test_licences_come_along(name: str) -> None:
    assert (STATIC / "vendor" / name).stat().st_size > 500
    assert name in NOTICE


def test_scripts_stay_within_their_budget() -> None:
    assert _compressed(*SCRIPTS) <= 60_000


def test_a_first_visit_leaves_room_for_its_page() -> None:
    assert _compressed(*STYLES, *SCRIPTS, "icon.svg") <= 120_000 - 15_000


def test_the_base_page_loads_these_files_and_no_others() -> None:
    base = (STATIC.parent / "templates/base.html").read_text("utf-8")
    assert re.findall(r"{% static '([^']+)' %}", base) == ["icon.svg", *STYLES, *SCRIPTS]


@pytest.mark.parametrize("name", [*STYLES, *SCRIPTS])
def test_no_file_asks_another_host(name: str) -> None:
    text = (STATIC / name).read_text("utf-8")
    assert not re.search(r"(?:url\(|@import|fetch\()\s*[\"']?(?:https?:)?//", text)
    assert "sourceMappingURL" not in text
