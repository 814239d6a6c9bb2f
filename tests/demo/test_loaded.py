"""The loaded database says what the published tables say, and remembers who wrote it."""

import csv
import json
import stat
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection

from conamus.demo import published
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import plan_network
from conamus.kernel.text import search_key
from federations.models import (
    Federation,
    HealthFacility,
    HistoryEvent,
    Place,
    RoleAssignment,
    Unit,
    UnitZone,
    User,
)
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.services.places import load_places
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, Household, PastYear
from membership.selectors.households import people_in_sight

DATA = Path(published.DATA)
CODES = [federation.code for federation in FEDERATIONS]


def table(name: str, key: str) -> dict[str, dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return {row[key]: row for row in csv.DictReader(lines)}


def query(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.fixture
def every_row(demo_network: None, behind_the_wall):
    with behind_the_wall():
        yield


@pytest.mark.parametrize("text", ["Jean", "jean harerimana", "Harerimana Jean"])
def test_a_name_is_found_either_way_round_by_the_two_indexes(demo_network: None, text) -> None:
    held = RoleAssignment.objects.filter(role=Role.FEDERATION_MANAGER, tenant__code="MUNASA")
    actor = actor_of(held.get())
    with open_scope(actor, source="essai"):
        found = people_in_sight(actor, text)
        folds = [f" {search_key(str(person))}" for person in found[:50]]
        assert folds
        assert all(f" {word}" in fold for fold in folds for word in search_key(text).split())
        plan = found.explain()
    used = [line for line in plan.splitlines() if "Index Cond" in line]
    for column in ("search_key", "given_key"):
        assert any(f"({column})::text >=" in line for line in used), plan


class TestCounts:
    def test_beneficiaries_of_2025_by_federation_and_sex(self, every_row: None) -> None:
        found = {
            (code, sex): count
            for code, sex, count in query(
                "SELECT f.code, b.sex, count(*) FROM membership_beneficiary b"
                " JOIN federations_federation f ON f.id = b.tenant_id"
                " WHERE b.left_on IS NULL AND EXISTS (SELECT FROM membership_enrolment e"
                "   WHERE e.household_id = b.household_id AND e.year_id = 2025) GROUP BY 1, 2"
            )
        }
        rows = table("insured_2025.csv", "federation")
        for code in CODES:
            row = rows[published.REPORTED_NAMES[code]]
            assert found[code, "M"] == int(row["beneficiaries_male"])
            assert found[code, "F"] == int(row["beneficiaries_female"])
        assert sum(found.values()) == 263_963

    def test_households_of_2025_by_federation_and_sex_of_their_head(self, every_row: None) -> None:
        found = {
            (code, sex): count
            for code, sex, count in query(
                "SELECT f.code, b.sex, count(*) FROM membership_enrolment e"
                " JOIN membership_beneficiary b ON b.household_id = e.household_id"
                "   AND b.relationship = 'head' AND b.sex = e.head_sex"
                " JOIN federations_federation f ON f.id = e.tenant_id"
                " WHERE e.year_id = 2025 GROUP BY 1, 2"
            )
        }
        rows = table("insured_2025.csv", "federation")
        for code in CODES:
            row = rows[published.REPORTED_NAMES[code]]
            assert found[code, "M"] == int(row["households_male_head"])
            assert found[code, "F"] == int(row["households_female_head"])
        assert sum(found.values()) == 58_283

    def test_each_enrolment_of_2025_counts_the_very_members(self, every_row: None) -> None:
        wrong = query(
            "SELECT e.id FROM membership_enrolment e JOIN (SELECT household_id,"
            " count(*) FILTER (WHERE sex = 'M') AS males, count(*) FILTER (WHERE sex = 'F') AS"
            " females FROM membership_beneficiary GROUP BY 1) b USING (household_id)"
            " WHERE e.year_id = 2025 AND (b.males, b.females) <> (e.males, e.females)"
        )
        assert wrong == []

    def test_every_household_has_one_head_and_the_place_of_its_enrolment(
        self, every_row: None
    ) -> None:
        assert query(
            "SELECT count(*), count(DISTINCT household_id) FROM membership_beneficiary"
            " WHERE relationship = 'head' AND left_on IS NULL"
        ) == [(Household.objects.count(),) * 2]
        assert query(
            "SELECT count(*) FROM membership_enrolment e JOIN membership_household h"
            " ON h.id = e.household_id WHERE e.year_id = 2025"
            " AND (h.unit_id, h.colline_id) <> (e.unit_id, e.colline_id)"
        ) == [(0,)]

    def test_renewals_are_households_of_both_years(self, every_row: None) -> None:
        assert query(
            "SELECT count(*) FROM membership_enrolment now LEFT JOIN membership_enrolment before"
            " ON before.household_id = now.household_id AND before.year_id = 2024"
            " WHERE now.year_id = 2025 AND (now.is_renewal <> (before.id IS NOT NULL)"
            " OR now.is_same_unit <> (coalesce(before.unit_id, now.unit_id) = now.unit_id))"
        ) == [(0,)]

    def test_units_zones_and_facilities(self, every_row: None) -> None:
        assert Unit.objects.filter(kind__in=Unit.INSURING).count() == 126
        assert Unit.objects.filter(kind=Unit.Kind.MANAGEMENT_CENTRE).count() == 24
        assert Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_ANTENNA).count() == 18
        assert UnitZone.objects.values("commune").distinct().count() == 101
        assert HealthFacility.objects.filter(status="contracted").count() == 710
        insuring = Unit.objects.filter(kind__in=Unit.INSURING)
        assert not insuring.filter(management_centre__isnull=True).exists()

    def test_past_years_stand_under_the_federation_of_today(self, every_row: None) -> None:
        found = {(row.tenant_id, row.label): row.households for row in PastYear.objects.all()}
        ids = dict(Federation.objects.values_list("code", "id"))
        with (DATA / "households_2013_2019.csv").open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines) if row["promoter"] != "TOTAL"]
        assert len(found) == len(rows) == 30
        for row in rows:
            tenant = ids[published.PROMOTERS[row["promoter"]]]
            assert found[tenant, row["mutualist_year"]] == int(row["households"])


