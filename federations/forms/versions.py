"""Forms that carry the version of what they change, so that a second writer is told."""

from copy import copy
from typing import Any

from django import forms

from conamus.pages.forms import ServiceForm


class VersionedForm(ServiceForm):
    """A form of what counts its savings."""

    version: forms.Field = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def follow(self, version: int | str) -> None:
        """Let the next saving of what was typed count as made after ``version``."""
        # A copy may be written to, and keeps the several values of one name.
        typed: Any = copy(self.data)
        typed["version"] = str(version)
        self.data = typed


class ReadForm(VersionedForm):
    """A form of what is known by what was read of it (services/versions.py)."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
