"""The regulator's pages show released figures: what one to four households change is not told."""

import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as in_force
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client

from conamus.charts.formats import MASKED
from federations.models import Place, Unit
from federations.selectors.history import HistoryQuery, created_state, history_page, names_of
from federations.selectors.statements import rows_of
from federations.services.files import store_file
from federations.tenancy.actor import Actor
from membership.models import Enrolment
from prudential.models import AnnualReport, ReleasedFigures
from prudential.selectors.releases import released_insured
from prudential.services.releases import release_all_figures, release_insured
from prudential.tasks import release_figures
from tests import databases
from tests.prudential.releasing import HERE, THERE, enrol, settle, told
from tests.world import PASSWORD, World

DAY, NEXT = date(2025, 6, 30), date(2025, 7, 1)
UNTIL = Place.Division.UNTIL_2025.value


@pytest.fixture
def regine(world: World, as_actor: Callable, sign_in: Callable) -> Client:
    """The regulator, after a release in which no group is small."""
    settle(world, as_actor)
    release_all_figures(on=DAY)
    return sign_in("regine")


def _households(client: Client, path: str = "/") -> dict[str, str]:
    return {row.name: row.households for row in client.get(path).context["rows"]}


def _on_the_map(client: Client) -> list[int | None]:
    with_table = client.get("/carte/").context["communes"].table()
    return [row[2] for row in with_table.rows]


# --- what the pages tell ----------------------------------------------------------------


def _one_joins(world: World, as_actor: Callable) -> None:
    enrol(world, as_actor, 1)


def _four_join(world: World, as_actor: Callable) -> None:
    enrol(world, as_actor, 4)


def _one_leaves(world: World, as_actor: Callable) -> None:
    _change(world, as_actor, cancelled_on=date(2025, 2, 1))


def _one_member_more(world: World, as_actor: Callable) -> None:
    _change(world, as_actor, females=8)


def _one_for_another(world: World, as_actor: Callable) -> None:
    _one_leaves(world, as_actor)
    _one_joins(world, as_actor)


def _one_moves_house(world: World, as_actor: Callable) -> None:
    _change(world, as_actor, colline_id=world.places[HERE])


def _change(world: World, as_actor: Callable, **values: object) -> None:
    with as_actor(world.system("UMUCO")):
        rows = Enrolment.objects.filter(
            tenant_id=world.tenants["UMUCO"], year_id=2025, unit_id=world.units["UMU-S1"],
            colline_id=world.places[THERE],
        )  # fmt: skip
        assert Enrolment.objects.filter(pk=rows.order_by("-pk")[0].pk).update(**values) == 1


@pytest.mark.parametrize(
    "happens",
    [_one_joins, _four_join, _one_leaves, _one_member_more, _one_for_another, _one_moves_house],
)
def test_what_happens_to_few_changes_the_date_alone(
    world: World, as_actor: Callable, regine: Client, happens: Callable
) -> None:
    before = told(regine, world)
    assert "arrêtés au 30 juin 2025" in regine.get("/").content.decode()
    happens(world, as_actor)
    assert told(regine, world) == before
    release_all_figures(on=NEXT)
    assert told(regine, world) == before
    for path in ("/", "/reseau/", "/carte/", "/federations/umuco/"):
        assert "arrêtés au 1er juillet 2025" in regine.get(path).content.decode(), path


def test_five_who_join_in_one_unit_are_told_at_the_next_release(
    world: World, as_actor: Callable, regine: Client
) -> None:
    assert _households(regine) == {"Umuco": "126", "Ineza": "63", "Réseau": "189"}
    enrol(world, as_actor, 5)
    assert _households(regine)["Réseau"] == "189"
    release_all_figures(on=NEXT)
    assert _households(regine) == {"Umuco": "131", "Ineza": "63", "Réseau": "194"}
    assert sum(_on_the_map(regine)) == 194


