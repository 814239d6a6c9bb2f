"""The sign-in forms, in the words of the invitation."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm

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
