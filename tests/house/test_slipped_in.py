"""A statement slipped into one of our queries: what it reaches, tried as raw SQL in each role.

It runs as the application's role, may take any role that the application may take, and may
state whatever it likes (docs/identity.md, decision 0016).
"""

from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.errors import InsufficientPrivilege

from federations.models import HistoryEvent
from federations.rules.people import RoleRequest
from federations.rules.roles import Role
from federations.services.invitations import Invitee, invite_person
from federations.services.jobs import request_job
from federations.sessions import SessionStore
from federations.tenancy.scope import UnknownSignature, open_identity_scope
from membership.models import Household
from tests.world import World


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


_ROLES = ("conamus_app", "conamus_federation", "conamus_confederation", "conamus_system")
_STATED = {"tenant_id": "1", "actor_id": "", "actor_role": "system", "actor_name": "x"}


def _state(cursor: CursorWrapper, role: str, **stated: str) -> None:
    """Say so as any statement can, and take the role."""
    for name, value in stated.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", value])
    cursor.execute("SELECT set_config('role', %s, true)", [role.replace("conamus_app", "none")])


def _touched(statement: str, values: list | None = None) -> int:
    """Run a statement of an intruder; return how many rows it changed or read."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.rowcount
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return 0
        raise


_GIVE = (
    "INSERT INTO federations_roleassignment (user_id, role, tenant_id, valid_from)"
    " SELECT id, 'system_administrator', 1, '2020-01-01' FROM federations_user"
    " WHERE username = 'agnes'"
)
#: Each would be a way to somebody else's rights; tables of identity, tenants, jobs, mails.
TRICKS = {
    "a role given": _GIVE,
    "a role raised": "UPDATE federations_roleassignment SET role = 'system_administrator'",
    "a role reopened": "UPDATE federations_roleassignment SET valid_to = NULL",
    "a role moved": "UPDATE federations_roleassignment SET unit_id = NULL",
    "a role removed": "DELETE FROM federations_roleassignment",
    "a user made": "INSERT INTO federations_user (username, password, email, full_name, phone,"
    " language, is_active, created_at) VALUES ('x', 'x', '', 'x', '', 'fr', true, now())",
    "a password set": "UPDATE federations_user SET password = 'x'",
    "an address set": "UPDATE federations_user SET email = 'x@x.bi'",
    "an account opened": "UPDATE federations_user SET is_active = true",
    "a name taken": "UPDATE federations_user SET username = 'z' || username",
    "a person removed": "DELETE FROM federations_user",
    "an invitation made": "INSERT INTO federations_invitation (user_id, tenant_id, token_hash,"
    " invited_by, created_at, expires_at) SELECT id, 1, 'x', 'x', now(), now() + '1 day'"
    " FROM federations_user WHERE username = 'sylvere'",
    "an invitation turned": "UPDATE federations_invitation SET user_id = 1",
    "an invitation renewed": "UPDATE federations_invitation SET expires_at = now() + '1 year'",
    "an address noted as read": "INSERT INTO account_emailaddress (user_id, email, verified,"
    " \"primary\") SELECT id, email, true, true FROM federations_user WHERE username = 'clara'",
    "another's address noted": "INSERT INTO account_emailaddress (user_id, email, verified,"
    " \"primary\") SELECT id, 'x@x.bi', false, true FROM federations_user",
    "a second factor removed": "DELETE FROM mfa_authenticator",
    "a second factor set": "UPDATE mfa_authenticator SET data = '{}'",
    "a second factor added": "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
    " SELECT id, 'totp', '{}', now() FROM federations_user WHERE username = 'amina'",
    "a session ended": "DELETE FROM django_session",
    "a session lengthened": "UPDATE django_session SET expire_date = now() + '1 year'",
    "a session struck off the list": "DELETE FROM usersessions_usersession",
    "a session put to another's name": "UPDATE usersessions_usersession SET user_id = user_id",
    "a tenant made": "INSERT INTO federations_federation (code, name, short_name, kind, address,"
    " email, website, sort_key, search_key) VALUES ('X', 'x', 'x', 'federation', '', '', '',"
    " 'x', 'x')",
    "a tenant renamed": "UPDATE federations_federation SET name = 'x'",
    "a job in another's name": "INSERT INTO federations_job (id, tenant_id, kind, title,"
    " parameters, actor, state, done, total, step, attempts, furthest, fruitless, reason,"
    " created_at)"
    " VALUES (gen_random_uuid(), 1, 'x', 'x', '{}',"
    ' \'{"user_id": 1, "role": "system_administrator", "tenant_id": 1}\','
    " 'queued', 0, 0, '', 0, 0, 0, '', now())",
    "a job's name changed": "UPDATE federations_job SET actor = '{}'",
    "a job's work changed": "UPDATE federations_job SET parameters = '{}'",
    "links read in the mails": "SELECT payload FROM federations_outboxevent",
    "the key read": "SELECT * FROM federations_scopekey",
    "the key replaced": "UPDATE federations_scopekey SET inner_pad = '', outer_pad = ''",
    "refusals hidden": "DELETE FROM federations_refusal",
    "history written": "INSERT INTO federations_historyevent (at, table_name, operation, row_id,"
    " actor_name, source) VALUES (now(), 'x', 'U', '1', 'x', 'x')",
}


@pytest.fixture
def prey(world: World, as_actor: Callable) -> World:
    """Add what the world lacks for each trick to have something to touch."""
    for username in ("amina", "clara"):
        actor = world.actor(username)
        with as_actor(actor):
            request_job(actor=actor, kind="x", title="x", parameters={})
            invite_person(
                actor=actor,
                invitee=Invitee(
                    full_name="Eve Nduwayo", username=f"eve-{username}", email="e@e.bi"
                ),
                role=RoleRequest(role=Role.AUDITOR, tenant_id=actor.tenant_id),
                site_url="https://exemple.bi",
            )
    with open_identity_scope(world.actor("clara"), source="essai", request_id=""):
        Authenticator.objects.create(
            user_id=world.users["clara"], type="totp", data={"secret": "s"}
        )
        _open_session(world, "clara")
    return world


def _open_session(world: World, username: str) -> str:
    """Have somebody signed in; return the key of the session."""
    session = SessionStore()
    session.create()
    UserSession.objects.create(
        user_id=world.users[username], ip="127.0.0.1", session_key=session.session_key
    )
    return session.session_key


@pytest.mark.parametrize("role", _ROLES)
@pytest.mark.parametrize("trick", TRICKS)
def test_a_slipped_in_statement_reaches_no_identity(trick: str, role: str, prey: World) -> None:
    """Outside any scope: it states that it is the system, and nobody believes it."""
    with transaction.atomic(), connection.cursor() as cursor:
        _state(cursor, role, **_STATED)
        assert _touched(TRICKS[trick]) == 0


@pytest.mark.parametrize("role", [None, *_ROLES])
@pytest.mark.parametrize("trick", TRICKS)
def test_nor_within_the_page_of_a_clerk(
    trick: str, role: str | None, prey: World, as_actor: Callable
) -> None:
    """In an agent's own scope, believed as it stands, or bent to say something else."""
    with as_actor(prey.actor("agnes")), connection.cursor() as cursor:
        if role is not None:
            _state(cursor, role, **_STATED)
        assert _touched(TRICKS[trick]) == 0


