"""Care is decided by what its facility was on the day of care, whatever it has become since."""

from datetime import date

import pytest

from claims.models import Act, BenefitPackage, Decision, DecisionLine, PackageClause, Tariff
from claims.selectors.batches import Choice
from claims.selectors.ceilings import ceilings_left
from claims.selectors.tariffs import price_for, priced_by
from claims.services.batches import preview_redo
from claims.services.decisions import decide_submitted
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from membership.services.rights import ask_rights
from tests.claims.care import BEGIN, CONSULTATION, DRUG, give_claim
from tests.claims.entering import give_books
from tests.federations.test_standings import PRIVATE, set_standing
from tests.world import World

BEFORE, AFTER, SINCE = date(2025, 3, 10), date(2025, 6, 10), date(2025, 6, 1)
YEAR = Choice(year=2025, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))


@pytest.fixture
def care(world: World) -> World:
    """A consultation costs 2 000 in private facilities; 3 000 a year are paid in public ones."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id, package=package, kind="ceiling", scope="person_year",
            ownership="public", francs=3_000,
        ).save()  # fmt: skip
        Tariff(
            tenant_id=package.tenant_id, act=Act.objects.get(code=CONSULTATION),
            ownership="private", price_francs=2_000, starts_on=BEGIN,
        ).save()  # fmt: skip
    return world


def _become_private(world: World) -> None:
    clara = world.actor("clara")
    with open_scope(clara, source="essai"):
        set_standing(clara, _facility(world), PRIVATE, SINCE)


def _facility(world: World) -> HealthFacility:
    return HealthFacility.objects.get(pk=world.facilities["FS-T001"])


def _paid(world: World, claim: int) -> int:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
        decision = Decision.objects.get(claim_id=claim)
        lines = DecisionLine.objects.filter(decision=decision)
        return sum(lines.values_list("mutuelle_francs", flat=True))


def test_rate_price_and_ceilings_are_those_of_the_day_of_care(care: World) -> None:
    decided = give_claim(care, lines=[(DRUG, 5, 500)], on=BEFORE)
    assert _paid(care, decided) == 2_000
    _become_private(care)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        preview = preview_redo(actor=amina, choice=YEAR)
    assert (preview.claims, preview.changed, preview.francs) == (1, 0, 0)
    # Papers that come late are of their day too: 80 %, the public price, and what is left of 3 000.
    assert _paid(care, give_claim(care, on=BEFORE)) == 800
    assert _paid(care, give_claim(care, lines=[(DRUG, 5, 500)], on=BEFORE)) == 200
    # Since June it is 50 %, at the private price, and the ceiling of public care holds no more.
    new = give_claim(care, lines=[(CONSULTATION, 1, 2_000)], on=AFTER)
    assert _paid(care, new) == 1_000


def test_what_is_told_beforehand_is_of_the_day_too(care: World) -> None:
    assert _paid(care, give_claim(care, on=BEFORE)) == 800
    _become_private(care)
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        [person] = ask_rights(actor=fabrice, text="UMU-1001-0").people
        left = ceilings_left([person.beneficiary_id], AFTER)[person.beneficiary_id]
    assert [one.left_francs for one in left if one.target.ownership == "public"] == [2_200]
    with open_scope(care.actor("clara"), source="essai"):
        act, facility = Act.objects.get(code=CONSULTATION), _facility(care)
        tenant = care.tenants["CONAMUS"]
        found = [price_for(tenant, act, facility, day).row for day in (BEFORE, AFTER)]
        assert [row.price_francs for row in found if row] == [1_000, 2_000]
        of_private = Tariff.objects.get(ownership="private")
        assert priced_by(of_private, BEGIN, date(2026, 1, 1)) is None
