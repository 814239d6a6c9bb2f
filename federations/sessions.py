"""Sessions of which the database holds too little to be taken over.

The cookie is the session's key and a signature made with SECRET_KEY: whoever reads the keys
in the table (a copy of it, a statement slipped into a query) can send none. What a session
holds is signed together with its key: copied into another row, it opens nothing.
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from federations.tenancy.door import told_as

_SALT = "conamus.session"


class SessionStore(DatabaseStore):
    """A session found by its key, or by what the cookie says."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(opened(session_key) if session_key and ":" in session_key else session_key)

    def save(self, must_create: bool = False) -> None:
        """Keep it, as its person's doing: nobody else may."""
        with told_as(self._person()):
            super().save(must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        """End it, as its person's doing: nobody else may, but who manages people."""
        with told_as(self._person()):
            super().delete(session_key)

    def flush(self) -> None:
        """Forget what it holds and end it: what it holds says whose it was."""
        with told_as(self._person()):
            self.clear()
            super().delete()
        self._session_key = None

    def _person(self) -> int | None:
        """Return whose it is, by what was read of it: a new one has nothing to be read."""
        found = getattr(self, "_session_cache", {}).get(SESSION_KEY)
        return None if found is None else int(found)

    @property
    def key_salt(self) -> str:
        """Tie what the session holds to its key."""
        return f"{_SALT}.{self.session_key}"


class SealedSessionMiddleware(SessionMiddleware):
    """Take no session key that is not signed, and sign what is sent."""

    def process_request(self, request: HttpRequest) -> None:
        """Open the session that the cookie proves; else a new one."""
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        request.session = SessionStore(opened(cookie))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Sign the key in the cookie that the library sets."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            value = sealed(cookie.value)
            cookie.set(cookie.key, value, value)
        return response


def sealed(session_key: str) -> str:
    """Return the cookie of a session."""
    return Signer(salt=_SALT).sign(session_key)


def opened(cookie: str) -> str | None:
    """Return the session key of a cookie; None where the signature is not ours."""
    try:
        return Signer(salt=_SALT).unsign(cookie)
    except BadSignature:
        return None
