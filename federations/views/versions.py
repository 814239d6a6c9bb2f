"""A page that changes what somebody has read: a second writer is told, and loses nothing."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse

from conamus.pages.forms import FormPage
from federations.services.versions import ChangedMeanwhile

_NO_VERSION = "Rouvrez ce formulaire : il ne dit pas quelle version vous avez lue."


class VersionedPage(FormPage):
    """Its form is a VersionedForm, which begins at the version that is shown."""

    abstract = True
    #: What somebody else saved in the meantime.
    other: Any = None

    def change(self, data: dict[str, Any], version: Any) -> Any:
        """Call the service."""
        raise NotImplementedError

    def facts_of(self, thing: Any) -> list[tuple[str, Any]]:
        """Return what the form asks for, for who compares it with what they typed."""
        raise NotImplementedError

    def version_of(self, thing: Any) -> Any:
        """Return the version of what is there."""
        return thing.version

    def get_form(self, form_class: Any = None) -> Any:
        """Ask for the version: a correction of what nobody has read is none."""
        form = super().get_form(form_class)
        version = form.fields["version"]
        version.required, version.error_messages["required"] = True, _NO_VERSION
        return form

    def save(self, data: dict[str, Any]) -> Any:
        """Change it, and keep what another has saved to show it."""
        try:
            return self.change(data, data["version"])
        except ChangedMeanwhile as error:
            self.other = error.current
            raise

    def form_invalid(self, form: Form) -> HttpResponse:
        """Let the next saving count as made after the other's."""
        if self.other is not None:
            self.form.follow(self.version_of(self.other))
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show what the other saved."""
        told = self.facts_of(self.other) if self.other else []
        return super().get_context_data(other_facts=told, **kwargs)
