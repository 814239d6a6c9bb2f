"""The page that verifies cards without a connection, its worker, and the keys it takes along.

The page is the same for everybody and holds nobody's name: a device keeps it. Its version is the
hash of all that it is made of, so a new one takes the old one's place whole, at the next visit
with a connection.
"""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from conamus.pages.views import ActorView
from federations.rules.roles import Permission
from membership.services.card_lists import offline_list

_STYLES = ("vendor/bootstrap-5.3.9.min.css", "tokens.css", "conamus.css", "rights.css")
#: In the order in which they run; the camera's comes last, once the form is there.
_SCRIPTS = (
    "card/base45.js", "card/inflate.js", "card/cbor.js", "card/verify.js", "card/page.js",
    "cards.js",
)  # fmt: skip
_DECODER, _ICON = "vendor/jsqr-1.4.0.min.js", "icon.svg"
_TOO_OLD = (
    "ce navigateur est trop ancien, ou n’a pas le droit de garder des pages : mettez-le à jour "
    "(Chrome 80, Firefox 78 ou Safari 14 au moins, hors navigation privée). En attendant, tapez le "
    "numéro de la carte dans « Vérifier les droits », ou appelez la mutuelle."
)


def offline_page() -> str:
    """Return the page: the same for everybody."""
    context = {
        "styles": [static(name) for name in _STYLES],
        "scripts": [static(name) for name in _SCRIPTS],
        "decoder": static(_DECODER),
        "keys_url": reverse("card_offline_keys"),
        "worker_url": reverse("card_offline_worker"),
        "check_url": reverse("card_verify"),
        "rights_url": reverse("rights_check"),
        "too_old": _TOO_OLD,
    }
    return render_to_string("membership/card_offline.html", context)


def kept_files() -> list[str]:
    """Return the addresses that the page is made of, itself left out."""
    return [static(name) for name in (*_STYLES, *_SCRIPTS, _DECODER, _ICON)]


class CardOffline(ActorView):
    """The page."""

    permission = Permission.CHECK_RIGHTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the page."""
        return HttpResponse(offline_page())


class CardOfflineWorker(ActorView):
    """The script that keeps the page: its address makes the page its whole scope."""

    permission = Permission.CHECK_RIGHTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer the script of the present version."""
        context: dict[str, Any] = {
            "page": reverse("card_offline"),
            "files": json.dumps(kept_files()),
        }
        made_of = offline_page() + render_to_string("membership/card_worker.js", context)
        context["version"] = hashlib.sha256(made_of.encode()).hexdigest()[:16]
        script = render_to_string("membership/card_worker.js", context)
        return HttpResponse(script, content_type="text/javascript")


class CardOfflineKeys(ActorView):
    """The keys, and the marks of revoked cards."""

    permission = Permission.CHECK_RIGHTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer them as they are today."""
        return JsonResponse(offline_list(actor=self.actor).to_json())
