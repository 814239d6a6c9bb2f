"""Workbooks as people have them: several sheets, formulas with and without values, errors."""

import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from conamus.kernel.errors import DomainError
from membership.documents.imports import template_ods, template_xlsx
from membership.models import Household
from membership.rules.imports import COLUMNS, Kind
from membership.selectors.import_rows import ImportRows
from membership.services.imports import formulas
from tests.membership.importing import (
    TITLES,
    checked,
    child,
    csv_of,
    head,
    loaded,
    outcomes,
    staged,
    told,
)

_SAYS = "est une formule : sa valeur n’est pas lue, écrivez la valeur."
_WRONG = "est une erreur du tableur : écrivez la valeur."
_ERROR = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
_CALCEXT = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
_PHONE = TITLES.index("Téléphone")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVW"
Lines = Sequence[Sequence[str]]


def lines_of(content: bytes) -> list[list[str]]:
    return [line.split(";") for line in content.decode("utf-8-sig").splitlines()]


REGISTER = lines_of(csv_of([head(), child()]))
OTHER = lines_of(csv_of([head(given="Paul")]))
NOTES = [["Titre", "Mémo"], ["à faire", "=1+1"]]


def xlsx(sheets: Mapping[str, Lines], hidden: Sequence[str] = ()) -> bytes:
    """Return a workbook of these sheets; what begins with = is a formula without its value."""
    book = Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for line in lines:
            sheet.append(list(line))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def ods(sheets: Mapping[str, Lines], cells: Mapping[tuple[int, int], str] | None = None) -> bytes:
    """Return an ODS of these sheets; ``cells`` are elements that stand in the last one's stead."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    spaces += f' xmlns:calcext="{_CALCEXT}"'
    last = list(sheets)[-1]
    tables = "".join(
        f'<table:table table:name="{name}">{_rows(lines, (cells or {}) if name == last else {})}'
        "</table:table>"
        for name, lines in sheets.items()
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return buffer.getvalue()


def _rows(lines: Lines, cells: Mapping[tuple[int, int], str]) -> str:
    rows = (
        "".join(cells.get((row, at), text_cell(text)) for at, text in enumerate(line))
        for row, line in enumerate(lines)
    )
    return "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)


def text_cell(text: str) -> str:
    return cell('office:value-type="string"', text) if text else cell("")


def cell(about: str, text: str = "") -> str:
    inside = f"<text:p>{text}</text:p>" if text else ""
    return f"<table:table-cell {about}>{inside}</table:table-cell>"


def valued(content: bytes, sheet: str, old: str, new: str) -> bytes:
    """Return a workbook whose sheet says another thing than what it did."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as came, zipfile.ZipFile(buffer, "w") as goes:
        for name in came.namelist():
            part = came.read(name)
            if name.endswith(sheet):
                assert old.encode() in part
                part = part.replace(old.encode(), new.encode())
            goes.writestr(name, part)
    return buffer.getvalue()


class TestSheets:
    @pytest.mark.parametrize("write", [xlsx, ods])
    def test_the_sheet_whose_columns_are_known_is_read_and_named(self, amina, tmp_path, write):
        content = write({"Notes": NOTES, "Registre": REGISTER})
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 2}, told(row)
        assert (row.sheet_name, row.headings["sheets"]) == ("Registre", ["Notes", "Registre"])

    @pytest.mark.parametrize("write", [xlsx, ods])
    def test_of_two_that_could_be_it_asks_which(self, amina, tmp_path, write):
        content = write({"2024": REGISTER, "2025": OTHER})
        with pytest.raises(DomainError, match="« 2024 », « 2025 »") as refused:
            staged(amina, tmp_path, content)
        assert refused.value.field == "sheet"
        first = checked(amina, tmp_path, content, sheet="2024")
        second = checked(amina, tmp_path, content, sheet=" 2025 ")
        assert (outcomes(first), outcomes(second)) == ({"created": 2}, {"created": 1})
        assert first.pk != second.pk
        assert checked(amina, tmp_path, content, sheet="2024").pk == first.pk

    def test_a_sheet_that_is_not_there(self, amina, tmp_path):
        with pytest.raises(DomainError, match="n’a pas de feuille « Juin » : « Notes »"):
            staged(amina, tmp_path, xlsx({"Notes": NOTES, "Registre": REGISTER}), sheet="Juin")

    def test_none_that_could_be_it(self, amina, tmp_path):
        with pytest.raises(DomainError, match="Aucune des feuilles"):
            staged(amina, tmp_path, xlsx({"Notes": NOTES, "Suite": NOTES}))

    def test_the_one_asked_for_is_told_what_it_lacks(self, amina, tmp_path):
        content = xlsx({"Notes": NOTES, "Registre": REGISTER})
        with pytest.raises(DomainError, match="Il manque des colonnes"):
            staged(amina, tmp_path, content, sheet="Notes")

    def test_a_hidden_sheet_is_nobodys(self, amina, tmp_path):
        content = xlsx({"Ancien": OTHER, "Registre": REGISTER}, hidden=["Ancien"])
        row = checked(amina, tmp_path, content)
        assert (row.sheet_name, outcomes(row)) == ("Registre", {"created": 2})

    def test_a_csv_has_none(self, amina, tmp_path):
        assert staged(amina, tmp_path, csv_of([head()])).sheet_name == ""


