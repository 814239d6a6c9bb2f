"""Entering, at the wall and at the same moment: who sees whom, one stub for two, the job."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from claims.models import Claim, Decision, StubUse
from claims.selectors.claims import visible_claims, with_patients
from claims.services.attestations import enter_claim
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date
from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, RightsCheck
from tests.claims.entering import DAY, a_line, an_entry, give_books
from tests.membership.asking import MOST, have_asked
from tests.world import World


def _enter(world: World, *, by: str = "albert", **changes: object) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world, **changes), submit=True)


@pytest.mark.parametrize(
    ("username", "told"),
    [
        ("albert", True),
        ("bernard", True),
        ("fabrice", True),
        ("medard", True),
        ("beatrice", True),
        ("clara", False),
    ],
)
def test_who_is_told_the_patient_of_a_visit(username: str, told: bool, world: World) -> None:
    """INEZA's member at UMUCO's facility: both federations, the facility, the adviser."""
    give_books(world)
    claim = _enter(world, member="INE-1001-0")
    with open_scope(world.actor(username), source="essai"), connection.cursor() as cursor:
        cursor.execute("SELECT claim_patient(%s, 2025)", [claim.pk])
        found = cursor.fetchone()[0]
    assert (found is not None) is told


def test_another_facility_is_told_nothing(world: World) -> None:
    give_books(world)
    _enter(world, facility="FS-T002", stub="GIT-000001")
    fabrice = world.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        assert not with_patients(visible_claims(fabrice)).exists()


def test_a_facilitys_claims_are_decided_by_the_job(own_database: World) -> None:
    give_books(own_database)
    claims = [
        _enter(own_database, by="fabrice", member=member, stub=f"KIN-{n:06d}")
        for n, member in enumerate(("UMU-1001-0", "INE-1001-0"), start=1)
    ]
    with open_scope(own_database.system("UMUCO"), source="essai"):
        jobs = list(Job.objects.filter(kind="decide_claims").values_list("pk", flat=True))
    assert len(jobs) == 2
    for job in (*jobs, *jobs):
        run_job(job)
    with open_scope(own_database.system("UMUCO"), source="essai"):
        assert set(Job.objects.filter(pk__in=jobs).values_list("state", flat=True)) == {"done"}
        found = Decision.objects.filter(claim_id__in=[claim.pk for claim in claims])
        assert found.count() == 2
        assert {one.decided_by for one in found} == {"système (contrôle administratif)"}


@pytest.mark.parametrize("same", [True, False])
def test_two_people_enter_one_stub_at_the_same_moment(same: bool, own_database: World) -> None:
    """The same paper twice, or two papers under one number: one of them is written."""
    give_books(own_database)
    entries = [
        an_entry(own_database),
        an_entry(own_database) if same else an_entry(own_database, lines=(a_line(price=900),)),
    ]
    albert, start = own_database.actor("albert"), Barrier(2)
    refusals: list[str] = []

    def enter(number: int) -> None:
        start.wait()
        try:
            with open_scope(albert, source="essai"):
                enter_claim(actor=albert, entry=entries[number], submit=True)
        except DomainError as error:
            refusals.append(str(error.field))
        finally:
            connection.close()

    threads = [Thread(target=enter, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_scope(own_database.system("UMUCO"), source="essai"):
        assert Claim.objects.count() == 1
        assert StubUse.objects.count() == 1
        assert Decision.objects.count() == 1
    assert refusals in ([], ["stub"])
    if not same:
        assert refusals == ["stub"]


def test_the_entry_tells_a_facility_no_day_of_birth_or_death(world: World) -> None:
    give_books(world)
    with open_scope(world.system("UMUCO"), source="essai"):
        died = {"died_on": DAY, "left_on": DAY, "left_because": "death"}
        Beneficiary.objects.filter(number="UMU-1001-0").update(
            birth_date=DAY, joined_on=DAY, **died
        )
    for username, is_told in (("fabrice", False), ("albert", True)):
        with pytest.raises(DomainError) as refused:
            _enter(
                world,
                by=username,
                starts_on=DAY - timedelta(days=1),
                ends_on=DAY + timedelta(days=1),
            )
        told = {error.field: error.message for error in refused.value.each()}
        for field in ("starts_on", "ends_on"):
            assert (format_date(DAY) in told[field]) is is_told
            assert ("vérifiez le numéro" in told[field]) is not is_told


def test_who_may_check_no_more_patients_still_enters_the_pile(
    world: World, behind_the_wall: Callable
) -> None:
    """Two hundred a day are entered: an attestation written is its own trace."""
    give_books(world)
    with behind_the_wall():
        have_asked(world.actor("fabrice"), MOST)
    made = _enter(world, by="fabrice")
    assert made.stub_number
    with behind_the_wall():
        assert not RightsCheck.objects.filter(how="refused").exists()
