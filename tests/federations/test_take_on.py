"""The first day's import: what is tried is what is done, and twice changes nothing."""

import csv
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import (
    Activity,
    Expense,
    HealthFacility,
    Job,
    OutboxEvent,
    StoredFile,
    Unit,
    User,
)
from federations.rules.roles import Role
from federations.rules.take_on import (
    Outcome,
    parse_cells,
)
from federations.services.jobs import run_job
from federations.services.periods import lock_month
from federations.services.take_on import (
    ImportContext,
    do_rows,
    error_csv,
    importer_of,
    importers,
    parse_file,
    try_rows,
)
from federations.services.take_on_files import ROWS_TRIED_AT_ONCE, request_import, try_file
from federations.services.units import close_unit
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from membership.models import PastYear
from tests.federations.leaving import leave
from tests.federations.sheet_samples import as_csv, table
from tests.world import PASSWORD

EXPENSES = "depenses"


def expense(number: int, **changes: str) -> dict[str, str]:
    row = {
        "label": f"Dépense {number}",
        "spent_on": "31/05/2024",
        "heading": "personnel",
        "amount_francs": "1 234 568",
        "funder": "bailleur umuco",
        "voucher": f"P-{number}",
    }
    return {**row, **changes}


def tried(actor, kind: str, *rows):
    importer = importer_of(kind)
    parsed = parse_file(importer, as_csv(table(importer, *rows)), most_rows=5000)
    return try_rows(importer, parsed.rows, context=ImportContext(actor, "https://x.exemple"))


def done(actor, kind: str, *rows, **more):
    importer = importer_of(kind)
    parsed = parse_file(importer, as_csv(table(importer, *rows)), most_rows=5000)
    context = ImportContext(actor, "https://x.exemple")
    return do_rows(importer, parsed.rows, context=context, **more)


def outcomes(report) -> list[str]:
    return [result.outcome.value for result in report.results]


