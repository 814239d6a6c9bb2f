"""A printed report's pages: no heading alone, nothing parted, no page near empty."""

import re
from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PageObject, PdfReader

from federations.models import Federation, StoredFile, Unit
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from prudential.services.annual_report import produce_annual_report
from tests import databases
from tests.prudential.reading import plain

#: In points: the running foot is below this; a heading's own lines are not further apart.
_FOOT, _OWN_LINES = 62, 22
#: A page whose last line is above this has two thirds of it empty.
_NEAR_EMPTY = 560


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


def read(page: PageObject) -> tuple[str, list[float]]:
    """Return a page's text, and how far from the page's foot each of its parts stands."""
    found: list[float] = []

    def note(text: str, user: list[float], matrix: list[float], *_font: object) -> None:
        if text.strip():
            found.append(user[1] * matrix[4] + user[3] * matrix[5] + user[5])

    return plain(page.extract_text(visitor_text=note)), found


@pytest.fixture(
    scope="module",
    params=[("CONAMUS", 2024), ("CONAMUS", 2023), ("MUNASA", 2024), ("TUZOKIRA", 2024)],
)
def report(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> PdfReader:
    """Print each report once for all that is asked of its pages."""
    with (
        django_db_blocker.unblock(),
        databases.connected_to(databases.demo_database()),
        transaction.atomic(),
    ):
        made = printed(*request.param)
        transaction.set_rollback(True)
    return made


@pytest.fixture(scope="module")
def pages(report: PdfReader) -> list[tuple[str, list[float]]]:
    return [read(page) for page in report.pages]


@pytest.fixture(scope="module")
def texts(pages: list[tuple[str, list[float]]]) -> list[str]:
    return [text for text, _ in pages]


@pytest.fixture(scope="module")
def heights(pages: list[tuple[str, list[float]]]) -> list[list[float]]:
    return [found for _, found in pages]


def test_every_heading_has_something_under_it(
    report: PdfReader, heights: list[list[float]]
) -> None:
    found = headings(report)
    assert len(found) > 20
    alone = [
        title
        for title, page, top in found
        if not any(_FOOT < height < top - _OWN_LINES for height in heights[page])
    ]
    assert alone == []


def test_no_page_but_the_last_is_near_empty(heights: list[list[float]]) -> None:
    """A part that began a page of its own would leave a few lines on the page before."""
    lowest = [min(h for h in page if h > _FOOT) for page in heights[3:-1]]
    assert [number for number, height in enumerate(lowest, start=4) if height > _NEAR_EMPTY] == []


def test_what_belongs_together_stands_on_one_page(report: PdfReader, texts: list[str]) -> None:
    """The map under its heading, a list under what announces it, the norms under theirs."""
    on = {title: texts[page] for title, page, _ in headings(report)}
    assert "Ménages assurés par province" in on["I.3. Cartographie du réseau"]
    assert "Ratio des factures" in on["IV.2. Normes prudentielles"]
    assert "Les communes du réseau" in on["Annexe B. Couverture des communes"]
    [page] = [text for text in texts if "Au service des mutuelles et sections :" in text]
    unions = "12 unions de district"
    assert "centres de gestion" in page
    assert unions in page or unions not in " ".join(texts)


def test_the_contents_name_the_page_of_each_heading(report: PdfReader, texts: list[str]) -> None:
    contents = plain(re.sub(r"(\. ?){3,}", " ", " ".join(texts[1:3])))
    named = [one for one in headings(report) if one[0].startswith(("I", "V", "A", "C"))]
    assert len(named) > 20
    for title, page, _ in named:
        name = title.partition(". ")[2] or title
        assert re.search(rf"{re.escape(name)} {page + 1}\b", contents), title
