"""What machines ask: alive, ready, and the guarded metrics.

Whether the database works is asked on a connection made for the question: one that is kept
open stays silent for ever when the server is frozen, a new one is refused in two seconds.
"""

import hmac
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg2
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

#: How long each part is waited for, in seconds.
PATIENCE = 2


class HealthMiddleware:
    """Answer machines first of all: no session, no user, nothing that could be down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the three addresses; pass everything else on."""
        answer = ANSWERS.get(request.path)
        return answer(request) if answer else self.get_response(request)


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; it asks nothing of anyone."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the work can be done: database, data, job broker, each with a word."""
    checks = {**_database(), "broker": _broker()}
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its metrics, to the bearer of METRICS_TOKEN only."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    expected = settings.METRICS_TOKEN
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        return HttpResponse(status=404)
    return ExportToDjangoView(request)


@contextmanager
def _new_cursor() -> Iterator[psycopg2.extensions.cursor]:
    """Open a connection of the application's own role that never waits for long."""
    parameters = {**connection.get_connection_params(), "connect_timeout": PATIENCE}
    with closing(psycopg2.connect(**parameters)) as link, link.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}s'")
        yield cursor


def _database() -> dict[str, str]:
    """Say whether the database answers, and whether its data are in."""
    try:
        with _new_cursor() as cursor:
            return {"database": "ok", "data": _data(cursor)}
    except psycopg2.Error as error:
        return {"database": f"ne répond pas ({error.__class__.__name__})", "data": "inconnu"}


def _data(cursor: psycopg2.extensions.cursor) -> str:
    """In demo mode the network must be loaded whole; elsewhere a tenant must exist."""
    try:
        cursor.execute("SELECT count(*) FROM federations_federation WHERE loaded_at IS NOT NULL")
    except (psycopg2.errors.UndefinedTable, psycopg2.errors.InsufficientPrivilege):
        return "le schéma n’est pas en place"
    row = cursor.fetchone()
    return "ok" if row and row[0] else "les données ne sont pas chargées"


def _broker() -> str:
    try:
        broker = Redis.from_url(
            settings.CELERY_BROKER_URL,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        with closing(broker):
            broker.ping()
        return "ok"
    except RedisError as error:
        return f"ne répond pas ({error.__class__.__name__})"


ANSWERS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
