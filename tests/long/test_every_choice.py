"""Each choice of each filter, and each order, of the lists at national size: none goes astray.

The planner may take one road for a list and a ruinous one for the same list under a filter.
"""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.portal_pages import paths_of
from bench.signing import signed_in_as
from federations.models import RoleAssignment, User
from federations.rules.roles import Role

#: Seconds of one statement; sound ones take a hundredth.
MOST_SECONDS = 1.0
MOST_OF_ONE_FILTER = 8
_CHOICES = re.compile(r'<select[^>]* name="(\w+)".*?</select>', re.S)
_CHOICE = re.compile(r'<option value="([^"]+)"')
_ORDER = re.compile(r'href="(\?[^"]*sort=[^"]*)"')


def _asked(page: str) -> list[str]:
    """Return the queries that a list's filters and titles offer; of long filters, the ends."""
    asked = {unescape(order) for order in _ORDER.findall(page)}
    for found in _CHOICES.finditer(page.partition("<main")[2]):
        values = [unescape(value) for value in _CHOICE.findall(found[0])]
        if len(values) > MOST_OF_ONE_FILTER:
            values = [values[0], values[1], values[-1]]
        asked |= {f"?{found[1]}={value}" for value in values}
    return sorted(asked)


def _slowest(client: Client, address: str) -> float:
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200, address
    return max((float(one["time"]) for one in statements), default=0.0)


@pytest.mark.parametrize(
    "username", ["gestionnaire.munasa", "centre.munasa", "gestionnaire.conamus"]
)
def test_no_choice_of_a_list_goes_astray(username: str, demo_network: None) -> None:
    client = signed_in_as(User.objects.get(username=username))
    role = Role(RoleAssignment.objects.get(user__username=username).role)
    addresses = [
        path.partition("?")[0] + query
        for path in paths_of(role)
        for query in _asked(client.get(path).content.decode())
    ]
    assert len(addresses) > 100
    slow = {one: took for one in addresses if (took := _slowest(client, one)) > MOST_SECONDS}
    assert slow == {}
