"""Agreements and stub books: their days, suspensions, papers, and whose they are."""

from datetime import date

import pytest
from django.utils import timezone

from claims.models import Agreement, StubBook, StubUse
from claims.selectors.agreements import (
    agreements,
    holding_on,
    readable_agreement,
    situation,
    stub_books,
    why_none_holds,
)
from claims.services.agreements import (
    AgreementTerms,
    add_document,
    end_agreement,
    lift_suspension,
    renew_agreement,
    sign_agreement,
    suspend_agreement,
    withdraw_agreement,
    withdraw_suspension,
)
from claims.services.stub_books import NewBook, issue_book, withdraw_book
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from tests.world import World

START = date(2025, 1, 1)


def _terms(world: World, facility: str = "FS-T001", **more: object) -> AgreementTerms:
    return AgreementTerms(**{"facility_id": world.facilities[facility], "starts_on": START, **more})


def _holds(world: World, tenant: str, day: date) -> bool:
    return holding_on(world.tenants[tenant], world.facilities["FS-T001"], day).exists()


def test_an_agreement_holds_on_its_days_but_for_its_suspensions(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world), key="cle")
        assert sign_agreement(actor=amina, terms=_terms(world), key="cle").pk == row.pk
        days = [date(2025, 3, 9), date(2025, 3, 10), date(2025, 3, 19), date(2025, 3, 20)]
        suspend_agreement(
            actor=amina, agreement_id=row.pk, starts_on=days[1], ends_on=None, reason="Factures"
        )
        assert not _holds(world, "UMUCO", date(2025, 6, 1))
        lift_suspension(actor=amina, agreement_id=row.pk, ends_on=days[3])
        assert [_holds(world, "UMUCO", day) for day in days] == [True, False, False, True]
        assert not _holds(world, "UMUCO", date(2024, 12, 31))
        assert not _holds(world, "INEZA", days[0])
        shown = readable_agreement(amina, row.pk)
        assert situation(shown, days[1]) == ("bad", "suspendue jusqu’au 20 mars 2025")
        assert situation(shown, days[3]) == ("good", "en vigueur")


def test_why_a_facility_has_no_agreement_is_said(world: World, as_actor) -> None:
    amina = world.actor("amina")
    place = HealthFacility.objects.get(code="FS-T001")
    tenant = amina.tenant_id
    with as_actor(amina):
        assert "n’en a jamais signé" in why_none_holds(tenant, place, START)
        row = sign_agreement(actor=amina, terms=_terms(world))
        assert why_none_holds(tenant, place, START) == ""
        assert "commence le 1er janvier 2025" in why_none_holds(tenant, place, date(2024, 5, 1))
        suspend_agreement(
            actor=amina, agreement_id=row.pk, starts_on=date(2025, 2, 1),
            ends_on=date(2025, 3, 1), reason="Visite",
        )  # fmt: skip
        assert "suspendue" in why_none_holds(tenant, place, date(2025, 2, 10))
        end_agreement(actor=amina, agreement_id=row.pk, ends_on=date(2025, 5, 1), because="Fin")
        assert "a pris fin le 1er mai 2025" in why_none_holds(tenant, place, date(2025, 5, 1))


@pytest.mark.parametrize(
    ("more", "field", "message"),
    [
        ({}, "starts_on", "court déjà"),
        ({"starts_on": date(2026, 1, 1), "ends_on": date(2025, 1, 1)}, "ends_on", "après"),
        ({"facility_id": 999_999}, "facility", "n’existe pas"),
    ],
)
def test_days_and_facility_are_checked(world: World, as_actor, more, field, message) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        sign_agreement(actor=amina, terms=_terms(world))
        with pytest.raises(DomainError, match=message) as refused:
            sign_agreement(actor=amina, terms=_terms(world, **more))
        assert refused.value.field == field
        assert Agreement.objects.filter(tenant_id=amina.tenant_id).count() == 1


def test_a_section_may_have_its_own_beside_the_federations(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        sign_agreement(actor=amina, terms=_terms(world))
        sign_agreement(actor=amina, terms=_terms(world, unit_id=world.units["UMU-S1"]))
        with pytest.raises(DomainError, match="mutuelle ou d’une section"):
            sign_agreement(actor=amina, terms=_terms(world, unit_id=world.units["UMU-C1"]))
        with pytest.raises(NotFound):
            sign_agreement(actor=amina, terms=_terms(world, unit_id=world.units["INE-S1"]))


def test_renewal_follows_on_the_day_of_the_end(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world, payment_term_days=15))
        with pytest.raises(Conflict, match="pas de fin"):
            renew_agreement(actor=amina, agreement_id=row.pk, number="2", ends_on=None)
        end_agreement(actor=amina, agreement_id=row.pk, ends_on=date(2026, 1, 1), because="Terme")
        new = renew_agreement(actor=amina, agreement_id=row.pk, number="2", ends_on=None)
        assert (new.starts_on, new.payment_term_days) == (date(2026, 1, 1), 15)
        with pytest.raises(DomainError, match="renouvelez"):
            end_agreement(
                actor=amina, agreement_id=row.pk, ends_on=date(2026, 6, 1), because="Plus tard"
            )
        with pytest.raises(DomainError, match="court déjà"):
            renew_agreement(actor=amina, agreement_id=row.pk, number="3", ends_on=None)


