"""Arrears: who is late, since when, by how much; printed by colline."""

import re
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conamus.kernel.errors import DomainError
from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from membership.documents import arrears as documents
from membership.models import Campaign, PayerKind
from membership.selectors.arrears import add_up, arrears, collines_of_unit, listed, standing
from membership.selectors.households import units_with_households
from membership.views import arrears as pages
from tests.membership.money import TODAY, owing, paid
from tests.membership.test_receipts import text_of
from tests.world import PASSWORD


def late_on(actor, on, year=2025):
    rows = arrears(actor, year=year, on=on).select_related("household")
    return {row.household.number: (row.late_francs, row.late_since) for row in rows}


def test_late_is_after_the_collection_or_the_enrolment(amina):
    owing("UMU-1001", enrolled_on=date(2024, 11, 1))
    owing("UMU-1002", enrolled_on=date(2025, 3, 1))
    paid(amina, owing("UMU-1003"))
    assert late_on(amina, date(2024, 12, 31)) == {}
    assert late_on(amina, date(2025, 1, 1)) == {"UMU-1001": (30_000, date(2024, 12, 31))}
    assert late_on(amina, TODAY) == {
        "UMU-1001": (30_000, date(2024, 12, 31)),
        "UMU-1002": (30_000, date(2025, 3, 1)),
    }


def test_a_payment_in_part_a_counter_receipt_and_a_cancelled_enrolment(amina):
    enrolment = owing("UMU-1001")
    paid(amina, enrolment, amount_francs=12_000)
    assert late_on(amina, TODAY)["UMU-1001"][0] == 18_000
    owing("UMU-1002", cancelled_on=TODAY)
    assert set(late_on(amina, TODAY)) == {"UMU-1001"}


def test_the_other_payers_share_is_not_the_households(amina):
    enrolment = owing("UMU-1001", payer_francs=20_000, payer=PayerKind.STATE)
    assert late_on(amina, TODAY)["UMU-1001"][0] == 10_000
    paid(amina, enrolment)
    assert late_on(amina, TODAY) == {}
    found = standing(amina, add_up(arrears(amina, year=2025, on=TODAY)), year=2025)
    assert (found.late, found.in_order, found.payers_left_francs) == (0, 6, 20_000)


def test_how_the_year_stands(amina):
    owing("UMU-1001")
    owing("UMU-2001", contribution_francs=20_000)
    found = standing(amina, add_up(arrears(amina, year=2025, on=TODAY)), year=2025)
    assert (found.enrolled, found.late, found.in_order, found.late_francs) == (6, 2, 4, 50_000)


def test_an_agent_and_another_federation_see_their_own(world, as_actor):
    with as_actor(world.actor("amina")):
        owing("UMU-1001")
        owing("UMU-2001")
    with as_actor(world.actor("agnes")):
        assert set(late_on(world.actor("agnes"), TODAY)) == {"UMU-1001"}
    with as_actor(world.actor("bernard")):
        assert late_on(world.actor("bernard"), TODAY) == {}


