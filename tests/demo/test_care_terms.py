"""The demonstration's terms of care: complete, consistent, and what is known of them exact."""

from datetime import date
from fractions import Fraction

import pytest
from django.db import connection

from claims.models import Act, Agreement, BenefitPackage, CareReason, StubBook, Tariff
from claims.rules.package import Ceiling, Scope
from claims.rules.packages import faults
from claims.rules.stubs import StubRange, check_ranges
from claims.rules.tariffs import TariffBook, overlaps
from claims.selectors.package_versions import is_same
from claims.selectors.packages import packages_in_force
from claims.selectors.tariffs import as_rule
from conamus.demo.care.catalogue import price_on, read_acts, read_reasons
from federations.models import Federation, HealthFacility

DAYS = (date(2024, 7, 1), date(2025, 6, 30))


@pytest.fixture
def every_row(demo_network: None, behind_the_wall):
    with behind_the_wall():
        yield


def test_the_lists_are_whole(every_row: None) -> None:
    acts = {act.code: act for act in Act.objects.all()}
    assert len(acts) == len(read_acts()) >= 130
    assert CareReason.objects.count() == len(read_reasons()) >= 40
    assert not CareReason.objects.filter(icd10="").exists()
    usual = {code for reason in read_reasons() for code in reason.acts}
    assert usual <= acts.keys()
    medicines = [act for act in acts.values() if act.family == "medicine"]
    assert all(act.atc for act in medicines)


def test_each_act_has_one_price_everywhere_on_every_day(every_row: None) -> None:
    rows = [as_rule(row) for row in Tariff.objects.select_related("act")]
    assert overlaps(rows) == ()
    book = TariffBook(rows)
    places = HealthFacility.objects.values_list("facility_type", "ownership").distinct()
    for act in read_acts():
        for level, ownership in places:
            for day in DAYS:
                found = book.closest(act.code, "", level, ownership, day)
                assert found is not None
                assert found.price_francs == price_on(act, level, ownership, day)


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_packages_say_what_is_published(every_row: None, year: int) -> None:
    tenants = dict(Federation.objects.values_list("code", "pk"))
    found = packages_in_force(tenants.values(), [year])
    day = date(year, 7, 1)
    template = found.of(tenants["CONAMUS"], day).package
    assert faults(template) == ()
    shares = {rate.target.ownership: rate.share for rate in template.rates}
    eighty = Fraction(4, 5)
    assert shares == {"public": eighty, "private": Fraction(1, 2), "faith_based": eighty}
    stays = [one for one in template.ceilings if one.scope is Scope.STAY]
    assert [one.francs for one in stays] == [200_000]
    assert isinstance(stays[0], Ceiling)
    assert any(one.is_chronic for one in template.exclusions)
    free = {(p.target.age_to, p.is_maternity, p.target.ownership) for p in template.other_payers}
    assert free == {(4, False, "public"), (None, True, "public")}
    own = {code for code, pk in tenants.items() if not is_same(found.of(pk, day).package, template)}
    derogated = BenefitPackage.objects.filter(year_id=year, derogation_on__isnull=False)
    assert own == set(derogated.values_list("tenant__code", flat=True))


def test_each_contracted_facility_has_an_agreement_and_a_book_for_it(every_row: None) -> None:
    facilities = set(HealthFacility.objects.values_list("pk", flat=True))
    pairs = set(Agreement.objects.values_list("tenant_id", "facility_id"))
    assert {facility for _, facility in pairs} == facilities
    assert set(StubBook.objects.values_list("tenant_id", "facility_id")) == pairs
    for tenant in {tenant for tenant, _ in pairs}:
        books = StubBook.objects.filter(tenant_id=tenant)
        check_ranges(
            [StubRange(str(b.facility_id), b.prefix, b.first_number, b.last_number) for b in books]
        )


def test_agreements_say_what_may_be_paid_in_advance(every_row: None) -> None:
    """Public and faith-based ones only: a sum for a health centre, a share for a hospital."""
    said = {(True, False), (False, False), (True, True)}
    found = {
        (row.advances.allows_some, row.advances.percent is not None)
        for row in Agreement.objects.all()
    }
    assert found == said
    for row in Agreement.objects.select_related("facility"):
        assert row.advances.allows_some is (row.facility.ownership != "private")
        is_centre = row.facility.facility_type == "CDS"
        assert not row.advances.allows_some or (row.advances.percent is None) is is_centre


def test_agreements_are_with_the_federations_of_the_province(every_row: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH works AS (SELECT DISTINCT z.tenant_id, c.parent_id AS province"
            " FROM federations_unitzone z JOIN federations_place c ON c.id = z.commune_id)"
            " SELECT count(*) FROM federations_healthfacility f"
            " JOIN federations_place c ON c.id = f.former_commune_id"
            " JOIN works w ON w.province = c.parent_id"
            " WHERE NOT EXISTS (SELECT FROM claims_agreement a"
            "  WHERE a.tenant_id = w.tenant_id AND a.facility_id = f.id)"
        )
        assert cursor.fetchone() == (0,)
