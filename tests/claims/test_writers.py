"""Nobody decides what they wrote: who entered it, corrected it, sent it, or wrote what it replaces.

Annick is a nurse, and helps out at the centre: the same person, in two roles.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.models import BenefitPackage, Claim, ClaimSignal, ClaimStep, PackageClause
from claims.selectors.reviews import waiting, writers_of
from claims.services.attestations import change_claim, enter_claim, replace_claim, submit_claims
from claims.services.authorisations import NewAuthorisation, authorise_care
from claims.services.signals import dismiss_signal
from conamus import clock
from conamus.kernel.errors import NotAllowed
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG
from tests.claims.entering import a_line, an_entry, give_books
from tests.claims.reviewing import claim_of, review
from tests.world import World

#: Above what is accepted by itself.
MANY = (a_line(DRUG, "60", 500),)


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _at_the_centre(world: World, username: str) -> Actor:
    person = world.actor(username)
    return replace(world.actor("albert"), user_id=person.user_id, name=person.name)


def _enter(world: World, by: str, *, submit: bool = False, **told: Any) -> Claim:
    actor = _at_the_centre(world, by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world, **told), submit=submit)


def _change(world: World, by: str, claim: Claim, **told: Any) -> Claim:
    actor = _at_the_centre(world, by)
    with open_scope(actor, source="essai"):
        version = Claim.objects.get(pk=claim.pk).version
        entry = an_entry(world, lines=MANY, **told)
        return change_claim(actor=actor, claim_id=claim.pk, year=2025, entry=entry, version=version)


def _send(world: World, by: str, claim: Claim) -> None:
    actor = _at_the_centre(world, by)
    with open_scope(actor, source="essai"):
        assert submit_claims(actor=actor, claim_ids=[claim.pk], year=2025) == 1


def _corrected(world: World) -> Claim:
    claim = _change(world, "annick", _enter(world, "albert"))
    _send(world, "albert", claim)
    return claim


def _sent(world: World) -> Claim:
    claim = _enter(world, "albert", lines=MANY)
    _send(world, "annick", claim)
    return claim


def _made_anothers(world: World) -> Claim:
    """Entered by her, for a member of another federation as it turns out."""
    claim = _change(world, "albert", _enter(world, "annick"), member="INE-1001-0")
    _send(world, "albert", claim)
    return claim


def _replaced(world: World) -> Claim:
    """Entered by her and decided; the centre replaces it."""
    return _replace(world, _enter(world, "annick", submit=True), lines=MANY)


def _replace(world: World, claim: Claim, **told: Any) -> Claim:
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return replace_claim(
            actor=albert,
            claim_id=claim.pk,
            year=claim.care_year,
            entry=an_entry(world, **told),
            because="relue",
            version=Claim.objects.get(pk=claim.pk).version,
        )


def _replaced_twice(world: World) -> Claim:
    """The same, and the centre corrects its price before that: two papers stand between."""
    claim = _enter(world, "annick", submit=True)
    for lines in ((a_line(price=900),), MANY):
        claim = _replace(world, claim, lines=lines)
    return claim


@pytest.mark.parametrize("write", [_corrected, _sent, _made_anothers, _replaced, _replaced_twice])
def test_who_wrote_it_neither_meets_it_nor_decides_it(
    write: Callable[[World], Claim], care: World
) -> None:
    claim = write(care)
    assert claim_of(care, claim.pk).state == "to_review"
    for username, is_offered in (("annick", False), ("medard", True)):
        actor = care.actor(username)
        with open_scope(actor, source="essai"):
            assert waiting(actor, clock.today()).exists() is is_offered
    with pytest.raises(NotAllowed, match="saisi, corrigé ou transmis"):
        review(care, "annick", claim.pk, "accepted")
    review(care, "medard", claim.pk, "accepted")
    assert claim_of(care, claim.pk).state == "decided"


def test_a_correction_is_a_step_that_names_who_made_it(care: World) -> None:
    claim = _change(care, "annick", _enter(care, "albert"))
    with open_scope(care.system("UMUCO"), source="essai"):
        steps = ClaimStep.objects.filter(claim_id=claim.pk).order_by("pk")
        assert list(steps.values_list("from_state", "to_state", "by_name", "reason")) == [
            ("", "entered", "Albert Niyonzima", ""),
            ("entered", "entered", "Annick Kaneza", "corrigée avant l’envoi"),
        ]


def _give_bon(care: World) -> None:
    request = NewAuthorisation(
        member="UMU-1001-0",
        facility_code="FS-T001",
        starts_on=date(2025, 6, 1),
        ends_on=date(2025, 7, 31),
        family="medicine",
        francs=9_000,
    )
    annick = _at_the_centre(care, "annick")
    with open_scope(annick, source="essai"):
        authorise_care(actor=annick, request=request)


def test_who_corrected_it_and_gave_its_bon_is_signalled(care: World) -> None:
    _give_bon(care)
    claim = _corrected(care)
    with open_scope(care.system("UMUCO"), source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim.pk, rule="same_hands")
    assert signal.facts == {"what": ["le bon de prise en charge"]}


def test_who_wrote_the_first_is_not_known_by_its_year_alone(care: World) -> None:
    """Corrected twice, the second time to care of the year before: its writer is found still."""
    tenant_id = care.tenants["UMUCO"]
    with open_scope(care.system("UMUCO"), source="essai"):
        package = BenefitPackage(
            tenant_id=tenant_id, year_id=2024, state="in_force", in_force_from=date(2024, 1, 1),
            late_after_days=None,
        )  # fmt: skip
        package.save()
        PackageClause(tenant_id=tenant_id, package=package, kind="rate", percent=80).save()
    old = {"starts_on": date(2024, 12, 30), "ends_on": date(2024, 12, 30)}
    claim = _replace(care, _enter(care, "annick", submit=True), lines=(a_line(price=900),))
    claim = _replace(care, claim, lines=MANY, **old)
    assert claim.care_year == 2024
    with open_scope(care.system("UMUCO"), source="essai"):
        assert str(care.users["annick"]) in writers_of(claim)


def test_who_wrote_the_first_does_not_settle_the_signals_of_the_last(care: World) -> None:
    """Its signal stands on what takes the place of what takes its place."""
    claim = _replace(care, _enter(care, "annick", submit=True), lines=(a_line(price=990),))
    _enter(care, "albert", submit=True, stub="KIN-000002", is_distinct=True)
    claim = _replace(care, claim, lines=(a_line(price=980),))
    with open_scope(care.system("UMUCO"), source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim.pk, rule="same_care").pk
    annick, medard = care.actor("annick"), care.actor("medard")
    with open_scope(annick, source="essai"), pytest.raises(NotAllowed, match="vous avez saisi"):
        dismiss_signal(actor=annick, signal_id=signal, because="rien à voir")
    with open_scope(medard, source="essai"):
        told = dismiss_signal(actor=medard, signal_id=signal, because="rien à voir")
        assert told.state == "dismissed"


def test_who_wrote_the_first_and_gave_its_bon_is_signalled_on_the_last(care: World) -> None:
    claim = _replace(care, _enter(care, "annick", submit=True), lines=(a_line(price=990),))
    _give_bon(care)
    claim = _replace(care, claim, lines=(a_line(price=980),))
    with open_scope(care.system("UMUCO"), source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim.pk, rule="same_hands")
    assert signal.facts == {"what": ["le bon de prise en charge"]}