def test_the_list_filters_sorts_exports_and_prints(world, sign_in, as_actor):
    with as_actor(world.actor("amina")):
        one = owing("UMU-1001", enrolled_on=date(2024, 11, 1))
        owing("UMU-1002", enrolled_on=date(2025, 6, 1), contribution_francs=20_000)
        owing("UMU-2001")
    client = sign_in("agnes")
    address = reverse("arrears")
    page = client.get(address).content.decode()
    assert "2 en retard de 50\u202f000" in page
    # What is not late need not be paid: the page says just that.
    assert re.search(r"\d\sménages? sans retard \(payés, ou pas encore au terme\)", page)
    assert page.index("UMU-1001") < page.index("UMU-1002")
    assert "UMU-2001" not in page
    newest = client.get(address, {"sort": "days"}).content.decode()
    assert newest.index("UMU-1002") < newest.index("UMU-1001")
    for asked, number in (
        ({"late": "60"}, "UMU-1001"),
        ({"q": "UMU-1002"}, "UMU-1002"),
        ({"colline": str(one.colline_id)}, "UMU-1001"),
    ):
        page = client.get(address, asked).content.decode()
        assert {n for n in ("UMU-1001", "UMU-1002") if n in page.split("<tbody>")[1]} == {number}
    exported = client.get(address, {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert exported[0].startswith("Ménage;Adhérent;Téléphone;Unité;Colline;En retard;Jours")
    assert ";30000;181;" in exported[1]
    text = text_of(client.get(reverse("arrears_pdf")).content)
    assert "2 ménages" in text
    assert "colline Rwisabi" in text
    assert "UMU-2001" not in text
    narrowed = text_of(client.get(reverse("arrears_pdf"), {"q": "UMU-1002"}).content)
    assert "1 ménage," in narrowed


def test_collines_are_offered_of_one_unit_and_not_of_several(world, as_actor):
    """Of a centre's dozen units they would weigh more than the list itself."""
    for username, of_all in (("agnes", True), ("albert", False), ("amina", False)):
        actor = world.actor(username)
        with as_actor(actor):
            assert collines_of_unit(actor, unit="").exists() is of_all
            one = units_with_households(actor).filter(code="UMU-S1").get()
            assert collines_of_unit(actor, unit=str(one.pk)).exists()


def test_nobody_late_is_said(world, sign_in):
    page = sign_in("agnes").get(reverse("arrears")).content.decode()
    assert "Aucun ménage n’est en retard pour 2025." in page


def test_a_long_list_is_printed_by_a_job(own_database, monkeypatch):
    """Its button asks for a job; who asked opens the same paper, of the same filters."""
    monkeypatch.setattr(pages, "MOST_AT_ONCE", 1)
    with open_scope(own_database.actor("amina"), source="essai"):
        for number in ("UMU-1001", "UMU-1002", "UMU-2001"):
            owing(number)
    client = Client()
    client.post("/compte/login/", {"login": "agnes", "password": PASSWORD})
    page = client.get(reverse("arrears"), {"sort": "-days"}).content.decode()
    assert '<form method="post" action="/exports/">' in page
    assert reverse("arrears_pdf") not in page
    refused = client.get(reverse("arrears_pdf"))
    assert refused.status_code == 409
    assert "se prépare sans vous faire attendre" in refused.content.decode()
    asked = client.post(
        "/exports/", {"page": reverse("arrears"), "query": "", "year": "2025", "kind": "pdf"}
    )
    job_id = UUID(asked["Location"].rstrip("/").rsplit("/", 1)[1])
    run_job(job_id)
    with open_dispatcher_scope():
        job = Job.objects.get(pk=job_id)
    assert (job.state, job.done, job.total) == ("done", 2, 3), job.reason
    answer = client.get(job.result["url"])
    assert answer["Content-Type"] == "application/pdf"
    text = text_of(answer.getvalue())
    assert "2 ménages" in text
    assert "UMU-1002" in text
    assert "UMU-2001" not in text


def test_too_many_to_print_is_the_jobs_reason(amina, monkeypatch):
    monkeypatch.setattr(documents, "MOST_ROWS", 1)
    owing("UMU-1001")
    owing("UMU-1002")
    rows = listed(arrears(amina, year=2025, on=TODAY), on=TODAY)
    with pytest.raises(DomainError, match="choisissez une unité"):
        documents.read_arrears(amina, rows, year=2025, on=TODAY)


def test_a_collection_still_open_makes_nobody_late(amina):
    owing("UMU-1001")
    Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(
        closes_on=TODAY, grace_until=TODAY
    )
    assert late_on(amina, TODAY) == {}


def test_an_auditor_reads_and_is_not_offered_the_till(world, sign_in, as_actor):
    with as_actor(world.actor("amina")):
        enrolment = owing("UMU-1001")
    address = reverse("payment_add", args=[enrolment.pk])
    assert address in sign_in("agnes").get(reverse("arrears")).content.decode()
    page = sign_in("arthur").get(reverse("arrears")).content.decode()
    assert "UMU-1001" in page
    assert address not in page


def test_the_list_asks_few_queries(world, sign_in, as_actor):
    with as_actor(world.actor("amina")):
        for number in ("UMU-1001", "UMU-1002", "UMU-1003"):
            owing(number)
    client = sign_in("agnes")
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("arrears"))
    assert len(queries) <= 30
    # How many there are is told by the sentence under the title: no second count.
    counts = [query["sql"] for query in queries.captured_queries if "COUNT(*)" in query["sql"]]
    assert not any("household_left_francs" in count for count in counts)


def test_nothing_leaves_the_page_under_a_filter_that_is_void(world, sign_in, as_actor):
    """Another unit's list, asked for by its address, is not silently one's own."""
    with as_actor(world.actor("amina")):
        owing("UMU-1001")
    client = sign_in("agnes")
    void = {"unit": world.units["UMU-S2"]}
    page = client.get(reverse("arrears"), void)
    assert page.status_code == 200
    assert "choix valide" in page.content.decode()
    for name, more in (
        ("arrears", {"export": "csv"}),
        ("arrears_pdf", {}),
        ("households", {"export": "xlsx"}),
    ):
        answer = client.get(reverse(name), void | more, follow=True)
        assert answer["Content-Type"].startswith("text/html")
        assert "Un des filtres ne vaut plus" in answer.content.decode()
        own = client.get(reverse(name), {"unit": world.units["UMU-S1"]} | more)
        assert not own["Content-Type"].startswith("text/html")
