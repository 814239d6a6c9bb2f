"""What we add to the sign-in library: closed registration, roles, encrypted secrets."""

import time
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from conamus import clock
from conamus.pages.kept_forms import forget_form_of_others
from federations.models import User
from federations.rules.sign_in import wait_told
from federations.selectors.assignments import user_with_assignments
from federations.sign_in_limits import Counts, count_guess, counts_of, forgive
from federations.tenancy.door import shown_to_be, told_as

#: Where a session keeps when its activity was last noted.
ACTIVITY_KEY = "activity_noted_at"
TOO_MANY = "Trop d’essais avec un mauvais mot de passe. Réessayez dans {wait}."


class ActiveRoleBackend(AuthenticationBackend):
    """Sign-in with a password, for active users."""

    def user_can_authenticate(self, user: User) -> bool:
        """Refuse deactivated users."""
        return user.is_active

    def get_user(self, user_id: int) -> User | None:
        """Return who a session is of, with the roles of today: each page asks for both."""
        user = user_with_assignments(user_id, on_date=clock.today())
        return user if user is not None and self.user_can_authenticate(user) else None

    def _check_password(self, user: User | None, password: str) -> User | None:
        """Name who signs in: an old password's hash is renewed once it is known."""
        if user is None:
            return super()._check_password(user, password)
        with shown_to_be(user):
            return super()._check_password(user, password)


class SessionActivityMiddleware:
    """Note where a session was last used, every few minutes rather than at each request."""

    EVERY_SECONDS = 300

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the activity when the last note is old; answer."""
        if request.session.session_key and request.user.is_authenticated:
            now = int(time.time())
            if now - request.session.get(ACTIVITY_KEY, 0) >= self.EVERY_SECONDS:
                request.session[ACTIVITY_KEY] = now
                with told_as(request.user.pk):
                    UserSession.objects.create_from_request(request)
        return self.get_response(request)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Nobody registers alone: a manager invites."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "Identifiant ou mot de passe incorrect.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the guess; refuse it while the wait that earlier ones ask for lasts."""
        wait = count_guess(self._counts(request, credentials["username"]))
        if wait:
            raise ValidationError(TOO_MANY.format(wait=wait_told(wait)), code="too_many")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Sign in; a right password takes the count of wrong ones back."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            forgive(self._counts(request, credentials["username"]))
        return user

    def _counts(self, request: HttpRequest, username: str) -> Counts:
        return counts_of(username, self.get_client_ip(request))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the registration page closed."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """Set a password; whoever holds the mailed link, or the old one, is the person."""
        with shown_to_be(user):
            user.set_password(password)
            user.save(update_fields=["password"])
        forgive(self._counts(self.request, user.username))

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; the library notes the new session, so its activity is noted too."""
        with shown_to_be(user):
            super().login(request, user)
        forget_form_of_others(request, user.pk)
        request.session[ACTIVITY_KEY] = int(time.time())

    def post_login(self, request: HttpRequest, user: User, **told: Any) -> HttpResponse:
        """Have the library put the new session on the person's list, in the person's name."""
        with shown_to_be(user):
            return super().post_login(request, user, **told)


class EncryptedMFAAdapter(DefaultMFAAdapter):
    """Keep TOTP secrets and recovery seeds encrypted with the environment's FIELD_KEY."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret before it is stored."""
        return Fernet(settings.FIELD_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret."""
        return Fernet(settings.FIELD_KEY).decrypt(encrypted_text.encode()).decode()
