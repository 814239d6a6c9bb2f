"""The first day: a confederation and a federation without a unit, a facility or a household.

Every page that a manager may open must already answer, and none may lead to a page that is not
there: it is the day on which both decide whether the application works.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve

from bench.signing import signed_in_as
from federations.models import User
from tests import databases
from tests.house.test_permissions import ROUTES

MANAGERS = ("directrice", "ursule")
LINK = re.compile(r'href="(/[^"#]*)')
ELSEWHERE = ("/static/", "/compte/")
#: Of addresses that differ by their numbers only, so many are followed.
OF_A_KIND = 3


@pytest.fixture
def first_day(django_db_setup: None, django_db_blocker: object, worker_name: str) -> Iterator[None]:
    """Stand on a copy of the first day's database."""
    name = databases.copy_of(databases.first_day_database(), f"conamus_first_{worker_name}")
    with django_db_blocker.unblock(), databases.connected_to(name):
        yield
    databases.drop(name)


def _signed_in(username: str) -> Client:
    return signed_in_as(User.objects.get(username=username))


@pytest.mark.parametrize("username", MANAGERS)
def test_no_address_breaks_down_without_data(username: str, first_day: None) -> None:
    client = _signed_in(username)
    plain = [path for path, _ in ROUTES if "<" not in path]
    assert len(plain) > 20
    answers = {path: client.get(f"/{path}").status_code for path in plain}
    assert {path: status for path, status in answers.items() if status >= 500} == {}
    assert answers[""] == 200


@pytest.mark.parametrize("username", MANAGERS)
def test_every_link_leads_somewhere(username: str, first_day: None) -> None:
    client = _signed_in(username)
    waiting, seen = ["/"], {"/"}
    kinds: Counter[str] = Counter()
    broken = []
    while waiting:
        address = waiting.pop()
        kinds[resolve(address.partition("?")[0]).route] += 1
        answer = client.get(address)
        if answer.status_code >= 400:
            broken.append((address, answer.status_code))
        for link in _links(answer):
            path = link.partition("?")[0]
            if path not in seen and kinds[resolve(path).route] < OF_A_KIND:
                seen.add(path)
                waiting.append(link)
    assert len(kinds) > 20
    assert broken == []


def _links(answer: HttpResponse) -> list[str]:
    """Return the links of a page to other pages of ours."""
    if not answer.headers["Content-Type"].startswith("text/html"):
        return []
    found = [unescape(link) for link in LINK.findall(answer.content.decode())]
    return [link for link in found if not link.startswith(ELSEWHERE)]
