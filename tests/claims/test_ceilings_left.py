"""What remains of the ceilings at the rights check is what the next decision finds."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import ProgrammingError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import BenefitPackage, Claim, Decision, PackageClause
from claims.selectors.ceilings import ceilings_left
from claims.services.decisions import decide_submitted
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary
from membership.services.rights import ask_rights
from tests.claims.care import CONSULTATION, DRUG, give_claim
from tests.claims.entering import give_books
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    """With a ceiling a household, one of medicines in health centres, one of the under-fives."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        for clause in (
            {"scope": "household_year", "francs": 70_000},
            {"scope": "person_year", "francs": 30_000, "family": "medicine", "level": "CDS"},
            {"scope": "person_year", "francs": 1_000, "age_to": 4},
        ):
            PackageClause(
                tenant_id=package.tenant_id, package=package, kind="ceiling", **clause
            ).save()
    return world


def _decide(world: World, *claims: int, processing: str = "UMUCO") -> None:
    system = world.system(processing)
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


def _left(world: World, number: str, *, by: str = "fabrice") -> dict[str, int]:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        [person] = ask_rights(actor=actor, text=number).people
        found = ceilings_left([person.beneficiary_id], date(2025, 6, 30))[person.beneficiary_id]
    return {f"{one.scope} {one.target.family or ''}".strip(): one.left_francs for one in found}


def test_nothing_used(care: World) -> None:
    assert _left(care, "UMU-1001-0") == {
        "person_year": 50_000,
        "household_year": 70_000,
        "person_year medicine": 30_000,
    }


def test_used_by_the_person_and_the_household_wherever(care: World) -> None:
    """8 000 of drugs at home, 800 away at the other federation's; the wife 4 000."""
    own = [
        give_claim(care, lines=[(DRUG, 20, 500)]),
        give_claim(care, member="UMU-1001-1", lines=[(DRUG, 10, 500)]),
    ]
    _decide(care, *own)
    away = give_claim(
        care, processing="INEZA", facility="FS-T002", lines=[(CONSULTATION, 1, 1_000)]
    )
    _decide(care, away, processing="INEZA")
    assert _left(care, "UMU-1001-0") == {
        "person_year": 50_000 - 8_800,
        "household_year": 70_000 - 12_800,
        "person_year medicine": 30_000 - 8_000,
    }
    assert _left(care, "UMU-1001-1")["person_year"] == 46_000


def test_what_remains_is_what_the_next_decision_finds(care: World) -> None:
    claims = [give_claim(care, lines=[(DRUG, 49, 500)], on=date(2025, 2, day)) for day in (1, 2)]
    _decide(care, claims[0])
    left = min(_left(care, "UMU-1001-0").values())
    _decide(care, claims[1])
    with open_scope(care.system("UMUCO"), source="essai"):
        decision = Decision.objects.get(claim_id=claims[1])
        assert sum(decision.lines.values_list("mutuelle_francs", flat=True)) == left == 10_400
    assert _left(care, "UMU-1001-0")["person_year medicine"] == 0


def test_what_was_paid_in_a_household_left_since_is_that_ones(care: World) -> None:
    """Who changed household brings the own ceilings along, and finds the new household's whole."""
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-04-15', left_because = 'departure',"
            " person_id = (SELECT person_id FROM membership_beneficiary"
            "              WHERE number = 'UMU-1001-1') WHERE number = 'UMU-1002-1'"
        )
    _decide(care, give_claim(care, member="UMU-1002-1", lines=[(DRUG, 20, 500)]))
    assert _left(care, "UMU-1001-1") == {
        "person_year": 50_000 - 8_000,
        "household_year": 70_000,
        "person_year medicine": 30_000 - 8_000,
    }
    _decide(care, give_claim(care, member="UMU-1001-1", lines=[(DRUG, 10, 500)]))
    assert _left(care, "UMU-1001-0")["household_year"] == 70_000 - 4_000


def test_a_superseded_decision_counts_no_more(care: World) -> None:
    claim = give_claim(care, lines=[(DRUG, 20, 500)])
    _decide(care, claim)
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.filter(pk=claim).update(state="to_review", decision_id=None)
        Decision.objects.filter(claim_id=claim).update(superseded_at="2025-06-01T00:00Z")
    assert _left(care, "UMU-1001-0")["person_year"] == 50_000


def test_only_ceilings_of_the_age(care: World, behind_the_wall: Callable) -> None:
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET birth_date = '2022-01-05',"
            " joined_on = '2024-02-01' WHERE number = 'UMU-1001-2'"
        )
    assert 1_000 in _left(care, "UMU-1001-2").values()


def test_one_query(care: World) -> None:
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        people = ask_rights(actor=fabrice, text="UMU-1001").people
        with CaptureQueriesContext(connection) as asked:
            assert ceilings_left([one.beneficiary_id for one in people], date(2025, 6, 30))
    assert len(asked) == 1


def test_the_regulator_does_not_ask(care: World) -> None:
    with pytest.raises(ProgrammingError), open_scope(care.actor("regine"), source="essai"):
        ceilings_left([1], date(2025, 6, 30))


def test_only_of_whom_a_check_has_just_told(care: World, behind_the_wall: Callable) -> None:
    fabrice, amina = care.actor("fabrice"), care.actor("amina")
    with open_scope(fabrice, source="essai"):
        [asked] = ask_rights(actor=fabrice, text="UMU-1003-0").people
    with behind_the_wall():
        other = Beneficiary.objects.get(number="UMU-1001-0").pk
    for actor, people in (
        (fabrice, [asked.beneficiary_id, other]),
        (amina, [asked.beneficiary_id]),
    ):
        with (
            pytest.raises(ProgrammingError, match="without a check of rights"),
            open_scope(actor, source="essai"),
        ):
            ceilings_left(people, date(2025, 6, 30))


def test_the_facilitys_page(care: World, sign_in: Callable[[str], Client]) -> None:
    _decide(care, give_claim(care, lines=[(DRUG, 20, 500)]))
    page = sign_in("fabrice").post("/droits/", {"text": "UMU-1001-0"}).content.decode()
    assert "Ce qui reste des plafonds" in page
    assert "42\u202f000\u00a0FBu</strong> sur 50\u202f000\u00a0FBu" in page
    assert "/soins/saisie/?membre=UMU-1001-0" in page
    closed = sign_in("fabrice").post("/droits/", {"text": "UMU-9999-0"}).content.decode()
    assert "plafonds" not in closed
