"""Template tags: the figure of a page with its table and link, the figure of a PDF."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO

import pytest
from django.template import engines
from pypdf import PdfReader
from weasyprint import HTML

from conamus.charts.formats import MASKED, MASKED_NOTE, Format
from conamus.charts.lines import LineChart
from conamus.charts.picture import MISSING_NOTE, Picture, Series
from tests.charts.samples import HOSTILE, every_picture, hostile_bars, lying_bars, sparkline


def render(source: str, **context: object) -> str:
    template = engines["django"].from_string("{% load pictures %}" + source)
    return template.render(context)


@pytest.fixture
def chart() -> Picture:
    return replace(lying_bars(), source="CONAMUS", note="Année mutualiste 2025")


def test_a_page_shows_drawing_caption_notes_and_table(chart: Picture) -> None:
    html = render("{% picture chart %}", chart=chart)
    assert html.count("<svg") == 1
    for words in ("Ménages assurés", "(ménages)", "Année mutualiste 2025", "CONAMUS"):
        assert words in html
    assert "<summary>Voir le tableau</summary>" in html
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="num">(.*?)</td>', html)
    assert ("MUNASA-TWITWARARIKANE", "36\u202f888") in rows
    assert len(rows) == 5


def test_the_download_link_is_there_if_there_is_something_to_load(chart: Picture) -> None:
    assert "download" not in render("{% picture chart %}", chart=chart)
    html = render("{% picture chart %}", chart=replace(chart, download_url="/x.csv?a=1&b=2"))
    assert '<a href="/x.csv?a=1&amp;b=2" download>Télécharger les données</a>' in html


def test_a_pdf_has_the_caption_and_no_folded_table(chart: Picture) -> None:
    html = render("{% picture_pdf chart %}", chart=chart)
    assert "<figcaption>Ménages assurés (ménages)" in html
    assert "<details" not in html
    assert 'viewBox="0 0 640 ' in html


@pytest.mark.parametrize("tag", ["picture", "picture_pdf"])
def test_nothing_hostile_leaves_the_tags_unescaped(tag: str) -> None:
    html = render("{% " + tag + " chart %}", chart=hostile_bars())
    assert "<script" not in html
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html
    assert " style=" not in html


def test_the_same_picture_twice_has_two_identifiers(chart: Picture) -> None:
    html = render("{% for c in charts %}{% picture c %}{% endfor %}", charts=[chart, chart])
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 6


def test_a_spark_is_a_bare_drawing() -> None:
    html = render("{% spark chart %}", chart=sparkline())
    assert html.startswith("<svg")
    assert 'width="120" height="32"' in html


def test_a_pdf_of_every_picture_holds_their_words_and_names_them() -> None:
    pictures = [p for p in every_picture().values() if p.title != HOSTILE]
    body = render("{% for c in charts %}{% picture_pdf c %}{% endfor %}", charts=pictures)
    page = f'<html lang="fr"><title>Figures</title><body>{body}</body></html>'
    pdf = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    reader = PdfReader(BytesIO(pdf))
    words = "\n".join(p.extract_text() for p in reader.pages)
    for expected in ("FEMUSCABU-HARANIRUBUZIMA", "Rumonge", "Butanyerera", "Ménages par province"):
        assert expected in words
    assert alternatives(reader) == [p.title for p in pictures]


def alternatives(reader: PdfReader) -> list[str]:
    """The alternative texts of the figures, in the order of the structure tree."""
    found: list[str] = []

    def walk(node: object) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            walk(node.get("/K", []))

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_a_cell_leads_to_what_it_is_made_of_in_a_page_only(chart: Picture) -> None:
    urls = tuple((f"/u/{row}", "" if row else "/n?a=1&b=2") for row in range(5))
    linked = replace(chart, urls=urls, list_url="/liste")
    html = render("{% picture chart %}", chart=linked)
    assert '<th scope="row"><a href="/u/0">' in html
    assert '<td class="num"><a href="/n?a=1&amp;b=2">' in html
    assert html.count('<td class="num"><a') == 1
    assert '<a href="/liste">Voir la liste</a>' in html
    assert "href" not in render("{% picture_pdf chart %}", chart=linked)


def test_what_is_masked_is_said_so_and_never_not_known() -> None:
    shown = LineChart(
        title="Ménages",
        categories=("2023", "2024", "2025"),
        series=(Series("Umuco", (None, None, 9)),),
        masked=frozenset({("Umuco", "2024")}),
    )
    assert shown.table().text_rows() == [["2023", "n.d."], ["2024", MASKED], ["2025", "9"]]
    assert shown.notes() == (MISSING_NOTE, MASKED_NOTE)
    bars = replace(lying_bars(), series=(Series("Ménages", (None, 9, 9, 9, 9)),))
    hidden = replace(bars, format=Format(missing=MASKED))
    assert (bars.notes(), hidden.notes()) == ((MISSING_NOTE,), (MASKED_NOTE,))
    assert MASKED in unescape(hidden.svg())
