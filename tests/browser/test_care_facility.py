"""A facility before its own attestations: what was decided and why, its answer, nobody else's."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from claims.models import Claim
from claims.rules.facts import ReviewCut
from claims.services.decisions import decide_submitted
from claims.services.reviews import review_claim
from federations.models import RoleAssignment
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.browser.care import DAY, beside_the_site, write_visit
from tests.browser.conftest import NARROW
from tests.browser.site import Site
from tests.browser.watch import Watch, serious_findings

FEDERATION = "MUNASA"
OWN, OTHERS = "VUE-000001", "VUE-000002"
#: Looked at by one person, no second one.
PRICE_ASKED, TAKEN_OFF = 30_000, 10_000


def _actor(site: Site, role: str, federation: str | None) -> Actor:
    username = site.login_of(role, federation)["username"]
    found = RoleAssignment.objects.select_related("user").get(user__username=username)
    return actor_of(found)


@pytest.fixture(scope="module")
def cut(site: Site, django_db_blocker: pytest.FixtureRequest) -> int:
    """A visit of the facility's, of which a nurse took something off, and another facility's."""
    with beside_the_site(site, django_db_blocker, FEDERATION) as (tenant, system):
        facility = _actor(site, Role.FACILITY_USER.value, FEDERATION).facility_id
        own = write_visit(tenant, 20, OWN, facility_id=facility, price=PRICE_ASKED)
        other = write_visit(tenant, 21, OTHERS, price=PRICE_ASKED)
        decide_submitted(actor=system, claim_ids=[own, other], year=DAY.year)
        nurse = _actor(site, Role.ADVISING_NURSE.value, FEDERATION)
        with open_scope(nurse, source="essai"):
            version = Claim.objects.get(care_year=DAY.year, pk=own).version
            review_claim(
                actor=nurse, claim_id=own, year=DAY.year, outcome="cut", version=version,
                cuts=(ReviewCut(position=1, reason="too_much", francs=TAKEN_OFF),),
            )  # fmt: skip
    return own


def test_a_facility_reads_why_and_answers(sign_in_as: Callable, watch: Watch, cut: int) -> None:
    """On a telephone: its list, the decision line by line, what it may answer, its answer."""
    page = sign_in_as("facility_user", FEDERATION, viewport=NARROW)
    page.goto(f"/soins/attestations/?annee={DAY.year}&q={OWN}")
    assert serious_findings(page) == []
    page.get_by_role("link", name=OWN).click()
    expect(page.locator("main")).to_contain_text("quantité au-delà du traitement habituel")
    assert serious_findings(page) == []
    page.goto("/soins/reponses/")
    page.get_by_role("link", name=OWN).click()
    expect(page.locator("#etat")).to_contain_text("retirés à votre facture")
    page.get_by_label("Nous contestons").check()
    page.get_by_label("Explication").fill("Ordonnance de deux mois, jointe à la facture.")
    assert serious_findings(page) == []
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.locator("#messages")).to_contain_text("Votre réponse est envoyée")
    expect(page.get_by_role("link", name=OWN)).to_have_count(0)
    assert watch.problems == []


def test_the_answer_comes_back_to_a_reader(sign_in_as: Callable, watch: Watch, cut: int) -> None:
    """Another than the first reader: who decided it does not answer for it alone."""
    page = sign_in_as("medical_adviser")
    page.goto(f"/soins/examens/?q={OWN}&stage=contestee")
    expect(page.locator("#liste")).to_contain_text(OWN)
    page.goto(f"/soins/examens/{DAY.year}/{cut}/")
    expect(page.locator("main")).to_contain_text("Ordonnance de deux mois")
    assert serious_findings(page) == []
    assert watch.problems == []


def test_a_facility_sees_nothing_of_another(sign_in_as: Callable, watch: Watch, cut: int) -> None:
    page = sign_in_as("facility_user", FEDERATION)
    page.goto(f"/soins/attestations/?annee={DAY.year}&q={OTHERS}")
    expect(page.get_by_role("link", name=OTHERS)).to_have_count(0)
    page.goto("/soins/")
    expect(page.locator(".works")).to_contain_text("Factures et paiements")
    for forbidden in ("Signaux", "Entonnoir", "Règles de contrôle"):
        expect(page.locator(".works")).not_to_contain_text(forbidden)
    assert watch.problems == []
