"""Error pages: what happened, and what to do, in French."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.pages.kept_forms import keep_form

logger = logging.getLogger("conamus.errors")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said where a page could not be made, whoever asked for it."""

    status: int
    title: str
    happened: str
    advice: str


_UNEXPECTED = Fault(
    500,
    "Une erreur s’est produite",
    "Le système n’a pas pu répondre. Rien n’a été enregistré à moitié.",
    "Réessayez.",
)
_UNAVAILABLE = Fault(
    503,
    "Service momentanément indisponible",
    "La base de données ne répond pas. Rien n’a été enregistré à moitié.",
    "Attendez une minute, puis rechargez la page.",
)
_HELD = Fault(
    503,
    "Ces données sont occupées",
    "Une autre opération est en train d’écrire ce que vous vouliez lire ou changer. Rien de votre "
    "demande n’a été enregistré.",
    "Attendez un instant, puis rechargez la page : votre envoi est refait, sans doublon.",
)
_TOO_LONG = Fault(
    503,
    "La réponse a pris trop de temps",
    "La base de données n’a pas fini à temps. Rien de votre demande n’a été enregistré.",
    "Restreignez ce que vous cherchez (une unité, une année, un mois), ou rechargez la page dans "
    "quelques minutes.",
)
#: What PostgreSQL ended: a wait for what another holds, a deadlock, a statement that took too long.
_ENDED = {"55P03": _HELD, "40P01": _HELD, "57014": _TOO_LONG}


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
    """Answer 503 when the database does not answer or has waited enough, 500 otherwise.

    The pages are plain: nothing that they need can fail again.
    """
    fault = _fault_of(sys.exc_info()[1])
    context = {"fault": fault, "request_id": getattr(request, "request_id", "")}
    headers = {"Retry-After": "30"} if fault.status == 503 else {}
    page = render_to_string("errors/plain.html", context)
    return HttpResponse(page, status=fault.status, headers=headers)


def _fault_of(error: BaseException | None) -> Fault:
    if not isinstance(error, OperationalError | InterfaceError):
        return _UNEXPECTED
    fault = _ENDED.get(getattr(error.__cause__, "pgcode", None) or "", _UNAVAILABLE)
    if fault is _UNAVAILABLE:
        logger.error("database unavailable", exc_info=error)
    else:
        logger.warning("the database ended a wait", exc_info=error)
    return fault


def _page(request: HttpRequest, status: int, template: str) -> HttpResponse:
    return render(request, template, status=status)
