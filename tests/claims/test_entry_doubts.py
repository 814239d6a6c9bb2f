"""What an entry may say and only a person believes, and what a facility does not choose or learn.

A quantity beyond belief, more days than the stay has, a stub of a book handed out later: whatever
the door, nobody is paid before somebody has read it. A facility's day of receipt is today, and why
its attestation is read is not its to know.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, ClaimLine, StubBook
from claims.rules.adjudication import adjudicate
from claims.rules.entry import NewClaim
from claims.rules.sentences import flag_sentence
from claims.rules.states import State
from claims.rules.words import CareKind
from claims.selectors.care_facts import load_cases
from claims.selectors.claim_page import steps_of
from claims.services.attestation_files import Brought, bring_attestations
from claims.services.attestations import change_claim, enter_claim, replace_claim, submit_claims
from claims.services.decisions import decide_submitted, redo_decisions
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_date
from federations.models import Unit
from federations.services.periods import lock_month
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG
from tests.claims.care import DAY as BED
from tests.claims.entering import DAY, a_line, an_entry, give_books
from tests.conftest import reading_all_tenants
from tests.world import World

TODAY = date(2025, 6, 30)
#: The day after the care of `an_entry`.
HANDED = date(2025, 6, 11)
HEADINGS = "Souche;Formation sanitaire;Membre;Genre;Soins du;Soins au;Reçue le;Acte;Quantité;"
HEADINGS += "Prix unitaire;Jour de l’acte;Épisode de soins;Référé;Part mutuelle écrite;"
HEADINGS += "Part patient écrite"


@pytest.fixture
def care(world: World) -> World:
    give_books(world)
    return world


def _enter(world: World, entry: NewClaim, *, by: str = "albert", submit: bool = True) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=entry, submit=submit)


def _bring(world: World, *rows: str, by: str = "albert") -> Brought:
    actor = world.actor(by)
    content = "\r\n".join((HEADINGS, *rows)).encode("utf-8-sig")
    with open_scope(actor, source="essai"):
        return bring_attestations(actor=actor, content=content, all_or_nothing=False)


def _claim(world: World) -> Claim:
    """Return the one attestation that stands."""
    with open_scope(world.system("UMUCO"), source="essai"):
        return Claim.objects.exclude(state="superseded").get()


def _told(world: World, claim: Claim) -> list[str]:
    with open_scope(world.system("UMUCO"), source="essai"):
        (case,) = load_cases([claim.pk], claim.care_year)
        return [flag_sentence(flag) for flag in adjudicate(case.care, case.package).flags]


HUGE: dict[str, Any] = {"lines": (a_line(DRUG, "201", 1),)}
TOO_LONG: dict[str, Any] = {
    "care_kind": CareKind.STAY,
    "ends_on": date(2025, 6, 11),
    "lines": (a_line(BED, "3", 500),),
}


class TestAPersonDecides:
    @pytest.mark.parametrize(
        ("changes", "words"),
        [(HUGE, "quantité très grande (201)"), (TOO_LONG, "le séjour n’a de jours (2)")],
    )
    def test_what_the_page_sends(self, changes: dict[str, Any], words: str, care: World) -> None:
        claim = _enter(care, an_entry(care, **changes))
        assert _claim(care).state == "to_review"
        (told,) = [one for one in _told(care, claim) if words in one]
        assert told.startswith("Ligne 1 : ")

    def test_what_is_just_possible_is_decided(self, care: World) -> None:
        stay = {**TOO_LONG, "lines": (a_line(BED, "2", 500), a_line(DRUG, "200", 1))}
        _enter(care, an_entry(care, **stay))
        assert _claim(care).state == "decided"

    @pytest.mark.parametrize(
        "cells",
        ["ambulatoire;10/06/2025;;{};PARA;201;1", "séjour;10/06/2025;11/06/2025;{};JOUR;3;500"],
    )
    @pytest.mark.parametrize("by", ["albert", "fabrice"])
    def test_what_a_file_brings(self, by: str, cells: str, care: World) -> None:
        row = f"KIN-000001;FS-T001;UMU-1001-0;{cells.format('20/06/2025')}"
        assert _bring(care, row, by=by).errors == ()
        claim = _claim(care)
        system = care.system("UMUCO")
        if by == "fabrice":
            with open_scope(system, source="essai"):
                decide_submitted(actor=system, claim_ids=[claim.pk], year=2025)
        assert _claim(care).state == "to_review"

    def test_what_replaces_and_what_is_done_again(self, care: World) -> None:
        claim = _enter(care, an_entry(care))
        albert = care.actor("albert")
        with open_scope(albert, source="essai"):
            replace_claim(
                actor=albert, claim_id=claim.pk, year=2025, entry=an_entry(care, **HUGE),
                because="quantité lue de travers", version=Claim.objects.get(pk=claim.pk).version,
            )  # fmt: skip
        new = _claim(care)
        assert new.state == "to_review"
        manager = care.actor("amina")
        with open_scope(manager, source="essai"), pytest.raises(DomainError):
            redo_decisions(actor=manager, claim_ids=[new.pk], year=2025)


class TestTheBookComesFirst:
    @pytest.fixture
    def later(self, care: World) -> World:
        with reading_all_tenants():
            StubBook.objects.filter(prefix="KIN").update(issued_on=HANDED)
        return care

    def test_a_facility_is_refused_at_the_stub(self, later: World) -> None:
        with pytest.raises(DomainError, match=f"remis le {format_date(HANDED)}") as refusal:
            _enter(later, an_entry(later), by="fabrice")
        assert refusal.value.field == "stub"
        after: dict[str, Any] = {"starts_on": HANDED, "ends_on": HANDED}
        assert _enter(later, an_entry(later, **after), by="fabrice").state == "submitted"

    def test_a_centre_s_goes_to_a_person(self, later: World) -> None:
        claim = _enter(later, an_entry(later))
        assert _claim(later).state == "to_review"
        assert _told(later, claim) == [
            f"Le carnet de la souche n’est remis que le {format_date(HANDED)}, après ces soins."
        ]

    def test_one_taken_on_in_circulation_says_nothing(self, later: World) -> None:
        with reading_all_tenants():
            StubBook.objects.filter(prefix="KIN").update(is_take_on=True)
        _enter(later, an_entry(later))
        assert _claim(later).state == "decided"


class TestTheDayOfReceipt:
    def test_a_facility_s_is_today_whatever_the_door(self, care: World) -> None:
        made = _enter(care, an_entry(care), by="fabrice", submit=False)
        assert _claim(care).received_on == TODAY
        fabrice = care.actor("fabrice")
        with open_scope(fabrice, source="essai"):
            change_claim(
                actor=fabrice, claim_id=made.pk, year=2025,
                entry=an_entry(care, received_on=DAY), version=Claim.objects.get().version,
            )  # fmt: skip
        assert _claim(care).received_on == TODAY

    def test_a_facility_s_file_may_say_an_earlier_month(self, care: World) -> None:
        row = "KIN-000001;FS-T001;UMU-1001-0;;05/05/2025;;06/05/2025;CONS;1;1000"
        brought = _bring(care, row, by="fabrice")
        assert (brought.entered, brought.errors) == (1, ())
        assert _claim(care).received_on == TODAY

    def test_a_centre_s_is_the_paper_s_and_its_month_open(self, care: World) -> None:
        amina = care.actor("amina")
        with open_scope(amina, source="essai"):
            unit = Unit.objects.get(pk=care.units["UMU-C1"])
            lock_month(actor=amina, unit=unit, month=date(2025, 5, 1))
        row = "KIN-000001;FS-T001;UMU-1001-0;;05/05/2025;;06/05/2025;CONS;1;1000"
        brought = _bring(care, row)
        assert [(one.number, one.column) for one in brought.errors] == [(2, "Reçue le")]


class TestTheFileSaysAsMuch:
    def test_as_the_page(self, care: World) -> None:
        row = (
            "KIN-000001;FS-T001;UMU-1001-0;séjour;10/06/2025;12/06/2025;20/06/2025;CONS;1;1000;"
            "11/06/2025;FRACTURE;oui;800;200"
        )
        assert _bring(care, row).errors == ()
        claim = _claim(care)
        assert (claim.episode, claim.has_referral) == ("FRACTURE", True)
        assert (claim.told_mutuelle_francs, claim.told_patient_francs) == (800, 200)
        with open_scope(care.system("UMUCO"), source="essai"):
            assert ClaimLine.objects.get().given_on == date(2025, 6, 11)

    def test_a_day_outside_the_stay_at_its_place(self, care: World) -> None:
        row = (
            "KIN-000001;FS-T001;UMU-1001-0;séjour;10/06/2025;12/06/2025;20/06/2025;CONS;1;1000;"
            "13/06/2025"
        )
        (error,) = _bring(care, row).errors
        assert (error.number, error.column) == (2, "Jour de l’acte")
        assert "hors des dates" in error.cause

    @pytest.mark.parametrize("quantity", ["1e3", "١", "1_000", "0x10", "1.000,5", "inf"])
    def test_a_quantity_is_plain_digits(self, quantity: str, care: World) -> None:
        row = f"KIN-000001;FS-T001;UMU-1001-0;;10/06/2025;;20/06/2025;CONS;{quantity};1000"
        (error,) = _bring(care, row).errors
        assert (error.column, error.cause) == (
            "Quantité", f"« {quantity} » n’est pas une quantité."
        )  # fmt: skip

    @pytest.mark.parametrize("quantity", ["1e3", "١"])
    def test_on_the_page_too(
        self, quantity: str, care: World, sign_in: Callable[[str], Client]
    ) -> None:
        page = sign_in("albert").post(_ADDRESS.format(care.facilities["FS-T001"]), _typed(quantity))
        assert page.status_code == 422
        assert "Tapez un nombre" in page.content.decode()


_ADDRESS = "/soins/saisie/?formation={}"


def _page(claim: Claim) -> str:
    return f"/soins/attestations/{claim.care_year}/{claim.pk}/"


def _typed(quantity: str = "1", **changes: str) -> dict[str, str]:
    return {
        "stub": "KIN-000001", "member": "UMU-1001-0", "care_kind": "stay",
        "starts_on": "2025-06-10", "ends_on": "2025-06-12", "received_on": "2025-06-20",
        "lines.1.act": CONSULTATION, "lines.1.quantity": quantity,
        "lines.1.unit_price_francs": "1000", **changes,
    }  # fmt: skip


class TestTheDayOfALine:
    def test_typed_kept_and_shown_again(
        self, care: World, sign_in: Callable[[str], Client]
    ) -> None:
        albert, address = sign_in("albert"), _ADDRESS.format(care.facilities["FS-T001"])
        sent = _typed(**{"lines.1.given_on": "2025-06-11", "keep": "1"})
        assert albert.post(address, sent).status_code == 302
        claim = _claim(care)
        with open_scope(care.system("UMUCO"), source="essai"):
            assert ClaimLine.objects.get().given_on == date(2025, 6, 11)
        assert "le 11/06/2025" in albert.get(f"{_page(claim)}").content.decode()
        again = albert.get(f"{_page(claim)}corriger/").content.decode()
        assert 'value="2025-06-11"' in again

    def test_outside_the_stay_it_is_refused_at_its_place(
        self, care: World, sign_in: Callable[[str], Client]
    ) -> None:
        sent = _typed(**{"lines.1.given_on": "2025-06-13"})
        page = sign_in("albert").post(_ADDRESS.format(care.facilities["FS-T001"]), sent)
        assert page.status_code == 422
        assert f"le {format_date(date(2025, 6, 13))} est hors des dates" in page.content.decode()


class TestWhyIsNotTheFacilityS:
    def test_it_reads_to_review_alone(self, care: World, sign_in: Callable[[str], Client]) -> None:
        claim = _enter(care, an_entry(care, **HUGE))
        address = _page(claim)
        assert "point à regarder" in sign_in("albert").get(address).content.decode()
        page = sign_in("fabrice").get(address).content.decode()
        assert "à examiner" in page
        assert "point à regarder" not in page

    def test_a_kept_one_that_is_sent_is_told_so_alone(self, care: World) -> None:
        """The reason stays with those who review: it is written, and told to the centre."""
        made = _enter(care, an_entry(care, **HUGE), submit=False)
        albert = care.actor("albert")
        with open_scope(albert, source="essai"):
            submit_claims(actor=albert, claim_ids=[made.pk], year=2025)
            step = steps_of(albert, Claim.objects.get(pk=made.pk))[-1]
        assert (step.label, step.reason) == (State.TO_REVIEW.label, "point à regarder")
