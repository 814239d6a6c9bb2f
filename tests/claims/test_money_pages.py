"""The pages of invoices, payments, what is due and complaints, as their users walk them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from claims.models import Claim, Complaint, FacilityInvoice, PaymentOrder
from claims.selectors.invoices import invoice_by_id
from claims.services.orders import give_advance, pay_invoices
from federations.tenancy.scope import open_scope
from tests.claims.care import give_claim, give_terms
from tests.claims.money import agree_advances, by_bank, decide_final, settled
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _text(answer: Any) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def _pdf(answer: Any) -> str:
    assert answer["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u202f", " ")


def test_an_operator_records_ties_and_settles_the_manager_pays(
    care: World, sign_in: Callable
) -> None:
    decide_final(care, give_claim(care), give_claim(care))
    albert = sign_in("albert")
    answer = albert.post(
        "/soins/factures/inscrire/",
        {
            "facility": "fs-t001", "number": "03/2025", "month": "2025-03",
            "received_on": "2025-04-05", "told_count": "2", "told_francs": "2 000",
        },
    )  # fmt: skip
    page = answer["Location"]
    assert albert.post(page + "rattacher/", {"which": "month"}).status_code == 302
    shown = _text(albert.get(page))
    assert "Toutes ses attestations sont définitives" in shown
    assert "−400 FBu" in shown
    confirm = albert.get(page + "arreter/")
    assert "1 600 FBu" in _text(confirm)
    version = confirm.context["form"].initial["version"]
    assert albert.post(page + "arreter/", {"version": version}).status_code == 302
    assert albert.get(page + "imputer/").status_code == 403
    amina = sign_in("amina")
    facility = care.facilities["FS-T001"]
    assert "1 600 FBu" in _text(amina.get("/soins/echeances/"))
    form = amina.get(f"/soins/paiements/formation/{facility}/")
    field = next(name for name in form.context["form"].fields if name.startswith("francs-"))
    answer = amina.post(
        f"/soins/paiements/formation/{facility}/",
        {field: "1 600", "method": "bank", "reference": "brb 77", "paid_on": "2025-06-30"},
    )
    assert answer.status_code == 302
    order = answer["Location"]
    shown = _text(amina.get(order))
    assert "OP-2025-00001" in shown
    assert "BRB77" in shown
    advice = _pdf(amina.get(order + "avis.pdf"))
    assert "Avis de paiement OP-2025-00001" in advice
    assert "03/2025" in advice
    assert "Payée" in _text(amina.get(page))


def test_a_refusal_stands_at_its_invoice_and_keeps_what_was_typed(
    care: World, sign_in: Callable
) -> None:
    invoice = settled(care, 1_000)
    address = f"/soins/paiements/formation/{invoice.facility_id}/"
    answer = sign_in("amina").post(
        address,
        {f"francs-{invoice.pk}": "900", "method": "bank", "reference": "", "paid_on": "2025-06-30"},
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {f"francs-{invoice.pk}", "reference"}
    assert 'value="900"' in answer.content.decode()


def test_settling_another_version_is_told_and_the_next_confirmation_goes_through(
    care: World, sign_in: Callable
) -> None:
    decide_final(care, give_claim(care))
    amina = sign_in("amina")
    with open_scope(care.actor("amina"), source="essai"):
        claim = Claim.objects.get()
    page = amina.post(
        "/soins/factures/inscrire/",
        {
            "facility": "FS-T001", "number": "1", "month": "2025-03", "received_on": "2025-04-05",
        },
    )["Location"]  # fmt: skip
    amina.post(page + "rattacher/", {"which": "stubs", "stubs": claim.stub_number})
    answer = amina.post(page + "arreter/", {"version": "1"})
    assert answer.status_code == 422
    assert "entre-temps" in _text(answer)
    version = answer.context["form"]["version"].value()
    assert amina.post(page + "arreter/", {"version": version}).status_code == 302


def test_a_facility_sees_its_own_across_federations_and_nothing_else(
    care: World, sign_in: Callable
) -> None:
    own = settled(care, 1_000)
    agree_advances(care, "FS-T001", "FS-T002", tenant="INEZA")
    bernard = care.actor("bernard")
    with open_scope(bernard, source="essai"):
        other = give_advance(
            actor=bernard, facility_id=care.facilities["FS-T002"], francs=500, request=by_bank()
        )
        mine = give_advance(
            actor=bernard,
            facility_id=care.facilities["FS-T001"],
            francs=300,
            request=by_bank("X-2"),
        )
    fabrice = sign_in("fabrice")
    listed = _text(fabrice.get("/soins/factures/"))
    assert "F-1" in listed
    assert "Umuco" in listed
    assert fabrice.get(f"/soins/factures/{own.pk}/").status_code == 200
    assert fabrice.get(f"/soins/paiements/{mine.pk}/").status_code == 200
    assert fabrice.get(f"/soins/paiements/{other.pk}/").status_code == 404
    assert fabrice.get(f"/soins/comptes/{care.facilities['FS-T002']}/").status_code == 404
    account = _text(fabrice.get(f"/soins/comptes/{own.facility_id}/"))
    assert "Facture F-1, 03/2025 (Umuco)" in account
    assert "(Ineza)" in account
    assert "la mutuelle doit 500 FBu" in account
    assert fabrice.get(f"/soins/factures/{own.pk}/arreter/").status_code == 403
    assert sign_in("bernard").get(f"/soins/factures/{own.pk}/").status_code == 404


def test_the_ageing_and_the_statement_add_up(care: World, sign_in: Callable) -> None:
    """The term ended on 5 May: on 30 June, 56 days late; on 5 May nothing was settled yet."""
    invoice = settled(care, 1_000)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        pay_invoices(
            actor=amina,
            facility_id=invoice.facility_id,
            shares={invoice.pk: 300},
            request=by_bank(),
        )
    client = sign_in("amina")
    page = client.get("/soins/echeances/")
    assert page.context["totals"] == [0, 0, 500, 0, 0, 500]
    assert client.get("/soins/echeances/?on=2025-05-05").context["totals"] == [0] * 6
    account = client.get(f"/soins/comptes/{invoice.facility_id}/").context["statement"]
    assert [line.balance_francs for line in account.lines] == [800, 500]
    printed = _pdf(client.get(f"/soins/comptes/{invoice.facility_id}/compte.pdf"))
    assert "Facture F-1" in printed
    assert "500" in printed


def test_a_centre_s_account_holds_its_own_invoices_alone(care: World, sign_in: Callable) -> None:
    """One order pays the centre's invoice and the federation's: each account closes."""
    own, other = settled(care, 1_000, by="albert"), settled(care, 1_000, number="F-2")
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        pay_invoices(
            actor=amina,
            facility_id=own.facility_id,
            shares={own.pk: 300, other.pk: 100},
            request=by_bank(),
        )
    address = f"/soins/comptes/{own.facility_id}/"
    for username, closing in (("albert", 500), ("amina", 1_200), ("fabrice", 1_200)):
        client = sign_in(username)
        assert client.get(address).context["statement"].closing_francs == closing
        assert client.get("/soins/echeances/").context["totals"][-1] == closing


def test_retaining_releasing_advancing_and_undoing_by_their_pages(
    care: World, sign_in: Callable
) -> None:
    invoice = settled(care, 1_000)
    agree_advances(care)
    page = f"/soins/factures/{invoice.pk}/"
    client = sign_in("amina")
    assert (
        client.post(page + "retenir/", {"amount_francs": "300", "reason": "x"}).status_code == 302
    )
    assert "retenu 300 FBu" in _text(client.get(page))
    assert client.post(page + "lever/", {"amount_francs": "300", "reason": "y"}).status_code == 302
    answer = client.post(
        "/soins/paiements/avance/",
        {
            "facility": "CDS Mutoyi", "amount_francs": "200", "method": "cash", "reference": "",
            "paid_on": "2025-06-30",
        },
    )  # fmt: skip
    assert "Accorder" in _text(client.get("/soins/paiements/"))
    assert "200 FBu" in _text(client.get(page + "imputer/"))
    assert client.post(page + "imputer/").status_code == 302
    assert "Reste 600 FBu" in _text(client.get(page))
    order = answer["Location"]
    assert client.post(order + "annuler/", {"reason": "z"}).status_code == 302
    assert "Reste 800 FBu" in _text(client.get(page))
    with open_scope(care.actor("amina"), source="essai"):
        assert invoice_by_id(care.actor("amina"), invoice.pk).due_francs == 800
        assert PaymentOrder.objects.count() == 2


def test_untie_reopen_and_cancel_by_their_pages(care: World, sign_in: Callable) -> None:
    invoice = settled(care, 1_000)
    page = f"/soins/factures/{invoice.pk}/"
    client = sign_in("amina")
    assert client.post(page + "rouvrir/", {"reason": "une souche manque"}).status_code == 302
    assert client.post(page + "retirer/", {"stubs": "F1-000001"}).status_code == 302
    assert client.post(page + "annuler/").status_code == 302
    assert "Annulée" in _text(client.get(page))
    with open_scope(care.actor("amina"), source="essai"):
        assert FacilityInvoice.objects.get().state == "cancelled"


@pytest.mark.parametrize(
    "address",
    [
        "/soins/factures/?q=mutoyi&due=en-retard&state=settled",
        "/soins/factures/?due=a-payer&export=csv",
        "/soins/paiements/?q=OP-2025-00001&state=valables",
        "/soins/paiements/?state=contre-ordres&export=xlsx",
        "/soins/comptes/{facility}/?since=2025-01-01&until=2025-06-30",
    ],
)
def test_lists_filter_and_export(address: str, care: World, sign_in: Callable) -> None:
    invoice = settled(care, 1_000)
    address = address.format(facility=invoice.facility_id)
    assert sign_in("amina").get(address).status_code == 200


def test_a_complaint_is_registered_answered_once_and_taken_up_again(
    care: World, sign_in: Callable
) -> None:
    agnes = sign_in("agnes")
    sent = {
        "complainant": "Kéza Umuco", "household_number": "umu-1001", "channel": "visit",
        "subject": "overcharged", "facility": "FS-T001", "told": "Payé le double.",
        "received_on": "2025-06-01",
    }  # fmt: skip
    refused = agnes.post("/soins/reclamations/inscrire/", {**sent, "household_number": "INE-1001"})
    assert set(refused.context["form"].errors) == {"household_number"}
    page = agnes.post("/soins/reclamations/inscrire/", sent)["Location"]
    assert "En retard" in _text(agnes.get(page))
    listed = _text(agnes.get("/soins/reclamations/"))
    assert "1 réclamation à répondre, dont 1 en retard" in listed
    answer = {"outcome": "founded", "text": "Remboursé.", "answered_on": "2025-06-11"}
    early = agnes.post(page + "repondre/", {**answer, "answered_on": "2025-05-31"})
    assert set(early.context["form"].errors) == {"answered_on"}
    assert agnes.post(page + "repondre/", answer).status_code == 302
    assert agnes.post(page + "repondre/", answer).status_code == 422
    shown = _text(agnes.get(page))
    assert "fondée, en 10 jours" in shown
    assert "en 10,0 jours en moyenne, 100,0 % dans le délai" in _text(
        agnes.get("/soins/reclamations/")
    )
    again = agnes.post(page + "revenir/", sent)["Location"]
    assert "Revient sur la" in _text(agnes.get(again))
    with open_scope(care.actor("amina"), source="essai"):
        assert Complaint.objects.filter(follows__isnull=False).count() == 1
        assert Complaint.objects.earliest("pk").due_on == date(2025, 6, 16)
    assert sign_in("beatrice").get(page).status_code == 404
