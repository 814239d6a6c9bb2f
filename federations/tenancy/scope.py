"""The scope: one transaction, in one tenant, in one actor's name and database role.

Inside, PostgreSQL knows (as settings local to the transaction) the tenant, which the
policies compare with each row, and the actor, request and source, which the history
writes on each event. Outside, the application's role can read no tenant table at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from federations.rules.roles import Role
from federations.tenancy.actor import Actor


class OutsideScope(Exception):
    """Something that needs a tenant was asked where no scope is open."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the database is told: who acts, from where, tied to which request."""

    actor: Actor
    source: str
    request_id: str


#: The database role that each role acts as; the rights of each are in grants.py.
DATABASE_ROLES = {
    Role.CONFEDERATION_MANAGER: "conamus_confederation",
    Role.MEDICAL_ADVISER: "conamus_confederation",
    Role.SYSTEM_ADMINISTRATOR: "conamus_confederation",
    Role.SYSTEM: "conamus_confederation",
    Role.FACILITY_USER: "conamus_facility",
    Role.REGULATOR: "conamus_regulator",
}
DEFAULT_DATABASE_ROLE = "conamus_federation"
#: Sees the jobs and the outbox of every tenant, and nothing else.
DISPATCHER_ROLE = "conamus_system"

_current: ContextVar[Scope | None] = ContextVar("conamus_scope", default=None)


def current_scope() -> Scope:
    """Return the open scope; raise OutsideScope where there is none."""
    scope = _current.get()
    if scope is None:
        raise OutsideScope("aucune portée ouverte : ouvrez-en une avec open_scope()")
    return scope


def is_scope_open() -> bool:
    """Tell whether a scope is open here."""
    return _current.get() is not None


@contextmanager
def open_scope(actor: Actor, *, source: str, request_id: str = "") -> Iterator[Scope]:
    """Open a transaction scoped to ``actor``; what was in force before comes back after."""
    scope = Scope(actor=actor, source=source, request_id=request_id)
    role = DATABASE_ROLES.get(actor.role, DEFAULT_DATABASE_ROLE)
    with _enter(scope, role):
        yield scope


@contextmanager
def open_identity_scope(actor: Actor, *, source: str, request_id: str) -> Iterator[Scope]:
    """Name the actor for the history while keeping the application's own database role.

    For the account pages, which change identity tables only.
    """
    with _enter(Scope(actor=actor, source=source, request_id=request_id), None):
        yield current_scope()


@contextmanager
def open_dispatcher_scope() -> Iterator[None]:
    """Open the dispatcher's transaction: jobs and outbox of all tenants, nothing else."""
    with transaction.atomic(), _database_role(DISPATCHER_ROLE):
        yield


# Role and settings are local to the transaction: a rollback, to a savepoint too, brings
# back what was before. What follows a ``yield`` below is for the ways without one.


@contextmanager
def _enter(scope: Scope, role: str | None) -> Iterator[Scope]:
    with transaction.atomic(), _database_settings(scope), _database_role(role):
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)


def _settings_of(scope: Scope | None) -> list[str]:
    if scope is None:
        return ["", "", "", "", "", ""]
    actor = scope.actor
    identifier = "" if actor.user_id is None else str(actor.user_id)
    return [
        str(actor.tenant_id),
        identifier,
        actor.name,
        actor.role.value,
        scope.source,
        scope.request_id,
    ]


@contextmanager
def _database_settings(scope: Scope) -> Iterator[None]:
    _apply_settings(scope)
    yield
    if not connection.needs_rollback:
        _apply_settings(_current.get())


def _apply_settings(scope: Scope | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.tenant_id', %s, true), set_config('app.actor_id', %s, true),"
            " set_config('app.actor_name', %s, true), set_config('app.actor_role', %s, true),"
            " set_config('app.source', %s, true), set_config('app.request_id', %s, true)",
            _settings_of(scope),
        )


@contextmanager
def _database_role(role: str | None) -> Iterator[None]:
    if role is None:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        before = cursor.fetchone()[0]
        cursor.execute(f'SET LOCAL ROLE "{role}"')
    yield
    if connection.needs_rollback:
        return
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE" if before == "none" else f'SET LOCAL ROLE "{before}"')
