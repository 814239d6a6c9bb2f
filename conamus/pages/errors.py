"""Error pages: what happened, and what to do, in French."""

import logging
import sys
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.pages.kept_forms import keep_form

logger = logging.getLogger("conamus.errors")


class RefusedAttempt(HttpResponse):
    """An answer 403 that tells, to those who note it, what was refused."""

    refusal = "accès refusé"


class DomainErrorMiddleware:
    """Turn a service's refusal that no form caught into the page that says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on; only exceptions matter here."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 403, 404 or 409 for a domain error; leave the rest alone."""
        if isinstance(error, NotAllowed):
            return forbidden(request, error)
        if isinstance(error, NotFound):
            return not_found(request, error)
        if isinstance(error, DomainError):
            context = {"message": error.message}
            return render(request, "errors/409.html", context, status=409)
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 for what is longer than any form of ours."""
    if isinstance(exception, RequestDataTooBig):
        megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE >> 20
        return render(request, "errors/413.html", {"megabytes": megabytes}, status=413)
    return _page(request, 400, "errors/400.html")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 with the sentence of the refusal."""
    reason = str(exception) if exception else ""
    page = render_to_string("errors/403.html", {"reason": reason}, request)
    response = RefusedAttempt(page, status=403)
    response.refusal = reason or response.refusal
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 when a form's token is missing or too old.

    The form of who signed in again in another window is of their session before: what they
    typed is shown to them anew, and nothing of it is done before they send it themselves.
    """
    actor = getattr(request, "actor", None)
    if actor is not None and keep_form(request, only_of=actor):
        return redirect(request.get_full_path())
    return _page(request, 403, "errors/csrf.html")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404; another tenant's thing looks just like an unknown one."""
    return _page(request, 404, "errors/404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database does not answer, 500 otherwise.

    Both pages are plain: nothing that they need can fail again.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("database unavailable", exc_info=error)
        return _plain(request, 503, "errors/503.html")
    return _plain(request, 500, "errors/500.html")


def _page(request: HttpRequest, status: int, template: str) -> HttpResponse:
    return render(request, template, status=status)


def _plain(request: HttpRequest, status: int, template: str) -> HttpResponse:
    context = {"request_id": getattr(request, "request_id", "")}
    headers = {"Retry-After": "30"} if status == 503 else {}
    return HttpResponse(render_to_string(template, context), status=status, headers=headers)
