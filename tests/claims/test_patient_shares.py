"""What the patient pays is told with the answer, at the desk of the facility that asks."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import BenefitPackage, PackageClause
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from tests.claims.entering import give_books
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    """Terms of care: 20 % are the patient's in public facilities, 50 % in private ones."""
    give_books(world)
    return world


def _told(client: Client, text: str) -> str:
    page = client.post("/droits/", {"text": text}).content.decode()
    return page.replace("\u202f", " ").replace("\xa0", " ")


def _change(care: World, tenant: str, change: Callable[[], object]) -> None:
    with open_scope(care.system(tenant), source="essai"):
        change()


def _run(care: World, sql: str) -> None:
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_rate_of_the_facility_that_asks(care: World, sign_in: Callable[[str], Client]) -> None:
    fabrice = sign_in("fabrice")
    assert "Ticket modérateur : 20 %." in _told(fabrice, "UMU-1001-0")
    here = HealthFacility.objects.filter(pk=care.actor("fabrice").facility_id)
    _change(care, "CONAMUS", lambda: here.update(ownership="private"))
    assert "Ticket modérateur : 50 %." in _told(fabrice, "UMU-1001-0")


def test_a_span_where_care_differs(care: World, sign_in: Callable[[str], Client]) -> None:
    def add() -> None:
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="rate", family="medicine",
            ownership="public", percent=60,
        ).save()  # fmt: skip

    _change(care, "CONAMUS", add)
    told = _told(sign_in("fabrice"), "UMU-1001-0")
    assert "Ticket modérateur : de 20 % à 40 % selon le soin." in told


def test_free_care_of_the_young_is_told(care: World, sign_in: Callable[[str], Client]) -> None:
    _run(
        care,
        "UPDATE membership_beneficiary SET birth_date = '2022-01-05', joined_on = '2024-02-01'"
        " WHERE number = 'UMU-1001-2'",
    )
    told = _told(sign_in("fabrice"), "UMU-1001-2")
    assert "Ticket modérateur : rien, État (gratuité) paie." in told
    assert "Ticket modérateur : 20 %." in _told(sign_in("fabrice"), "UMU-1001-0")


def test_several_of_a_household_each_have_theirs(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    assert _told(sign_in("fabrice"), "UMU-1001").count("Ticket modérateur : 20 %.") == 3


def test_nothing_is_told_away_from_a_facility_nor_of_closed_rights(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    assert "Ticket" not in _told(sign_in("agnes"), "UMU-1001-0")
    _run(care, "UPDATE membership_household SET closed_on = '2025-06-01' WHERE number = 'UMU-1001'")
    assert "Ticket" not in _told(sign_in("fabrice"), "UMU-1001-0")


def test_two_queries_whatever_the_household(care: World, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("fabrice")
    counts = set()
    for text in ("UMU-1001-0", "UMU-1001"):
        with CaptureQueriesContext(connection) as asked:
            _told(client, text)
        counts.add(len(asked))
    assert len(counts) == 1
