"""A visit from plan to end, on both sides; an interview of a survey on a telephone."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from claims.models import Claim, Decision
from claims.rules.states import State
from claims.selectors.reviews import read_case
from claims.services.decisions import decide_by_person, decide_submitted
from federations.models import RoleAssignment
from tests.browser.care import DAY, beside_the_site, write_visit
from tests.browser.conftest import NARROW
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"
CASES = 5
ABSENT = "VISITE-000000"


@pytest.fixture(scope="module")
def treated(site: Site, django_db_blocker: pytest.FixtureRequest) -> str:
    """Write attestations of small amounts at the facility of the demonstration's user; its code."""
    username = site.login_of("facility_user", FEDERATION)["username"]
    with beside_the_site(site, django_db_blocker, FEDERATION) as (tenant, system):
        facility = RoleAssignment.objects.get(user__username=username).facility
        assert facility is not None
        claims = [
            write_visit(tenant, 10 + n, f"VISITE-{n:06d}", facility_id=facility.pk, price=4_000)
            for n in range(CASES)
        ]
        decide_submitted(actor=system, claim_ids=claims, year=DAY.year)
        for claim in Claim.objects.filter(care_year=DAY.year, pk__in=claims, state=State.TO_REVIEW):
            # Read by a person, as a signal wants it.
            decide_by_person(
                actor=system,
                year=DAY.year,
                case=read_case(claim.pk, DAY.year).case,
                path=(State.DECIDED,),
                kind=Decision.Kind.REVIEW,
                reason="essai",
            )
    return facility.code


def _follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    assert serious_findings(page) == []


def _plan(page: Page, treated: str) -> None:
    page.goto("/soins/visites/")
    assert serious_findings(page) == []
    _follow(page, "Prévoir une visite")
    page.get_by_label("Formation sanitaire").fill(treated)
    page.get_by_label("Objet").select_option("verification")
    page.locator("#id_period_from").fill("2025-01-01")
    page.get_by_role("button", name="Prévoir la visite").click()
    expect(page.locator("h1")).to_contain_text("Visite n°")
    _follow(page, "Tirer l’échantillon")
    page.get_by_label("Taille").select_option("rate")
    page.get_by_label("Taux (%)").fill("100")
    page.get_by_role("button", name="Tirer").click()
    expect(page.locator("#messages")).to_contain_text("tirée")


def _find(page: Page) -> None:
    """One is absent from the register, the others agree; then the checklist.

    The sample's order is drawn by lot, and other tests have written attestations of this
    facility: the absent one is ours.
    """
    page.get_by_role("link", name="constater").first.click()
    expect(page.locator("h1")).to_contain_text("Constat n°")
    assert serious_findings(page) == []
    while (heading := page.locator("h1").inner_text()).startswith("Constat n°"):
        page.get_by_label("Constat").select_option(
            "absent" if heading.endswith(ABSENT) else "agrees"
        )
        with page.expect_navigation():
            page.get_by_role("button", name="Enregistrer et passer à la suivante").click()
    expect(page.locator("h1")).to_contain_text("Visite n°")
    _follow(page, "Grille")
    for question in page.locator(".question-words").all():
        question.locator("label").first.click()
    page.get_by_role("button", name="Enregistrer la grille").click()
    expect(page.locator("main")).to_contain_text("Score")


def test_a_visit_from_plan_to_end(sign_in_as: Callable, watch: Watch, treated: str) -> None:
    nurse = sign_in_as("advising_nurse", FEDERATION)
    _plan(nurse, treated)
    sheet = nurse.request.get(nurse.url + "feuille.pdf")
    assert "VISITE-00000" in PdfReader(BytesIO(sheet.body())).pages[0].extract_text()
    _find(nurse)
    _follow(nurse, "Conclure")
    nurse.get_by_label("Conclusion").fill("Une attestation n’est pas au registre.")
    nurse.get_by_role("button", name="Enregistrer la conclusion").click()
    _follow(nurse, "Envoyer le rapport")
    nurse.get_by_role("button", name="Envoyer le rapport").click()
    expect(nurse.locator("#etat")).to_contain_text("rapport envoyé")
    assert serious_findings(nurse) == []

    facility = sign_in_as("facility_user", FEDERATION, viewport=NARROW)
    facility.goto(nurse.url)
    expect(facility.locator("main")).to_contain_text("absente du registre")
    assert facility.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _follow(facility, "Répondre au rapport")
    facility.get_by_label("accepté").check()
    facility.get_by_role("button", name="Envoyer la réponse").click()
    expect(facility.locator("#etat")).to_contain_text("réponse reçue")

    nurse.reload()
    _follow(nurse, "Récupérer")
    nurse.get_by_role("button", name="Décider et récupérer").click()
    expect(nurse.locator("#messages")).to_contain_text("1 attestation")
    _follow(nurse, "Clore")
    nurse.get_by_label("Parce que").fill("Tout est réglé.")
    nurse.get_by_role("button", name="Clore la visite").click()
    expect(nurse.locator("#etat")).to_contain_text("close")
    report = nurse.request.get(nurse.url + "rapport.pdf")
    text = PdfReader(BytesIO(report.body())).pages[0].extract_text()
    assert "Rapport de visite" in text
    assert watch.problems == []


def test_an_interview_on_a_telephone(sign_in_as: Callable, watch: Watch) -> None:
    watch.expect(422)
    page = sign_in_as("mutuelle_agent", FEDERATION, viewport=NARROW)
    page.goto("/soins/enquetes/")
    assert serious_findings(page) == []
    page.get_by_role("link", name="Satisfaction des membres 2025").click()
    expect(page.locator("#etat")).to_contain_text("Score moyen")
    assert serious_findings(page) == []
    _follow(page, "Saisir un entretien")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Formation sanitaire").select_option(index=1)
    page.get_by_label("Sexe").select_option("F")
    page.get_by_label("Âge").select_option("from_25")
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.locator("#erreurs")).to_contain_text("attend une réponse")
    assert serious_findings(page) == []
    for question in page.locator(".question-words").all():
        question.locator("label").first.click()
    page.get_by_role("button", name="Enregistrer et passer au suivant").click()
    expect(page.locator("#messages")).to_contain_text("Entretien enregistré")
    expect(page.locator("#etat")).to_contain_text("ici")
    assert watch.problems == []
