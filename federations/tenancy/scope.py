"""The scope: one transaction, in one tenant, in one actor's name and database role.

Inside, PostgreSQL knows (as settings local to the transaction) the tenant, which the
policies compare with each row, and the actor, request and source, which the history
writes on each event. What is said is signed (signature.py): the policies believe no
statement that the application did not make. Outside, the application's role can read no
tenant table at all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from conamus.database_patience import PAGE_LIMITS
from federations.rules.roles import Role
from federations.tenancy.actor import Actor
from federations.tenancy.signature import plain, sign


class OutsideScope(Exception):
    """Something that needs a tenant was asked where no scope is open."""


class UnknownSignature(Exception):
    """The database knows another key than this process: SECRET_KEY changed without `migrate`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What the database is told: who acts, from where, tied to which request."""

    actor: Actor
    source: str
    request_id: str
    database_role: str
    #: Of a page: it waits no longer than a page may, and is told what pages are told.
    is_page: bool = False
    #: What is read once for the whole scope: nothing that can change within it.
    read_once: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)


#: The database role that each role acts as; the rights of each are in fence.py.
DATABASE_ROLES = {
    Role.CONFEDERATION_MANAGER: "conamus_confederation",
    Role.MEDICAL_ADVISER: "conamus_adviser",
    Role.ADVISING_NURSE: "conamus_nurse",
    Role.SYSTEM_ADMINISTRATOR: "conamus_confederation",
    Role.SYSTEM: "conamus_confederation",
    Role.FACILITY_USER: "conamus_facility",
    Role.REGULATOR: "conamus_regulator",
}
DEFAULT_DATABASE_ROLE = "conamus_federation"
#: Sees the jobs and the outbox of every tenant, and nothing else.
DISPATCHER_ROLE = "conamus_system"

#: The connection's own role: what ``SET ROLE NONE`` comes back to.
APPLICATION_ROLE = "none"
_SETTINGS = (
    "tenant_id",
    "facility_id",
    "actor_id",
    "actor_name",
    "actor_role",
    "source",
    "request_id",
)

#: SQL, by name, that every page's scope is told in the very statement that opens it.
_TOLD: dict[str, str] = {}

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


def tell_with_scope(name: str, sql: str) -> None:
    """Have every page's scope told something of its tenant, which then costs no statement more.

    For an application to say as it is loaded; ``sql``: what every role may ask, without parameters.
    """
    _TOLD[name] = sql


def told_with_scope(name: str) -> Any:
    """Return what the open scope was told; where it is no page's, ask it once."""
    kept = current_scope().read_once
    if name not in kept:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_TOLD[name]}")
            kept[name] = cursor.fetchone()[0]
    return kept[name]


@contextmanager
def open_scope(
    actor: Actor, *, source: str, request_id: str = "", is_page: bool = False
) -> Iterator[Scope]:
    """Open a transaction scoped to ``actor``; what was in force before comes back after."""
    role = DATABASE_ROLES.get(actor.role, DEFAULT_DATABASE_ROLE)
    with _enter(Scope(actor, source, request_id, role, is_page)) as scope:
        yield scope


@contextmanager
def open_identity_scope(
    actor: Actor, *, source: str, request_id: str, is_page: bool = False
) -> Iterator[Scope]:
    """Name the actor for the history while keeping the application's own database role.

    For the account pages, which change identity tables only.
    """
    with _enter(Scope(actor, source, request_id, APPLICATION_ROLE, is_page)) as scope:
        yield scope


@contextmanager
def open_dispatcher_scope() -> Iterator[None]:
    """Open the dispatcher's transaction: jobs and outbox of all tenants, nothing else."""
    before = _current.get()
    with transaction.atomic():
        _tell_database(None, DISPATCHER_ROLE)
        yield
        _bring_back(before)


@contextmanager
def _enter(scope: Scope) -> Iterator[Scope]:
    before = _current.get()
    with transaction.atomic():
        _tell_database(scope, scope.database_role)
        token = _current.set(scope)
        try:
            yield scope
        finally:
            _current.reset(token)
        _bring_back(before)


def _bring_back(before: Scope | None) -> None:
    """Undo what was told, where the transaction goes on.

    Role and settings are local to it: its end undoes them, and so does a rollback, to a
    savepoint too.
    """
    if connection.savepoint_ids and not connection.needs_rollback:
        _tell_database(before, before.database_role if before else APPLICATION_ROLE)


def tell_signature(signature: dict[str, str]) -> None:
    """Say whom the history shall name, where no scope is open; what is not given is nothing."""
    stated = [plain(signature.get(name, "")) for name in _SETTINGS]
    _tell(stated, APPLICATION_ROLE, PAGE_LIMITS, {})


def _tell_database(scope: Scope | None, role: str) -> None:
    """Say who acts, for which tenant, in which role."""
    is_page = scope is not None and scope.is_page
    limits, asked = (PAGE_LIMITS, _TOLD) if is_page else ({}, {})
    answers = _tell([plain(value) for value in _settings_of(scope)], role, limits, asked)
    if scope is not None:
        scope.read_once.update(answers)


def _tell(
    stated: list[str], role: str, limits: Mapping[str, str], asked: Mapping[str, str]
) -> dict[str, Any]:
    """State it in one statement, local to the transaction and signed; or take all back.

    ``limits``: settings of PostgreSQL beside what is signed. Returns the answers of what is
    ``asked`` in the same statement.
    """
    is_taken_back = role == APPLICATION_ROLE and not any(stated)
    named = {f"app.{name}": value for name, value in zip(_SETTINGS, stated, strict=True)}
    named["app.signature"] = "" if is_taken_back else sign(connection, stated, role)
    named["role"] = role
    named.update(limits)
    calls = ", ".join("set_config(%s, %s, true)" for _ in named)
    with connection.cursor() as cursor:
        # In this order: what is asked is answered within the scope.
        told = ", ".join([calls, "scope_holds()", *asked.values()])
        cursor.execute(f"SELECT {told}", [word for pair in named.items() for word in pair])
        holds, *answers = cursor.fetchone()[len(named) :]
    if not (holds or is_taken_back):
        raise UnknownSignature("run `manage.py migrate --database=owner` with this SECRET_KEY")
    return dict(zip(asked, answers, strict=True))


def _settings_of(scope: Scope | None) -> list[str]:
    if scope is None:
        return [""] * len(_SETTINGS)
    actor = scope.actor
    identifier = "" if actor.user_id is None else str(actor.user_id)
    return [
        str(actor.tenant_id),
        "" if actor.facility_id is None else str(actor.facility_id),
        identifier,
        actor.name,
        actor.role.value,
        scope.source,
        scope.request_id,
    ]
