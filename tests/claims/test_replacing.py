"""What takes the place of an attestation keeps what its paper said, and what people said of it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from claims.models import Claim, ClaimStep, DecisionLine
from claims.rules.entry import NewClaim
from claims.rules.facts import ReviewCut
from claims.services.attestations import change_claim, enter_claim, replace_claim
from claims.services.claim_rows import carry_private
from claims.services.papers import attach_paper
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.reviewing import claim_of, review
from tests.claims.visiting import drawn, find
from tests.world import World

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj "
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, *, submit: bool = True, by: str = "albert", **changes: Any) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world, **changes), submit=submit)


def _attach(world: World, claim: Claim) -> None:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        attach_paper(
            actor=albert, claim_id=claim.pk, year=claim.care_year, title="Bon", content=PDF
        )


def _replace(world: World, claim: Claim, entry: NewClaim) -> Claim:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return replace_claim(
            actor=albert,
            claim_id=claim.pk,
            year=claim.care_year,
            entry=entry,
            because="prix mal lu",
            version=Claim.objects.get(pk=claim.pk).version,
        )


def _change(world: World, claim: Claim, entry: NewClaim, by: str = "albert") -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        version = Claim.objects.get(pk=claim.pk).version
        return change_claim(
            actor=actor, claim_id=claim.pk, year=claim.care_year, entry=entry, version=version
        )


def _paid(world: World, claim: Claim) -> int:
    with open_scope(world.system("UMUCO"), source="essai"):
        lines = DecisionLine.objects.filter(
            decision__claim_id=claim.pk, decision__superseded_at=None
        )
        return sum(lines.values_list("mutuelle_francs", flat=True))


@pytest.fixture
def private_of(behind_the_wall: Callable) -> Callable[[Claim], tuple[list[str], list[str]]]:
    """Tell a claim's reasons and the titles of its papers, as only the owner of the base can."""

    def told(claim: Claim) -> tuple[list[str], list[str]]:
        with behind_the_wall(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT r.code FROM claims_claimdiagnosis d JOIN claims_carereason r"
                " ON r.id = d.reason_id WHERE d.care_year = %s AND d.claim_id = %s",
                [claim.care_year, claim.pk],
            )
            reasons = [code for (code,) in cursor.fetchall()]
            cursor.execute(
                "SELECT title FROM claims_claimattachment WHERE care_year = %s AND claim_id = %s",
                [claim.care_year, claim.pk],
            )
            return reasons, [title for (title,) in cursor.fetchall()]

    return told


def test_the_page_replaces_and_the_reason_left_blank_still_excludes(
    care: World, sign_in: Callable[[str], Client], private_of: Callable
) -> None:
    """A chronic illness, excluded by the package: 0 before, 0 after; its paper follows."""
    claim = _enter(care, reason="DIAB")
    _attach(care, claim)
    assert _paid(care, claim) == 0
    page = f"/soins/attestations/2025/{claim.pk}/remplacer/"
    albert = sign_in("albert")
    shown = albert.get(page)
    assert "se garde si vous le laissez vide" in shown.content.decode()
    typed = {
        field.name: field.value()
        for field in shown.context["form"]
        if field.value() not in (None, False)
    }
    assert "reason" not in typed or not typed["reason"]
    assert albert.post(page, {**typed, "because": "prix relu"}).status_code == 302
    with open_scope(care.system("UMUCO"), source="essai"):
        new = Claim.objects.get(supersedes_id=claim.pk)
    assert (new.state, _paid(care, new)) == ("decided", 0)
    assert private_of(new) == (["DIAB"], ["Bon"])
    again = _replace(care, new, an_entry(care, reason="", lines=(a_line(price=900),)))
    assert (private_of(again), _paid(care, again)) == ((["DIAB"], ["Bon"]), 0)


def test_a_reason_typed_again_takes_the_place_of_the_former(
    care: World, private_of: Callable
) -> None:
    claim = _enter(care, reason="DIAB")
    _attach(care, claim)
    new = _replace(care, claim, an_entry(care, reason="PALU"))
    assert private_of(new) == (["PALU"], ["Bon"])
    assert _paid(care, new) == 800