def test_the_tricks_are_no_nonsense(prey: World, behind_the_wall: Callable) -> None:
    """Behind the wall each of them has something to touch."""
    idle = {"refusals hidden", "a role removed", "a person removed", "the key replaced"}
    with behind_the_wall():
        for name, statement in TRICKS.items():
            if name in idle:
                continue
            with connection.cursor() as cursor, transaction.atomic():
                cursor.execute(statement)
                assert cursor.rowcount > 0, name
                transaction.set_rollback(True)


@pytest.mark.parametrize(
    "name", ["tenant_id", "actor_id", "actor_role", "actor_name", "request_id"]
)
def test_a_statement_that_is_bent_is_believed_no_more(
    name: str, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("amina")), connection.cursor() as cursor:
        assert Household.objects.count() == 6
        other = str(world.tenants["INEZA"])
        cursor.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", other])
        assert Household.objects.count() == 0
        assert HistoryEvent.objects.count() == 0


def test_a_signature_is_of_no_use_in_another_transaction_or_role(
    own_database: World, as_actor: Callable
) -> None:
    with as_actor(own_database.actor("amina")), connection.cursor() as cursor:
        names = ("tenant_id", "actor_id", "actor_name", "actor_role", "source", "request_id",
                 "signature")  # fmt: skip
        cursor.execute(
            "SELECT " + ", ".join("current_setting(%s)" for _ in names),
            [f"app.{name}" for name in names],
        )
        heard = dict(zip(names, cursor.fetchone(), strict=True))
        assert Household.objects.count() == 6
        cursor.execute("SELECT set_config('role', 'conamus_confederation', true)")
        assert Household.objects.count() == 0
    with transaction.atomic(), connection.cursor() as cursor:
        _state(cursor, "conamus_federation", **heard)
        assert Household.objects.count() == 0