def test_suspensions_stay_within_and_apart(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world))
        given = {"actor": amina, "agreement_id": row.pk, "reason": "Visite"}
        with pytest.raises(DomainError, match="ne court pas"):
            suspend_agreement(**given, starts_on=date(2024, 1, 1), ends_on=None)
        with pytest.raises(Conflict, match="n’est pas suspendue"):
            lift_suspension(actor=amina, agreement_id=row.pk, ends_on=date(2025, 2, 1))
        suspend_agreement(**given, starts_on=date(2025, 2, 1), ends_on=date(2025, 3, 1))
        with pytest.raises(DomainError, match="déjà suspendue"):
            suspend_agreement(**given, starts_on=date(2025, 2, 28), ends_on=None)
        suspend_agreement(**given, starts_on=date(2025, 3, 1), ends_on=None)


def test_a_suspension_to_come_is_withdrawn_without_a_day_suspended(world: World, as_actor) -> None:
    amina, first = world.actor("amina"), date(2025, 8, 1)
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world))
        asked = {"actor": amina, "agreement_id": row.pk, "starts_on": first, "ends_on": None}
        pause = suspend_agreement(**asked, reason="Autre formation sanitaire")
        with pytest.raises(DomainError, match="retirez cette suspension"):
            lift_suspension(actor=amina, agreement_id=row.pk, ends_on=first)
        withdraw_suspension(actor=amina, agreement_id=row.pk, suspension_id=pause.pk)
        assert all(_holds(world, "UMUCO", day) for day in (first, date(2025, 12, 31)))
        # The days are free for another.
        suspend_agreement(**{**asked, "ends_on": date(2025, 9, 1)}, reason="Visite")


def test_an_agreement_to_come_is_withdrawn_without_a_day_in_force(world: World, as_actor) -> None:
    amina, first = world.actor("amina"), date(2025, 8, 1)
    with as_actor(amina):
        held = sign_agreement(actor=amina, terms=_terms(world, "FS-T002"))
        with pytest.raises(Conflict, match="a commencé"):
            withdraw_agreement(actor=amina, agreement_id=held.pk)
        wrong = sign_agreement(actor=amina, terms=_terms(world, starts_on=first))
        withdraw_agreement(actor=amina, agreement_id=wrong.pk)
        assert not _holds(world, "UMUCO", first)
        # The days are free for the one that was meant, which keeps its papers.
        right = sign_agreement(actor=amina, terms=_terms(world, starts_on=first))
        add_document(
            actor=amina, agreement_id=right.pk, title="Signée", name="signee.pdf",
            content=b"%PDF-1.7 essai",
        )  # fmt: skip
        with pytest.raises(Conflict, match="documents"):
            withdraw_agreement(actor=amina, agreement_id=right.pk)
    for username, refusal in (("bernard", NotFound), ("agnes", NotAllowed)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            withdraw_agreement(actor=actor, agreement_id=right.pk)


def test_a_suspension_that_began_is_ended_and_not_withdrawn(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world))
        other = sign_agreement(actor=amina, terms=_terms(world, "FS-T002"))
        asked = {"actor": amina, "agreement_id": row.pk}
        # Today is 30 June.
        pause = suspend_agreement(**asked, starts_on=date(2025, 6, 30), ends_on=None, reason="X")
        with pytest.raises(Conflict, match="a commencé"):
            withdraw_suspension(**asked, suspension_id=pause.pk)
        with pytest.raises(NotFound):
            withdraw_suspension(actor=amina, agreement_id=other.pk, suspension_id=pause.pk)
        assert not _holds(world, "UMUCO", date(2025, 7, 1))
    for username, refusal in (("bernard", NotFound), ("agnes", NotAllowed)):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(refusal):
            withdraw_suspension(actor=actor, agreement_id=row.pk, suspension_id=pause.pk)


