"""Tables coming in: cells read as people write them, files opened only once they are safe."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from openpyxl import Workbook

from conamus.kernel.errors import DomainError
from federations.forms.fields import SheetField
from federations.rules.take_on import (
    CellKind,
    Column,
    match_headings,
    parse_cells,
    unknown_headings,
)
from federations.services.sheets import MOST_BYTES, MOST_INFLATED_BYTES, read_sheet
from tests.federations.sheet_samples import as_csv, as_ods, as_xlsx


class TestCells:
    columns = (
        Column(name="code", heading="Code", example="A1", is_required=True),
        Column(name="count", heading="Nombre", example="12", kind=CellKind.INTEGER),
        Column(name="day", heading="Jour", example="31/12/2024", kind=CellKind.DAY),
        Column(name="amount", heading="Montant", example="1", kind=CellKind.FRANCS),
        Column(
            name="kind", heading="Nature", example="École", kind=CellKind.CHOICE,
            choices={"École": "school"},
        ),
    )  # fmt: skip

    def test_each_kind_is_read_as_people_write_it(self):
        cells = {
            "code": " =1+1 ", "count": "1 200", "day": "31/12/2024", "amount": "5 000 FBu",
            "kind": "ecole",
        }  # fmt: skip
        assert parse_cells(self.columns, cells) == {
            "code": "=1+1",
            "count": 1200,
            "day": date(2024, 12, 31),
            "amount": 5000,
            "kind": "school",
        }

    @pytest.mark.parametrize(
        ("cells", "words"),
        [
            ({"code": ""}, "Code : la case est vide"),
            ({"code": "a", "count": "douze"}, "Nombre : « douze » n’est pas un nombre"),
            ({"code": "a", "count": "-3"}, "Nombre :"),
            ({"code": "a", "day": "31/02/2024"}, "Jour : « 31/02/2024 » n’est pas une date"),
            ({"code": "a", "amount": "12,5"}, "Montant : Les montants sont en francs entiers"),
            ({"code": "a", "kind": "usine"}, "Nature : « usine » n’est pas dans la liste (École)"),
        ],
    )
    def test_what_cannot_be_read_names_its_column(self, cells, words):
        with pytest.raises(DomainError) as refused:
            parse_cells(self.columns, cells)
        assert words in refused.value.message

    def test_every_cell_that_cannot_be_read_is_told_at_once(self):
        cells = {column.name: "???" for column in self.columns}
        kinds = {column.name for column in self.columns if column.kind is not CellKind.TEXT}
        with pytest.raises(DomainError) as refused:
            parse_cells(self.columns, cells)
        headings = [column.heading for column in self.columns if column.name in kinds]
        assert len(headings) > 1
        told = [refusal.message for refusal in refused.value.each()]
        assert [message.split(" :")[0] for message in told] == headings

    def test_headings_are_found_whatever_their_case_and_order(self):
        assert match_headings(self.columns, ["nature", "CODE"]) == {"code": 1, "kind": 0}
        assert unknown_headings(self.columns, ["Code", "Couleur", ""]) == ["Couleur"]

    @pytest.mark.parametrize("headings", [["Nombre"], ["Code", "code"]])
    def test_a_column_missing_or_twice_there_is_told(self, headings):
        with pytest.raises(DomainError) as refused:
            match_headings(self.columns, headings)
        assert refused.value.field == "file"


class TestFiles:
    lines = (["Code", "Nom"], ["A1", "Été"], ["", ""], ["A2", "Hiver ; froid"])

    @pytest.mark.parametrize(
        "content",
        [
            as_csv(lines),
            as_csv(lines, "utf-8-sig"),
            as_csv(lines, "cp1252"),
            as_csv(lines, delimiter=","),
            as_csv(lines, delimiter="\t"),
            as_xlsx(lines),
            as_ods(lines),
        ],
        ids=["utf-8", "utf-8-sig", "cp1252", "commas", "tabs", "xlsx", "ods"],
    )
    def test_one_table_in_every_kind(self, content):
        sheet = read_sheet(content, most_rows=10)
        assert sheet.headings == ["Code", "Nom"]
        assert sheet.rows == [(2, ["A1", "Été"]), (4, ["A2", "Hiver ; froid"])]

    def test_numbers_dates_and_formulas_of_a_workbook_come_as_text(self):
        content = as_xlsx([["A", "B", "C"], [12.0, date(2024, 5, 31), "=1+1"], ["007", True, 2.5]])
        sheet = read_sheet(content, most_rows=10)
        assert sheet.rows[0][1][:2] == ["12", "2024-05-31"]
        assert sheet.rows[1][1] == ["007", "oui", "2.5"]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"  \n ",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
            b"PK\x03\x04 not a zip",
            b"%PDF-1.7\x00",
            b"Code;Nom\n",
            b";;\nA;B\n",
        ],
    )
    def test_what_is_no_table_is_refused(self, content):
        with pytest.raises(DomainError) as refused:
            read_sheet(content, most_rows=10)
        assert refused.value.field == "file"

    @pytest.mark.parametrize(
        "content",
        [
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
            b"\n%PDF-1.4\nCode;Nom\n",
            "Une lettre renommée en tableau.\nElle n’a qu’une colonne.\n".encode(),
            b"{\\rtf1 a; b}\n",
            b"Code;Nom\nA1;\x00\n",
        ],
        ids=["pdf", "pdf-with-separators", "text", "rtf", "nul"],
    )
    def test_another_kind_of_file_is_told_as_such(self, content):
        with pytest.raises(DomainError, match="n’est pas un tableau lisible") as refused:
            read_sheet(content, most_rows=10, least_columns=2)
        assert refused.value.field == "file"

    def test_one_column_is_enough_where_no_more_is_expected(self):
        assert read_sheet(b"Code\nA1\n", most_rows=10).headings == ["Code"]

    def test_another_kind_of_zip_is_refused(self):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("word/document.xml", "<w/>")
        with pytest.raises(DomainError, match="n’est pas un tableau"):
            read_sheet(buffer.getvalue(), most_rows=10)

    def test_too_many_rows_are_refused_in_every_kind(self):
        lines = [["Code"], *([str(number)] for number in range(11))]
        for content in (as_csv(lines), as_xlsx(lines), as_ods(lines)):
            with pytest.raises(DomainError, match="Plus de 10 lignes"):
                read_sheet(content, most_rows=10)

    def test_a_zip_bomb_is_refused_unopened(self):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as entry:
                for _ in range(MOST_INFLATED_BYTES // 1_000_000 + 1):
                    entry.write(bytes(1_000_000))
        content = buffer.getvalue()
        assert len(content) < 500_000
        with pytest.raises(DomainError, match="trop volumineux"):
            read_sheet(content, most_rows=10)

    def test_a_zip_that_lies_about_its_size_is_refused(self):
        content = bytearray(as_xlsx([["Code"], ["A" * 50_000]]))
        with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
            entry = archive.getinfo("xl/worksheets/sheet1.xml")
            true_size = entry.file_size.to_bytes(4, "little")
        assert content.count(true_size) >= 1
        lying = bytes(content).replace(true_size, (10).to_bytes(4, "little"))
        with pytest.raises(DomainError, match="n’est pas un tableau"):
            read_sheet(lying, most_rows=10)

    def test_a_cell_at_the_farthest_corner_harms_nobody(self):
        """A reader that allocates all between would need hundreds of gigabytes."""
        book = Workbook()
        book.active["A1"] = "Code"
        book.active["XFD1048576"] = "loin"
        buffer = BytesIO()
        book.save(buffer)
        with pytest.raises(DomainError):
            read_sheet(buffer.getvalue(), most_rows=10)


def test_a_form_refuses_a_heavy_table_unread():
    light, heavy = (UploadedFile(name="a.csv", size=size) for size in (MOST_BYTES, MOST_BYTES + 1))
    assert SheetField().clean(light) is light
    with pytest.raises(ValidationError, match="dépasse 5 Mo"):
        SheetField().clean(heavy)
