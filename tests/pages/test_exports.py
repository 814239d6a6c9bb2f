"""Exports of short lists: all pages, formulas made harmless (long ones: test_long_exports)."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import django_tables2 as tables
import pytest
from openpyxl import load_workbook

from conamus.pages import exports, lists
from conamus.pages.exports import harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0"])
def test_text_that_begins_a_formula_is_quoted(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("value", ["Ndayizeye", "a=b", "", -5, 12, None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert harmless(value) == value


def _csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_csv_has_every_household_of_the_tenant(sign_in) -> None:
    answer = sign_in("amina").get("/menages/?export=csv")
    header, *rows = _csv_rows(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="menages.csv"'
    assert header[:3] == ["Numéro", "Adhérent", "Unité"]
    assert [row[0] for row in rows] == [
        "UMU-1001",
        "UMU-1002",
        "UMU-1003",
        "UMU-2001",
        "UMU-2002",
        "UMU-2003",
    ]


def test_the_xlsx_has_numbers_as_numbers(sign_in) -> None:
    answer = sign_in("amina").get("/menages/?export=xlsx&q=UMU-1001")
    header, row = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert row[header.index("Membres")] == 3
    assert row[header.index("Inscrit le")] == "2023-10-01"


def test_an_export_keeps_the_filters(sign_in) -> None:
    answer = sign_in("amina").get("/menages/?export=csv&enrolment=non-inscrits")
    assert len(_csv_rows(answer.content)) == 1


def test_a_long_list_is_not_answered_at_once(sign_in, monkeypatch) -> None:
    monkeypatch.setattr(exports, "MAX_ROWS", 5)
    monkeypatch.setattr(lists, "MAX_ROWS", 5)
    client = sign_in("amina")
    page = client.get("/menages/").content.decode()
    assert "le fichier se prépare sans vous faire attendre" in page
    assert "export=csv" not in page
    refused = client.get("/menages/?export=csv")
    assert refused.status_code == 409
    assert "demandez l’export sous « Exporter »" in refused.content.decode()


def test_decimals_have_a_comma_in_csv_and_stay_numbers_in_xlsx() -> None:
    rows = [{"name": "a", "rate": 0.5}, {"name": "b", "rate": Decimal("-12.50")}]
    columns = [("name", tables.Column()), ("rate", tables.Column())]

    def answer(kind: str) -> bytes:
        table = tables.Table(rows, extra_columns=columns)
        return exports.export_response(table, name="essai", kind=kind).content

    assert _csv_rows(answer("csv"))[1:] == [["a", "0,5"], ["b", "-12,50"]]
    sheet = load_workbook(BytesIO(answer("xlsx"))).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [0.5, -12.5]
