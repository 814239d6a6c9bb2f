"""« Soins »: the works of care in the menu and on their page, and what waits in each."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from claims.models import Claim, ClaimSignal, Complaint, FacilityInvoice
from claims.rules.states import State
from conamus.pages.navigation import MOST_ENTRIES, menu_of
from federations.rules.roles import Role
from federations.tenancy.scope import open_scope
from tests.claims.care import give_claim, give_terms
from tests.world import World

CARE_ROLES = (
    Role.FEDERATION_MANAGER,
    Role.CENTRE_OPERATOR,
    Role.MUTUELLE_AGENT,
    Role.ADVISING_NURSE,
    Role.MEDICAL_ADVISER,
    Role.FACILITY_USER,
    Role.CONFEDERATION_MANAGER,
    Role.AUDITOR,
)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


@pytest.mark.parametrize("role", CARE_ROLES)
def test_no_work_has_more_pages_than_are_seen_at_a_glance(role: Role) -> None:
    care = next(entry for entry in menu_of(role) if entry.label == "Soins")
    works = {name: pages for name, pages in care.groups.items() if name}
    assert 1 <= len(works) <= MOST_ENTRIES
    assert all(len(pages) <= MOST_ENTRIES for pages in works.values())
    assert all(page.about for pages in works.values() for page in pages)


def _lines(client: Client) -> dict[str, str]:
    return {task["sentence"]: task["url"] for task in client.get("/soins/").context["tasks"]}


def test_the_page_names_every_work_of_the_role(care: World, sign_in: Callable) -> None:
    page = sign_in("amina").get("/soins/")
    names = [name for name, _ in page.context["works"]]
    assert names == ["Attestations", "Factures et paiements", "Contrôle", "Chiffres", "Conditions"]
    assert "Rien n’attend" in page.content.decode()
    works = dict(sign_in("albert").get("/soins/").context["works"])
    assert [one["label"] for one in works["À faire"]] == ["Saisir"]
    assert sign_in("regine").get("/soins/").status_code == 403


def test_what_waits_leads_to_its_list(care: World, sign_in: Callable) -> None:
    tenant, facility = care.tenants["UMUCO"], care.facilities["FS-T001"]
    waiting = give_claim(care, state=State.TO_REVIEW)
    give_claim(care, state=State.ENTERED)
    with open_scope(care.system("UMUCO"), source="essai"):
        claim = Claim.objects.get(pk=waiting)
        ClaimSignal(
            tenant_id=tenant, processing_id=tenant, facility_id=facility, care_year=2025,
            claim_id=claim.pk, rule="price", weight=10,
        ).save()  # fmt: skip
        FacilityInvoice(
            tenant_id=tenant, facility_id=facility, number="F-1", month=date(2025, 3, 1),
            received_on=date(2025, 4, 5), told_count=1, told_francs=1_000, recorded_by="essai",
        ).save()  # fmt: skip
        FacilityInvoice(
            tenant_id=tenant, facility_id=facility, number="F-2", month=date(2025, 2, 1),
            received_on=date(2025, 3, 5), told_count=1, told_francs=1_000, recorded_by="essai",
            state="settled", settled_on=date(2025, 4, 1), settled_by="essai",
            payable_francs=800, due_on=date(2025, 5, 1),
        ).save()  # fmt: skip
        Complaint(
            tenant_id=tenant, unit_id=care.units["UMU-S1"], channel="visit", subject="care_refused",
            complainant="Jean", told="Refusé", received_on=date(2025, 6, 1),
            due_on=date(2025, 7, 1), recorded_by="essai",
        ).save()  # fmt: skip
    client = sign_in("amina")
    lines = _lines(client)
    assert list(lines) == [
        "1 signal à examiner",
        "1 facture reçue à arrêter",
        "1 facture arrêtée à payer, dont 1 en retard",
        "1 réclamation à répondre",
    ]
    assert all(client.get(url).context["count"] == 1 for url in lines.values())
    assert next(iter(_lines(sign_in("annick")))) == "1 attestation à examiner"
    operator = _lines(sign_in("albert"))
    assert "1 attestation saisie à transmettre, soins de 2025" in operator


def test_the_menu_unfolds_the_work_that_is_done(care: World, sign_in: Callable) -> None:
    page = sign_in("amina").get("/soins/factures/").content.decode()
    side = page.split('aria-label="Menu principal"')[1].split("</nav>")[0]
    assert "Échéances" in side
    assert "Contrôle" in side
    assert "Règles de contrôle" not in side
    assert side.count('aria-current="page"') == 1
