"""What was typed in a form whose sender is signed in no more: kept, and given back once.

A form says, signed, who opened it and in which role. Sent after the session has ended, its
fields are kept in the browser's new session for an hour; signed in again, the same person
in the same role finds the form as it was typed, and nothing is saved before they send it
themselves. Somebody else who signs in there never sees it. Files and passwords are not kept.
"""

import time
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

from federations.tenancy.actor import Actor

#: The hidden field that says who opened the form.
FIELD = "opened_by"
SESSION_KEY = "kept_form"
KEPT_SECONDS = 3600
#: A form left open over a long week-end is still its person's.
OPEN_SECONDS = 4 * 24 * 3600
#: As it travels; the longest text of a report is about sixty thousand letters.
MOST_CHARACTERS = 300_000
_SALT = "conamus.kept-form"
#: What a field's name holds, where the field is not kept.
_NOT_KEPT = ("csrfmiddlewaretoken", "password")


def opened_by(actor: Actor) -> str:
    """Return the signed word of who opens a form, in which role."""
    return signing.dumps(_whose(actor), salt=_SALT)


def keep_form(request: HttpRequest, *, only_of: Actor | None = None) -> bool:
    """Keep what was sent, where somebody of ours had opened the form; tell whether it is kept.

    With ``only_of``, another's form is left alone.
    """
    if request.method != "POST":
        return False
    whose = _opener(request.POST.get(FIELD, ""))
    typed = request.POST.copy()
    for name in list(typed):
        if any(word in name.lower() for word in _NOT_KEPT):
            del typed[name]
    text = typed.urlencode()
    if whose is None or len(text) > MOST_CHARACTERS:
        return False
    if only_of is not None and whose != _whose(only_of):
        return False
    request.session[SESSION_KEY] = {
        "whose": whose,
        "path": request.path,
        "typed": text,
        "until": int(time.time()) + KEPT_SECONDS,
    }
    return True


def take_form(request: HttpRequest, actor: Actor) -> QueryDict | None:
    """Give back, once, what this person typed in this page's form; None where nothing is kept."""
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if kept is None:
        return None
    is_theirs = kept["whose"]["user"] == actor.user_id
    if not is_theirs or kept["until"] < time.time():
        del request.session[SESSION_KEY]
        return None
    if kept["path"] != request.path or kept["whose"] != _whose(actor):
        return None
    del request.session[SESSION_KEY]
    return QueryDict(kept["typed"])


def forget_form_of_others(request: HttpRequest, user_id: int) -> None:
    """Drop what somebody else had typed in this browser."""
    kept = request.session.get(SESSION_KEY)
    if kept is not None and kept["whose"]["user"] != user_id:
        del request.session[SESSION_KEY]


def _whose(actor: Actor) -> dict[str, Any]:
    return {"user": actor.user_id, "tenant": actor.tenant_id, "role": actor.role.value}


def _opener(word: str) -> dict[str, Any] | None:
    try:
        return signing.loads(word, salt=_SALT, max_age=OPEN_SECONDS)
    except signing.BadSignature:
        return None