def test_what_waits_adds_up(world: World, as_actor: Callable, regine: Client) -> None:
    for _ in range(2):
        assert _households(regine)["Umuco"] == "126"
        enrol(world, as_actor, 3)
        release_all_figures(on=NEXT)
    assert _households(regine)["Umuco"] == "132"


def test_totals_are_the_sums_of_what_is_released(
    world: World, as_actor: Callable, regine: Client
) -> None:
    """One unit waits, two have moved: units, federations, network and map say one thing."""
    enrol(world, as_actor, 2, "UMU-S1")
    enrol(world, as_actor, 7, "UMU-S2", colline=THERE)
    enrol(world, as_actor, 11, "INE-S1")
    release_all_figures(on=NEXT)
    of_umuco = _households(regine, "/federations/umuco/")
    assert of_umuco == {"Section Umuco 1": "63", "Section Umuco 2": "70"}
    assert _households(regine) == {"Umuco": "133", "Ineza": "74", "Réseau": "207"}
    assert sum(_on_the_map(regine)) == 207
    with_since = regine.get("/carte/?decoupage=since_2025").context["state"]
    assert "207 ménages assurés" in with_since


def test_the_map_is_hidden_while_few_live_elsewhere(
    world: World, as_actor: Callable, regine: Client
) -> None:
    """Five here and one there: the unit is told, the communes are not, until five are there."""
    assert None not in _on_the_map(regine)
    enrol(world, as_actor, 5)
    enrol(world, as_actor, 1, colline=THERE)
    release_all_figures(on=NEXT)
    assert _households(regine)["Umuco"] == "132"
    assert set(_on_the_map(regine)) == {None}
    enrol(world, as_actor, 1)
    enrol(world, as_actor, 4, colline=THERE)
    release_all_figures(on=NEXT)
    assert sum(_on_the_map(regine)) == 200


def test_few_who_come_from_another_unit_do_not_keep_theirs_waiting(
    world: World, as_actor: Callable, regine: Client
) -> None:
    """Twenty renew, two of them elsewhere: the unit is told, its own retention is not."""
    unit = world.units["UMU-S1"]
    enrol(world, as_actor, 20)
    with as_actor(world.system("UMUCO")):
        rows = Enrolment.objects.filter(
            tenant_id=world.tenants["UMUCO"], year_id=2025, unit_id=unit
        )
        joined = list(rows.order_by("-pk").values_list("pk", flat=True)[:20])
        rows.filter(pk__in=joined).update(is_renewal=True, is_same_unit=True)
        rows.filter(pk__in=joined[:2]).update(is_same_unit=False)
    release_all_figures(on=NEXT)
    with as_actor(world.actor("regine")):
        [count] = [one for one in released_insured(2025, 2025) if one.unit_id == unit]
    assert (count.households, count.same_unit_renewals) == (83, None)


def test_a_year_that_is_new_is_released_as_it_is(
    world: World, as_actor: Callable, regine: Client
) -> None:
    enrol(world, as_actor, 9, year=2026)
    enrol(world, as_actor, 8, "INE-S1", year=2026)
    release_all_figures(on=NEXT)
    with as_actor(world.actor("regine")):
        assert sorted(one.households for one in released_insured(2026, 2026)) == [8, 9]


def test_before_the_first_release_the_page_says_so(own_database: World, as_actor: Callable) -> None:
    with databases.superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("DELETE FROM prudential_releasedfigures")
    client = Client()
    client.post("/compte/login/", {"login": "regine", "password": PASSWORD})
    page = client.get("/")
    assert "Aucun chiffre des assurés n’est encore arrêté" in page.content.decode()
    assert MASKED not in {row.households for row in page.context["rows"]}


def test_other_roles_read_the_days_figures(
    world: World, as_actor: Callable, regine: Client, sign_in: Callable
) -> None:
    enrol(world, as_actor, 1)
    page = sign_in("clara").get("/")
    assert {row.name: row.households for row in page.context["rows"]}["Réseau"] == "190"
    assert "chiffres arrêtés" not in page.content.decode()


