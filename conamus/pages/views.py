"""What every page's view starts from: a signed-in actor and one permission.

A view without a permission does not start: the class itself refuses to be made. The
permission is asked again by the service; here it keeps a page from being shown at all.
"""

from typing import Any, ClassVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.generic import TemplateView, View

from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor


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
            return redirect_to_login(request.get_full_path())
        self.actor = actor
        if self.permission is not None and not is_permitted(self.actor.role, self.permission):
            raise PermissionDenied(
                f"Votre rôle, {self.actor.role.label}, ne permet pas de {self.permission.label}."
            )
        response = super().dispatch(request, *args, **kwargs)
        # Nothing of the members is kept by a browser that several people share.
        patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ("HX-Request",))
        return response


class ActorPage(ActorView, TemplateView):
    """A page made from a template; subclasses give ``template_name`` and ``page()``."""

    abstract = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what ``page()`` gives, under its own names."""
        return {**super().get_context_data(**kwargs), **self.page()}

    def page(self) -> dict[str, Any]:
        """Return the page's own context."""
        return {}
