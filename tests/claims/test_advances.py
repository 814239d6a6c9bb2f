"""Advances to facilities: what an agreement allows, less what is open; refused with the figures."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection

from claims.models import Agreement, AgreementSuspension, FacilityInvoice, PaymentOrder
from claims.rules.advances import AdvanceClause
from claims.services.agreements import change_agreement, end_agreement, renew_agreement
from claims.services.orders import give_advance, reverse_order
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.money import agree_advances, by_bank, settled
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def _give(world: World, francs: int, reference: str = "AV-1", **more: Any) -> PaymentOrder:
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        return give_advance(
            actor=amina,
            facility_id=world.facilities["FS-T001"],
            francs=francs,
            request=by_bank(reference, **more),
        )


def _refused(world: World, francs: int, **more: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        _give(world, francs, "REFUS", **more)
    with open_scope(world.actor("amina"), source="essai"):
        assert not PaymentOrder.objects.filter(reference="REFUS").exists()
    return _plain(refusal.value.message)


def _billed(world: World, *months: tuple[date, int], state: str = "paid") -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        for month, francs in months:
            FacilityInvoice(
                tenant_id=world.tenants["UMUCO"],
                facility_id=world.facilities["FS-T001"],
                number=f"{state}-{month:%m-%y}",
                month=month,
                received_on=date(2025, 6, 2),
                state=state,
                payable_francs=francs,
                recorded_by="essai",
            ).save()


def test_without_an_agreement_that_holds_no_advance_is_given(care: World) -> None:
    assert "n’en a jamais signé" in _refused(care, 100)
    [row] = agree_advances(care)
    with open_scope(care.system("UMUCO"), source="essai"):
        AgreementSuspension(
            tenant_id=row.tenant_id,
            agreement=row,
            facility_id=row.facility_id,
            starts_on=date(2025, 6, 1),
            reason="essai",
        ).save()
    assert "elle est suspendue" in _refused(care, 100)


def test_an_agreement_that_says_nothing_foresees_none(care: World) -> None:
    agree_advances(care, payment_term_days=30)
    assert "ne prévoit pas d’avance" in _refused(care, 1)


def test_an_amount_bounds_what_is_open_together(care: World) -> None:
    agree_advances(care, advance_francs=1_000)
    _give(care, 700)
    assert _refused(care, 301) == (
        "La convention permet 1 000 FBu d’avances ouvertes : 1 000 FBu au plus. 700 FBu le sont "
        "déjà : il reste 300 FBu."
    )
    _give(care, 300, "AV-2")
    assert "il reste 0 FBu" in _refused(care, 1)


def test_what_an_invoice_used_up_or_is_undone_is_open_no_more(care: World) -> None:
    agree_advances(care, advance_francs=1_000)
    first = _give(care, 1_000)
    settled(care, 500)
    assert "il reste 400 FBu" in _refused(care, 401)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        reverse_order(actor=amina, order_id=first.pk, reason="virement revenu")
    _give(care, 1_000, "AV-2")


def test_a_share_of_the_mean_month_of_the_last_months(care: World) -> None:
    """March to May count; the month of the payment and those before do not."""
    agree_advances(care, advance_percent=50, advance_months=3)
    _billed(care, (date(2025, 4, 1), 400_000), (date(2025, 5, 1), 200_000))
    _billed(care, (date(2025, 2, 1), 9_000_000), (date(2025, 6, 1), 9_000_000))
    _billed(care, (date(2025, 3, 1), 300_000), state="settled")
    _billed(care, (date(2025, 5, 1), 7_000_000), state="cancelled")
    assert _refused(care, 150_001) == (
        "La convention permet 150 000 FBu d’avances ouvertes : 50 % de la moyenne mensuelle des "
        "factures arrêtées des 3 derniers mois (300 000 FBu par mois). 0 FBu le sont déjà : il "
        "reste 150 000 FBu."
    )
    _give(care, 150_000)


def test_of_an_amount_and_a_share_the_lower_holds(care: World) -> None:
    agree_advances(care, advance_francs=100_000, advance_percent=100, advance_months=12)
    _billed(care, (date(2024, 7, 1), 600_000))
    assert "il reste 50 000 FBu" in _refused(care, 50_001)
    _billed(care, (date(2025, 5, 1), 6_000_000))
    assert "il reste 100 000 FBu" in _refused(care, 100_001)


def test_a_clause_is_corrected_and_renewed(care: World) -> None:
    [row] = agree_advances(care, advance_francs=500)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        change_agreement(
            actor=amina,
            agreement_id=row.pk,
            number="7",
            payment_term_days=30,
            advances=AdvanceClause(percent=40, months=12),
        )
        end_agreement(
            actor=amina, agreement_id=row.pk, ends_on=date(2025, 6, 1), because="à revoir"
        )
        new = renew_agreement(actor=amina, agreement_id=row.pk, number="8", ends_on=None)
    assert new.advances == AdvanceClause(None, 40, 12)


@pytest.mark.parametrize(
    "clause",
    [
        {"advance_percent": 50},
        {"advance_percent": 50, "advance_months": 6},
        {"advance_months": 3},
        {"advance_percent": 301, "advance_months": 3},
        {"advance_francs": 0},
    ],
)
def test_the_database_keeps_clauses_that_say_something(clause: dict[str, int], care: World) -> None:
    with pytest.raises(IntegrityError):
        agree_advances(care, **clause)


def test_two_managers_at_once_do_not_pass_the_limit(own_database: World) -> None:
    give_terms(own_database)
    agree_advances(own_database, advance_francs=1_000)
    start, answers = Barrier(2), []

    def give(reference: str) -> None:
        start.wait()
        try:
            _give(own_database, 600, reference)
            answers.append("given")
        except DomainError as refusal:
            answers.append(_plain(refusal.message))
        finally:
            connection.close()

    threads = [Thread(target=give, args=(reference,)) for reference in ("A-1", "A-2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers, key=len)[0] == "given"
    assert "il reste 400 FBu" in sorted(answers, key=len)[1]


def test_the_pages_write_show_and_hold_to_the_clause(care: World, sign_in: Callable) -> None:
    client = sign_in("amina")
    signed = {
        "facility": "FS-T001", "starts_on": "2025-01-01", "payment_term_days": "30",
        "advance_francs": "", "advance_percent": "50", "advance_months": "3",
    }  # fmt: skip
    page = client.post("/soins/conventions/signer/", signed)["Location"]
    assert "50 % de la moyenne mensuelle" in _plain(client.get(page).content.decode())
    advance = {
        "facility": "FS-T001", "amount_francs": "1 000", "method": "cash",
        "paid_on": "2025-06-30",
    }  # fmt: skip
    refused = client.post("/soins/paiements/avance/", advance)
    assert refused.status_code == 422
    assert "il reste 0 FBu" in _plain(refused.content.decode())
    changed = {"number": "", "payment_term_days": "30", "advance_francs": "2 000"}
    client.post(f"{page}corriger/", changed)
    with open_scope(care.actor("amina"), source="essai"):
        assert Agreement.objects.get().advances == AdvanceClause(2_000)
    assert client.post("/soins/paiements/avance/", advance).status_code == 302