class TestHistory:
    @pytest.mark.parametrize("model", [Household, Beneficiary, Enrolment])
    def test_every_household_person_and_enrolment_has_its_event(
        self, every_row: None, model: type[Household | Beneficiary | Enrolment]
    ) -> None:
        events = HistoryEvent.objects.filter(table_name=model._meta.db_table, operation="I")
        told = Counter(events.values_list("tenant_id", "row_id"))
        rows = model.objects.values_list("tenant_id", "id")
        assert told == Counter((tenant, str(key)) for tenant, key in rows)

    def test_it_names_the_demonstration_as_its_author(self, every_row: None) -> None:
        assert query(
            "SELECT DISTINCT actor_name, actor_role, source FROM federations_historyevent"
        ) == [("système (démonstration)", "system", "manage.py load_demo")]


class TestScope:
    def test_a_federation_sees_its_own_households_only(self, demo_network: None) -> None:
        twiteho = Federation.objects.get(code="TWITEHO")
        with open_scope(system_actor(twiteho.pk, "essai"), source="essai"):
            assert set(Household.objects.values_list("tenant_id", flat=True)) == {twiteho.pk}
            assert Enrolment.objects.filter(year_id=2025).count() == 599


class TestPlaces:
    def test_both_divisions_are_whole(self, every_row: None) -> None:
        kinds = Place.Kind
        for division, provinces, communes in (("until_2025", 18, 119), ("since_2025", 5, 42)):
            places = Place.objects.filter(division=division)
            assert places.filter(kind=kinds.PROVINCE).count() == provinces
            assert places.filter(kind=kinds.COMMUNE).count() == communes
        assert Place.objects.filter(kind=kinds.ZONE).count() == 451
        collines = Place.objects.filter(kind=kinds.COLLINE)
        assert collines.count() == 3_044
        assert not collines.filter(former_commune__isnull=True).exists()

    def test_loading_them_again_adds_nothing_and_keeps_a_correction(
        self, demo_network: None
    ) -> None:
        actor = system_actor(Federation.objects.get(code="CONAMUS").pk, "essai")
        with open_scope(actor, source="essai"):
            colline = Place.objects.filter(kind="colline").first()
            other = Place.objects.filter(kind="commune", division="until_2025").last()
            Place.objects.filter(pk=colline.pk).update(former_commune=other)
            added = load_places(actor=actor)
            colline.refresh_from_db()
        assert (added.places, added.mappings, added.districts) == (0, 0, 0)
        assert colline.former_commune_id == other.pk

    def test_a_missing_place_is_added(self, demo_network: None, behind_the_wall) -> None:
        actor = system_actor(Federation.objects.get(code="CONAMUS").pk, "essai")
        with behind_the_wall():
            used = set(Household.objects.values_list("colline_id", flat=True))
            used |= set(Enrolment.objects.values_list("colline_id", flat=True))
            unused = Place.objects.filter(kind="colline").exclude(pk__in=used).first()
            unused.delete()
        with open_scope(actor, source="essai"):
            assert load_places(actor=actor).places == 1
            found = Place.objects.get(division="since_2025", code=unused.code)
        assert (found.name, found.parent_id) == (unused.name, unused.parent_id)