def test_a_correction_that_makes_it_another_federations_keeps_them(
    care: World, private_of: Callable
) -> None:
    claim = _enter(care, submit=False, reason="DIAB")
    _attach(care, claim)
    made = _change(care, claim, an_entry(care, member="INE-1001-0", reason=""))
    assert made.pk != claim.pk
    assert private_of(made) == (["DIAB"], ["Bon"])


@pytest.fixture
def bare(care: World, behind_the_wall: Callable) -> tuple[Claim, Claim]:
    """An attestation with its reason and paper; the one that replaces it, without."""
    claim = _enter(care, reason="DIAB")
    _attach(care, claim)
    other = _enter(care, stub="KIN-000002", member="UMU-1002-0", reason="")
    with behind_the_wall():
        Claim.objects.filter(pk=claim.pk).update(state="superseded")
        Claim.objects.filter(pk=other.pk).update(supersedes_id=claim.pk)
    return claim, other


def _carry(world: World, username: str, former: Claim, claim: Claim) -> None:
    with open_scope(world.actor(username), source="essai"), transaction.atomic():
        carry_private(former.pk, 2025, claim.pk, 2025)


def test_they_go_over_by_who_may_write_both_alone(
    bare: tuple[Claim, Claim], care: World, private_of: Callable
) -> None:
    claim, other = bare
    for username in ("clara", "medard", "regine"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            _carry(care, username, claim, other)
    # Another federation's; and neither replaces the other.
    _carry(care, "bernard", claim, other)
    _carry(care, "albert", other, claim)
    assert private_of(other) == ([], [])
    _carry(care, "albert", claim, other)
    _carry(care, "fabrice", claim, other)
    assert private_of(other) == (["DIAB"], ["Bon"])


def test_nothing_private_goes_over_to_another_facility(
    bare: tuple[Claim, Claim], care: World, private_of: Callable
) -> None:
    """The one that takes its place names FS-T001; the former, FS-T002, tells it nothing."""
    there = _enter(care, facility="FS-T002", stub="GIT-000001", reason="DIAB")
    _attach(care, there)
    entry = an_entry(care, stub="KIN-000003", member="UMU-1001-1", reason="")
    assert private_of(_replace(care, there, entry)) == ([], [])


def test_who_enters_nothing_carries_nothing(
    bare: tuple[Claim, Claim], care: World, private_of: Callable
) -> None:
    claim, other = bare
    for username in ("agnes", "amina", "annick", "arthur"):
        with suppress(ProgrammingError):
            _carry(care, username, claim, other)
        assert private_of(other) == ([], []), username


def _step_to_review(world: World, claim: Claim) -> str:
    with open_scope(world.system("UMUCO"), source="essai"):
        return ClaimStep.objects.get(claim_id=claim.pk, to_state="to_review").reason


def test_what_a_reader_rejected_does_not_come_back_by_itself(care: World) -> None:
    """Rejected, then entered again with the same lines: another reader, and not 8,800."""
    lines = (a_line(), a_line(DRUG, "60", 500))
    claim = _enter(care, lines=lines)
    whole = tuple(
        ReviewCut(position=position, reason="not_done", is_all=True) for position in (1, 2)
    )
    review(care, "annick", claim.pk, "rejected", cuts=whole)
    assert (claim_of(care, claim.pk).state, _paid(care, claim)) == ("decided", 0)
    new = _replace(care, claim, an_entry(care, lines=(a_line(), a_line(DRUG, "20", 500))))
    assert (claim_of(care, new.pk).state, _paid(care, new)) == ("to_review", 0)
    assert _step_to_review(care, new) == "remplace une attestation qu’une personne a lue"


def test_nor_what_a_visit_verified(care: World) -> None:
    """Of a visit of CONAMUS's too, which the centre knows nothing of."""
    claim = _enter(care)
    visit = drawn(care, "medard")
    untouched = _replace(care, claim, an_entry(care, lines=(a_line(price=900),)))
    assert claim_of(care, untouched.pk).state == "decided"
    visit = drawn(care, "medard")
    find(care, visit, {1: {"verdict": "absent"}}, "medard")
    new = _replace(care, untouched, an_entry(care))
    assert _step_to_review(care, new) == "remplace une attestation qu’une personne a lue"
