"""The page that an invitation's link opens: choose a password, once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from conamus.kernel.errors import DomainError, NotFound
from federations.forms.people import PasswordForm
from federations.services.invitations import accept_invitation, open_invitation


@method_decorator(never_cache, name="dispatch")
class InvitationAccept(View):
    """Public: the secret in the link is the permission; it cannot be guessed."""

    def dispatch(self, request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        """Ask somebody who is signed in to sign out first."""
        if request.user.is_authenticated:
            return render(request, "federations/invitation_signed_in.html", status=409)
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotFound as error:
            context = {"message": error.message}
            return render(request, "federations/invitation_gone.html", context, status=404)

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the form."""
        return self._page(request, token, PasswordForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Set the password and lead to the sign-in."""
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._page(request, token, form, status=422)
        try:
            user = accept_invitation(
                token=token,
                password=form.cleaned_data["password"],
                request_id=getattr(request, "request_id", ""),
            )
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            return self._page(request, token, form, status=422)
        messages.success(
            request, f"Votre accès est ouvert. Connectez-vous avec l’identifiant {user.username}."
        )
        return redirect("account_login")

    def _page(
        self, request: HttpRequest, token: str, form: PasswordForm, status: int = 200
    ) -> HttpResponse:
        invitation = open_invitation(token)
        context = {
            "form": form,
            "invitation": invitation,
            "title": "Choisissez votre mot de passe",
            "submit_label": "Ouvrir mon accès",
        }
        return render(request, "federations/invitation_accept.html", context, status=status)