# --- past the pages -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM network_insured(2020, 2030)",
        "SELECT * FROM network_insured_by_commune(2025, 'until_2025')",
        "SELECT * FROM network_insured_places(2020, 2030)",
        "SELECT * FROM network_insured_on('2025-06-30', 'sex')",
        "SELECT * FROM network_care_parts()",
        "SELECT * FROM network_care_sums(2025, 'month', '{}')",
        "SELECT * FROM membership_enrolment",
        "SELECT * FROM claims_caresum",
        "SELECT figures FROM prudential_releasedfigures",
    ],
)
def test_the_regulators_database_role_reads_no_figure_of_the_day(
    world: World, as_actor: Callable, statement: str
) -> None:
    with (
        as_actor(world.actor("regine")),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        rows_of(statement)


def test_no_other_function_crosses_the_wall_for_the_regulator(db: None) -> None:
    crossing = rows_of(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        " AND prorettype <> 'trigger'::regtype"
        " AND has_function_privilege('conamus_regulator', oid, 'EXECUTE')"
    )
    assert {row["proname"] for row in crossing} == {
        "scope_holds", "released_insured", "released_insured_by_commune", "released_care",
        "shown_past_years",
        # The days from which years are collected: no figure of anybody.
        "figures_settled_on", "latest_campaigns",
    }  # fmt: skip


def test_what_the_role_reads_follows_no_enrolment(
    world: World, as_actor: Callable, regine: Client
) -> None:
    asked = (
        "SELECT * FROM released_insured(2020, 2030) ORDER BY year, unit_id",
        f"SELECT * FROM released_insured_by_commune(2025, '{UNTIL}') ORDER BY 1",
    )

    def read() -> list[object]:
        with as_actor(world.actor("regine")):
            return [rows_of(statement) for statement in asked]

    before = read()
    enrol(world, as_actor, 40)
    assert read() == before
    release_all_figures(on=NEXT)
    assert read() != before


@pytest.mark.parametrize("username", ["amina", "agnes", "fabrice", "arthur"])
def test_released_figures_are_not_a_federations(
    world: World, as_actor: Callable, username: str
) -> None:
    for statement in (
        "SELECT * FROM prudential_releasedfigures",
        "SELECT * FROM released_insured(2020, 2030)",
        "SELECT * FROM network_insured_places(2020, 2030)",
    ):
        with (
            as_actor(world.actor(username)),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
        ):
            rows_of(statement)


# --- the task -------------------------------------------------------------------------------


def _kept(world: World, as_actor: Callable) -> list[tuple[int, date, object]]:
    with as_actor(world.actor("clara")):
        rows = ReleasedFigures.objects.filter(tenant_id=world.tenants["CONAMUS"])
        return list(rows.order_by("subject", "year").values_list("year", "settled_on", "figures"))


def test_a_release_done_again_is_the_same(world: World, as_actor: Callable, regine: Client) -> None:
    enrol(world, as_actor, 9)
    enrol(world, as_actor, 2, "INE-S1")
    release_all_figures(on=NEXT)
    once = _kept(world, as_actor)
    release_all_figures(on=NEXT)
    assert _kept(world, as_actor) == once


def test_beat_releases_once_a_day(own_database: World, as_actor: Callable, settings: Any) -> None:
    planned = {one["task"] for one in in_force.CELERY_BEAT_SCHEDULE.values()}
    assert release_figures.name in planned & current_app.tasks.keys()
    assert release_figures() is False
    settings.BUSINESS_DATE = NEXT
    assert (release_figures(), release_figures()) == (True, False)
    assert {day for _, day, _ in _kept(own_database, as_actor)} == {NEXT}


def test_the_command_releases_whenever_it_is_asked(
    world: World, as_actor: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    settle(world, as_actor)
    call_command("release_figures")
    assert "Chiffres arrêtés au 30 juin 2025." in capsys.readouterr().out
    with as_actor(world.actor("regine")):
        assert {one.households for one in released_insured(2025, 2025)} == {63}


@pytest.mark.parametrize("username", ["arthur", "agnes", "regine", "medard"])
def test_only_who_produces_reports_releases(
    world: World, as_actor: Callable, username: str
) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(Exception, match="ne permet pas"):
        release_insured(actor=actor, on=NEXT)


def test_killed_in_the_middle_the_last_release_stays_whole(
    own_database: World, as_actor: Callable
) -> None:
    """The year 2024 is written and 2025 waits for a lock: there the connection is cut."""
    enrol(own_database, as_actor, 30, year=2024)
    enrol(own_database, as_actor, 30)
    before = _kept(own_database, as_actor)
    failures: list[BaseException] = []

    def release() -> None:
        try:
            release_all_figures(on=NEXT)
        except OperationalError as error:
            failures.append(error)
        finally:
            connection.close()

    name = connection.settings_dict["NAME"]
    with databases.superuser(name) as lock, databases.superuser(name) as killer:
        lock.execute("BEGIN")
        lock.execute("SELECT FROM prudential_releasedfigures WHERE year = 2025 FOR UPDATE")
        worker = threading.Thread(target=release)
        worker.start()
        _kill_who_waits(killer)
        worker.join(timeout=20)
        lock.execute("ROLLBACK")
    assert failures
    assert _kept(own_database, as_actor) == before
    release_all_figures(on=NEXT)
    after = _kept(own_database, as_actor)
    assert {day for _, day, _ in after} == {NEXT}
    assert [figures for _, _, figures in after] != [figures for _, _, figures in before]


def _kill_who_waits(killer: Any) -> None:
    for _ in range(200):
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if killer.fetchall():
            return
        time.sleep(0.05)
    raise AssertionError("nobody waited for the lock")


@pytest.mark.parametrize("username", ["medard", "sylvere"])
def test_nobody_else_of_conamus_writes_what_is_released(
    username: str, regine: Client, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor(username)), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE prudential_releasedfigures SET settled_on = '2020-01-01'")
            assert cursor.rowcount == 0
        one = ReleasedFigures(tenant_id=1, subject="insured", year=1999, settled_on=DAY, figures={})
        with pytest.raises(ProgrammingError, match="row-level security"):
            one.save()


@pytest.mark.parametrize("username", ["medard", "sylvere", "arthur", "agnes"])
def test_nobody_else_slips_a_report_among_those_that_are_read(
    username: str, world: World, as_actor: Callable
) -> None:
    """An auditor, a doctor: the regulator would read it as a manager's."""
    with as_actor(actor := world.actor(username)), transaction.atomic():
        forged = _report(actor, produced_by=actor.name)
        with pytest.raises(ProgrammingError, match="row-level security"):
            forged.save()


def test_a_report_bears_the_name_of_who_produces_it_and_the_history_tells_it(
    world: World, as_actor: Callable
) -> None:
    with as_actor(actor := world.actor("clara")):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            _report(actor, produced_by="Amina").save()
        report = _report(actor, produced_by=actor.name)
        report.save()
        told = history_page(actor, HistoryQuery(table="prudential_annualreport"))
        assert [(one.operation, one.row_id) for one in told.events] == [("I", str(report.pk))]
        assert names_of(told.events) == {
            ("prudential_annualreport", str(report.pk)): f"2024, produit par {actor.name}"
        }
        assert "facts" not in created_state(told.events[0])


def _report(actor: Actor, *, produced_by: str) -> AnnualReport:
    file = store_file(
        tenant_id=actor.tenant_id, name="x.pdf", content_type="application/pdf", content=b"x"
    )
    unit = Unit.objects.filter(tenant_id=actor.tenant_id).first()
    return AnnualReport(
        tenant_id=actor.tenant_id,
        unit=unit,
        year=2024,
        produced_by=produced_by,
        pages=1,
        facts={},
        file=file,
    )
