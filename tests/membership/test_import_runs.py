"""Imports at work: by the command, by jobs, two at once, by the pages; killed: tests/long."""

import csv
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_scope
from membership.models import Household, ImportPart, MemberImport
from tests.membership.importing import child, csv_of, head
from tests.world import PASSWORD


def register(households: int) -> bytes:
    """Return a register of so many households of two, each known by its number."""
    rows = []
    for rank in range(households):
        number = f"REG-{rank:07d}"
        rows += [head(number=number, key=""), child(number=number, key="")]
    return csv_of(rows)


def counted(world, tenant: str = "UMUCO") -> int:
    with open_scope(world.system(tenant), source="essai"):
        return Household.objects.filter(number__startswith="REG-").count()


class TestCommand:
    def import_file(self, folder: Path, content: bytes, **options):
        path = folder / "registre.csv"
        path.write_bytes(content)
        asked = {"federation": "umuco", "year": 2025, **options}
        call_command("import_members", path, **{"reason": "Carnets rentrés tard", **asked})

    def test_everything_comes_in_and_is_summed_up(self, own_database, tmp_path, capsys):
        self.import_file(tmp_path, register(3))
        out = capsys.readouterr().out
        assert "6 lignes déposées" in out
        assert "100 %" in out
        assert "Lignes créées : 6 ; changées : 0 ; déjà là : 0 ; refusées : 0." in out
        assert counted(own_database) == 3

    def test_trial_writes_the_errors_and_nothing_else(self, own_database, tmp_path, capsys):
        errors = tmp_path / "refus.csv"
        content = csv_of([head(), head(key="2", given="=1+1", sex="?"), child(key="2")])
        with pytest.raises(CommandError, match="refusées"):
            self.import_file(tmp_path, content, dry_run=True, errors=errors)
        said = capsys.readouterr()
        assert "Ligne 3 (Sexe)" in said.err
        assert "rien n’est chargé" in said.out
        with errors.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter=";"))
        assert [(row["Ligne"], row["Colonne"]) for row in rows] == [
            ("3", "Prénom, Sexe"), ("4", ""),
        ]  # fmt: skip
        # What would be a live formula in a spreadsheet is quoted.
        assert rows[0]["Prénom"] == "'=1+1"
        with open_scope(own_database.system("UMUCO"), source="essai"):
            assert not Household.objects.filter(number__startswith="UMU-001").exists()
            assert MemberImport.objects.get().state == "abandoned"

    def test_the_error_file_once_corrected_comes_in(self, own_database, tmp_path, capsys):
        errors = tmp_path / "refus.csv"
        content = csv_of([head(), head(key="2", given="Paul", sex="?"), child(key="2")])
        with pytest.raises(CommandError):
            self.import_file(tmp_path, content, errors=errors)
        corrected = errors.read_text("utf-8-sig").replace(";?;", ";M;")
        self.import_file(tmp_path, corrected.encode())
        with open_scope(own_database.system("UMUCO"), source="essai"):
            assert Household.objects.filter(number__startswith="UMU-001").count() == 2

    @pytest.mark.parametrize(
        ("content", "options", "cause"),
        [
            (b"", {}, "vide"),
            ("Nom;Pr\u00e9nom\nA;B\n".encode("utf-16"), {}, "UTF-16"),
            (b"Prix;Ville\n3;Gitega\n", {}, "olonne"),
            (register(1), {"year": 2031}, "2031"),
        ],
    )
    def test_stopped_early_the_error_file_says_why(
        self, own_database, tmp_path, content, options, cause
    ):
        errors = tmp_path / "refus.csv"
        errors.write_text("d’une autre fois", encoding="utf-8")
        with pytest.raises(CommandError, match=cause):
            self.import_file(tmp_path, content, errors=errors, **options)
        with errors.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter=";"))
        assert [(row["Ligne"], row["Colonne"]) for row in rows] == [("", "")] * len(rows)
        assert cause in " ".join(row["Cause"] for row in rows)
        assert counted(own_database) == 0

    def test_a_clean_file_leaves_an_error_file_of_no_row(self, own_database, tmp_path):
        errors = tmp_path / "refus.csv"
        self.import_file(tmp_path, register(1), errors=errors)
        assert errors.read_text("utf-8-sig").count("\n") == 1

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"federation": "RIEN"}, "Aucune fédération"),
            ({"unit": "INE-S1"}, "Aucune mutuelle"),
            ({"actor": "bernard"}, "aucun rôle dans cette fédération"),
            ({"actor": "agnes"}, "ne permet pas"),
            ({"year": 2031}, "2031"),
        ],
    )
    def test_what_it_refuses(self, own_database, tmp_path, options, sentence):
        with pytest.raises(CommandError, match=sentence):
            self.import_file(tmp_path, register(1), **options)

    def test_in_somebodys_name(self, own_database, tmp_path, capsys):
        self.import_file(tmp_path, register(1), actor="amina")
        with open_scope(own_database.actor("amina"), source="essai"):
            assert MemberImport.objects.get().brought_by == "Amina Nduwimana"


