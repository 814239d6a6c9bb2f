"""The reverse proxy's own answer to what is too heavy: where it has one, what its page says."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from .conftest import BASE_DIR

CADDYFILE = BASE_DIR / "deploy" / "Caddyfile"
PAGE = BASE_DIR / "deploy" / "413.html"


def limits() -> dict[str, int]:
    """Return the megabytes that each group of addresses may send."""
    found = re.findall(r"request_body @(\w+) \{\s*max_size (\d+)MB", CADDYFILE.read_text("utf-8"))
    return {name: int(megabytes) for name, megabytes in found}


def test_the_page_says_the_limit_and_the_way_back() -> None:
    page = PAGE.read_text("utf-8")
    photo = settings.PICTURE_MAX_BYTES // 1024 // 1024
    assert f"dépasse {limits()['others']} Mo" in page
    assert f"Une photo pèse {photo} Mo au plus" in page
    assert "Revenez à la page précédente" in page
    assert photo < limits()["others"] < limits()["register"]


def announced() -> re.Pattern[str]:
    """Return the pattern of the lengths that are refused before they are read."""
    found = re.search(r"header_regexp Content-Length `(.+)`", CADDYFILE.read_text("utf-8"))
    assert found
    return re.compile(found[1])


@pytest.mark.parametrize("length", [0, 9, 12_000_000, 63_999_999])
def test_what_is_within_the_limit_is_passed_on(length: int) -> None:
    assert not announced().search(str(length))


def test_what_announces_more_is_told_at_once() -> None:
    limit = limits()["others"] * 1_000_000
    for length in (limit, limit + 1, 99_999_999, 100_000_000, 10**12):
        assert announced().search(str(length)), length
