"""Who settles a signal: nobody whom it concerns, by person and in whatever role they act."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from claims.models import CareAuthorisation, ClaimSignal, ClaimStep, FacilitySignal
from claims.services.authorisations import withdraw_authorisation
from claims.services.signals import confirm_signal, dismiss_signal, raise_signals
from conamus.kernel.errors import NotAllowed
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.tenancy.scope import open_scope
from membership.models import Backdating, Enrolment
from tests.answers import text_of
from tests.claims.care import give_claim, give_terms
from tests.claims.reviewing import claim_of, give_waiting, review
from tests.conftest import reading_all_tenants
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


@pytest.fixture
def signal(care: World) -> int:
    """The second of two attestations alike, that a reader has before them."""
    give_waiting(care)
    return _raised(care, give_waiting(care))


def _raised(world: World, claim: int) -> int:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        raise_signals(actor=system, claim_ids=[claim], year=2025)
        return ClaimSignal.objects.get(claim_id=claim, rule="same_care").pk


def _row(world: World, signal: int) -> ClaimSignal:
    with open_scope(world.system("UMUCO"), source="essai"):
        return ClaimSignal.objects.get(pk=signal)


def _dismiss(world: World, username: str, signal: int, **told: bool) -> str:
    """Return the state it comes to, else the refusal."""
    actor = world.actor(username)
    with open_scope(actor, source="essai"):
        try:
            done = dismiss_signal(actor=actor, signal_id=signal, because="Deux fièvres", **told)
        except NotAllowed as refusal:
            return refusal.message
    return done.state


def test_who_decided_leaves_it_to_another(signal: int, care: World) -> None:
    review(care, "annick", _row(care, signal).claim_id, "accepted")
    assert "vous avez décidé de l’attestation" in _dismiss(care, "annick", signal)
    assert _row(care, signal).state == "open"
    assert _dismiss(care, "medard", signal) == "dismissed"


def test_its_reader_settles_it_before_deciding(signal: int, care: World) -> None:
    assert _dismiss(care, "annick", signal) == "dismissed"
    made = review(care, "annick", _row(care, signal).claim_id, "accepted")
    assert made.decision_id is not None


def test_who_entered_it_does_not_whatever_their_role_now(signal: int, care: World) -> None:
    entered = _row(care, signal).claim_id
    with reading_all_tenants(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_claim SET entered_by_user_id = %s WHERE id = %s",
            [care.users["amina"], entered],
        )
    assert "vous avez saisi" in _dismiss(care, "amina", signal)
    assert _dismiss(care, "annick", signal) == "dismissed"


def test_who_sent_or_checked_it_does_not(signal: int, care: World) -> None:
    claim = claim_of(care, _row(care, signal).claim_id)
    with open_scope(care.system("UMUCO"), source="essai"):
        ClaimStep(
            tenant_id=claim.tenant_id,
            processing_id=claim.processing_id,
            facility_id=claim.facility_id,
            care_year=2025,
            claim=claim,
            from_state="submitted",
            to_state="checked",
            by_name="Amina",
            by_user_id=care.users["amina"],
            by_role="centre_operator",
        ).save()
    assert "transmise ou vérifiée" in _dismiss(care, "amina", signal)


def test_who_dated_the_enrolment_back_does_not(care: World) -> None:
    """The manager who let the household in afterwards does not say that it was in order."""
    first = give_claim(care, on=date(2025, 3, 9))
    signal = _raised(care, give_claim(care, on=date(2025, 3, 9)))
    assert first
    with open_scope(care.system("UMUCO"), source="essai"):
        Backdating(
            tenant_id=care.tenants["UMUCO"],
            enrolment=Enrolment.objects.get(household__number="UMU-1001", year_id=2025),
            dated_on=date(2025, 3, 1),
            written_on=date(2025, 3, 12),
            reason="essai",
            recorded_by="Amina",
            recorded_by_user_id=care.users["amina"],
        ).save()
    assert "l’opération antidatée" in _dismiss(care, "amina", signal)
    assert _dismiss(care, "annick", signal) == "dismissed"


def test_who_gave_the_bon_does_not_nor_by_withdrawing_it(signal: int, care: World) -> None:
    claim, annick = claim_of(care, _row(care, signal).claim_id), care.actor("annick")
    with open_scope(annick, source="essai"):
        bon = CareAuthorisation(
            tenant_id=claim.tenant_id,
            processing_id=claim.processing_id,
            beneficiary_id=claim.beneficiary_id,
            facility_id=claim.facility_id,
            number="B-1",
            francs=9_000,
            starts_on=claim.starts_on,
            ends_on=claim.ends_on,
            given_by="Annick",
            given_by_user_id=care.users["annick"],
        )
        bon.save()
    assert "vous avez accordé le bon" in _dismiss(care, "annick", signal)
    with open_scope(annick, source="essai"):
        withdraw_authorisation(actor=annick, authorisation_id=bon.pk)
    assert "vous avez accordé le bon" in _dismiss(care, "annick", signal)
    assert _dismiss(care, "medard", signal) == "dismissed"


@pytest.mark.parametrize("until", [None, date(2024, 1, 1)])
def test_who_is_or_was_of_the_facility_does_not(
    until: date | None, signal: int, care: World
) -> None:
    """A nurse of the federation who also works there, or did; at one facility only."""
    with open_scope(care.system("CONAMUS"), source="essai"):
        RoleAssignment(
            user_id=care.users["annick"],
            role=Role.FACILITY_USER,
            tenant_id=care.tenants["INEZA"],
            facility_id=care.facilities["FS-T001"],
            valid_from=date(2020, 1, 1),
            valid_to=until,
        ).save()
    assert "dans cette formation sanitaire" in _dismiss(care, "annick", signal)
    months = {
        code: FacilitySignal(
            tenant_id=care.tenants["UMUCO"],
            facility_id=care.facilities[code],
            month=date(2025, 3, 1),
            rule="facility_cost",
        )
        for code in ("FS-T001", "FS-T002")
    }
    with open_scope(care.system("UMUCO"), source="essai"):
        for month in months.values():
            month.save()
    told = {
        code: _dismiss(care, "annick", row.pk, is_facility=True) for code, row in months.items()
    }
    assert "Ce signal vous concerne" in told["FS-T001"]
    assert told["FS-T002"] == "dismissed"


def test_the_pages_say_so_instead_of_a_form(signal: int, care: World, sign_in: Callable) -> None:
    claim = _row(care, signal).claim_id
    review(care, "annick", claim, "accepted")
    url = f"/soins/signaux/attestations/{signal}/"
    for username, settles in (("annick", False), ("amina", True)):
        page = sign_in(username).get(url)
        assert ("Ce signal vous concerne" in text_of(page)) is not settles
        assert ('name="verdict"' in page.content.decode()) is settles
    case = sign_in("annick").get(f"/soins/examens/2025/{claim}/")
    assert "Ce signal vous concerne" in text_of(case)
    assert 'name="verdict"' not in case.content.decode()
    refused = sign_in("annick").post(url, {"verdict": "dismissed", "because": "Non"})
    assert refused.status_code == 403
    assert _row(care, signal).state == "open"


def test_the_list_and_its_file_say_by_whom_when_and_why(
    signal: int, care: World, sign_in: Callable
) -> None:
    annick = care.actor("annick")
    with open_scope(annick, source="essai"):
        confirm_signal(actor=annick, signal_id=signal, because="Vu au registre")
    client, url = sign_in("amina"), "/soins/signaux/attestations/"
    listed = text_of(client.get(url))
    assert "confirmé Annick Kaneza" in listed
    assert "Vu au registre" in listed
    [row] = [
        line
        for line in client.get(f"{url}?export=csv").content.decode("utf-8-sig").splitlines()
        if "Vu au registre" in line
    ]
    settled_at = _row(care, signal).settled_at
    assert settled_at is not None
    assert "Annick Kaneza" in row
    assert f"{timezone.localtime(settled_at):%Y-%m-%d}" in row
