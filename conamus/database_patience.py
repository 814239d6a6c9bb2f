"""How long a page waits for a database that says nothing, and what tells that it went away.

PostgreSQL ends what takes it long (``statement_timeout``); a server that is frozen, or behind a
network that went silent, ends nothing. In a web process the driver's waiting is therefore ours:
after so many seconds without a word the connection is given up, which is the page « base de
données indisponible ». Jobs wait as long as the server works: their connections are not touched
(and the driver knows no COPY where waiting is replaced).
"""

import select
import time

import psycopg2
from django.db import InterfaceError, OperationalError
from psycopg2 import extensions

#: Of a connection that is made, where its address says nothing; of a statement.
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 25.0
#: PostgreSQL's words for ending: stopped, crashed, not yet back. No code: the line was cut.
_GONE_CODES = frozenset({"57P01", "57P02", "57P03"})


def is_connection_lost(error: BaseException) -> bool:
    """Tell whether the database went away: nothing that a second run would not mend."""
    if isinstance(error, InterfaceError):
        return True
    code = getattr(error.__cause__, "pgcode", None)
    return isinstance(error, OperationalError) and (code is None or code in _GONE_CODES)


def limit_waiting() -> None:
    """Have every connection of this process give up after a silence; for web processes."""
    extensions.set_wait_callback(_wait)


def _wait(link: extensions.connection) -> None:
    """Wait until the connection is ready; OperationalError after too long a silence."""
    deadline = time.monotonic() + _patience(link)
    poll = select.poll()
    while (state := link.poll()) != extensions.POLL_OK:
        events = select.POLLOUT if state == extensions.POLL_WRITE else select.POLLIN
        poll.register(link.fileno(), events)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise psycopg2.OperationalError("the database says nothing: given up")


def _patience(link: extensions.connection) -> float:
    if link.status != extensions.STATUS_SETUP:
        return STATEMENT_SECONDS
    return float(extensions.parse_dsn(link.dsn).get("connect_timeout", CONNECT_SECONDS))