class TestTrial:
    def test_it_says_what_would_happen_and_writes_nothing(self, world, as_actor):
        actor = world.actor("amina")
        rows = (
            expense(1),
            expense(2, amount_francs="12,5"),
            expense(3, funder="Inconnu"),
            expense(4, unit="INE-S1"),
            expense(5, spent_on="01/07/2030"),
            expense(1),
        )
        with as_actor(actor):
            report = tried(actor, EXPENSES, *rows)
            assert outcomes(report) == [
                "created", "refused", "refused", "refused", "refused", "unchanged",
            ]  # fmt: skip
            assert not Expense.objects.exists()
        causes = [result.cause for result in report.refused()]
        assert causes[0].startswith("Montant (FBu) : Les montants")
        assert "n’est pas dans vos partenaires" in causes[1]
        assert "aucune unité ouverte n’a le code « INE-S1 »" in causes[2]
        assert "déjà faite" in causes[3]
        assert [result.row.number for result in report.refused()] == [3, 4, 5, 6]

    def test_refused_rows_leave_with_their_cause_and_no_formula(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            report = tried(actor, EXPENSES, expense(1, label="=HYPERLINK()", amount_francs="x"))
            text = error_csv(importer_of(EXPENSES), report.refused()).decode("utf-8-sig")
        line = next(csv.reader(StringIO(text.split("\r\n", 1)[1]), delimiter=";"))
        assert line[0] == "2"
        assert "en chiffres" in line[1]
        assert line[2] == "'=HYPERLINK()"

    @pytest.mark.parametrize("username", ["arthur", "agnes", "sylvere", "medard"])
    def test_only_managers_import(self, world, as_actor, username):
        actor = world.actor(username)
        with as_actor(actor), pytest.raises(NotAllowed):
            tried(actor, EXPENSES, expense(1))


class TestEveryFaultAtOnce:
    """A person who corrects what is told has nothing left to correct."""

    def _cause(self, world, as_actor, kind, row) -> str:
        actor = world.actor("amina")
        with as_actor(actor):
            return tried(actor, kind, row).refused()[0].cause

    def test_of_an_expense(self, world, as_actor):
        row = expense(
            1, label="", spent_on="01/07/2030", unit="RIEN", funder="Personne", amount_francs="0"
        )
        cause = self._cause(world, as_actor, EXPENSES, row)
        for words in (
            "Libellé : la case est vide.",
            "Unité : aucune unité ouverte n’a le code « RIEN ».",
            "Bailleur : « Personne » n’est pas dans vos partenaires",
            "Date : Une dépense est déjà faite",
            "Montant (FBu) : Le montant doit être supérieur à zéro.",
        ):
            assert words in cause

    def test_a_closed_month_is_told_with_the_others_but_not_of_a_row_that_is_there(
        self, world, as_actor
    ):
        actor = world.actor("amina")
        root = world.units["UMUCO"]
        with as_actor(actor):
            done(actor, EXPENSES, expense(1))
            lock_month(actor=actor, unit=Unit.objects.get(pk=root), month=date(2024, 5, 1))
            report = tried(actor, EXPENSES, expense(1), expense(2, funder="Personne"), expense(3))
        assert outcomes(report) == ["unchanged", "refused", "refused"]
        first, second = (result.cause for result in report.refused())
        assert "Bailleur : « Personne »" in first
        assert "Date : Le mois 05/2024 est fermé" in first
        assert second.startswith("Date : Le mois 05/2024 est fermé")

    def test_a_day_before_its_unit_opened_is_told_with_the_others(self, world, as_actor):
        told = "« Section Umuco 1 » n’est ouverte que depuis le 01/01/2015"
        early = expense(1, unit="UMU-S1", spent_on="31/12/2014")
        assert f"Date : {told}" in self._cause(world, as_actor, EXPENSES, early)
        cause = self._cause(world, as_actor, EXPENSES, {**early, "funder": "Personne"})
        assert "Bailleur : « Personne »" in cause
        assert f"Date : {told}" in cause
        row = {
            "theme": "Triage", "kind": "formation", "unit": "UMU-S1", "place": "Paris",
            "starts_on": "31/12/2014", "chapter": "Amélioration de la qualité des soins",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "activites", row)
        assert "Commune : « Paris »" in cause
        assert f"Du : {told}" in cause

    def test_of_an_activity_at_the_columns_of_its_own_groups(self, world, as_actor):
        row = {
            "theme": "Triage", "kind": "formation", "starts_on": "06/05/2024", "ends_on": "x",
            "chapter": "Amélioration de la qualité des soins", "place": "Paris",
            "label_1": "élus", "label_2": "agents", "total_2": "5", "women_2": "6",
            "label_3": "agents", "total_3": "0",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "activites", row)
        for words in (
            "Au : « x » n’est pas une date",
            "Commune : « Paris » n’est pas une commune",
            "Nombre 1 : donnez le nombre de participants.",
            "Dont femmes 2 : Il y a plus de femmes (6) que de participants (5).",
            "Participants 3 : Ce groupe est déjà dans la liste.",
            "Nombre 3 : Donnez un nombre supérieur à zéro.",
        ):
            assert words in cause

    def test_of_a_unit(self, world, as_actor):
        row = {
            "kind": "mutuelle", "code": "UMU-S9", "name": "Mutuelle Neuf", "parent": "UMU-S1",
            "centre": "RIEN", "zone": "Paris ; Bugendana ; Lyon", "valid_from": "01/01/2018",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "unites", row)
        for words in (
            "Centre de gestion : aucune unité ouverte n’a le code « RIEN ».",
            "Zone d’action : « Paris » n’est pas une commune",
            "Zone d’action : « Lyon » n’est pas une commune",
            "Rattachée à : Une unité de nature « mutuelle » ne se rattache pas",
        ):
            assert words in cause

    @pytest.mark.parametrize("day", ["01/01/1800", "01/01/2099"])
    def test_of_a_day_on_which_nothing_opens(self, day, world, as_actor):
        unit = {"kind": "section", "code": "UMU-S9", "name": "Neuf", "valid_from": day}
        facility = {
            "code": "FS-N1", "name": "CDS", "facility_type": "CDS", "ownership": "public",
            "former_commune": "Bugendana", "commune": "Bugendana", "district": "Gitega",
            "contracted_on": day,
        }  # fmt: skip
        for kind, row, heading in (
            ("unites", unit, "Ouverte le : "),
            ("unites", {**unit, "centre": "RIEN"}, "Ouverte le : "),
            ("formations-sanitaires", facility, "Conventionnée le : "),
            ("formations-sanitaires", {**facility, "district": "Rien"}, "Conventionnée le : "),
        ):
            assert heading in self._cause(world, as_actor, kind, row), row

    def test_of_what_the_service_alone_refuses(self, world, as_actor):
        row = {
            "kind": "section", "code": "UMU-S9 " + "9" * 30, "name": "S" * 201, "parent": "UMU-C1",
            "centre": "UMU-S2", "valid_from": "01/01/2018",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "unites", row)
        for heading in ("Code :", "Nom :", "Rattachée à :", "Centre de gestion :"):
            assert heading in cause

    def test_of_a_person(self, world, as_actor):
        row = {
            "full_name": "Alice", "username": "é", "email": "alicé@exemple.bi",
            "role": "agent de mutuelle", "facility": "FS-X",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "utilisateurs", row)
        for words in (
            "Formation sanitaire : aucune formation sanitaire n’a le code",
            "Identifiant : De 3 à 60 lettres",
            "Courriel : Une adresse s’écrit sans accent.",
            "Unité : Choisissez l’unité",
        ):
            assert words in cause

    @pytest.mark.parametrize(
        ("kind", "row", "told"),
        [
            (
                "utilisateurs",
                {"full_name": "A" * 151, "username": "alice", "email": "pas-un-mail",
                 "phone": "1", "role": "docteur"},
                ("Nom complet :", "Courriel :", "Téléphone :", "Rôle :"),
            ),
            (
                "utilisateurs",
                {"full_name": "Alice", "username": "alice", "email": "pas-un-mail",
                 "role": "agent de mutuelle", "unit": "UMU-C1", "facility": "RIEN"},
                ("Courriel :", "Unité : Un agent travaille", "Formation sanitaire :"),
            ),
            (
                "unites",
                {"kind": "section", "code": "9" * 31, "name": "S" * 201, "parent": "RIEN",
                 "centre": "RIEN", "zone": "Paris", "address": "A" * 201, "phone": "12",
                 "valid_from": "01/01/2018"},
                ("Code :", "Nom :", "Rattachée à :", "Centre de gestion :", "Zone d’action :",
                 "Adresse :", "Téléphone : Un téléphone du Burundi"),
            ),
            (
                "formations-sanitaires",
                {"code": "F" * 31, "name": "CDS", "facility_type": "tente", "ownership": "privé",
                 "former_commune": "Giheta", "commune": "Bugendana", "district": "Rien",
                 "phone": "12", "contracted_on": "2018-01-01"},
                ("Code :", "Type :", "District sanitaire :", "Téléphone :"),
            ),
            (
                "textes",
                {"year": "2031", "outline_key": "Rien", "body": ""},
                ("Année : L’année doit être", "Partie du rapport :", "Texte : la case est vide."),
            ),
            (
                "annees-passees",
                {"promoter": "P", "label": "2031", "starts_year": "2031", "sections": "x",
                 "households": "3", "source": ""},
                ("Première année : L’année doit être", "Mutuelles et sections :", "Source :"),
            ),
        ],
    )  # fmt: skip
    def test_of_what_the_tables_refuse_beside_what_nobody_could_read(
        self, world, as_actor, kind, row, told
    ):
        cause = self._cause(world, as_actor, kind, row)
        for words in told:
            assert cause.count(words) == 1, (words, cause)

    def test_a_word_that_could_not_be_looked_up_is_no_fault(self, world, as_actor):
        """Which commune it is depends on a day that nobody can read."""
        row = {
            "kind": "section", "code": "UMU-S9", "name": "Section", "place": "Giheta",
            "valid_from": "hier",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "unites", row)
        assert cause == "Ouverte le : « hier » n’est pas une date : écrivez 31/12/2024."

    def test_of_a_person_whose_name_is_taken_elsewhere(self, world, as_actor):
        row = {
            "full_name": "Bernard", "username": "bernard", "email": "b@exemple.bi",
            "role": "agent de mutuelle", "unit": "UMU-C1",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "utilisateurs", row)
        assert "Identifiant : Cet identifiant est déjà pris. « bernard2 » est libre." in cause
        assert "Unité : Un agent travaille dans une mutuelle ou une section." in cause

    def test_of_a_facility(self, world, as_actor):
        row = {
            "code": "FS-N1", "name": "CDS", "facility_type": "tente", "ownership": "privé",
            "former_commune": "Paris", "commune": "Lyon", "district": "Rien",
            "contracted_on": "hier",
        }  # fmt: skip
        cause = self._cause(world, as_actor, "formations-sanitaires", row)
        for heading in (
            "Type", "Commune avant 2025", "Commune depuis 2025", "District sanitaire",
            "Conventionnée le",
        ):  # fmt: skip
            assert f"{heading} : «" in cause

    def test_of_the_headings(self):
        with pytest.raises(DomainError) as refused:
            parse_file(
                importer_of(EXPENSES), "Libellé;Pièce;Pièce;Date\nA;1;1;B\n".encode(), most_rows=5
            )
        assert refused.value.message == (
            "La colonne « Pièce » est deux fois là. Les colonnes « Rubrique », « Montant (FBu) » "
            "manquent ; les titres sont ceux du modèle."
        )


class TestWords:
    """People read French words; the keys under which we store them stay with us."""

    @pytest.mark.parametrize("kind", [importer.kind for importer in importers()])
    def test_no_key_of_ours_is_a_word_to_choose(self, kind):
        for column in importer_of(kind).columns:
            keys = {value for word, value in column.choices.items() if word != value}
            assert not keys & column.choices.keys(), column.name

    def test_a_refused_word_is_answered_in_french_and_the_key_is_understood(self, world, as_actor):
        actor = world.actor("amina")
        row = {
            "code": "FS-N1", "name": "CDS Nouveau", "facility_type": "CDS",
            "ownership": "faith_based", "former_commune": "Giheta", "commune": "Bugendana",
            "district": "Gitega", "contracted_on": "2020-01-01",
        }  # fmt: skip
        with as_actor(actor):
            report = tried(actor, "formations-sanitaires", row, {**row, "ownership": "laïc"})
        assert outcomes(report) == ["created", "refused"]
        assert report.refused()[0].cause == (
            "Statut juridique : « laïc » n’est pas dans la liste (public, privé, confessionnel)."
        )


class TestDoing:
    def test_good_rows_are_written_and_the_same_file_twice_changes_nothing(self, world, as_actor):
        actor = world.actor("amina")
        rows = (expense(1), expense(2), expense(3, amount_francs="0"))
        with as_actor(actor):
            assert outcomes(done(actor, EXPENSES, *rows)) == ["created", "created", "refused"]
            assert outcomes(done(actor, EXPENSES, *rows)) == ["unchanged", "unchanged", "refused"]
            assert Expense.objects.count() == 2

    def test_all_or_nothing(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            done(actor, EXPENSES, expense(1), expense(2, amount_francs="0"), all_or_nothing=True)
            assert not Expense.objects.exists()
            done(actor, EXPENSES, expense(1), expense(2), all_or_nothing=True)
            assert Expense.objects.count() == 2

    def test_units_that_cite_one_another_with_their_zones(self, world, as_actor):
        actor = world.actor("amina")
        mutuelle = {
            "kind": "mutuelle", "code": "umu-m9", "name": "Mutuelle Neuf",
            "valid_from": "01/01/2018",
        }  # fmt: skip
        section = {
            "kind": "section", "code": "UMU-S9", "name": "Section Neuf", "parent": "UMU-M9",
            "centre": "UMU-C1", "place": "bugendana", "zone": "Bugendana ; GIHETA",
            "valid_from": "01/01/2018",
        }  # fmt: skip
        orphan = {**section, "code": "UMU-S8", "parent": "RIEN"}
        elsewhere = {**section, "code": "UMU-S7", "zone": "Paris"}
        with as_actor(actor):
            report = done(actor, "unites", mutuelle, section, orphan, elsewhere)
            assert outcomes(report) == ["created", "created", "refused", "refused"]
            made = Unit.objects.get(tenant_id=actor.tenant_id, code="UMU-S9")
            assert (made.parent.code, made.management_centre.code) == ("UMU-M9", "UMU-C1")
            assert made.zones.count() == 2
            assert outcomes(done(actor, "unites", mutuelle, section)) == ["unchanged"] * 2
            changed = {
                **section, "name": "Autre nom", "place": "Giheta", "address": "Ailleurs",
                "phone": "79 00 00 00",
            }  # fmt: skip
            report = done(actor, "unites", changed)
            assert (
                "existe déjà, avec une autre valeur (nom, commune du siège, adresse, téléphone)"
                in report.refused()[0].cause
            )
            # An empty cell says nothing, whatever somebody has added on a page since.
            Unit.objects.filter(pk=made.pk).update(address="Près du marché", phone="79000000")
            assert outcomes(done(actor, "unites", {**section, "place": "", "zone": ""})) == [
                "unchanged"
            ]
            assert outcomes(done(actor, "unites", {**section, "phone": "+257 79000000"})) == [
                "unchanged"
            ]

    def test_people_are_invited_once(self, world, as_actor):
        actor = world.actor("amina")
        agent = {
            "full_name": "Alice Exemple", "username": "alice", "email": "alice@exemple.bi",
            "role": "agent de mutuelle", "unit": "UMU-S2",
        }  # fmt: skip
        manager = {**agent, "username": "bob", "role": "Administrateur du système", "unit": ""}
        taken = {**agent, "username": "bernard"}
        with as_actor(actor):
            report = done(actor, "utilisateurs", agent, manager, taken)
            assert outcomes(report) == ["created", "refused", "refused"]
            assert "déjà pris" in report.refused()[1].cause
            assert OutboxEvent.objects.count() == 1
            assert outcomes(done(actor, "utilisateurs", agent)) == ["unchanged"]
            other = done(actor, "utilisateurs", {**agent, "phone": "79 00 00 01"})
            assert "une autre valeur (téléphone)" in other.refused()[0].cause
            assert OutboxEvent.objects.count() == 1
            assert User.objects.get(username="alice").assignments.count() == 1

    def test_facilities_that_the_register_misses(self, world, as_actor):
        actor = world.actor("amina")
        row = {
            "code": "FS-N1", "name": "CDS Nouveau", "facility_type": "CDS", "ownership": "privé",
            "former_commune": "Giheta", "commune": "Bugendana", "district": "Gitega",
            "contracted_on": "2020-01-01",
        }  # fmt: skip
        with as_actor(actor):
            assert outcomes(done(actor, "formations-sanitaires", row)) == ["created"]
            assert outcomes(done(actor, "formations-sanitaires", row)) == ["unchanged"]
            assert HealthFacility.objects.get(code="FS-N1").former_commune.name == "Giheta"
            other = {**row, "contracted_on": "2021-01-01", "phone": "79 00 00 01"}
            report = done(actor, "formations-sanitaires", other)
            assert "(conventionnée le, téléphone)" in report.refused()[0].cause
            wrong = {**row, "code": "FS-N2", "district": "Nulle part"}
            report = done(actor, "formations-sanitaires", wrong)
            assert report.refused()[0].cause.startswith("District sanitaire :")

    def test_activities_with_their_participants(self, world, as_actor):
        actor = world.actor("amina")
        row = {
            "theme": "Triage", "kind": "formation", "starts_on": "06/05/2024",
            "chapter": "Amélioration de la qualité des soins", "place": "Giheta",
            "label_1": "prestataires", "total_1": "31", "women_1": "12", "label_2": "cadres",
            "total_2": "4",
        }  # fmt: skip
        with as_actor(actor):
            assert outcomes(done(actor, "activites", row)) == ["created"]
            made = Activity.objects.get()
            assert made.ends_on == date(2024, 5, 6)
            assert [group.total for group in made.participants.order_by("pk")] == [31, 4]
            assert outcomes(done(actor, "activites", row)) == ["unchanged"]
            other = done(actor, "activites", {**row, "place": "Bugendana", "result": "Bon"})
            assert "une autre valeur (commune, résultat)" in other.refused()[0].cause
            report = done(actor, "activites", {**row, "theme": "Autre", "women_1": "32"})
            assert "plus de femmes" in report.refused()[0].cause

    def test_texts_of_past_years(self, world, as_actor):
        actor = world.actor("amina")
        row = {"year": "2022", "outline_key": "Leçons apprises", "body": "Un mot.\nUn autre."}
        with as_actor(actor):
            assert outcomes(done(actor, "textes", row)) == ["created"]
            assert outcomes(done(actor, "textes", row)) == ["unchanged"]
            report = done(actor, "textes", {**row, "body": "Autre"}, {**row, "year": "2030"})
            assert "déjà un autre texte" in report.refused()[0].cause
            assert "2030" not in report.refused()[1].cause
            assert "entre 2000 et 2025" in report.refused()[1].cause

    def test_counts_of_past_years_and_their_promoter(self, world, as_actor):
        actor = world.actor("amina")
        row = {
            "promoter": "Promoteur Neuf", "label": "2021", "starts_year": "2021",
            "sections": "12", "households": "3 450", "source": "Rapport 2021",
        }  # fmt: skip
        with as_actor(actor):
            assert outcomes(done(actor, "annees-passees", row)) == ["created"]
            assert outcomes(done(actor, "annees-passees", row)) == ["unchanged"]
            made = PastYear.objects.get(tenant_id=actor.tenant_id)
            assert (made.promoter.name, made.households) == ("Promoteur Neuf", 3450)
            more = {**row, "label": "2022", "sections": "5000"}
            assert outcomes(done(actor, "annees-passees", more)) == ["refused"]
            other = done(actor, "annees-passees", {**row, "households": "3 451"})
            assert "se corrige depuis « Années passées »" in other.refused()[0].cause
            other = done(actor, "annees-passees", {**row, "source": "Autre rapport"})
            assert "(source)" in other.refused()[0].cause


class TestModels:
    @pytest.mark.parametrize("kind", [importer.kind for importer in importers()])
    def test_the_model_can_be_given_back_and_its_example_is_not_imported(self, kind):
        from federations.documents_take_on import template_xlsx

        importer = importer_of(kind)
        with pytest.raises(DomainError, match="que l’exemple"):
            parse_file(importer, template_xlsx(importer), most_rows=10)

    @pytest.mark.parametrize("kind", [importer.kind for importer in importers()])
    def test_its_example_can_be_read(self, kind):
        importer = importer_of(kind)
        cells = {column.name: column.example for column in importer.columns}
        assert parse_cells(importer.columns, cells)


class TestRolesToWrite:
    """Nobody is shown, nor lent, the word of a role that they may not give."""

    @pytest.mark.parametrize(
        ("username", "shown", "hidden"),
        [
            ("amina", Role.MUTUELLE_AGENT, Role.SYSTEM_ADMINISTRATOR),
            ("amina", Role.FEDERATION_MANAGER, Role.REGULATOR),
            ("clara", Role.REGULATOR, Role.MUTUELLE_AGENT),
            ("clara", Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR),
        ],
    )
    def test_the_page_and_the_model_name_those_of_the_manager(
        self, sign_in, username, shown, hidden
    ):
        client = sign_in(username)
        page = client.get("/donnees-de-depart/utilisateurs/").content.decode()
        listed = page.split('data-label="Titre">Rôle<')[1].split("</tr>")[0]
        model = client.get("/donnees-de-depart/utilisateurs/modele.xlsx").content
        book = load_workbook(BytesIO(model))
        cells = {cell.value for sheet in book for row in sheet for cell in row}
        words = next(str(one) for one in cells if " ; " in str(one))
        for told in (listed, words):
            assert shown.label in told
            assert hidden.label not in told

    @pytest.mark.parametrize("username", ["amina", "clara"])
    def test_the_models_own_example_can_be_written_by_who_gets_it(self, world, username):
        importer = importer_of("utilisateurs", world.actor(username))
        cells = {column.name: column.example for column in importer.columns}
        assert parse_cells(importer.columns, cells)["role"]

    def test_another_role_is_refused_with_the_list_of_ones_own(self, world, as_actor):
        actor = world.actor("amina")
        importer = importer_of("utilisateurs", actor)
        row = {
            "full_name": "Alice Exemple", "username": "alice", "email": "alice@exemple.bi",
            "role": Role.SYSTEM_ADMINISTRATOR.label,
        }  # fmt: skip
        parsed = parse_file(importer, as_csv(table(importer, row)), most_rows=10)
        with as_actor(actor):
            report = try_rows(importer, parsed.rows, context=ImportContext(actor=actor))
        cause = report.refused()[0].cause
        assert "n’est pas dans la liste" in cause
        assert Role.MUTUELLE_AGENT.label in cause
        assert Role.REGULATOR.label not in cause


class TestJob:
    @pytest.fixture
    def ask(self, own_database):
        """Return a function that stages rows as Amina and asks for their import."""

        def asked(*rows, all_or_nothing=False):
            actor = own_database.actor("amina")
            importer = importer_of(EXPENSES)
            with open_scope(actor, source="essai"):
                trial = try_file(
                    actor=actor,
                    kind=EXPENSES,
                    name="d.csv",
                    content=as_csv(table(importer, *rows)),
                    site_url="",
                )
                return request_import(
                    actor=actor,
                    kind=EXPENSES,
                    trial_id=trial.pk,
                    all_or_nothing=all_or_nothing,
                    site_url="https://x.exemple",
                ).pk

        return asked

    def _stored(self, job_id) -> Job:
        with open_dispatcher_scope():
            return Job.objects.get(pk=job_id)

    def _expenses(self, world) -> int:
        actor = world.actor("amina")
        with open_scope(actor, source="essai"):
            return Expense.objects.filter(tenant_id=actor.tenant_id).count()

    def test_good_rows_in_batches_and_a_file_of_the_others(self, ask, own_database):
        rows = [expense(number) for number in range(150)]
        job_id = ask(*rows, expense(200, amount_francs="zéro"))
        run_job(job_id)
        job = self._stored(job_id)
        assert job.state == "done", job.reason
        assert (job.result["created"], job.result["refused"]) == (150, 1)
        assert (job.done, job.total) == (100, 151)
        assert self._expenses(own_database) == 150
        actor = own_database.actor("amina")
        with open_scope(actor, source="essai"):
            text = bytes(StoredFile.objects.get(pk=job.result["errors_file"]).content).decode()
        assert "zéro" in text

    def test_all_or_nothing_leaves_nothing(self, ask, own_database):
        job_id = ask(expense(1), expense(2, amount_francs="0"), all_or_nothing=True)
        run_job(job_id)
        job = self._stored(job_id)
        assert job.state == "done"
        assert "Rien n’a été importé" in job.result["message"]
        assert self._expenses(own_database) == 0

    def test_interrupted_and_run_again_it_doubles_nothing(self, ask, own_database):
        job_id = ask(expense(1), expense(2))
        run_job(job_id)
        with open_dispatcher_scope():
            Job.objects.filter(pk=job_id).update(state="queued")
        run_job(job_id)
        assert self._stored(job_id).result["unchanged"] == 2
        assert self._expenses(own_database) == 2

    def test_another_federations_file_is_not_found(self, own_database):
        amina, bernard = own_database.actor("amina"), own_database.actor("bernard")
        content = as_csv(table(importer_of(EXPENSES), expense(1)))
        with open_scope(amina, source="essai"):
            trial = try_file(actor=amina, kind=EXPENSES, name="d.csv", content=content, site_url="")
        with open_scope(bernard, source="essai"), pytest.raises(NotFound):
            request_import(
                actor=bernard,
                kind=EXPENSES,
                trial_id=trial.pk,
                all_or_nothing=False,
                site_url="",
            )

    def test_a_large_file_is_tried_by_a_job(self, own_database):
        actor = own_database.actor("amina")
        rows = [expense(number) for number in range(ROWS_TRIED_AT_ONCE)]
        content = as_csv(table(importer_of(EXPENSES), *rows, expense(0, amount_francs="x")))
        with open_scope(actor, source="essai"):
            job = try_file(actor=actor, kind=EXPENSES, name="d.csv", content=content, site_url="")
        run_job(job.pk)
        done = self._stored(job.pk)
        assert done.state == "done", done.reason
        assert self._expenses(own_database) == 0
        client = Client()
        client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
        page = client.get(done.result["url"]).content.decode()
        assert "200 à créer, 0 déjà là, 1 refusée" in page
        assert done.result["url"] in client.get(f"/taches/{job.pk}/").content.decode()


class TestCommand:
    def _write(self, tmp_path, *rows):
        path = tmp_path / "depenses.csv"
        path.write_bytes(as_csv(table(importer_of(EXPENSES), *rows)))
        return str(path)

    def test_tried_then_done(self, world, as_actor, tmp_path, capsys):
        path = self._write(tmp_path, expense(1), expense(2))
        call_command("import_take_on", EXPENSES, path, "--federation", "umuco", "--dry-run")
        assert "2 à créer (rien n’est écrit)" in capsys.readouterr().out
        call_command("import_take_on", EXPENSES, path, "--federation", "UMUCO")
        assert "2 créées" in capsys.readouterr().out
        with as_actor(world.actor("amina")):
            assert Expense.objects.count() == 2

    def test_refused_rows_end_in_an_error_and_a_file(self, world, tmp_path):
        path = self._write(tmp_path, expense(1), expense(2, amount_francs="0"))
        errors = tmp_path / "refus.csv"
        with pytest.raises(CommandError):
            call_command(
                "import_take_on", EXPENSES, path, "--federation", "UMUCO", "--errors", str(errors)
            )
        assert "supérieur à zéro" in errors.read_text("utf-8-sig")

    @pytest.mark.parametrize(
        ("kind", "file", "federation", "words"),
        [
            (EXPENSES, "absent.csv", "UMUCO", "ne peut pas être lu"),
            (EXPENSES, "depenses.csv", "INCONNUE", "Aucune fédération"),
            ("utilisateurs", "depenses.csv", "UMUCO", "--site-url"),
        ],
    )
    def test_what_cannot_be_done_is_said(self, world, tmp_path, kind, file, federation, words):
        self._write(tmp_path, expense(1))
        with pytest.raises(CommandError, match=words):
            call_command("import_take_on", kind, str(tmp_path / file), "--federation", federation)


class TestPages:
    def _upload(self, client, content: bytes, name="d.csv"):
        upload = BytesIO(content)
        upload.name = name
        return client.post(f"/donnees-de-depart/{EXPENSES}/", {"file": upload})

    def test_from_the_model_to_the_job(self, world, sign_in, as_actor):
        client = sign_in("amina")
        assert EXPENSES in client.get("/donnees-de-depart/").content.decode()
        model = client.get(f"/donnees-de-depart/{EXPENSES}/modele.xlsx")
        assert model.content.startswith(b"PK")
        rows = (expense(1), expense(2, amount_francs="12,5"))
        answer = self._upload(client, as_csv(table(importer_of(EXPENSES), *rows)))
        preview = answer["Location"]
        page = client.get(preview).content.decode()
        assert "1 à créer, 0 déjà là, 1 refusée" in page
        assert "sans décimales" in page
        errors = client.get(preview + "refus.csv").content.decode("utf-8-sig")
        assert "sans décimales" in errors
        answer = client.post(preview, {"mode": "good", "submission_key": "k"})
        assert answer["Location"].startswith("/taches/")
        again = client.post(preview, {"mode": "good", "submission_key": "k"})
        assert again["Location"] == answer["Location"]
        assert "Import : dépenses" in client.get(answer["Location"]).content.decode()
        with as_actor(world.actor("amina")):
            assert not Expense.objects.exists()

    @pytest.mark.parametrize("content", [b"PK\x03\x04", b"Titre;Autre\nA;B\n", b"\x00\x01"])
    def test_a_bad_file_is_told_beside_the_field(self, world, sign_in, content):
        answer = self._upload(sign_in("amina"), content)
        assert answer.status_code == 422
        assert 'href="#id_file"' in answer.content.decode()

    def test_another_federations_file_looks_unknown(self, world, sign_in):
        content = as_csv(table(importer_of(EXPENSES), expense(1)))
        preview = self._upload(sign_in("amina"), content)["Location"]
        client = sign_in("bernard")
        assert client.get(preview).status_code == 404
        assert client.get(preview + "refus.csv").status_code == 404
        assert client.post(preview, {"mode": "good"}).status_code == 404


def test_a_try_leaves_the_outcomes_counted(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        report = tried(actor, EXPENSES, expense(1), expense(2, amount_francs="x"))
    assert [report.count(outcome) for outcome in Outcome] == [1, 0, 1]


def test_a_unit_that_closes_later_is_there_until_then(world, as_actor) -> None:
    actor = world.actor("amina")
    here = {"kind": "section", "code": "UMU-S2", "name": "Section Umuco 2", "centre": "UMU-C1"}
    served = {**here, "code": "UMU-S9", "name": "Section neuve", "valid_from": "30/06/2025"}
    with as_actor(actor):
        leave("agnes", "albert", actor=actor, on=date(2026, 6, 1))
        for code in ("UMU-S1", "UMU-S2", "UMU-C1"):
            close_unit(actor=actor, unit_id=world.units[code], closed_on=date(2026, 6, 1))
        report = done(
            actor,
            "unites",
            {**here, "valid_from": "01/01/2015"},
            {**here, "valid_from": "01/06/2026", "centre": ""},
            served,
            {**served, "centre": ""},
        )
    assert outcomes(report) == ["unchanged", "created", "refused", "created"]
    assert "« Centre Umuco » (ferme le 01/06/2026)" in report.refused()[0].cause
