"""What goes wrong on pages that a test opens, and what axe-core finds on them."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Page

#: axe-core's own words for what keeps somebody from using a page.
SERIOUS = ("serious", "critical")


@dataclass
class Watch:
    """What went wrong on the pages of one test."""

    host: str
    problems: list[str] = field(default_factory=list)
    #: Failed answers that the test asks for: a form sent with an error, a forbidden page.
    expected: set[int] = field(default_factory=set)

    def expect(self, *statuses: int) -> None:
        """Do not count these failed answers as problems."""
        self.expected.update(statuses)

    def follow(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", lambda m: self._console(m.type, m.text))
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", lambda request: self._request(request.url))
        page.on("response", lambda r: self._response(r.status, r.url))

    def _console(self, kind: str, text: str) -> None:
        if any(f"status of {status}" in text for status in self.expected):
            return
        if kind in ("error", "warning"):
            self.problems.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.problems.append(f"request to another host: {url}")

    def _response(self, status: int, url: str) -> None:
        if status >= 400 and status not in self.expected:
            self.problems.append(f"{status} for {url}")


#: What has been found sound: widths with a frame's or a content's structure (structure.js).
_sound: set[tuple[int, str, str]] = set()


@cache
def _axe_script() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


@cache
def _structure_script() -> str:
    return (Path(__file__).parent / "structure.js").read_text()


def serious_findings(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical on a page, one line per element.

    An analysis costs the browser more than the page itself. A page whose frame and whose content
    have the structure of pages already found sound, at this width, would give nothing again.
    """
    # A page that is just being left, or has only begun, has no structure yet.
    page.wait_for_load_state()
    frame, content = page.evaluate(_structure_script())
    width = page.viewport_size["width"] if page.viewport_size else 0
    structures = {(width, "frame", frame), (width, "content", content)}
    if structures <= _sound:
        return []
    findings = _analyse(page)
    if not findings:
        _sound.update(structures)
    return findings


def _analyse(page: Page) -> list[str]:
    page.evaluate(_axe_script())
    violations = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(found => found.violations)"
    )
    return [
        f"{page.url}: {violation['id']} — {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def excess_width(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
