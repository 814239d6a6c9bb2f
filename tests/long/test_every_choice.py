"""Whatever a list of the menu can be asked, at national size: no statement goes astray.

The planner may take one road for a list and a ruinous one for the same list under a filter.
"""

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.links import PageLinks, asked, followed
from bench.portal_pages import paths_of
from bench.signing import signed_in_as
from federations.models import RoleAssignment, User
from federations.rules.roles import Role

#: Seconds of one statement; sound ones take a hundredth.
MOST_SECONDS = 1.0


def _asked(path: str, client: Client) -> set[str]:
    """Return what the list of a page offers: choices, texts of its rows, orders, last pages."""
    page, own = PageLinks(client.get(path).content.decode()), path.partition("?")[0]
    orders = (one for one in followed(path, page) if one.startswith(f"{own}?") and "sort=" in one)
    return {*asked(path, page), *orders}


def _slowest(client: Client, address: str) -> float:
    # A full log takes no more statements: all later pages would seem to ask nothing.
    reset_queries()
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code in (200, 302), address
    return max(float(one["time"]) for one in statements)


@pytest.mark.parametrize(
    "username",
    ["gestionnaire.munasa", "centre.munasa", "gestionnaire.conamus", "medecin1.conamus"],
)
def test_no_question_to_a_list_goes_astray(username: str, demo_network: None) -> None:
    client = signed_in_as(User.objects.get(username=username))
    role = Role(RoleAssignment.objects.get(user__username=username).role)
    addresses = sorted({one for path in paths_of(role) for one in _asked(path, client)})
    assert any("sort=" in one for one in addresses)
    assert any("q=ndayi" in one for one in addresses)
    assert any("page=" in one for one in addresses)
    slow = {one: took for one in addresses if (took := _slowest(client, one)) > MOST_SECONDS}
    assert slow == {}