def test_functions_that_cross_the_wall_answer_no_slipped_in_statement(
    world: World, as_actor: Callable
) -> None:
    """Each answers a role in its scope, and not who took that role."""
    asked = {
        "clara": ("SELECT count(*) FROM network_insured(2020, 2030)",
                  "SELECT count(*) FROM network_insured_by_commune(2025, 'until_2025')",
                  "SELECT count(*) FROM network_flows(2025, 'unit')",
                  "SELECT count(*) FROM network_insured_on('2025-06-30', 'sex')"),
        "regine": ("SELECT count(*) FROM released_insured(2020, 2030)",
                   "SELECT count(*) FROM released_insured_by_commune(2025, 'x')"),
    }  # fmt: skip
    database_role = {"clara": "conamus_confederation", "regine": "conamus_regulator"}
    for username, statements in asked.items():
        for statement in statements:
            with as_actor(world.actor(username)):
                assert _count(statement) > 0, statement
            with as_actor(world.actor("agnes")), connection.cursor() as cursor:
                _state(cursor, database_role[username], **_STATED)
                assert _count(statement) == 0, statement


def test_a_manager_gives_here_what_a_manager_may_and_nothing_more(
    world: World, as_actor: Callable
) -> None:
    """The database asks the same of a manager's page as the service does."""
    give = (
        "INSERT INTO federations_roleassignment (user_id, role, tenant_id, valid_from)"
        " VALUES (%s, %s, %s, '2025-01-01')"
    )
    agnes, own = world.users["agnes"], world.tenants["UMUCO"]
    with as_actor(world.actor("amina")):
        assert _touched(give, [agnes, "advising_nurse", own]) == 1
        assert _touched(give, [agnes, "system_administrator", own]) == 0
        assert _touched(give, [agnes, "advising_nurse", world.tenants["INEZA"]]) == 0
        assert _touched(give, [world.users["amina"], "advising_nurse", own]) == 0
        password = "UPDATE federations_user SET password = 'x' WHERE id = %s"
        assert _touched(password, [agnes]) == 0
        close = "UPDATE federations_user SET is_active = false WHERE id = %s"
        assert _touched(close, [world.users["bernard"]]) == 0
        assert _touched(close, [agnes]) == 1
    with as_actor(world.actor("clara")):
        assert _touched(give, [agnes, "system_administrator", world.tenants["CONAMUS"]]) == 0


