"""No heading of a printed report is left alone at the end of its page."""

from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PageObject, PdfReader

from federations.models import Federation, StoredFile, Unit
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from prudential.services import produce_annual_report
from tests import databases

#: In points: the running foot is below this; a heading's own lines are not further apart.
_FOOT, _OWN_LINES = 62, 22


def printed(code: str, year: int) -> PdfReader:
    """Return a tenant's report as the command makes it."""
    actor = system_actor(Federation.objects.get(code=code).pk, "essai")
    with open_scope(actor, source="essai"):
        whole = (Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION)
        unit = Unit.objects.get(tenant_id=actor.tenant_id, kind__in=whole)
    made = produce_annual_report(actor=actor, unit_id=unit.pk, year=year, progress=lambda *_: None)
    with open_scope(actor, source="essai"):
        return PdfReader(BytesIO(bytes(StoredFile.objects.get(pk=made.file_id).content)))


def headings(report: PdfReader, entries: list | None = None) -> list[tuple[str, int, float]]:
    """Return the bookmarked headings: what they say, on which page, how far from its foot."""
    found = []
    for entry in report.outline if entries is None else entries:
        if isinstance(entry, list):
            found += headings(report, entry)
        else:
            page = report.get_destination_page_number(entry)
            found.append((entry.title, page, float(entry.top)))
    return found


def heights(page: PageObject) -> list[float]:
    """Return how far from the page's foot each of its texts stands."""
    found: list[float] = []

    def note(text: str, user: list[float], matrix: list[float], *_font: object) -> None:
        if text.strip():
            found.append(user[1] * matrix[4] + user[3] * matrix[5] + user[5])

    page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("code", ["CONAMUS", "MUNASA"])
@pytest.mark.parametrize("year", [2024, 2023])
def test_every_heading_has_something_under_it(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, code: str, year: int
) -> None:
    with (
        django_db_blocker.unblock(),
        databases.connected_to(databases.demo_database()),
        transaction.atomic(),
    ):
        report = printed(code, year)
        transaction.set_rollback(True)
    found = headings(report)
    on_page = [heights(page) for page in report.pages]
    assert len(found) > 20
    alone = [
        title
        for title, page, top in found
        if not any(_FOOT < height < top - _OWN_LINES for height in on_page[page])
    ]
    assert alone == []
