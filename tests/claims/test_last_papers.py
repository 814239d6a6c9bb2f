"""The last papers of a facility come after its agreement has ended: care is judged by its own day.

CDS Mutoyi's ended on 15 June; today is 30 June.
"""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from claims.models import Act, Agreement, Claim
from claims.selectors.invoices import term_days
from federations.tenancy.scope import open_scope
from tests.claims.entering import give_books
from tests.claims.test_entry_files import GOOD, _bring, _csv, _stored
from tests.conftest import reading_all_tenants
from tests.world import World

SignIn = Callable[[str], Client]
ENDED = date(2025, 6, 15)


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    with reading_all_tenants():
        ours = Agreement.objects.filter(facility_id=world.facilities["FS-T001"])
        ours.update(ends_on=ENDED, payment_term_days=45)
    return world


def test_the_centre_enters_care_given_before_and_none_after(care: World, sign_in: SignIn) -> None:
    albert, pk = sign_in("albert"), care.facilities["FS-T001"]
    assert "CDS Mutoyi" in albert.get("/soins/saisie/").content.decode()
    typed = {
        "stub": "KIN-000001",
        "member": "UMU-1001-0",
        "care_kind": "outpatient",
        "starts_on": "2025-06-10",
        "received_on": "2025-06-30",
        "lines.1.act": "CONS",
        "lines.1.unit_price_francs": "1000",
    }
    page = f"/soins/saisie/?formation={pk}"
    late = albert.post(page, {**typed, "starts_on": "2025-06-15"})
    assert "n’a pas de convention le 15 juin 2025" in late.content.decode()
    sums = albert.post("/soins/saisie/calcul/", {**typed, "facility_id": pk})
    assert "Total des lignes" in sums.content.decode()
    assert albert.post(page, typed).status_code == 302
    with open_scope(care.actor("albert"), source="essai"):
        assert Claim.objects.get().state == "decided"


def test_so_by_file(care: World) -> None:
    after = ["KIN-000003", "FS-T001", "UMU-1001-0", "16/06/2025", "20/06/2025", "CONS", "1", "900"]
    brought = _bring(care, _csv(GOOD[0], after))
    assert [row[:2] for row in _stored(care)] == [("KIN-000001", "decided")]
    assert "n’a pas de convention le 16 juin 2025" in brought.errors[0].cause


def test_a_facility_that_never_had_one_is_not_offered(care: World, sign_in: SignIn) -> None:
    with reading_all_tenants():
        hospitals = Agreement.objects.filter(facility_id=care.facilities["FS-T002"])
        hospitals.update(starts_on=date(2025, 7, 1))
    assert "Hôpital Gitega" not in sign_in("albert").get("/soins/saisie/").content.decode()


def test_the_last_invoice_has_the_term_that_was_agreed(care: World) -> None:
    tenant, facility = care.tenants["UMUCO"], care.facilities["FS-T001"]
    with open_scope(care.system("UMUCO"), source="essai"):
        assert term_days(tenant, facility, date(2025, 7, 5)) == 45
        Agreement.objects.create(
            tenant_id=tenant, facility_id=facility, starts_on=date(2025, 7, 1), payment_term_days=20
        )
        days = [term_days(tenant, facility, date(2025, month, 5)) for month in (6, 7)]
    assert days == [45, 20]


def test_acts_are_offered_by_the_day_of_care(care: World, sign_in: SignIn) -> None:
    with reading_all_tenants():
        Act.objects.filter(code="CONS").update(closed_on=ENDED)
    albert = sign_in("albert")

    def offered(on: str) -> bool:
        asked = {"lines.1.act": "cons", "starts_on": on}
        return "<option" in albert.get("/soins/saisie/actes/", asked).content.decode()

    assert [offered(on) for on in ("2025-06-10", "2025-06-15", "", "31/31/31")] == [
        True, False, False, False,
    ]  # fmt: skip
