"""What every page's view starts from: a signed-in actor and one permission.

A view without a permission does not start: the class itself refuses to be made. The
permission is asked again by the service; here it keeps a page from being shown at all.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.generic import TemplateView, View

from conamus.pages.kept_forms import keep_form
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor

KEPT = (
    "Votre session s’est fermée. Ce que vous avez tapé n’est pas enregistré, mais gardé une "
    "heure : connectez-vous pour le retrouver."
)


class ActorView(View):
    """A page of a signed-in actor. ``permission`` None: every signed-in role may see it."""

    permission: ClassVar[Permission | None]
    actor: Actor

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a concrete view that forgot to say its permission."""
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "permission") and not cls.__dict__.get("abstract", False):
            raise TypeError(f"{cls.__module__}.{cls.__qualname__} names no permission")

    abstract: ClassVar[bool] = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send strangers to the sign-in, refuse those whose role may not."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor is None:
            return _ask_to_sign_in(request)
        self.actor = actor
        if self.permission is not None and not is_permitted(self.actor.role, self.permission):
            raise PermissionDenied(
                f"Votre rôle, {self.actor.role.label}, {self.permission.refused}."
            )
        response = super().dispatch(request, *args, **kwargs)
        # Nothing of the members is kept by a browser that several people share.
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ("HX-Request",))
        return response


def _ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead to the sign-in and back; what was typed is kept, and a part of a page is not filled."""
    if keep_form(request):
        messages.warning(request, KEPT)
    answer = redirect_to_login(request.get_full_path())
    if "HX-Request" not in request.headers:
        return answer
    shown = urlsplit(request.headers.get("HX-Current-URL", ""))
    page = urlunsplit(("", "", shown.path or request.path, shown.query, ""))
    return HttpResponse(headers={"HX-Redirect": redirect_to_login(page)["Location"]})


class ActorPage(ActorView, TemplateView):
    """A page made from a template; subclasses give ``template_name`` and ``page()``."""

    abstract = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what ``page()`` gives, under its own names."""
        return {**super().get_context_data(**kwargs), **self.page()}

    def page(self) -> dict[str, Any]:
        """Return the page's own context."""
        return {}


class WatchedPage(ActorPage):
    """A page that shows how far something is, asked again by itself until it is over."""

    abstract = True

    def is_under_way(self) -> bool:
        """Tell whether there is still something to watch."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; once there is nothing left to watch, the page that watches loads anew."""
        response = super().get(request, *args, **kwargs)
        if "HX-Request" in request.headers and not self.is_under_way():
            response["HX-Refresh"] = "true"
        return response
