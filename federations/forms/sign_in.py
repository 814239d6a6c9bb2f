"""The sign-in form, in the words of the invitation."""

from typing import Any

from allauth.account.forms import LoginForm


class SignInForm(LoginForm):
    """Name and password; who signs in is told by « identifiant » everywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Identifiant"
        self.fields["login"].widget.attrs.pop("placeholder", None)
