"""What goes around every request: its id and its log lines."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("conamus_request_id", default="")
_SECRET_IN_PATH = re.compile(r"^(/invitation/|/compte/password/reset/key/)[^/]+(/|$)")
#: Where PostgreSQL repeats the row, or the statement, that it refused: somebody's name or illness.
_ROW_REPEATED = re.compile(
    r"^(DETAIL|CONTEXT|QUERY|LINE \d+):.*?(?=^(?:HINT:|Traceback|The above|During handling)|\Z)",
    re.MULTILINE | re.DOTALL,
)
logger = logging.getLogger("conamus.requests")


class NumberedRequest(HttpRequest):
    """A request with its id."""

    request_id: str


class RequestIdMiddleware:
    """Give each request an id, tell it in the answer, and write one log line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: NumberedRequest) -> HttpResponse:
        """Answer; the id ties the log, the history and a user's report together."""
        # Ours alone: an id that a client could choose would tie its changes to another's.
        request.request_id = uuid.uuid4().hex
        token = _request_id.set(request.request_id)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.request_id
            self._log(request, response, started)
            return response
        finally:
            _request_id.reset(token)

    def _log(self, request: HttpRequest, response: HttpResponse, started: float) -> None:
        # The path only: a query string may hold a name that somebody searched for.
        logger.info(
            "request",
            extra={
                "method": request.method,
                "path": loggable_path(request.path),
                "status": response.status_code,
                "duration_ms": round(1000 * (time.monotonic() - started)),
            },
        )


def loggable_path(path: str) -> str:
    """Return the path without the one-time secret that some links carry.

    >>> loggable_path("/invitation/dGhlIHNlY3JldA/"), loggable_path("/activites/")
    ('/invitation/…/', '/activites/')
    """
    return _SECRET_IN_PATH.sub(r"\1…\2", path)


class RequestIdFilter(logging.Filter):
    """Put the request's id on each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; keep the record."""
        record.request_id = _request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line, without personal data of ours."""

    FIELDS = ("request_id", "method", "path", "status", "duration_ms", "job_id", "job_kind")

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line of JSON."""
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        present = {name: getattr(record, name, None) for name in self.FIELDS}
        line.update({name: value for name, value in present.items() if value not in (None, "")})
        if record.exc_info:
            told = self.formatException(record.exc_info)
            line["exception"] = _ROW_REPEATED.sub(r"\1: …\n", told)
        return json.dumps(line, ensure_ascii=False)
