"""An attestation sent again under its stub: found where it says the same, refused otherwise.

The reason for care too, which the centre that enters it may not read.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection

from claims.models import Claim, DecisionLine, PackageClause, PrivateReading
from claims.rules.entry import NewClaim
from claims.services.attestation_files import Brought, bring_attestations
from claims.services.attestations import enter_claim
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.entering import an_entry, give_books
from tests.claims.test_bad_input import PAGE, Fault, _typed
from tests.world import World

TODAY = date(2025, 6, 30)
SAID = {"episode": "EP-1", "told_total_francs": 1_000, "told_mutuelle_francs": 800}
_HEADINGS = "Souche;Formation sanitaire;Membre;Soins du;Reçue le;Acte;Quantité;Prix unitaire;Motif"
_ROW = "KIN-000001;FS-T001;UMU-1001-0;10/06/2025;20/06/2025;CONS;1;1000;{}"


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, entry: NewClaim, by: str = "albert") -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=entry)


def _bring(world: World, reason: str) -> Brought:
    actor = world.actor("albert")
    content = f"{_HEADINGS}\r\n{_ROW.format(reason)}".encode("utf-8-sig")
    with open_scope(actor, source="essai"):
        return bring_attestations(actor=actor, content=content, all_or_nothing=False)


@pytest.mark.parametrize("by", ["albert", "fabrice"])
@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"has_referral": True}, "une autre mention du référé"),
        ({"episode": "EP-2"}, "un autre épisode de soins"),
        ({"told_total_francs": None}, "un autre total écrit"),
        ({"told_mutuelle_francs": 700}, "une autre part de la mutuelle écrite"),
        ({"told_patient_francs": 300}, "une autre part du patient écrite"),
        ({"reason": "DIAB"}, "un autre motif"),
        ({"reason_note": "avec fièvre"}, "un autre motif"),
    ],
)
def test_the_same_care_with_other_words_is_refused(
    care: World, by: str, change: dict, named: str
) -> None:
    entry = an_entry(care, **SAID)
    first = _enter(care, entry, by)
    assert _enter(care, entry, by).pk == first.pk
    with pytest.raises(DomainError) as refusal:
        _enter(care, replace(entry, **change), by)
    assert refusal.value.field == "stub"
    assert f"La souche KIN-000001 est déjà saisie, avec {named} : ouvrez" in str(refusal.value)


def test_each_difference_is_named(care: World) -> None:
    _enter(care, an_entry(care))
    with pytest.raises(DomainError) as refusal:
        _enter(care, an_entry(care, has_referral=True, episode="EP-2"))
    assert "un autre épisode de soins, une autre mention du référé :" in str(refusal.value)


def test_another_day_of_receipt_is_refused_and_today_is_none_told(care: World) -> None:
    """A line that fell is sent again the next day: every door puts that day where none is told."""
    first = _enter(care, an_entry(care))
    with pytest.raises(DomainError, match="un autre jour de réception"):
        _enter(care, an_entry(care, received_on=date(2025, 6, 25)))
    assert _enter(care, an_entry(care, received_on=TODAY)).pk == first.pk


def test_a_reason_left_empty_replaces_none(care: World) -> None:
    first = _enter(care, an_entry(care))
    assert _enter(care, an_entry(care, reason="")).pk == first.pk


def test_a_reason_where_there_was_none_is_another(care: World) -> None:
    _enter(care, an_entry(care, reason=""))
    with pytest.raises(DomainError, match="un autre motif"):
        _enter(care, an_entry(care))


def test_the_page_does_not_answer_as_if_it_had_saved(care: World, sign_in) -> None:
    """Entered without its referral it pays nothing; entered with it, it must not look saved."""
    with open_scope(care.system("CONAMUS"), source="essai"):
        terms = PackageClause.objects.first().package
        PackageClause(
            tenant_id=terms.tenant_id,
            package=terms,
            kind="requirement",
            paper="referral",
            family="consultation",
        ).save()
    client, typed = sign_in("albert"), _typed(Fault({}, "", ""))
    url = f"{PAGE}?formation={care.facilities['FS-T001']}"
    assert client.post(url, typed).status_code == 302
    assert client.post(url, typed).status_code == 302
    answer = client.post(url, {**typed, "has_referral": "on"})
    assert answer.status_code == 422
    assert "est déjà saisie, avec une autre mention du référé" in answer.content.decode()
    with open_scope(care.system("UMUCO"), source="essai"):
        assert list(Claim.objects.values_list("has_referral", flat=True)) == [False]
        assert list(DecisionLine.objects.values_list("mutuelle_francs", flat=True)) == [0]


def test_a_file_tells_at_its_row(care: World) -> None:
    _bring(care, "PALU")
    assert _bring(care, "PALU").known == 1
    brought = _bring(care, "DIAB")
    assert (brought.known, brought.refused) == (0, 1)
    assert [(one.number, one.column) for one in brought.errors] == [(2, "Souche")]
    assert "un autre motif" in brought.errors[0].cause


def test_who_is_told_equal_has_read_it(care: World, behind_the_wall: Callable) -> None:
    _enter(care, an_entry(care))
    _enter(care, an_entry(care))
    with pytest.raises(DomainError, match="un autre motif"):
        _enter(care, an_entry(care, reason="DIAB"))
    # Beside another refusal nothing is told of the reason: what was rolled back kept no reading.
    for reason in ("DIAB", "PALU"):
        with pytest.raises(DomainError) as refusal:
            _enter(care, an_entry(care, reason=reason, has_referral=True))
        assert "motif" not in str(refusal.value)
    with behind_the_wall():
        kept = PrivateReading.objects.values_list("read_as", "what")
        assert list(kept) == [("centre_operator", "reason")]


@pytest.mark.parametrize("username", ["amina", "agnes", "bernard", "beatrice"])
def test_nobody_else_compares(care: World, username: str, as_actor: Callable) -> None:
    """Neither another role of the federation, nor another federation's centre: never « equal »."""
    claim = _enter(care, an_entry(care))
    with as_actor(care.actor(username)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT claim_reason_is(%s, 2025, (SELECT id FROM claims_carereason"
            " WHERE code = 'PALU'), '')",
            [claim.pk],
        )
        assert cursor.fetchone() == (False,)