class TestFormulas:
    """Read by their value where one is kept, else refused at their cell, whatever the file."""

    @pytest.mark.parametrize("place", ["first", "last"])
    def test_without_a_value_in_a_workbook_of_several_sheets(self, amina, tmp_path, place):
        lines = [list(line) for line in REGISTER]
        lines[2][_PHONE] = "=R2+1"
        sheets = {"Registre": lines, "Notes": NOTES}
        content = xlsx(sheets if place == "first" else dict(reversed(list(sheets.items()))))
        row = checked(amina, tmp_path, content)
        assert told(row)[1] == f"3 Téléphone : « =R2+1 » {_SAYS}"

    def test_with_its_value_in_a_workbook_of_several_sheets(self, amina, tmp_path):
        lines = [list(line) for line in REGISTER]
        lines[2][_PHONE] = "=R2+1"
        content = xlsx({"Notes": NOTES, "Registre": lines})
        spelling = "<f>R2+1</f><v />" if b"<v />" in _sheet(content, 2) else "<f>R2+1</f><v></v>"
        content = valued(content, "sheet2.xml", spelling, "<f>R2+1</f><v>79000001</v>")
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 2}, told(row)
        household = Household.objects.get(number="UMU-0010001")
        assert household.members.get(given_name="Aline").phone == "79000001"

    def test_a_text_kept_empty_is_an_empty_cell(self, amina, tmp_path):
        """=IF(A1="";"") comes to nothing, and the spreadsheet kept just that."""
        lines = [list(line) for line in REGISTER]
        lines[2][_PHONE] = "=R2+1"
        place = f"{_LETTERS[_PHONE]}3"
        content = xlsx({"Registre": lines})
        content = valued(content, "sheet1.xml", f'<c r="{place}"', f'<c r="{place}" t="str"')
        row = checked(amina, tmp_path, content)
        assert outcomes(row) == {"created": 2}, told(row)

    def test_an_error_is_no_empty_cell(self, amina, tmp_path):
        lines = [list(line) for line in REGISTER]
        lines[2][_PHONE] = "12345"
        content = xlsx({"Registre": lines})
        place, before = f"{_LETTERS[_PHONE]}3", _sheet(content, 1).decode()
        start = before.index(f'<c r="{place}"')
        old = before[start : before.index("</c>", start) + 4]
        new = f'<c r="{place}" t="e"><f>VLOOKUP(1,A1:B2,2)</f><v>#N/A</v></c>'
        row = checked(amina, tmp_path, valued(content, "sheet1.xml", old, new))
        assert told(row)[1] == f"3 Téléphone : « #N/A » {_WRONG}"

    @pytest.mark.parametrize(
        ("about", "text", "said"),
        [
            ('table:formula="of:=[.A1]"', "", f"« =[.A1] » {_SAYS}"),
            ('table:formula="of:=1" office:value-type="float"', "", f"« =1 » {_SAYS}"),
            (f'table:formula="of:=1/0" {_ERROR}', "#DIV/0!", f"« #DIV/0! » {_WRONG}"),
            (f'table:formula="of:=A(" {_ERROR}', "Err:508", f"« #ERREUR » {_WRONG}"),
        ],
    )
    def test_open_document_without_a_value(self, amina, tmp_path, about, text, said):
        content = ods({"Notes": NOTES, "Registre": REGISTER}, {(2, _PHONE): cell(about, text)})
        assert told(checked(amina, tmp_path, content))[1] == f"3 Téléphone : {said}"

    @pytest.mark.parametrize(
        ("about", "text", "phone"),
        [
            ('office:value-type="float" office:value="79000001"', "79000001", "79000001"),
            ('office:value-type="string"', "79 000 001", "79000001"),
            ('office:value-type="string" office:string-value=""', "", ""),
        ],
    )
    def test_open_document_with_a_value(self, amina, tmp_path, about, text, phone):
        valued_cell = cell(f'table:formula="of:=A" {about}', text)
        row = loaded(amina, tmp_path, ods({"Registre": REGISTER}, {(2, _PHONE): valued_cell}))
        assert outcomes(row) == {"created": 2}, told(row)
        household = Household.objects.get(number="UMU-0010001")
        assert household.members.get(given_name="Aline").phone == phone

    def test_open_document_rows_written_once_for_many(self, amina, tmp_path):
        """Empty rows that one element stands for, between the others: the place is still right."""
        content = ods({"Registre": REGISTER}, {(2, _PHONE): cell('table:formula="of:=1"')})
        gap = '<table:table-row table:number-rows-repeated="4"><table:table-cell/>'
        old = "</table:table-row><table:table-row>"
        new = f"</table:table-row>{gap}{old}"
        row = checked(amina, tmp_path, valued(content, "content.xml", old, new))
        assert f"11 Téléphone : « =1 » {_SAYS}" in told(row)

    @pytest.mark.parametrize(
        "title", ["Pièce d’identité", "N° bénéficiaire", "Dans le ménage depuis"]
    )
    def test_in_every_column_of_a_person(self, amina, tmp_path, title):
        lines = [list(line) for line in REGISTER]
        lines[2][TITLES.index(title)] = "=A1"
        row = checked(amina, tmp_path, xlsx({"Registre": lines}))
        assert f"3 {title} : « =A1 » {_SAYS}" in told(row)

    def test_more_than_can_be_corrected(self, amina, tmp_path, monkeypatch):
        monkeypatch.setattr(formulas, "MOST_FORMULAS", 1)
        lines = [list(line) for line in REGISTER]
        lines[1][_PHONE] = lines[2][_PHONE] = "=A1"
        with pytest.raises(DomainError, match="trop de formules"):
            staged(amina, tmp_path, xlsx({"R": lines}))

    def test_an_open_document_that_declares_entities(self, amina, tmp_path):
        content = ods({"Registre": REGISTER}, {(2, _PHONE): cell('table:formula="of:=1"')})
        old = "<office:document-content"
        content = valued(content, "content.xml", old, f'<!DOCTYPE a [<!ENTITY b "c">]>{old}')
        with pytest.raises(DomainError, match="pas un tableau lisible"):
            staged(amina, tmp_path, content)


