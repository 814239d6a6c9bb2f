"""What is told of an import row by row: outcome, old → new by field, filters, search, pages."""

import pytest
from django.test import Client
from django.utils.html import strip_tags

from conamus.exports.listing import AskedList, open_list, read_in_chunks, sorted_listing
from conamus.exports.listing import rows_of as rows_of_table
from federations.tenancy.scope import open_scope
from membership.models import ImportPart, MemberImport
from membership.rules.imports import RowOutcome
from membership.selectors.import_rows import ImportRow, ImportRows
from membership.services.imports import staging
from tests.membership.importing import checked, child, csv_of, head, loaded
from tests.world import PASSWORD

PAYMENT_TITLES = ("N° ménage", "Montant", "Date", "Reçu papier")


def notes(row: ImportRow) -> list[tuple[str, ...]]:
    return [tuple(note) for note in row.notes]


def rows_of(row: MemberImport, outcome: str = "", words: str = "") -> list[ImportRow]:
    return list(ImportRows(row, outcome=RowOutcome(outcome) if outcome else None, words=words))


class TestNotes:
    def test_a_new_household_says_what_it_enrols_for(self, amina, tmp_path):
        first, second = rows_of(checked(amina, tmp_path, csv_of([head(), child()])))
        assert (first.line, first.household, first.subject) == (2, "1", "NDAYISENGA Jean")
        assert (first.outcome, first.is_done) == (RowOutcome.CREATED, False)
        assert notes(first) == [
            ("Ménage", "", "nouveau"),
            ("Adhésion 2025", "", "nouvelle, 12/11/2024, 21\u202f000\u00a0FBu"),
        ]
        assert (second.outcome, notes(second)) == (RowOutcome.CREATED, [])

    def test_each_field_that_changes_from_what_to_what(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(home_phone="79000001"), child(paper="an 1")]))
        known = {"number": "UMU-0010001", "key": ""}
        rows = [
            head(**known, phone="71 00 00 01", home_phone="79000002", colline="Rwisabi", cam="C-9"),
            child(**known, birth="02/03/2015", paper="an 12", link="autre"),
            child("Diane", **known, birth="2019"),
        ]
        changed, other, new = rows_of(checked(amina, tmp_path, csv_of(rows)))
        assert changed.outcome == other.outcome == RowOutcome.CHANGED
        assert notes(changed) == [
            ("Colline", "Kibasi", "Rwisabi"),
            ("Téléphone du ménage", "79000001", "79000002"),
            ("N° CAM", "", "C-9"),
            ("Téléphone", "", "71000001"),
        ]
        assert notes(other) == [
            ("Pièce d’identité", "AN 1", "AN 12"),
            ("Lien", "enfant", "autre"),
            ("Naissance", "vers 2015", "02/03/2015"),
        ]
        assert new.outcome == RowOutcome.CREATED
        assert [title for title, _, _ in notes(new)] == ["Dans le ménage depuis"]

    def test_a_name_is_told_as_it_was_written(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(family="N'DAYI", given="Éric")]))
        person = "UMU-0010001-01"
        again = head(number="UMU-0010001", key="", person=person, family="NDAYI", given="Éric")
        (row,) = rows_of(checked(amina, tmp_path, csv_of([again])))
        assert notes(row) == [("Nom et prénom", "N'DAYI Éric", "NDAYI Éric")]

    def test_what_is_left_alone_and_what_is_refused(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(), child()]))
        rows = [head(), child(), head(key="2", given="Paul", sex="?", birth="hier")]
        row = loaded(amina, tmp_path, csv_of(rows))
        told = rows_of(row)
        assert [one.outcome.value for one in told] == ["unchanged", "unchanged", "refused"]
        assert [column for column, _ in told[2].causes] == ["Sexe", "Naissance"]
        assert all(one.is_done for one in told)

    def test_what_was_written_is_told_as_it_was_foreseen(self, amina, tmp_path):
        content = csv_of([head(former="K-1"), child(former="K-1"), head(key="2", sex="?")])
        foreseen = rows_of(checked(amina, tmp_path, content))
        done = rows_of(loaded(amina, tmp_path, content))
        assert [(one.line, one.outcome, notes(one)) for one in foreseen] == [
            (one.line, one.outcome, notes(one)) for one in done
        ]

    def test_nothing_loaded_still_says_why(self, amina, tmp_path):
        content = csv_of([head(), head(key="2", given="Paul", sex="?")])
        row = loaded(amina, tmp_path, content, choice="all_or_nothing")
        assert [one.outcome.value for one in rows_of(row)] == ["created", "refused"]
        assert not any(one.is_done for one in rows_of(row))

    def test_a_payment_says_what_is_left_to_pay(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(), child()]))
        paid = {"N° ménage": "UMU-0010001", "Date": "20/11/2024"}
        content = csv_of(
            [paid | {"Montant": "5 000", "Reçu papier": "R-1"},
             paid | {"Montant": "6 000", "Reçu papier": "R-2"}], PAYMENT_TITLES,
        )  # fmt: skip
        first, second = rows_of(checked(amina, tmp_path, content, kind="payments"))
        assert notes(first) == [("Reste à payer", "21\u202f000\u00a0FBu", "16\u202f000\u00a0FBu")]
        assert notes(second)[0][1:] == ("16\u202f000\u00a0FBu", "10\u202f000\u00a0FBu")
        assert first.subject == "5 000 20/11/2024 R-1"


