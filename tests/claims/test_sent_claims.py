"""What was sent and waits still: checked again by the hour or by hand, or given back to correct."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from claims.models import BenefitPackage, Claim, ClaimLine, ClaimStep, DecisionCut
from claims.rules.states import State
from claims.services.attestations import change_claim, enter_claim, submit_claims
from claims.services.sent_claims import (
    PATIENCE,
    check_all_waiting,
    check_claim,
    give_claim_back,
)
from conamus.kernel.errors import Conflict, DomainError
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import give_claim
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.reviewing import claim_of
from tests.conftest import reading_all_tenants
from tests.world import World

HOME = "/soins/"


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


@pytest.fixture
def sent(care: World) -> int:
    """A consultation of the day that was sent, and that nobody checked."""
    return give_claim(care, on=date(2025, 6, 10))


def _url(claim: int, ending: str = "") -> str:
    return f"/soins/attestations/2025/{claim}/{ending}"


def _withdraw_package() -> None:
    with reading_all_tenants():
        BenefitPackage.objects.update(in_force_from=date(2025, 6, 20))


def _hour_later() -> int:
    return check_all_waiting(before=timezone.now() + PATIENCE)


def test_the_hour_decides_what_no_job_did(sent: int, care: World) -> None:
    other = give_claim(
        care, member="INE-1001-0", processing="INEZA", facility="FS-T002", stub="INE-000001"
    )
    assert check_all_waiting(before=timezone.now() - PATIENCE) == 0
    assert _hour_later() == 2
    assert claim_of(care, sent).state == State.DECIDED
    assert claim_of(care, other, "INEZA").state == State.DECIDED
    assert _hour_later() == 0


def test_what_is_refused_stays_sent_and_holds_nothing_up(sent: int, care: World) -> None:
    """The package begins on 20 June: only the later care is decided, until the package is right."""
    later = give_claim(care, on=date(2025, 6, 21), stub="KIN-000002")
    _withdraw_package()
    assert _hour_later() == 1
    assert [claim_of(care, one).state for one in (sent, later)] == [State.SUBMITTED, State.DECIDED]
    with reading_all_tenants():
        BenefitPackage.objects.update(in_force_from=date(2025, 1, 1))
    assert _hour_later() == 1
    assert claim_of(care, sent).state == State.DECIDED


def test_the_centre_has_it_checked_and_is_told_what_is_in_the_way(
    sent: int, care: World, sign_in: Callable
) -> None:
    client = sign_in("albert")
    assert "Contrôler" in text_of(client.get(_url(sent)))
    _withdraw_package()
    told = text_of(client.post(_url(sent, "controler/"), follow=True))
    assert "paquet" in told
    assert claim_of(care, sent).state == State.SUBMITTED
    with reading_all_tenants():
        BenefitPackage.objects.update(in_force_from=date(2025, 1, 1))
    assert "800 FBu à la charge" in text_of(client.post(_url(sent, "controler/"), follow=True))
    with open_scope(care.system("UMUCO"), source="essai"):
        by = ClaimStep.objects.filter(claim_id=sent).order_by("-pk").first()
    assert by is not None
    assert by.by_role == "system"


def test_who_waits_for_a_check_finds_it(sent: int, care: World, sign_in: Callable) -> None:
    for username in ("amina", "albert"):
        client = sign_in(username)
        lines = {one["sentence"]: one["url"] for one in client.get(HOME).context["tasks"]}
        url = lines["1 attestation transmise, pas encore contrôlée, soins de 2025"]
        assert client.get(url).context["count"] == 1
    assert "transmise" not in text_of(sign_in("annick").get(HOME))


@pytest.mark.parametrize("username", ["albert", "amina"])
def test_given_back_it_is_corrected_and_sent_again(
    username: str, care: World, sign_in: Callable
) -> None:
    """A facility's own, whose job never came: corrected by the facility under its stub."""
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        claim = enter_claim(actor=fabrice, entry=an_entry(care), submit=True).pk
    client = sign_in(username)
    page = client.get(_url(claim, "rendre/"))
    version = page.context["form"].initial["version"]
    client.post(_url(claim, "rendre/"), {"because": "Le prix manque", "version": version})
    assert claim_of(care, claim).state == State.ENTERED
    told = text_of(sign_in("fabrice").get(_url(claim)))
    assert "rendue pour correction : Le prix manque" in told
    assert "Corriger" in told
    entry = an_entry(care, lines=(a_line(price=900),))
    with open_scope(fabrice, source="essai"):
        version = Claim.objects.get(pk=claim).version
        change_claim(actor=fabrice, claim_id=claim, year=2025, entry=entry, version=version)
        assert ClaimLine.objects.get(claim_id=claim).asked_francs == 900
        assert submit_claims(actor=fabrice, claim_ids=[claim], year=2025) == 1
    assert claim_of(care, claim).state == State.SUBMITTED


