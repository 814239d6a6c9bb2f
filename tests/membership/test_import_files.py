"""Files of every kind and trap, staged or refused with a clear sentence."""

import io
import zipfile
from collections.abc import Mapping

import pytest
from openpyxl import Workbook

from conamus.kernel.errors import DomainError
from membership.documents.imports import template_csv, template_ods, template_xlsx
from membership.models import Beneficiary, ImportPart, MemberImport
from membership.rules.imports import Kind
from membership.selectors.import_rows import unpack_rows
from membership.services.imports import staging, workbooks
from tests.federations.sheet_samples import as_ods
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


def workbook(content: bytes, more: Mapping[str, str] | None = None) -> bytes:
    """Turn a CSV of ours into a workbook, with more cells at places."""
    book = Workbook()
    for line in content.decode("utf-8-sig").splitlines():
        book.active.append(line.split(";"))
    for place, value in (more or {}).items():
        book.active[place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edited(content: bytes, old: bytes, new: bytes, other: bytes) -> bytes:
    """Return a workbook whose sheet says another thing than what it did, in either spelling."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as came,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as goes,
    ):
        for name in came.namelist():
            part = came.read(name)
            if name.startswith("xl/worksheets/"):
                assert old in part or other in part
                part = part.replace(old, new).replace(other, new)
                part = part.replace(b'<c r="M3">', b'<c r="M3" t="str">')
            goes.writestr(name, part)
    return buffer.getvalue()


class TestReadable:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    @pytest.mark.parametrize("separator", [";", ",", "\t"])
    def test_encodings_and_separators(self, amina, tmp_path, encoding, separator):
        text = csv_of([head(family="NDAYISENGA", given="Éric"), child()]).decode("utf-8-sig")
        content = text.replace(";", separator).encode(encoding)
        row = checked(amina, tmp_path, content)
        assert outcomes(row) == {"created": 2}, told(row)
        part = ImportPart.objects.get(member_import=row)
        assert any("Éric" in cells for _, cells in unpack_rows(bytes(part.content)))

    @pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
    @pytest.mark.parametrize("unseen", ["\x0b", "\x1e", "\x1f", "\x7f"])
    def test_what_no_page_can_show_is_in_no_cell(self, amina, tmp_path, encoding, unseen):
        """Even what parts the cells that are kept."""
        content = csv_of([head(family=f"NDAYI{unseen}SENGA", given="Éric"), child()])
        row = loaded(amina, tmp_path, content.decode("utf-8-sig").encode(encoding))
        assert outcomes(row) == {"created": 2}, told(row)
        assert Beneficiary.objects.filter(family_name="NDAYISENGA", given_name="Éric").count() == 1

    def test_a_workbook(self, amina, tmp_path):
        content = workbook(csv_of([head(), child()]))
        row = loaded(amina, tmp_path, content, name="registre.xlsx")
        assert outcomes(row) == {"created": 2}

    def test_an_open_document(self, amina, tmp_path):
        lines = csv_of([head(), child()]).decode("utf-8-sig").splitlines()
        content = as_ods([line.split(";") for line in lines])
        assert outcomes(loaded(amina, tmp_path, content, name="registre.ods")) == {"created": 2}

    def test_a_formula_without_its_value_is_told_as_one(self, amina, tmp_path):
        """What a program other than a spreadsheet writes: the formula, and no value with it."""
        family, phone = (f"{'ABCDEFGHIJKLMNOPQRSTUVW'[TITLES.index(title)]}3"
                         for title in ("Nom", "Téléphone"))  # fmt: skip
        content = workbook(csv_of([head(), child()]), {family: "=UPPER(M2)", phone: "=R2+1"})
        row = checked(amina, tmp_path, content)
        says = "est une formule : sa valeur n’est pas lue, écrivez la valeur."
        assert told(row) == [
            "2  : Ce ménage n’est pas chargé : voir la ligne 3.",
            f"3 Nom : « =UPPER(M2) » {says}",
            f"3 Téléphone : « =R2+1 » {says}",
        ]

    def test_a_formula_with_its_value_is_read(self, amina, tmp_path):
        content = workbook(csv_of([head(), child()]), {"M3": '=UPPER("irakoze")'})
        valued = edited(content, b"<v />", b"<v>IRAKOZE</v>", b"<v></v>")
        row = checked(amina, tmp_path, valued)
        assert outcomes(row) == {"created": 2}, told(row)

    def test_titles_in_other_words_and_those_nobody_reads(self, amina, tmp_path):
        text = csv_of([head()]).decode("utf-8-sig")
        content = text.replace("Clé ménage", "MENAGE").replace("Naissance", "né(e) LE", 1)
        row = checked(amina, tmp_path, content.replace("N° CAM", "Religion").encode())
        assert outcomes(row) == {"created": 1}, told(row)
        assert row.unknown_headings[0] == "Religion"

    @pytest.mark.parametrize("kind", list(Kind))
    @pytest.mark.parametrize("write", [template_csv, template_ods, template_xlsx])
    def test_the_model_left_as_it_is_holds_no_row(self, amina, tmp_path, world, kind, write):
        with pytest.raises(DomainError, match="pas de ligne"):
            staged(amina, tmp_path, write(kind), kind=kind.value, unit_id=world.units["UMU-S1"])

    def test_whole_households_in_each_part(self, amina, tmp_path, monkeypatch):
        monkeypatch.setattr(staging, "ROWS_A_PART", 3)
        rows = []
        for key in ("1", "2", "3"):
            rows += [head(key=key, given=f"Jean{'abc'[int(key) - 1]}"), child(key=key)]
        row = staged(amina, tmp_path, csv_of(rows))
        parts = ImportPart.objects.filter(member_import=row).order_by("position")
        assert [part.rows for part in parts] == [4, 2]
        assert [part.first_row for part in parts] == [2, 6]

    def test_a_household_known_first_by_its_key_then_by_its_number_is_not_cut(
        self, amina, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(staging, "ROWS_A_PART", 1)
        rows = [
            head(key="7"), child(key="7", number="UMU-9000007"),
            child("Alice", number="UMU-9000007"), head(key="8", given="Paul"), child(key="7"),
        ]  # fmt: skip
        row = staged(amina, tmp_path, csv_of(rows))
        parts = ImportPart.objects.filter(member_import=row).order_by("position")
        assert [part.rows for part in parts] == [3, 1, 1]

    def test_the_same_file_is_found_again_until_it_is_done(self, amina, tmp_path):
        content = csv_of([head()])
        first = staged(amina, tmp_path, content)
        assert staged(amina, tmp_path, content).pk == first.pk
        assert loaded(amina, tmp_path, content).pk == first.pk
        assert staged(amina, tmp_path, content).pk != first.pk


def bomb() -> bytes:
    """Return a workbook that claims to be small and inflates to a gigabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as entry:
            for _ in range(1024):
                entry.write(b"0" * 1024 * 1024)
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


#: A file that is none, and what is said of it.
TRAPS = {
    "empty": (b"", "vide"),
    "a letter": (b"Madame, Monsieur", "Il manque des colonnes"),
    "a word": (b"Bonjour", "pas un tableau lisible"),
    "a PDF": (b"%PDF-1.7\n", "pas un tableau lisible"),
    "an old Excel": (b"\xd0\xcf\x11\xe0" + bytes(100), "pas un tableau lisible"),
    "UTF-16": ("Nom;Prénom\r\n".encode("utf-16"), "UTF-16"),
    "bytes of no text": (b"Nom;Pr\xe9nom\r\n\x00\x01;b", "pas un tableau lisible"),
    "of no encoding": (b"Nom;Pr\xe9nom\r\nA\x81;b\r\n", "illisibles"),
    "an open quote": (
        csv_of([head()]) + b'"' + b"a;b\r\n" * 60_000, "guillemet reste ouvert",
    ),
    "one endless line": (b"Nom;" + b"x" * 300_000, "trop longue"),
    "a zip of something else": (None, "pas un tableau lisible"),
    "titles missing": ("Nom;Prénom\r\nA;B\r\n".encode(), "Il manque des colonnes"),
    "a title twice": (
        csv_of([head()]).replace("N° CAM".encode(), b"Nom"), "disent la même chose",
    ),
    "no row": (csv_of([]), "pas de ligne"),
}  # fmt: skip


class TestTraps:
    @pytest.mark.parametrize(("content", "sentence"), TRAPS.values(), ids=TRAPS.keys())
    def test_is_refused_with_a_sentence(self, amina, tmp_path, content, sentence):
        if content is None:
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr("photo.txt", "x")
            content = buffer.getvalue()
        before = MemberImport.objects.count()
        with pytest.raises(DomainError, match=sentence):
            staged(amina, tmp_path, content)
        assert MemberImport.objects.count() == before

    def test_a_bomb(self, amina, tmp_path):
        with pytest.raises(DomainError, match="trop volumineux"):
            staged(amina, tmp_path, bomb())

    @pytest.mark.parametrize("corner", ["ZZ90000", "A200000", "XFD1048576"])
    def test_a_stray_cell_far_from_the_table(self, amina, tmp_path, corner):
        with pytest.raises(DomainError, match="une cellule est sans doute remplie loin"):
            staged(amina, tmp_path, workbook(csv_of([head(), child()]), {corner: "x"}))

    @pytest.mark.parametrize("corner", ["XFD2", "XFD2000"])
    def test_a_stray_cell_beside_the_table_takes_nothing_away(self, amina, tmp_path, corner):
        row = checked(amina, tmp_path, workbook(csv_of([head(), child()]), {corner: "x"}))
        assert outcomes(row) == {"created": 2}, told(row)

    def test_half_a_gigabyte_of_spreadsheet_is_not_even_opened(self, amina, tmp_path):
        path = tmp_path / "enorme.xlsx"
        with path.open("wb") as out:
            out.write(b"PK\x03\x04")
            out.truncate(500 * 1024 * 1024)
        with pytest.raises(DomainError, match="enregistrez-le en CSV"):
            staging.stage_import(
                actor=amina, kind="members", year=2025, unit_id=None, path=path, name=path.name
            )

    def test_a_spreadsheet_above_its_rows(self, amina, tmp_path, monkeypatch):
        monkeypatch.setattr(workbooks, "MOST_SHEET_ROWS", 3)
        rows = [head(key=str(key), given=f"Jean{'abcd'[key]}") for key in range(4)]
        with pytest.raises(DomainError, match="Un tableur a 3 lignes au plus"):
            staged(amina, tmp_path, workbook(csv_of(rows)))
        assert outcomes(checked(amina, tmp_path, csv_of(rows))) == {"created": 4}

    def test_no_unit_at_all(self, amina, tmp_path, world):
        titles = ("Clé ménage", "Colline", "Nom", "Prénom", "Sexe", "Naissance", "Lien")
        content = csv_of([head()], titles)
        with pytest.raises(DomainError, match="Choisissez l’unité"):
            staged(amina, tmp_path, content)
        row = checked(amina, tmp_path, content, unit_id=world.units["UMU-S2"])
        assert "une adhésion 2025 se signe" not in "".join(told(row))
        assert outcomes(row) == {"created": 1}

    def test_names_with_apostrophes_and_accents(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(family="N’DAYI", given="Éloïse-Anne", sex="F")]))
        again = csv_of([head(family="N'Dayi", given="Eloise Anne", sex="F")])
        assert outcomes(loaded(amina, tmp_path, again)) == {"unchanged": 1}
