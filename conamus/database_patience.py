"""How long we wait for a database that says nothing, and what tells that it went away.

PostgreSQL ends what takes it long (``statement_timeout``); a server that is frozen, or behind a
network that went silent, ends nothing. In our processes the driver's waiting is therefore ours:
after so many seconds without a word the connection is given up. That is the page « base de données
indisponible »; a job is left to its lease, and done again.
"""

import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
from django.db import InterfaceError, OperationalError
from psycopg2 import extensions

#: Of a connection that is made, where its address says nothing.
CONNECT_SECONDS = 5.0
#: Of a page's statement.
STATEMENT_SECONDS = 25.0
#: What PostgreSQL ends by itself in a page's transaction, before we give up: what it held is then
#: free, and the page can say what it waited for.
PAGE_LIMITS = {"lock_timeout": "10s", "statement_timeout": "20s"}
#: Of a job's: PostgreSQL that works ends it after a minute.
JOB_STATEMENT_SECONDS = 120.0
#: PostgreSQL's words for ending: stopped, crashed, not yet back. No code: the line was cut.
_GONE_CODES = frozenset({"57P01", "57P02", "57P03"})


def is_connection_lost(error: BaseException) -> bool:
    """Tell whether the database went away: nothing that a second run would not mend."""
    if isinstance(error, InterfaceError):
        return True
    code = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, OperationalError) and (code is None or code in _GONE_CODES)


def limit_waiting_of_pages() -> None:
    """Have every connection of this web process give up after a silence."""
    extensions.set_wait_callback(_Patience(STATEMENT_SECONDS))


def limit_waiting_of_jobs() -> None:
    """Have every connection of this worker give up after a silence; a COPY by `copying`."""
    extensions.set_wait_callback(_Patience(JOB_STATEMENT_SECONDS))


@contextmanager
def waiting_without_end() -> Iterator[None]:
    """Wait as long as it takes: for a worker's statements that PostgreSQL does not end either."""
    patience = extensions.get_wait_callback()
    extensions.set_wait_callback(None)
    try:
        yield
    finally:
        extensions.set_wait_callback(patience)


@contextmanager
def copying(link: extensions.connection) -> Iterator[None]:
    """Leave the waiting to the driver, which knows no COPY otherwise; cut the line after too long.

    For the one thread of a worker that works: the waiting is the whole process's.
    """
    patience = extensions.get_wait_callback()
    if not isinstance(patience, _Patience):
        yield
        return
    with socket.socket(fileno=os.dup(link.fileno())) as line:
        cut = threading.Timer(patience.statement_seconds, line.shutdown, [socket.SHUT_RDWR])
        cut.start()
        try:
            with waiting_without_end():
                yield
        finally:
            cut.cancel()


@dataclass(frozen=True, slots=True)
class _Patience:
    """Waits until a connection is ready; OperationalError after too long a silence."""

    statement_seconds: float

    def __call__(self, link: extensions.connection) -> None:
        deadline = time.monotonic() + self._seconds(link)
        poll = select.poll()
        while (state := link.poll()) != extensions.POLL_OK:
            events = select.POLLOUT if state == extensions.POLL_WRITE else select.POLLIN
            poll.register(link.fileno(), events)
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                raise psycopg2.OperationalError("the database says nothing: given up")

    def _seconds(self, link: extensions.connection) -> float:
        if link.status != extensions.STATUS_SETUP:
            return self.statement_seconds
        return float(extensions.parse_dsn(link.dsn).get("connect_timeout", CONNECT_SECONDS))