def _given_back(care: World, settings: Any) -> Claim:
    """Sent on 20 June of 2025 by the facility, given back at the end of September."""
    fabrice, amina = care.actor("fabrice"), care.actor("amina")
    settings.BUSINESS_DATE = date(2025, 6, 20)
    with open_scope(fabrice, source="essai"):
        claim = enter_claim(actor=fabrice, entry=an_entry(care), submit=True)
    settings.BUSINESS_DATE = date(2025, 9, 30)
    with open_scope(amina, source="essai"):
        version = claim_of(care, claim.pk).version
        give_claim_back(
            actor=amina, claim_id=claim.pk, year=2025, because="Le prix manque", version=version
        )
    return claim


def _correct(care: World, claim: Claim, **told: Any) -> Claim:
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        version = Claim.objects.get(pk=claim.pk).version
        entry = an_entry(care, **told)
        return change_claim(
            actor=fabrice, claim_id=claim.pk, year=2025, entry=entry, version=version
        )


def test_what_was_given_back_keeps_its_day_and_is_not_late(care: World, settings: Any) -> None:
    """Ninety days are given to send: the federation's own waiting is not the facility's."""
    claim = _correct(care, _given_back(care, settings), lines=(a_line(price=900),))
    assert claim.received_on == date(2025, 6, 20)
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        assert submit_claims(actor=fabrice, claim_ids=[claim.pk], year=2025) == 1
    _hour_later()
    with open_scope(care.system("UMUCO"), source="essai"):
        assert claim_of(care, claim.pk).state == State.DECIDED
        assert not DecisionCut.objects.filter(code="late").exists()


def test_it_keeps_its_day_where_it_is_entered_anew_and_corrected_again(
    care: World, settings: Any
) -> None:
    """Another federation's member, as it turns out; then the price."""
    claim = _correct(care, _given_back(care, settings), member="INE-1001-0")
    assert claim.supersedes_id is not None
    claim = _correct(care, claim, member="INE-1001-0", lines=(a_line(price=900),))
    assert claim.received_on == date(2025, 6, 20)


def test_what_was_never_sent_is_received_when_it_is_written(care: World, settings: Any) -> None:
    """A draft keeps no day: what is sent today was not received in June."""
    fabrice = care.actor("fabrice")
    settings.BUSINESS_DATE = date(2025, 6, 20)
    with open_scope(fabrice, source="essai"):
        claim = enter_claim(actor=fabrice, entry=an_entry(care))
    settings.BUSINESS_DATE = date(2025, 9, 30)
    assert _correct(care, claim, lines=(a_line(price=900),)).received_on == date(2025, 9, 30)


@pytest.mark.parametrize("username", ["fabrice", "annick", "agnes", "bernard"])
def test_nobody_else_checks_it_or_gives_it_back(sent: int, username: str, care: World) -> None:
    actor = care.actor(username)
    with open_scope(actor, source="essai"):
        with pytest.raises(DomainError):
            check_claim(actor=actor, claim_id=sent, year=2025)
        with pytest.raises(DomainError):
            give_claim_back(actor=actor, claim_id=sent, year=2025, because="Non", version=1)
    assert claim_of(care, sent).state == State.SUBMITTED


def test_what_was_checked_meanwhile_is_not_given_back(sent: int, care: World) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"), pytest.raises(Conflict):
        give_claim_back(actor=amina, claim_id=sent, year=2025, because="Prix", version=9)
    _hour_later()
    with open_scope(amina, source="essai"), pytest.raises(DomainError, match="est décidée"):
        give_claim_back(actor=amina, claim_id=sent, year=2025, because="Prix", version=1)
    assert claim_of(care, sent).state == State.DECIDED
