"""Who I am and what I look at: a person without a role, the choice of role and of year."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from conamus.pages.views import ActorView
from conamus.pages.years import keep_year
from federations.tenancy.middleware import ASSIGNMENT_KEY


@require_safe
@never_cache
@login_required
def no_role(request: HttpRequest) -> HttpResponse:
    """Tell a signed-in person that no role is open to them, and whom to ask."""
    if getattr(request, "actor", None) is not None:
        return redirect("home")
    return render(request, "account/no_role.html", status=200)


@require_POST
@login_required
def choose_role(request: HttpRequest) -> HttpResponse:
    """Act in another of one's own roles from now on; another's is ignored."""
    chosen = request.POST.get("assignment", "")
    own = {str(assignment.pk): assignment for assignment in getattr(request, "assignments", [])}
    if chosen in own:
        request.session[ASSIGNMENT_KEY] = own[chosen].pk
    return redirect("home")


class ChooseYear(ActorView):
    """Look at another year, on the page one was on."""

    permission = None
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the year in the session and go back."""
        if not keep_year(request, request.POST.get("year", "")):
            messages.error(request, "Cette année n’est pas disponible.")
        return HttpResponseRedirect(_safe_return(request))


def _safe_return(request: HttpRequest) -> str:
    """Return the page to go back to, never another site's."""
    wanted = request.POST.get("next", "")
    own_site = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return _without_year(wanted) if own_site else "/"


def _without_year(address: str) -> str:
    """Return the address without the year that it names: the one just chosen is to be seen."""
    parts = urlsplit(address)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in ("year", "annee", "page")
    ]
    return urlunsplit(parts._replace(query=urlencode(kept)))
