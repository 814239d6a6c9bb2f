"""The sign-in forms, in the words of the invitation."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.mfa.base.forms import AuthenticateForm
from django.http import HttpRequest

from federations.services.password_resets import ask_for_reset
from federations.tenancy.door import shown_to_be


class SignInForm(LoginForm):
    """Name and password; who signs in is told by « identifiant » everywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Identifiant"
        self.fields["login"].widget.attrs.pop("placeholder", None)


class CodeForm(AuthenticateForm):
    """The second factor: who has given the password uses up a recovery code of their own."""

    def clean_code(self) -> str:
        """Check the code in the name of whom it opens for."""
        with shown_to_be(self.user):
            return super().clean_code()

    def save(self) -> None:
        """Note, in the same name, that the code was used."""
        with shown_to_be(self.user):
            super().save()


class ForgottenPasswordForm(ResetPasswordForm):
    """An address to send links to; whose it is, is not looked up here."""

    def clean_email(self) -> str:
        """Return the address as it was given."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Ask for the links, in the same time whether anybody has the address."""
        address: str = self.cleaned_data["email"]
        ask_for_reset(
            address=address,
            site_url=request.build_absolute_uri("/"),
            source=f"page:{get_adapter().get_client_ip(request)}",
            request_id=getattr(request, "request_id", ""),
        )
        return address
