"""Who is at the door: names people in the history before they act in any role.

Signing in, a forgotten password, a second factor: the sign-in library changes identity
tables where no scope is open yet, and the history would name the database's role. While a
page of the door answers, each writing of such a table is told its person: the one who is
signed in without a role, else the one whom a secret (password, link, code) has just shown,
else a visitor. Each in a transaction of its own statement: the limits on guesses, written
beside, are never held back nor undone with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from allauth.usersessions.models import UserSession
from django.db import connection, transaction

from conamus import clock
from federations.models import User
from federations.selectors.assignments import open_assignments
from federations.tenancy.declarations import Policy, declared_tables
from federations.tenancy.scope import is_scope_open, tell_signature

VISITOR = "visiteur non connecté"
_WRITINGS = ("INSERT INTO", "UPDATE", "DELETE FROM")
_shown: ContextVar[User | None] = ContextVar("conamus_shown_at_the_door", default=None)


@contextmanager
def shown_to_be(user: User) -> Iterator[None]:
    """Tell that what is written inside is this person's doing: a secret of theirs was given."""
    token = _shown.set(user)
    try:
        yield
    finally:
        _shown.reset(token)


@contextmanager
def open_door(signed_in: User | None, *, source: str, request_id: str) -> Iterator[None]:
    """Name whoever writes inside, where no scope is open."""

    def execute_signed(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if is_scope_open() or not _is_told(sql):
            return execute(sql, params, many, context)
        with transaction.atomic():
            tell_signature(_signature(_shown.get() or signed_in, source, request_id))
            done = execute(sql, params, many, context)
            tell_signature({})
        return done

    with connection.execute_wrapper(execute_signed):
        yield


@contextmanager
def told_as(user_id: int | None) -> Iterator[None]:
    """Sign what is written inside as this person's, where no scope is open.

    For sessions, which are written before a page's scope opens and after it has closed.
    """
    if is_scope_open():
        yield
        return
    with transaction.atomic():
        tell_signature({"source": "session", "actor_id": "" if user_id is None else str(user_id)})
        yield
        tell_signature({})


def _signature(person: User | None, source: str, request_id: str) -> dict[str, str]:
    told = {"source": source, "request_id": request_id, "actor_name": VISITOR}
    if person is None:
        return told
    roles = open_assignments(person, on_date=clock.today())
    first = {"actor_role": roles[0].role, "tenant_id": str(roles[0].tenant_id)} if roles else {}
    return {**told, **first, "actor_id": str(person.pk), "actor_name": person.full_name}


def _is_told(sql: str) -> bool:
    words = sql.lstrip().split('"', 2)
    verb = words[0].strip().upper()
    # A row that is held is held to be changed: the guards ask who does.
    is_writing = verb in _WRITINGS or (verb == "SELECT" and sql.rstrip().endswith("FOR UPDATE"))
    return is_writing and words[1] in _told_tables()


@cache
def _told_tables() -> frozenset[str]:
    """The tables of identity that have a history, and the list of sessions, which is guarded."""
    tables = declared_tables().values()
    told = {table.name for table in tables if table.policy is Policy.IDENTITY and table.history}
    return frozenset({*told, UserSession._meta.db_table})