def _sheet(content: bytes, number: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/worksheets/sheet{number}.xml")


class TestAsking:
    """The page and the command ask which sheet, and read the one that is said."""

    def test_the_page_asks_at_its_field(self, world, sign_in):
        client, content = sign_in("amina"), xlsx({"2024": REGISTER, "2025": OTHER})

        def post(sheet: str):
            facts = {"kind": "members", "year": 2025, "sheet": sheet, "backdating_reason": "Tard"}
            return client.post("/imports/deposer/", facts | {"file": _upload(content)})

        answer = post("")
        assert answer.status_code == 422
        assert "Plusieurs feuilles ont les colonnes" in answer.content.decode()
        assert answer.context["form"].errors.keys() == {"sheet"}
        where = post("2025")["Location"]
        page = " ".join(client.get(where).content.decode().split())
        assert "« 2025 » ; le classeur a aussi « 2024 »" in page

    def test_the_command_is_told(self, own_database, tmp_path, capsys):
        path = tmp_path / "registre.xlsx"
        path.write_bytes(xlsx({"2024": REGISTER, "2025": OTHER}))
        asked = {"federation": "UMUCO", "year": 2025, "reason": "Tard"}
        with pytest.raises(CommandError, match="dites laquelle"):
            call_command("import_members", path, **asked)
        call_command("import_members", path, sheet="2024", **asked)
        assert "Lignes créées : 2" in capsys.readouterr().out


def _upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("registre.xlsx", content)


class TestModels:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_the_open_document_says_what_the_other_says(self, kind):
        book = load_workbook(io.BytesIO(template_xlsx(kind)))
        assert book.sheetnames == ["À remplir", "Explications"]
        content = zipfile.ZipFile(io.BytesIO(template_ods(kind)))
        assert content.namelist()[0] == "mimetype"
        assert content.infolist()[0].compress_type == zipfile.ZIP_STORED
        text = content.read("content.xml").decode()
        for column in COLUMNS[kind]:
            assert f"<text:p>{column.title}</text:p>" in text

    def test_filled_in_it_comes_in(self, amina, tmp_path, world):
        """The example is replaced by two people; the explanations beside it are no register."""
        content = template_ods(Kind.MEMBERS)
        content = valued(content, "content.xml", "<text:p>Jean</text:p>", "<text:p>Paul</text:p>")
        row = loaded(amina, tmp_path, content, unit_id=world.units["UMU-S1"])
        assert row.sheet_name == "À remplir"
        assert outcomes(row) == {"created": 1}, told(row)
        assert [one.subject for one in ImportRows(row)] == ["NDAYISENGA Paul"]
