"""What was open on the first day, from the lists: invoices to pay, stubs in circulation."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from claims.models import Agreement, Claim, FacilityInvoice, StubBook
from claims.services.attestations import enter_claim
from conamus.kernel.errors import DomainError
from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests.claims.care import give_terms
from tests.claims.entering import an_entry
from tests.world import World

BOOKS = (
    "Code de la formation sanitaire;Préfixe;Premier numéro;Dernier numéro;Remis le\r\n"
    "FS-T001;KIN;31;40;01/03/2024\r\n"
    "FS-T001;KIN;46;50;01/03/2024\r\n"
    "FS-T001;KIN;40;45;01/03/2024\r\n"
)
INVOICES = (
    "Formation sanitaire;Facture;Mois;Reçue le;Montant demandé (FBu);Reste à payer (FBu);"
    "Échéance\r\n"
    "FS-T001;12/2024;01/12/2024;05/01/2025;412 000;398 500;04/07/2025\r\n"
    "FS-T001;11/2024;01/11/2024;05/12/2024;412 000;0;\r\n"
)


@pytest.fixture
def care(own_database: World) -> World:
    """Terms of care, and an agreement that began this year: the paper is older."""
    give_terms(own_database)
    with open_scope(own_database.system("UMUCO"), source="essai"):
        Agreement(
            tenant_id=own_database.tenants["UMUCO"],
            facility_id=own_database.facilities["FS-T001"],
            starts_on="2025-01-01",
        ).save()
    return own_database


def _text(answer: object) -> str:
    return answer.content.decode().replace("\u202f", " ").replace("\u00a0", " ")  # type: ignore[attr-defined]


def _bring(client: Client, list_url: str, kind: str, content: str) -> str:
    """From the list to the import: the model, the preview, the task; return the preview."""
    start = f"/donnees-de-depart/{kind}/"
    assert start in _text(client.get(list_url))
    model = client.get(f"{start}modele.xlsx")
    assert model.content.startswith(b"PK")
    upload = SimpleUploadedFile("reprise.csv", content.encode("utf-8-sig"))
    address = client.post(start, {"file": upload})["Location"]
    preview = _text(client.get(address))
    assert client.post(address, {"mode": "good"}).status_code == 302
    with open_dispatcher_scope():
        waiting = list(Job.objects.filter(state="queued"))
    for job in waiting:
        run_job(job.pk)
    with open_dispatcher_scope():
        assert {job.state for job in Job.objects.filter(pk__in=[j.pk for j in waiting])} == {"done"}
    return preview


def test_stubs_in_circulation_are_shown_brought_and_used(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    """A book that was begun: its first stubs were billed before, a hole makes two rows."""
    amina = sign_in("amina")
    preview = _bring(amina, "/soins/carnets/", "carnets", BOOKS)
    assert "Deux carnets contiennent la souche KIN-000040" in preview
    with open_scope(care.system("UMUCO"), source="essai"):
        books = StubBook.objects.order_by("first_number")
        told = list(books.values_list("first_number", "last_number", "is_take_on"))
    assert told == [(31, 40, True), (46, 50, True)]
    shown = _text(amina.get("/soins/carnets/?is_take_on=True"))
    assert "000031" in shown
    assert "À la reprise" in shown
    assert "000031" not in _text(amina.get("/soins/carnets/?is_take_on=False"))
    albert = care.actor("albert")
    with open_scope(albert, source="essai"):
        assert enter_claim(actor=albert, entry=an_entry(care, stub="KIN-000031"), submit=True).pk
        with pytest.raises(DomainError, match="d’aucun carnet"):
            enter_claim(actor=albert, entry=an_entry(care, stub="KIN-000030"))
        assert Claim.objects.count() == 1
    _bring(amina, "/soins/carnets/", "carnets", BOOKS)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert StubBook.objects.count() == 2


def test_open_invoices_are_shown_brought_and_told_on_the_home_page(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    amina = sign_in("amina")
    preview = _bring(amina, "/soins/factures/", "factures-ouvertes", INVOICES)
    assert "supérieur à zéro" in preview
    assert "Reste à payer (FBu) : <strong>398 500 FBu</strong>" in preview
    assert 'data-label="Échéance">04/07/2025' in preview
    with open_scope(care.system("UMUCO"), source="essai"):
        invoice = FacilityInvoice.objects.get()
    shown = _text(amina.get("/soins/factures/?is_take_on=True"))
    assert "12/2024" in shown
    assert "12/2024" in _text(amina.get("/soins/factures/?due=proche"))
    assert "12/2024" not in _text(amina.get("/soins/factures/?is_take_on=False"))
    page = f"/soins/factures/{invoice.pk}/"
    assert "ouverte à la reprise" in _text(amina.get(page))
    home = _text(amina.get("/"))
    assert "Factures proches de leur échéance" in home
    assert page in home
    assert "398 500 FBu" in home
    assert "4 jours" in home
    _bring(amina, "/soins/factures/", "factures-ouvertes", INVOICES)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert FacilityInvoice.objects.count() == 1
    refused = amina.post(f"{page}annuler/", {"reason": ""})
    assert set(refused.context["form"].errors) == {"reason"}
    assert 'name="reason"' in _text(refused)
    assert amina.post(f"{page}annuler/", {"reason": "Montant mal lu"}).status_code == 302
    assert "Montant mal lu" in _text(amina.get(page))


@pytest.mark.parametrize(
    ("due_on", "told"),
    [
        ("2025-07-10", "10 jours"),
        ("2025-07-11", ""),
        ("2025-06-30", "aujourd’hui"),
        ("2025-06-29", "1 jour de retard"),
    ],
)
def test_a_term_is_near_ten_days_before(
    due_on: str, told: str, care: World, sign_in: Callable[[str], Client]
) -> None:
    amina = sign_in("amina")
    _bring(amina, "/soins/factures/", "factures-ouvertes", INVOICES)
    with open_scope(care.system("UMUCO"), source="essai"):
        FacilityInvoice.objects.update(due_on=due_on)
    home = _text(amina.get("/"))
    assert ("Factures proches" in home) is bool(told)
    assert told in home
    assert "Factures proches" not in _text(sign_in("bernard").get("/"))


@pytest.mark.parametrize("username", ["albert", "agnes"])
def test_who_brings_nothing_is_offered_nothing(
    username: str, care: World, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in(username)
    for address in ("/soins/carnets/", "/soins/factures/"):
        answer = client.get(address)
        assert answer.status_code in (200, 403)
        assert "donnees-de-depart" not in answer.content.decode()
