"""Two federations, one wall: tried through SQL, the ORM, jobs and reused connections."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from federations.models import (
    Activity,
    ActivityParticipants,
    Expense,
    HistoryEvent,
    Job,
    NarrativePicture,
    NarrativeSection,
    StoredFile,
    Unit,
    User,
)
from federations.services.jobs import request_job, run_job
from federations.tenancy.declarations import Policy, declared_tables
from federations.tenancy.scope import current_scope, is_scope_open, open_dispatcher_scope
from membership.models import Beneficiary, Enrolment, Household, PastYear
from prudential.models import AnnualReport
from tests.world import World


def _count(sql: str, *parameters: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


TENANT_TABLES = sorted(
    name
    for name, table in declared_tables().items()
    if table.policy in (Policy.TENANT, Policy.DISPATCHED, Policy.HISTORY)
    and "conamus_federation" in table.rights
)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_raw_sql_meets_only_the_tenants_rows(table: str, world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        own = _count(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", world.tenants["UMUCO"])
        assert _count(f"SELECT count(*) FROM {table}") == own


def test_the_wall_divides_rows_that_exist(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        amina = set(Household.objects.values_list("pk", flat=True))
    with as_actor(world.actor("bernard")):
        bernard = set(Household.objects.values_list("pk", flat=True))
    assert (len(amina), len(bernard), amina & bernard) == (6, 3, set())


@pytest.mark.parametrize("model", [Household, Beneficiary, Enrolment])
def test_confederation_regulator_and_facility_reach_no_person(
    model: type, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("clara")):
        assert model.objects.count() == 0
    for username in ("regine", "fabrice"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor(username)),
        ):
            model.objects.count()


def test_an_update_of_anothers_row_touches_nothing(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    with as_actor(world.actor("bernard")):
        household = world.households["UMU-1001"]
        assert Household.objects.filter(pk=household).update(number="PRIS") == 0
        assert Unit.objects.filter(pk=world.units["UMU-S1"]).update(name="Prise") == 0
    with behind_the_wall():
        assert Household.objects.get(pk=household).number == "UMU-1001"


def test_a_row_cannot_be_written_under_another_tenant(world: World, as_actor: Callable) -> None:
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        as_actor(world.actor("bernard")),
    ):
        Expense.objects.create(
            tenant_id=world.tenants["UMUCO"],
            unit_id=world.units["UMUCO"],
            spent_on=date(2024, 5, 1),
            heading="ACTIVITES",
            amount_francs=1,
            label="x",
        )


def test_a_row_cannot_point_into_another_tenant(world: World, as_actor: Callable) -> None:
    with pytest.raises(DatabaseError, match="foreign key"), as_actor(world.actor("bernard")):
        Activity.objects.create(
            tenant_id=world.tenants["INEZA"],
            unit_id=world.units["UMU-S1"],
            kind="meeting",
            starts_on=date(2024, 5, 1),
            ends_on=date(2024, 5, 1),
            chapter="quality",
            theme="x",
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_directory_is_read_by_all_and_written_by_its_owner(
    world: World, as_actor: Callable
) -> None:
    for username in ("amina", "bernard", "clara", "fabrice", "regine"):
        with as_actor(world.actor(username)):
            assert Unit.objects.count() == len(world.units)


def test_a_reused_connection_forgets_the_tenant_before(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        assert Household.objects.count() == 6
    assert not is_scope_open()
    assert (
        _count("SELECT coalesce(nullif(current_setting('app.tenant_id', true), ''), '0')::int") == 0
    )
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Household.objects.count()
    with as_actor(world.actor("bernard")):
        assert Household.objects.count() == 3


def test_a_failed_scope_leaves_nothing_behind(world: World, as_actor: Callable) -> None:
    with pytest.raises(ZeroDivisionError), as_actor(world.actor("amina")):
        Household.objects.filter(number="UMU-1001").update(number="X")
        raise ZeroDivisionError
    assert not is_scope_open()
    with as_actor(world.actor("amina")):
        assert Household.objects.filter(number="UMU-1001").exists()


def test_a_scope_marked_for_rollback_ends_quietly(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        Household.objects.filter(number="UMU-1001").update(number="X")
        transaction.set_rollback(True)
    with as_actor(world.actor("bernard")):
        assert Household.objects.count() == 3
    with as_actor(world.actor("amina")):
        assert Household.objects.filter(number="UMU-1001").exists()


def test_scopes_nest_and_come_back(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        with as_actor(world.actor("bernard")):
            assert Household.objects.count() == 3
        assert current_scope().actor.name == "Amina Nduwimana"
        assert Household.objects.count() == 6


def test_the_dispatcher_sees_jobs_of_all_and_nothing_else(world: World, as_actor: Callable) -> None:
    for username in ("amina", "bernard"):
        with as_actor(world.actor(username)):
            request_job(actor=world.actor(username), kind="x", title="x", parameters={})
    with open_dispatcher_scope():
        assert Job.objects.count() == 2
    with pytest.raises(ProgrammingError, match="permission denied"), open_dispatcher_scope():
        Household.objects.count()


def test_a_job_cannot_be_read_or_run_as_another_tenant(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")):
        job = request_job(actor=world.actor("amina"), kind="inconnue", title="x", parameters={})
    with as_actor(world.actor("bernard")):
        assert not Job.objects.filter(pk=job.pk).exists()
    run_job(job.pk)
    with as_actor(world.actor("amina")):
        job.refresh_from_db()
        assert job.state == Job.State.FAILED


def test_history_is_written_for_bulk_changes_and_cannot_be_rewritten(
    world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("amina")):
        assert Household.objects.update(closed_on=date(2025, 1, 1)) == 6
        events = HistoryEvent.objects.filter(table_name="membership_household", operation="U")
        assert events.count() == 6
        event = events.first()
        assert (event.actor_name, event.source) == ("Amina Nduwimana", "essai")
        assert event.after == {"closed_on": "2025-01-01"}
        assert event.before == {"closed_on": None}
    for change in (
        lambda: HistoryEvent.objects.update(actor_name="Personne"),
        lambda: HistoryEvent.objects.all().delete(),
        lambda: HistoryEvent.objects.create(at=timezone.now(), table_name="x", row_id="1"),
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor("amina")),
        ):
            change()


def test_history_hides_secrets(world: World, behind_the_wall: Callable) -> None:
    with behind_the_wall():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE federations_user SET password = 'nouveau', phone = '79000000'"
                " WHERE username = 'amina'"
            )
        event = HistoryEvent.objects.filter(table_name="federations_user", operation="U").first()
        assert event.after == {"password": "•••", "phone": "79000000"}


_IN_ITS_STEAD = """
CREATE TEMP {kind} federations_roleassignment AS
SELECT id, user_id, 'confederation_manager' AS role FROM public.federations_roleassignment"""


@pytest.mark.parametrize("kind", ["TABLE", "VIEW"])
@pytest.mark.parametrize("name", ["clara", "medard", "regine", "amina", "annick", "fabrice", None])
def test_nobody_makes_a_table_of_ones_own(
    world: World, as_actor: Callable, name: str | None, kind: str
) -> None:
    """It would stand before the real one, for whoever is next on the same connection."""
    with pytest.raises(ProgrammingError, match="to create temporary tables"):
        if name is None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_IN_ITS_STEAD.format(kind=kind))
        else:
            with as_actor(world.actor(name)), connection.cursor() as cursor:
                cursor.execute(_IN_ITS_STEAD.format(kind=kind))


def test_a_staging_table_bears_a_name_of_its_own(world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("amina")), connection.cursor() as cursor:
        cursor.execute("SELECT make_staging('federations_roleassignment', '{user_id,role}')")
        cursor.execute("INSERT INTO staging_federations_roleassignment VALUES (1, 'x')")
        with pytest.raises(ProgrammingError, match="must be owner"), transaction.atomic():
            cursor.execute(
                "ALTER TABLE staging_federations_roleassignment"
                " RENAME TO federations_roleassignment"
            )
    make = "SELECT make_staging('federations_unit', '{id}')"
    for order in (make, f"SET LOCAL ROLE conamus_federation; {make}"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(order)


def test_the_bypass_role_can_make_no_object(db: None) -> None:
    assert _count("SELECT has_schema_privilege('conamus_definer', 'public', 'CREATE')::int") == 0


def test_a_persons_changes_are_told_where_the_person_works(
    world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("sylvere")):
        User.objects.filter(pk=world.users["bernard"]).update(is_active=False)
        assert not HistoryEvent.objects.filter(
            table_name="federations_user", operation="U"
        ).exists()
    with as_actor(world.actor("bernard")):
        event = HistoryEvent.objects.get(table_name="federations_user", operation="U")
        assert (event.actor_name, event.after) == ("Sylvère Hatungimana", {"is_active": False})


#: Each key that carries the tenant: the table, what it needs beside the key, its target.
_DAY = date(2024, 5, 1)
_UNIT = {"name": "Nouvelle", "kind": "section", "code": "N-1", "valid_from": _DAY}
_ACTIVITY = {"kind": "meeting", "starts_on": _DAY, "ends_on": _DAY, "chapter": "quality"}
_EXPENSE = {"spent_on": _DAY, "heading": "ACTIVITES", "amount_francs": 1, "label": "x"}
_PICTURE = {"caption": "x"}
_REPORT = {"year": 2024, "produced_by": "x", "pages": 1, "facts": {}}
_PAST = {"label": "2010", "starts_year": 2010, "sections": 1, "households": 1, "source": "x"}
POINTERS = [
    (Expense, {"unit": "unit", "funder": "partner"}, _EXPENSE),
    (Activity, {"unit": "unit", "funder": "partner"}, _ACTIVITY),
    (ActivityParticipants, {"activity": "activity"}, {"label": "x", "total": 1}),
    (Unit, {"management_centre": "unit", "replaces": "unit"}, _UNIT),
    (NarrativePicture, {"section": "section", "file": "file"}, _PICTURE),
    (AnnualReport, {"unit": "unit", "file": "file"}, _REPORT),
    (PastYear, {"promoter": "partner"}, _PAST),
]
KEYS = [(model, key) for model, keys, _ in POINTERS for key in keys]


def _targets(world: World, tenant: str, as_actor: Callable) -> dict[str, int]:
    """Return keys of rows of one federation, made as its manager."""
    username, code, funder = {
        "UMUCO": ("amina", "UMU-S1", "Bailleur Umuco"),
        "INEZA": ("bernard", "INE-S1", "Bailleur Ineza"),
    }[tenant]
    own = {"tenant_id": world.tenants[tenant]}
    section = {"year": 2024, "outline_key": "essai"}
    file = {"name": "x", "content_type": "x", "size_bytes": 1, "sha256": "x", "content": b"x"}
    with as_actor(world.actor(username)):
        unit_id = world.units[code]
        return {
            "unit": unit_id,
            "partner": world.partners[funder],
            "activity": Activity.objects.create(**own, unit_id=unit_id, **_ACTIVITY).pk,
            "section": NarrativeSection.objects.create(**own, **section).pk,
            "file": StoredFile.objects.create(**own, **file).pk,
        }


@pytest.mark.parametrize(
    ("model", "key"), KEYS, ids=lambda value: getattr(value, "__name__", value)
)
def test_each_key_stays_within_its_federation(
    model: type, key: str, world: World, as_actor: Callable
) -> None:
    """The same row is taken with one's own targets, and refused with one of another's."""
    theirs = _targets(world, "UMUCO", as_actor)
    mine = _targets(world, "INEZA", as_actor)
    keys, plain = next((keys, plain) for each, keys, plain in POINTERS if each is model)
    row = {f"{name}_id": mine[target] for name, target in keys.items()} | plain
    bernard = world.actor("bernard")
    if "produced_by" in row:
        row["produced_by"] = bernard.name
    with as_actor(bernard), connection.cursor() as cursor:
        made = model.objects.create(tenant_id=world.tenants["INEZA"], **row)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        own_key = getattr(made, f"{key}_id")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        other = {**row, f"{key}_id": theirs[keys[key]]}
        if "code" in other:
            other["code"] = "N-2"
        if "label" in other:
            other["label"] = "autre"
        with pytest.raises(IntegrityError, match="_tenant_"), transaction.atomic():
            model.objects.create(tenant_id=world.tenants["INEZA"], **other)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert own_key == mine[keys[key]]


#: Plain on purpose: a federation's root unit hangs from CONAMUS's, its scale and package come
#: from CONAMUS's templates, acts and reasons for care are the network's; so may questionnaires and
#: surveys be, which a federation's visits, interviews and answers then point into.
ACROSS = {
    ("federations_unit", "parent_id"),
    ("membership_contributionscale", "template_id"),
    ("claims_benefitpackage", "template_id"),
    ("claims_careauthorisation", "act_id"),
    ("claims_claimdiagnosis", "reason_id"),
    ("claims_claimline", "act_id"),
    ("claims_decisionline", "act_id"),
    ("claims_packageclause", "act_id"),
    ("claims_surveyanswer", "question_id"),
    ("claims_surveycampaign", "questionnaire_id"),
    ("claims_surveyinterview", "campaign_id"),
    ("claims_tariff", "act_id"),
    ("claims_visit", "questionnaire_id"),
    ("claims_visitmark", "question_id"),
}
#: Identity stands outside the wall: the system's administrator writes it for every tenant.
OUTSIDE = {"federations_roleassignment", "federations_invitation", "federations_refusal"}
_PLAIN_KEYS = """
    WITH owned AS (
        SELECT attrelid AS id, attnum AS tenant FROM pg_attribute
        WHERE attname = 'tenant_id' AND NOT attisdropped
    ), keys AS (
        SELECT k.conrelid, k.confrelid, k.conkey, owned.tenant FROM pg_constraint k
        JOIN owned ON owned.id = k.conrelid
        WHERE k.contype = 'f' AND k.confrelid IN (SELECT id FROM owned) AND k.conparentid = 0
        AND k.conrelid NOT IN (SELECT oid FROM pg_class WHERE relispartition)
    )
    SELECT k.conrelid::regclass::text, a.attname FROM keys k
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE cardinality(k.conkey) = 1 AND NOT EXISTS (
        SELECT FROM keys twin WHERE twin.conrelid = k.conrelid
        AND twin.confrelid = k.confrelid AND twin.conkey = ARRAY[k.tenant, k.conkey[1]]
    )
"""


def test_every_key_between_tenants_tables_carries_the_tenant(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN_KEYS)
        plain = set(cursor.fetchall())
    assert {key for key in plain if key[0] not in OUTSIDE} == ACROSS
    identity = {
        name for name, table in declared_tables().items() if table.policy is Policy.IDENTITY
    }
    assert identity >= OUTSIDE