def test_who_is_told_the_draw_is_given_no_role_that_enters(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    """Nor once it is over; who entered may become a doctor of CONAMUS after."""
    own, network = world.tenants["UMUCO"], world.tenants["CONAMUS"]
    medard, albert = world.users["medard"], world.users["albert"]
    give = (
        "INSERT INTO federations_roleassignment (user_id, role, tenant_id, valid_from)"
        " VALUES (%s, %s, %s, '2025-01-01')"
    )
    end = "UPDATE federations_roleassignment SET valid_to = '2025-06-30' WHERE user_id = %s"
    with as_actor(world.actor("sylvere")):
        assert _touched(give, [albert, "medical_adviser", network]) == 0
        for _ in range(2):
            assert _touched(give, [medard, "centre_operator", own]) == 0
            assert _touched(give, [medard, "facility_user", own]) == 0
            assert _touched(end, [medard]) == 1
        assert _touched(give, [medard, "advising_nurse", own]) == 1
        assert _touched(end, [albert]) == 1
        assert _touched(give, [albert, "medical_adviser", network]) == 1


def test_who_works_elsewhere_is_taken_from_nowhere(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    """Nobody is made one's own by a role, to have the account closed then."""
    own, other = world.tenants["UMUCO"], world.tenants["INEZA"]
    beatrice, annick = world.users["beatrice"], world.users["annick"]
    give = (
        "INSERT INTO federations_roleassignment (user_id, role, tenant_id, valid_from)"
        " VALUES (%s, %s, %s, '2025-01-01')"
    )
    close = "UPDATE federations_user SET is_active = false WHERE id = %s"
    with as_actor(world.actor("amina")):
        assert _touched(give, [beatrice, "advising_nurse", own]) == 0
        assert _touched(close, [beatrice]) == 0
        assert _touched(close, [annick]) == 1
    with behind_the_wall():
        assert _touched("UPDATE federations_user SET is_active = true WHERE id = %s", [annick])
        assert _touched(give, [annick, "advising_nurse", other]) == 1
    with as_actor(world.actor("amina")):
        # An account of two federations' is closed by neither; a further role is given by both.
        assert _touched(close, [annick]) == 0
        assert _touched(give, [annick, "auditor", own]) == 1
    with as_actor(world.actor("sylvere")):
        assert _touched(close, [annick]) == 1


def test_a_session_is_ended_by_its_person_and_by_who_manages_the_people(
    world: World, as_actor: Callable
) -> None:
    """By its person at the own account; a manager ends those of the own tenant's people."""
    keys = {}
    for username in ("agnes", "amina", "bernard"):
        with open_identity_scope(world.actor(username), source="essai", request_id=""):
            keys[username] = _open_session(world, username)
    contents = "DELETE FROM django_session WHERE session_key = %s"
    listed = "DELETE FROM usersessions_usersession WHERE session_key = %s"
    for statement in (contents, listed):
        for username in ("annick", "medard", "clara"):
            with as_actor(world.actor(username)):
                assert [_touched(statement, [key]) for key in keys.values()] == [0, 0, 0]
        with open_identity_scope(world.actor("bernard"), source="essai", request_id=""):
            assert _touched(statement, [keys["amina"]]) == 0
    with as_actor(world.actor("amina")):
        assert [_touched(contents, [key]) for key in keys.values()] == [1, 1, 0]
        assert [_touched(listed, [key]) for key in keys.values()] == [1, 1, 0]
    with open_identity_scope(world.actor("bernard"), source="essai", request_id=""):
        assert _touched(contents, [keys["bernard"]]) == 1
        assert _touched(listed, [keys["bernard"]]) == 1


def test_sessions_that_are_over_are_swept_up(prey: World, behind_the_wall: Callable) -> None:
    with behind_the_wall():
        before = _count("SELECT count(*) FROM django_session")
        assert _touched("UPDATE django_session SET expire_date = now() - interval '1 hour'")
    call_command("clearsessions")
    assert before > 0
    assert _count("SELECT count(*) FROM django_session") == 0


def test_history_believes_no_name_that_is_not_signed(
    world: World, behind_the_wall: Callable
) -> None:
    with behind_the_wall(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.actor_name', 'Clara', true)")
        Household.objects.filter(number="UMU-1001").update(closed_on=date(2025, 1, 1))
        event = HistoryEvent.objects.get(table_name="membership_household", operation="U")
        assert (event.actor_name, event.source) == ("conamus_app", "SQL")


def test_another_key_is_told_at_once(world: World, as_actor: Callable, settings) -> None:
    settings.SECRET_KEY = "une autre clé"
    with pytest.raises(UnknownSignature, match="migrate"), as_actor(world.actor("amina")):
        pass