class TestLogins:
    @pytest.fixture
    def lost(self, demo_network: None, settings, tmp_path: Path) -> Path:
        """The sign-ins' file is not there any more."""
        settings.VAR_DIR = tmp_path / "var"
        return tmp_path / "var" / "demo-logins.json"

    def load_again(self) -> str:
        said = StringIO()
        call_command("load_demo", stdout=said)
        return said.getvalue()

    def test_each_member_of_the_cast_is_a_user_in_one_role(self, every_row: None) -> None:
        for member in plan_network().cast:
            [assignment] = RoleAssignment.objects.filter(user__username=member.username)
            assert (assignment.role, assignment.tenant.code) == (member.role, member.tenant)
            assert (assignment.unit.code if assignment.unit else None) == member.unit
            assert (assignment.facility.code if assignment.facility else None) == member.facility

    def test_a_lost_file_is_written_anew_with_passwords_that_work(self, lost: Path) -> None:
        assert "Nouveaux mots de passe" in self.load_again()
        logins = json.loads(lost.read_text(encoding="utf-8"))
        assert stat.S_IMODE(lost.stat().st_mode) == 0o600
        assert [set(login) for login in logins] == [
            {"role", "federation", "username", "password"}
        ] * 37
        for login in logins:
            user = User.objects.get(username=login["username"])
            assert check_password(login["password"], user.password)

    def test_a_good_file_is_kept(self, lost: Path) -> None:
        self.load_again()
        before = lost.read_bytes()
        assert "déjà chargé" in self.load_again()
        assert lost.read_bytes() == before

    @pytest.mark.parametrize("content", ["", "[]", "{", '[{"username": "x"}]', "null"])
    def test_a_broken_file_is_replaced(self, lost: Path, content: str) -> None:
        lost.parent.mkdir(parents=True)
        lost.write_text(content, encoding="utf-8")
        self.load_again()
        assert len(json.loads(lost.read_text(encoding="utf-8"))) == 37

    def test_another_databases_file_is_replaced(self, lost: Path) -> None:
        self.load_again()
        logins = json.loads(lost.read_text(encoding="utf-8"))
        foreign = [{**login, "password": "inconnu"} for login in logins]
        lost.write_text(json.dumps(foreign), encoding="utf-8")
        self.load_again()
        first = json.loads(lost.read_text(encoding="utf-8"))[0]
        user = User.objects.get(username=first["username"])
        assert check_password(first["password"], user.password)


class TestRefusals:
    def test_no_demo_users_outside_demo_mode(self, db: None, settings) -> None:
        settings.DEMO_MODE = False
        with pytest.raises(CommandError, match="DEMO_MODE"):
            call_command("load_demo")

    def test_no_demonstration_on_top_of_real_federations(
        self, db: None, settings, tmp_path
    ) -> None:
        settings.VAR_DIR = tmp_path
        before = Federation.objects.count()
        with pytest.raises(CommandError, match="base vide"):
            call_command("load_demo")
        assert Federation.objects.count() == before
        assert not (tmp_path / "demo-logins.json").exists()
