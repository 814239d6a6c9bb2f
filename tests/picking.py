"""The forms of lists to tick as a browser sends them: what is hidden, what is ticked."""

import re
from html import unescape
from typing import Any

_FIELD = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')


def enter_presses(page: str) -> dict[str, str]:
    """Return what Enter adds to the page's form: its first button, as browsers do."""
    form = page[page.index('<form class="service-form') :]
    (button,) = re.findall(r"<button\b[^>]*>", form)[:1]
    facts = dict(_ATTRIBUTE.findall(button))
    return {facts["name"]: facts["value"]} if "name" in facts else {}


def picked_form(page: str, *, untick: tuple[int, ...] = (), **typed: Any) -> dict[str, Any]:
    """Return what the page's form sends with some of its rows unticked."""
    sent: dict[str, Any] = {"picked": []}
    for field in _FIELD.findall(page):
        facts = {name: unescape(value) for name, value in _ATTRIBUTE.findall(field)}
        name, value = facts.get("name", ""), facts.get("value", "")
        if name == "picked" and " checked" in field and int(value) not in untick:
            sent["picked"].append(value)
        elif facts.get("type") == "hidden" and name != "csrfmiddlewaretoken":
            sent[name] = value
    return {**sent, **typed}
