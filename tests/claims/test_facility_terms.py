"""What a facility reads of the terms of care: its own prices and general ones, adopted packages."""

from collections.abc import Callable

import pytest

from claims.models import Act, BenefitPackage, PackageClause, Tariff
from claims.services.packages import start_package
from federations.tenancy.scope import open_scope
from tests.claims.care import BEGIN, CONSULTATION, DRUG, give_terms
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    """UMUCO's own prices at both facilities, and a package of its own that is only prepared."""
    give_terms(world)
    with open_scope(world.system("UMUCO"), source="essai"):
        for facility, price in (("FS-T001", 700), ("FS-T002", 777)):
            Tariff(
                tenant_id=world.tenants["UMUCO"],
                act=Act.objects.get(code=CONSULTATION),
                facility_id=world.facilities[facility],
                price_francs=price,
                starts_on=BEGIN,
            ).save()
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        networks = BenefitPackage.objects.get().pk
        start_package(actor=amina, year=2025, from_package_id=networks)
    return world


def _price_of(care: World, facility: str) -> int:
    with open_scope(care.actor("amina"), source="essai"):
        return Tariff.objects.get(facility_id=care.facilities[facility]).pk


def _package(care: World, tenant: str) -> int:
    with open_scope(care.actor("amina"), source="essai"):
        return BenefitPackage.objects.get(tenant_id=care.tenants[tenant]).pk


def test_anothers_own_price_opens_nowhere(care: World, sign_in) -> None:
    fabrice, amina = sign_in("fabrice"), sign_in("amina")
    theirs, own = (f"/soins/tarifs/{_price_of(care, code)}/" for code in ("FS-T002", "FS-T001"))
    assert (fabrice.get(theirs).status_code, amina.get(theirs).status_code) == (404, 200)
    assert fabrice.get(own).status_code == 200
    listed = [c.get("/soins/tarifs/?export=csv").content.decode() for c in (fabrice, amina)]
    assert ["777" in one for one in listed] == [False, True]
    assert all("700" in one and "2000" in one for one in listed)


def test_which_price_holds_elsewhere_is_not_answered(care: World, sign_in) -> None:
    """Not by a general price either, which would not be the one that holds."""
    asked = {"act": CONSULTATION, "facility": "FS-T002", "on": "2025-03-01"}
    shown = sign_in("fabrice").get("/soins/tarifs/prix/", asked).content.decode()
    assert "les prix de votre formation sanitaire seulement" in shown
    assert "C’est le plus proche" not in shown
    own = sign_in("fabrice").get("/soins/tarifs/prix/", {**asked, "facility": "FS-T001"})
    assert "700" in own.content.decode()
    assert "777" in sign_in("amina").get("/soins/tarifs/prix/", asked).content.decode()


def test_a_package_is_read_once_it_is_adopted(care: World, sign_in) -> None:
    fabrice, amina = sign_in("fabrice"), sign_in("amina")
    draft, networks = (_package(care, name) for name in ("UMUCO", "CONAMUS"))
    for page in ("", "simuler/"):
        assert fabrice.get(f"/soins/paquets/{draft}/{page}").status_code == 404, page
        assert amina.get(f"/soins/paquets/{draft}/{page}").status_code == 200, page
        assert fabrice.get(f"/soins/paquets/{networks}/{page}").status_code == 200, page
    assert "en préparation" not in fabrice.get("/soins/paquets/?export=csv").content.decode()


def test_a_bill_is_simulated_at_home(care: World, sign_in) -> None:
    asked = {
        "facility": "FS-T002", "on": "2025-03-01", "kind": "outpatient", "days": "1", "age": "30",
        "sex": "F", "act-0": DRUG, "quantity-0": "1",
    }  # fmt: skip
    address = f"/soins/paquets/{_package(care, 'CONAMUS')}/simuler/"
    elsewhere = sign_in("fabrice").get(address, asked)
    assert set(elsewhere.context["form"].errors) == {"facility"}
    assert sign_in("fabrice").get(address, {**asked, "facility": "FS-T001"}).status_code == 200
    assert sign_in("amina").get(address, asked).status_code == 200


def test_the_wall_holds_where_no_service_asks(care: World, as_actor: Callable) -> None:
    with as_actor(care.actor("fabrice")):
        places = set(Tariff.objects.values_list("facility_id", flat=True))
        assert places == {None, care.facilities["FS-T001"]}
        assert set(BenefitPackage.objects.values_list("state", flat=True)) == {"in_force"}
        tenants = set(PackageClause.objects.values_list("tenant_id", flat=True))
        assert tenants == {care.tenants["CONAMUS"]}
