"""Open the scope of a request: one transaction, around the whole answer.

After authentication: who signs in is read outside the wall. The transaction is rolled
back on every answer from 400 up, so that nothing is half-written; a refused attempt is
noted in a transaction of its own. Account pages (sign-in, MFA, sessions) change identity
tables only and keep the application's own role; who is at the door, in no role yet, is
named for the history (door.py).
"""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from conamus import clock
from federations.models import Refusal, RoleAssignment, User
from federations.selectors.assignments import actor_of, assignments_read
from federations.tenancy.actor import Actor
from federations.tenancy.door import open_door
from federations.tenancy.scope import open_identity_scope, open_scope

#: Where the session keeps which of a user's roles is in use.
ASSIGNMENT_KEY = "role_assignment"
ACCOUNT_PREFIX = "/compte/"


class ActorRequest(HttpRequest):
    """A request as it stands after this middleware; ``actor`` None: nobody has signed in."""

    user: User
    request_id: str
    actor: Actor | None
    assignments: list[RoleAssignment]


class ScopeMiddleware:
    """Give each signed-in request its actor and its scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        """Answer within the actor's scope, or without one where nobody is signed in."""
        request.actor = None
        if not request.user.is_authenticated:
            return self._at_the_door(request, None)
        request.assignments = assignments_read(request.user, on_date=clock.today())
        request.actor = self._actor(request)
        if request.actor is None:
            return self._without_role(request)
        if request.path.startswith(ACCOUNT_PREFIX):
            return self._scoped(request, request.actor, open_identity_scope)
        if self._must_activate_mfa(request.user, request.actor):
            return redirect(reverse("mfa_activate_totp"))
        return self._scoped(request, request.actor, open_scope)

    def _actor(self, request: ActorRequest) -> Actor | None:
        chosen = request.session.get(ASSIGNMENT_KEY)
        by_id = {assignment.pk: assignment for assignment in request.assignments}
        assignment = by_id.get(chosen or 0) or next(iter(request.assignments), None)
        return actor_of(assignment) if assignment else None

    def _without_role(self, request: ActorRequest) -> HttpResponse:
        if request.path.startswith(ACCOUNT_PREFIX):
            return self._at_the_door(request, request.user)
        return redirect(reverse("no_role"))

    def _at_the_door(self, request: ActorRequest, person: User | None) -> HttpResponse:
        """Answer who acts in no role: what they change of their account bears their name."""
        if request.path.startswith(ACCOUNT_PREFIX):
            _require_database()
        with open_door(person, source=_source(request), request_id=request.request_id):
            return self.get_response(request)

    def _must_activate_mfa(self, user: User, actor: Actor) -> bool:
        if actor.role not in settings.MFA_REQUIRED_ROLES:
            return False
        totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
        return not totp.exists()

    def _scoped(self, request: ActorRequest, actor: Actor, opener: Callable) -> HttpResponse:
        told = {"source": _source(request), "request_id": request.request_id}
        with opener(actor, **told, is_page=True):
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        # Pages name people: no cache may keep one, nor "back" show one after signing out.
        patch_cache_control(response, private=True, no_store=True)
        if response.status_code == 403:
            note_refusal(request, actor, reason=getattr(response, "refusal", "accès refusé"))
        return response


def _require_database() -> None:
    """Raise OperationalError where there is none: no form is shown that cannot be sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _source(request: HttpRequest) -> str:
    """From where: a page, and the address behind the trusted proxies."""
    return f"page:{get_adapter().get_client_ip(request)}"


def note_refusal(request: ActorRequest, actor: Actor, *, reason: str) -> None:
    """Keep a refused attempt, apart from what was rolled back."""
    Refusal.objects.create(
        tenant_id=actor.tenant_id,
        user=request.user,
        actor_name=actor.name,
        role=actor.role,
        method=request.method or "",
        path=request.path[:200],
        reason=reason[:200],
        request_id=request.request_id,
    )