class TestSearchAndPages:
    @pytest.fixture
    def row(self, amina, tmp_path, monkeypatch):
        """Twelve households in parts of two; of every third one a row is refused."""
        monkeypatch.setattr(staging, "ROWS_A_PART", 2)
        rows = []
        for rank in range(12):
            key = f"REG-{rank:07d}"
            sex = "?" if rank % 3 == 0 else "M"
            rows.append(head(number=key, key="", given=f"Élie {'abcdefghijkl'[rank]}", sex=sex))
            rows.append(child(number=key, key=""))
        row = checked(amina, tmp_path, csv_of(rows))
        assert ImportPart.objects.filter(member_import=row).count() == 12
        return row

    def test_pages_are_slices_in_the_order_of_the_file(self, row):
        rows = ImportRows(row)
        assert len(rows) == 24
        assert [one.line for one in rows[5:9]] == [7, 8, 9, 10]
        assert (rows[23].line, rows[-1].line) == (25, 25)
        assert rows[24:30] == []

    def test_by_outcome_over_the_parts(self, row):
        refused = ImportRows(row, outcome=RowOutcome.REFUSED)
        assert len(refused) == 8
        assert [one.line for one in refused[2:4]] == [8, 9]
        assert len(ImportRows(row, outcome=RowOutcome.CREATED)) == 16
        assert not ImportRows(row, outcome=RowOutcome.CHANGED)

    @pytest.mark.parametrize(
        ("words", "lines"),
        [
            ("elie C", [6]), ("REG-0000004", [10, 11]), ("irakoze reg-0000011", [25]),
            ("c élie", [6]), ("lie", []), ("!?", []), ("ndayisenga zoe", []),
        ],
    )  # fmt: skip
    def test_by_the_beginnings_of_words(self, row, words, lines):
        assert [one.line for one in rows_of(row, words=words)] == lines

    def test_both_together(self, row):
        assert [one.line for one in rows_of(row, "refused", "irakoze")] == [3, 9, 15, 21]

    def test_a_page_opens_the_parts_that_it_shows(self, row, django_assert_max_num_queries):
        with django_assert_max_num_queries(3):
            assert len(ImportRows(row)[10:13]) == 3

    def test_what_is_not_checked_yet_is_left_out(self, row):
        ImportPart.objects.filter(member_import=row, position__gte=6).update(
            findings=b"", counts={}, checked_at=None
        )
        assert len(ImportRows(row)) == 12
        assert rows_of(row, words="REG-0000011") == []


class TestPage:
    @pytest.fixture
    def client(self, own_database):
        client = Client()
        client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
        return client

    @pytest.fixture
    def where(self, client, own_database, tmp_path) -> str:
        amina = own_database.actor("amina")
        with open_scope(amina, source="essai"):
            loaded(amina, tmp_path, csv_of([head(), child()]))
            rows = [
                head(number="UMU-0010001", key="", home_phone="79000009"),
                head(key="2", given="<b>Paul</b>", sex="?"),
                head(key="3", given="Zoé", sex="F"),
            ]
            row = checked(amina, tmp_path, csv_of(rows))
        return f"/imports/{row.pk}/"

    def text(self, client, address: str) -> str:
        page = client.get(address)
        assert page.status_code == 200
        assert "<b>Paul</b>" not in page.content.decode()
        return " ".join(strip_tags(page.content.decode().replace("<br>", " | ")).split())

    def test_from_the_counts_to_the_rows(self, client, where):
        page = client.get(where).content.decode()
        assert f'href="{where}lignes/?outcome=changed"' in page
        assert f'href="{where}lignes/"' in page
        changed = self.text(client, f"{where}lignes/?outcome=changed")
        assert "Téléphone du ménage : 79000009" in changed
        assert "Zoé" not in changed

    def test_refused_and_searched(self, client, where):
        refused = self.text(client, f"{where}lignes/?outcome=refused")
        assert "n’est pas un nom" in refused
        assert "n’est pas dans la liste (M, F)" in refused
        found = self.text(client, f"{where}lignes/?q=zoe+ndayisenga")
        assert "à créer" in found
        assert "Adhésion 2025 : nouvelle" in found
        assert "Rien ne répond" in self.text(client, f"{where}lignes/?q=personne")

    def test_the_export_has_the_same(self, client, where):
        text = client.get(f"{where}lignes/?export=csv").content.decode("utf-8-sig")
        assert text.splitlines()[0] == "Ligne;Ménage;Personne ou paiement;Ce qui arrive;Détails"
        assert "Téléphone du ménage : 79000009" in text

    def test_a_long_export_reads_part_by_part(self, own_database, where):
        """What the job that exports long lists asks of a list: its count, then its rows."""
        amina = own_database.actor("amina")
        asked = AskedList(path=f"{where}lignes/", query="outcome=refused", year=2025, kind="csv")
        with open_scope(amina, source="essai"):
            rows = rows_of_table(sorted_listing(open_list(asked, amina))[1])
            assert rows.count() == 1
            assert [one.line for one in read_in_chunks(rows)] == [3]

    def test_another_federation(self, client, where):
        other = Client()
        other.post("/compte/login/", {"login": "bernard", "password": PASSWORD})
        assert other.get(f"{where}lignes/").status_code == 404
