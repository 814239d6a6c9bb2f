"""Registers as mutuals keep them: a title above the headings, both names in one column."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from conamus.kernel.errors import DomainError
from federations.models import Place
from membership.models import Beneficiary
from membership.rules.imports import Kind, find_titles, read_titles
from tests.membership.importing import csv_of, head, loaded, outcomes, staged, told

PREAMBLE = "Mutuelle de santé UMUCO, commune Bugendana\r\n\r\n"
TITLES = (
    "N° d’ordre", "Code mutuelle", "Colline", "Adhésion signée le", "Noms et prénoms",
    "Sexe (M/F)", "Date naissance", "Lien familial",
)  # fmt: skip
ROW = dict(
    zip(
        TITLES,
        ("1", "UMU-S1", "Kibasi", "12/11/2024", "NDAYI KEZA Éric", "M", "vers 1984", "adhérent"),
        strict=True,
    )
)


def register(*rows: dict[str, str]) -> bytes:
    """Return a register whose headings stand on the third line."""
    return PREAMBLE.encode() + csv_of(rows, TITLES).removeprefix(b"\xef\xbb\xbf")


def workbook(content: bytes, *sheets: str) -> bytes:
    """Return the register as the last sheet of a workbook, after sheets of notes."""
    book = Workbook()
    for name in sheets:
        book.create_sheet(name).append(["Notes"])
    last = book.create_sheet("Membres")
    for line in content.decode().splitlines():
        last.append(line.split(";"))
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class TestTitlesBelow:
    def test_a_title_above_the_headings_is_passed_over(self, amina, tmp_path):
        row = loaded(amina, tmp_path, register(ROW))
        assert outcomes(row) == {"created": 1}, told(row)
        person = Beneficiary.objects.get(family_name="NDAYI KEZA")
        assert (person.given_name, person.birth_date, person.is_birth_estimated) == (
            "Éric", date(1984, 7, 1), True,
        )  # fmt: skip

    @pytest.mark.parametrize("sheets", [(), ("Notes", "Autres")])
    def test_in_a_workbook_too_and_its_sheet_is_found(self, amina, tmp_path, sheets):
        content = workbook(register(ROW), *sheets)
        row = loaded(amina, tmp_path, content, name="registre.xlsx")
        assert outcomes(row) == {"created": 1}, told(row)

    def test_rows_keep_the_numbers_of_the_file(self, amina, tmp_path):
        row = loaded(amina, tmp_path, register(ROW | {"Noms et prénoms": "NDAYI"}))
        assert told(row) == ["4 Nom : « NDAYI » n’a qu’un mot : écrivez le nom, puis le prénom."]

    def test_what_is_missing_is_told_of_the_row_that_has_most(self, amina, tmp_path):
        content = register(ROW).replace(b"Sexe (M/F)", b"X")
        with pytest.raises(DomainError, match="Il manque des colonnes : « Sexe »"):
            staged(amina, tmp_path, content)

    def test_beyond_twenty_lines_there_are_no_titles(self):
        rows = [["Mutuelle"], *[[]] * 19, ["Numéro", "Montant", "Date"]]
        assert find_titles(Kind.PAYMENTS, rows) == 0
        assert find_titles(Kind.PAYMENTS, rows[1:]) == 19


@pytest.mark.parametrize(
    ("titles", "places"),
    [
        (["Ordre", "Noms", "Sexe", "Naissance", "Lien"], (1, 1)),
        (["Ordre", "Noms", "Prénoms", "Sexe", "Naissance", "Lien"], (1, 2)),
        (["Ordre", "Nom & prénoms", "Sexe", "Naissance", "Lien"], (1, 1)),
        (["Ordre", "NOM ET PRENOM", "Sexe", "Naissance", "Lien"], (1, 1)),
    ],
)
def test_one_column_of_names_or_two(titles, places):
    found = read_titles(Kind.MEMBERS, titles).places
    assert (found["family_name"], found["given_name"]) == places


def test_both_names_in_one_column_and_a_given_name_are_one_too_many():
    with pytest.raises(DomainError, match="Deux colonnes disent la même chose : « Nom complet »"):
        read_titles(Kind.MEMBERS, ["Ordre", "Nom complet", "Prénom", "Sexe", "Naissance", "Lien"])


def test_a_colline_of_two_is_the_one_where_the_unit_works(amina, world, tmp_path, behind_the_wall):
    with behind_the_wall():
        Place.objects.filter(name="Rwisabi").update(name="Kibasi", search_key="kibasi")
    here = Place.objects.get(name="Kibasi", former_commune__code="A-GI-01")
    row = loaded(amina, tmp_path, csv_of([head()]))
    assert outcomes(row) == {"created": 1}, told(row)
    person = Beneficiary.objects.select_related("household").get(family_name="NDAYISENGA")
    assert person.household.colline_id == here.pk
