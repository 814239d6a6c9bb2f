"""A word that no line can hold is broken: it pushes no column of a table past the paper."""

import time
from io import BytesIO

from django.template.loader import render_to_string
from pypdf import PageObject, PdfReader

from conamus.printing.pdf import print_html
from prudential.documents.blocks import HeadCell, Row, Table

#: In points: the width of A4.
_PAPER = 595
_THEME = "Abcdefghij" * 20
_HEAD = ("Dates", "Activité", "Lieu", "Participants")


def _printed(theme: str = _THEME) -> PageObject:
    table = Table(
        number=1,
        title="Activités",
        head=(tuple(HeadCell(text, numeric=False) for text in _HEAD),),
        rows=(Row(("16 mars", theme, "Ngozi", "71")),),
        text_columns=frozenset({0, 1, 2}),
        widths=(16, 46, 21, 17),
        is_typed=True,
    )
    css = render_to_string("pdf/annual_report/report.css")
    body = render_to_string(table.template, {"block": table})
    head = f"<head><style>{css}</style></head>"
    made = print_html(f"<html lang='fr'>{head}<body>{body}</body></html>")
    return PdfReader(BytesIO(made.content)).pages[0]


def test_a_long_word_leaves_all_columns_on_the_paper() -> None:
    starts: dict[str, float] = {}

    def note(text: str, user: list[float], matrix: list[float], *_font: object) -> None:
        if text.strip():
            starts[text.strip()] = user[0] * matrix[4] + user[2] * matrix[5] + user[4]

    page = _printed()
    said = "".join(page.extract_text(visitor_text=note).split())
    assert _THEME in said
    assert "71" in starts
    assert max(starts.values()) < _PAPER - 40


def test_the_longest_result_is_printed_in_seconds() -> None:
    begun = time.process_time()
    assert "mot long" in _printed("mot long " * 222).extract_text()
    assert time.process_time() - begun < 8
