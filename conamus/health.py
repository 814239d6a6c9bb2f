"""What machines ask: alive, ready, and the guarded metrics."""

import hmac
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView
from redis import Redis
from redis.exceptions import RedisError


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
    checks = {"database": _database(), "broker": _broker()}
    checks["data"] = _data() if checks["database"] == "ok" else "inconnu"
    ready = all(word == "ok" for word in checks.values())
    return JsonResponse({"ready": ready, **checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its metrics, to the bearer of METRICS_TOKEN only."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    expected = settings.METRICS_TOKEN
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        return HttpResponse(status=404)
    return ExportToDjangoView(request)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "ok"
    except DatabaseError as error:
        connection.close()
        return f"ne répond pas ({error.__class__.__name__})"


def _broker() -> str:
    try:
        Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2).ping()
        return "ok"
    except RedisError as error:
        return f"ne répond pas ({error.__class__.__name__})"


def _data() -> str:
    """In demo mode the network must be loaded whole; elsewhere a tenant must exist."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM federations_federation WHERE loaded_at IS NOT NULL"
            )
            loaded = cursor.fetchone()[0]
        return "ok" if loaded else "les données ne sont pas chargées"
    except DatabaseError:
        connection.close()
        return "le schéma n’est pas en place"


ANSWERS = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