class TestPages:
    def post_file(self, client, content: bytes, **more):
        facts = {"kind": "members", "year": 2025, "unit": "", "backdating_reason": "Tard", **more}
        file = SimpleUploadedFile("registre.csv", content, content_type="text/csv")
        return client.post("/imports/deposer/", {**facts, "file": file})

    def run_jobs(self, world) -> None:
        with open_scope(world.system("UMUCO"), source="essai"):
            keys = list(
                Job.objects.filter(tenant_id=world.tenants["UMUCO"], state="queued").values_list(
                    "pk", flat=True
                )
            )
        for key in keys:
            run_job(key)

    @pytest.fixture
    def client(self, own_database):
        client = Client()
        client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
        return client

    def test_from_the_file_to_the_members(self, client, own_database):
        content = csv_of([head(), child(), head(key="2", given="Paul", sex="?")])
        answer = self.post_file(client, content)
        assert answer.status_code == 302, answer.content.decode()
        where = answer["Location"]
        assert "vérification est en cours" in client.get(where).content.decode()
        self.run_jobs(own_database)
        page = client.get(where).content.decode()
        assert "à vous de décider" in page
        assert "n’est pas dans la liste (M, F)" in page
        errors = client.get(f"{where}refus.csv")
        assert "Paul" in b"".join(errors.streaming_content).decode("utf-8-sig")
        answer = client.post(where, {"choice": "good_rows"})
        assert answer["Location"] == where
        self.run_jobs(own_database)
        assert "Chargé." in client.get(where).content.decode()
        assert client.post(where, {"choice": "all_or_nothing"}).status_code in (409, 422)
        with open_scope(own_database.system("UMUCO"), source="essai"):
            assert Household.objects.filter(number="UMU-0010001").exists()
            assert Job.objects.filter(kind="import_load").count() == 1
        assert "registre.csv" in client.get("/imports/").content.decode()

    def test_a_large_upload_goes_to_the_disk(self, client, own_database, settings):
        settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1
        assert self.post_file(client, csv_of([head()])).status_code == 302

    def test_a_bad_file_is_told_at_its_field(self, client, own_database):
        answer = self.post_file(client, b"%PDF-1.7")
        assert answer.status_code == 422
        assert "pas un tableau lisible" in answer.content.decode()

    def test_abandoned(self, client, own_database):
        where = self.post_file(client, csv_of([head()]))["Location"]
        assert client.post(f"{where}abandonner/")["Location"] == "/imports/"
        assert "Abandonné" in client.get(where).content.decode()
        self.run_jobs(own_database)
        with open_scope(own_database.system("UMUCO"), source="essai"):
            assert MemberImport.objects.get().state == "abandoned"

    @pytest.mark.parametrize("kind", ["members", "payments", "past_register"])
    @pytest.mark.parametrize("extension", ["csv", "ods", "xlsx"])
    def test_models(self, client, own_database, kind, extension):
        answer = client.get(f"/imports/modele/{kind}.{extension}")
        assert answer.status_code == 200
        assert client.get(f"/imports/modele/rien.{extension}").status_code == 404

    def test_another_federation(self, client, own_database):
        where = self.post_file(client, csv_of([head()]))["Location"]
        other = Client()
        other.post("/compte/login/", {"login": "bernard", "password": PASSWORD})
        for path in (where, f"{where}refus.csv"):
            assert other.get(path).status_code == 404
        assert other.post(f"{where}abandonner/").status_code == 404


def test_a_part_loaded_by_another_worker_is_left_alone(own_database, tmp_path, capsys):
    """A job delivered twice, the second time after the first has ended."""
    TestCommand().import_file(tmp_path, register(2))
    with open_scope(own_database.system("UMUCO"), source="essai"):
        row = MemberImport.objects.get()
        MemberImport.objects.update(state="loading")
        before = ImportPart.objects.get(member_import=row).loaded_at
    TestCommand().import_file(tmp_path, register(2))
    with open_scope(own_database.system("UMUCO"), source="essai"):
        assert ImportPart.objects.get(member_import=row).loaded_at == before
        assert MemberImport.objects.get().state == "done"
    assert counted(own_database) == 2
