"""What the templates may not hold: the content policy would refuse it in the browser."""

import re
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
FOLDERS = ["templates", *(str(path.relative_to(BASE)) for path in BASE.glob("conamus/*/templates"))]
TEMPLATES = sorted(
    path
    for folder in FOLDERS
    for path in (BASE / folder).rglob("*.html")
    if "pdf" not in path.parts and not path.name.endswith("_pdf.html")
)
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>{]*\sstyle\s*=", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "a script without a file": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "a script address": re.compile(r"[\"']\s*javascript:", re.I),
    "a handler of htmx": re.compile(r"\bhx-(on|vals=[\"']js)", re.I),
    "another host": re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//", re.I),
}


def test_there_are_templates_to_look_at() -> None:
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(BASE)))
def test_a_template_holds_nothing_that_the_policy_refuses(path: Path) -> None:
    text = path.read_text("utf-8")
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    assert found == []


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("an inline style", '<p class="a" style="color:red">'),
        ("an inline handler", '<button onclick="go()">'),
        ("a script without a file", "<script>go()</script>"),
        ("another host", '<img src="https://ailleurs.example/x.png">'),
    ],
)
def test_the_scan_sees_what_it_looks_for(what: str, sample: str) -> None:
    assert FORBIDDEN[what].search(sample)


def test_the_page_of_a_fault_needs_nothing_that_can_fail_again() -> None:
    text = (BASE / "templates/errors/plain.html").read_text("utf-8")
    assert "{%" not in text
    assert set(re.findall(r"{{\s*(\w+)", text)) == {"fault", "request_id"}
