"""Bons de prise en charge: given once, numbered, used by decisions, withdrawn."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from claims.models import BenefitPackage, Claim, Decision, PackageClause
from claims.rules.words import CareKind
from claims.selectors.authorisations import authorisations
from claims.services.attestations import enter_claim
from claims.services.authorisations import (
    NewAuthorisation,
    authorise_care,
    withdraw_authorisation,
)
from conamus.kernel.errors import Conflict, DomainError, NotAllowed
from federations.tenancy.scope import open_scope
from tests.claims.care import DAY as BED
from tests.claims.entering import a_line, an_entry, give_books
from tests.world import World

TODAY = date(2025, 6, 30)
ASKED = NewAuthorisation(
    member="UMU-1001-0",
    facility_code="fs-t002",
    starts_on=date(2025, 6, 1),
    ends_on=date(2025, 7, 31),
    family="hospital_day",
    francs=9_000,
)


@pytest.fixture
def care(world: World) -> World:
    """Days of stay need a bon."""
    give_books(world)
    with open_scope(world.system("CONAMUS"), source="essai"):
        package = BenefitPackage.objects.get()
        PackageClause(
            tenant_id=package.tenant_id,
            package=package,
            kind="requirement",
            paper="authorisation",
            family="hospital_day",
        ).save()
    return world


def _give(world: World, asked: NewAuthorisation = ASKED, *, by: str = "albert", key: str = ""):
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return authorise_care(actor=actor, request=asked, key=key)


def _stay(world: World) -> Decision | None:
    actor = world.actor("albert")
    entry = an_entry(
        world,
        facility="FS-T002",
        stub="GIT-000001",
        care_kind=CareKind.STAY,
        ends_on=date(2025, 6, 12),
        lines=(a_line(BED, "2", 10_000),),
    )
    with open_scope(actor, source="essai"):
        made = enter_claim(actor=actor, entry=entry, submit=True)
        return Decision.objects.filter(claim_id=made.pk).first()


def test_numbered_in_one_series_a_federation(care: World) -> None:
    assert [_give(care).number for _ in range(2)] == ["BP-2025-000001", "BP-2025-000002"]
    assert _give(care, by="annick").number == "BP-2025-000003"
    of_adviser = _give(care, replace(ASKED, member="INE-1001-0"), by="medard")
    assert (of_adviser.number, of_adviser.processing_id) == (
        "BP-2025-000001",
        care.tenants["INEZA"],
    )


def test_the_same_request_again_gives_the_same(care: World) -> None:
    first = _give(care, key="k1")
    assert _give(care, key="k1").pk == first.pk
    with pytest.raises(Conflict):
        _give(care, replace(ASKED, francs=1), key="k1")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"member": "UMU-9999-0"}, "member"),
        ({"facility_code": "FS-9"}, "facility_code"),
        ({"ends_on": date(2025, 5, 1)}, "ends_on"),
        ({"starts_on": date(2024, 1, 1), "ends_on": date(2024, 2, 1)}, "ends_on"),
        ({"ends_on": date(2027, 1, 1)}, "ends_on"),
        ({"francs": 0}, "francs"),
        ({"francs": -5}, "francs"),
        ({"act": "XYZ"}, "act"),
        ({"family": "magie"}, "family"),
    ],
)
def test_faults_at_their_field(changes: dict[str, object], field: str, care: World) -> None:
    with pytest.raises(DomainError) as refusal:
        _give(care, replace(ASKED, **changes))
    assert field in {one.field for one in refusal.value.each()}


@pytest.mark.parametrize("username", ["amina", "agnes", "fabrice", "arthur", "clara"])
def test_who_gives_none(username: str, care: World) -> None:
    with pytest.raises(NotAllowed):
        _give(care, by=username)


def test_a_decision_uses_it_up_to_its_amount(care: World, settings) -> None:
    settings.BUSINESS_DATE = ASKED.starts_on
    paper = _give(care, by="annick")
    settings.BUSINESS_DATE = TODAY
    decision = _stay(care)
    assert decision is not None
    with open_scope(care.actor("albert"), source="essai"):
        used = authorisations(care.actor("albert")).get(pk=paper.pk).used_francs
        assert used == 9_000
        line = decision.lines.get()
        assert (line.mutuelle_francs, line.asked_francs) == (7_200, 20_000)


def test_without_one_or_withdrawn_nothing_is_paid(care: World) -> None:
    paper, albert = _give(care), care.actor("albert")
    with open_scope(albert, source="essai"):
        withdraw_authorisation(actor=albert, authorisation_id=paper.pk)
        with pytest.raises(Conflict):
            withdraw_authorisation(actor=albert, authorisation_id=paper.pk)
    decision = _stay(care)
    with open_scope(albert, source="essai"):
        paid = sum(decision.lines.values_list("mutuelle_francs", flat=True)) if decision else 0
        assert paid == 0
        assert Claim.objects.get().state in ("decided", "to_review")


@pytest.mark.parametrize(
    ("given_on", "state"), [(date(2025, 6, 12), "decided"), (date(2025, 6, 13), "to_review")]
)
def test_one_written_after_the_care_is_shown_to_a_person(
    care: World, given_on: date, state: str, settings
) -> None:
    """A stay of 10 to 12 June, which nothing else would show to anybody."""
    settings.BUSINESS_DATE = given_on
    _give(care, by="annick")
    settings.BUSINESS_DATE = TODAY
    _stay(care)
    with open_scope(care.system("UMUCO"), source="essai"):
        claim = Claim.objects.get()
        assert claim.state == state
        is_told = claim.steps.filter(reason__contains="point à regarder").exists()
        assert is_told is (state == "to_review")


def test_one_valid_from_long_ago_says_why(care: World, sign_in: Callable[[str], Client]) -> None:
    """Today is 30 June: 31 May is thirty days ago."""
    assert _give(care, replace(ASKED, starts_on=date(2025, 5, 31))).dated_back_because == ""
    old = replace(ASKED, starts_on=date(2025, 5, 30))
    for because in ("", "  ", "x" * 301):
        with pytest.raises(DomainError) as refusal:
            _give(care, replace(old, because=because))
        assert refusal.value.field == "because"
    made = _give(care, replace(old, because=" accord oral  du 30 mai "))
    assert made.dated_back_because == "accord oral du 30 mai"
    page = sign_in("albert").get(f"/soins/bons/{made.pk}/").content.decode()
    assert "accord oral du 30 mai" in page


def test_the_pages(care: World, sign_in: Callable[[str], Client]) -> None:
    albert = sign_in("albert")
    sent = {
        "member": "INE-1001-0",
        "facility_code": "FS-T001",
        "family": "",
        "francs": "50 000",
        "starts_on": "2025-06-01",
        "ends_on": "2025-07-31",
    }
    page = albert.post("/soins/bons/accorder/", sent, follow=True).content.decode()
    assert "Le bon BP-2025-000001 est accordé." in page
    assert "Inezaa Kéza, INE-1001-0" in page
    for username, sees in (("fabrice", True), ("bernard", True), ("medard", True)):
        listed = sign_in(username).get("/soins/bons/").content.decode()
        assert ("BP-2025-000001" in listed) is sees
        assert "Inezaa Kéza" in listed
    found = albert.get("/soins/bons/?q=INE-1001-0").content.decode()
    assert "BP-2025-000001" in found
    assert "BP-2025-000001" not in albert.get("/soins/bons/?q=UMU-1001-0").content.decode()
    with open_scope(care.actor("albert"), source="essai"):
        pk = authorisations(care.actor("albert")).get().pk
    page = albert.post(f"/soins/bons/{pk}/retirer/", {}, follow=True).content.decode()
    assert "Retiré." in page