def test_a_paper_is_known_by_its_bytes(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        row = sign_agreement(actor=amina, terms=_terms(world))
        given = {"actor": amina, "agreement_id": row.pk, "title": "Signée", "name": "a.pdf"}
        with pytest.raises(DomainError, match="ni un PDF ni une photo") as refused:
            add_document(**given, content=b"<html>")
        assert refused.value.field == "file"
        with pytest.raises(DomainError, match="5 Mo"):
            add_document(**given, content=b"%PDF-" + b"0" * 5 * 1024 * 1024)
        made = add_document(**given, content=b"%PDF-1.7 essai")
        assert made.file.content_type == "application/pdf"


def test_a_facility_sees_its_own_with_every_federation(world: World, as_actor) -> None:
    for username in ("amina", "bernard"):
        manager = world.actor(username)
        with as_actor(manager):
            for code in ("FS-T001", "FS-T002"):
                row = sign_agreement(actor=manager, terms=_terms(world, code))
                suspend_agreement(
                    actor=manager, agreement_id=row.pk, starts_on=date(2025, 6, 1), ends_on=None,
                    reason="Visite",
                )  # fmt: skip
    with as_actor(world.actor("amina")):
        assert {row.tenant_id for row in agreements(world.actor("amina"))} == {
            world.tenants["UMUCO"]
        }
    fabrice = world.actor("fabrice")
    with as_actor(fabrice):
        seen = {(row.tenant_id, row.facility.code) for row in agreements(fabrice)}
        own = {(world.tenants[code], "FS-T001") for code in ("UMUCO", "INEZA")}
        assert seen == own
        assert Agreement.objects.count() == 2
        elsewhere = agreements(fabrice).get(tenant_id=world.tenants["INEZA"])
        assert situation(readable_agreement(fabrice, elsewhere.pk), date(2025, 6, 2))[0] == "bad"
        with pytest.raises(NotAllowed):
            end_agreement(
                actor=fabrice, agreement_id=elsewhere.pk, ends_on=date(2025, 7, 1), because="x"
            )


def _book(world: World, first: int, last: int, **more: object) -> NewBook:
    given = {
        "facility_id": world.facilities["FS-T001"],
        "prefix": "kin",
        "first_number": first,
        "last_number": last,
        "issued_on": date(2025, 2, 1),
    }
    return NewBook(**{**given, **more})


def test_no_number_is_in_two_books(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        for code in ("FS-T001", "FS-T002"):
            sign_agreement(actor=amina, terms=_terms(world, code))
        book = issue_book(actor=amina, book=_book(world, 1, 50), key="cle")
        assert issue_book(actor=amina, book=_book(world, 1, 50), key="cle").pk == book.pk
        assert book.prefix == "KIN"
        other = {"facility_id": world.facilities["FS-T002"]}
        with pytest.raises(DomainError, match="KIN-000050") as refused:
            issue_book(actor=amina, book=_book(world, 50, 99, **other))
        assert refused.value.field == "first_number"
        with pytest.raises(DomainError, match="premier à un dernier") as refused:
            issue_book(actor=amina, book=_book(world, 99, 51))
        assert refused.value.field == "last_number"
        issue_book(actor=amina, book=_book(world, 51, 99, **other))
        issue_book(actor=amina, book=_book(world, 1, 50, prefix="GIT"))
        assert [row.used for row in stub_books(amina)] == [0, 0, 0]


def test_a_book_counts_its_own_stubs_alone(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        books = [
            issue_book(actor=amina, book=_book(world, first, last, prefix=prefix, is_take_on=True))
            for prefix, first, last in (("KIN", 1, 50), ("KIN", 51, 100), ("KINA", 1, 50))
        ]
    with open_scope(world.system("UMUCO"), source="essai"):
        for number in ("KIN-000001", "KIN-000050", "KIN-000051", "KINA-000002", "KIN-000101"):
            StubUse(
                tenant_id=amina.tenant_id, number=number, claim_id=1, care_year=2025,
                facility_id=world.facilities["FS-T001"],
            ).save()  # fmt: skip
        freed = StubUse.objects.get(number="KIN-000050")
        freed.freed_at = timezone.now()
        freed.save(update_fields=["freed_at"])
    with as_actor(amina):
        used = {row.pk: row.used for row in stub_books(amina)}
        assert [used[book.pk] for book in books] == [1, 1, 1]


def test_a_book_goes_to_a_facility_with_an_agreement(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        with pytest.raises(DomainError, match="n’en a jamais signé") as refused:
            issue_book(actor=amina, book=_book(world, 1, 50))
        assert refused.value.field == "facility"
        # What circulated before this software was issued under papers that it does not hold.
        issue_book(actor=amina, book=_book(world, 1, 50, is_take_on=True))
        with pytest.raises(DomainError, match="futur"):
            issue_book(actor=amina, book=_book(world, 60, 70, issued_on=date(2025, 7, 1)))


def test_a_book_is_withdrawn_once(world: World, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        book = issue_book(actor=amina, book=_book(world, 1, 50, is_take_on=True))
        with pytest.raises(DomainError, match="vient après"):
            withdraw_book(actor=amina, book_id=book.pk, withdrawn_on=date(2025, 1, 1))
        withdraw_book(actor=amina, book_id=book.pk, withdrawn_on=date(2025, 6, 1))
        with pytest.raises(DomainError, match="déjà retiré"):
            withdraw_book(actor=amina, book_id=book.pk, withdrawn_on=date(2025, 6, 2))
        assert StubBook.objects.get(pk=book.pk).withdrawn_on == date(2025, 6, 1)


def test_no_agreement_is_from_before_the_network(world: World, as_actor) -> None:
    amina, place = world.actor("amina"), world.facilities["FS-T001"]
    with as_actor(amina):
        with pytest.raises(DomainError, match="avant 2013") as refused:
            sign_agreement(
                actor=amina, terms=AgreementTerms(facility_id=place, starts_on=date(2012, 12, 31))
            )
        assert refused.value.field == "starts_on"
