"""Fields of the registers' forms."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.pages.widgets import DayInput
from federations.models import Unit
from federations.rules.amounts import parse_francs
from federations.rules.units import closing_told
from federations.services import sheets
from federations.services.papers import PDF_TYPE, paper_limits, paper_too_heavy
from federations.services.pictures import PICTURE_TYPES, too_heavy


def offer_rows(form: forms.Form, name: str, rows: QuerySet) -> None:
    """Give a field the rows to choose from."""
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type's sake
    field.queryset = rows


def offer_choices(form: forms.Form, name: str, choices: Any) -> None:
    """Give a field the words to choose from."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type's sake
    field.choices = choices


class FrancsField(forms.Field):
    """An amount in whole francs, as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "40"})
        super().__init__(widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Return the amount, or None where nothing was typed."""
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_francs(text, field="")
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        """Show an amount with its thousands apart."""
        return format_integer(value) if isinstance(value, int) else value


class DayField(forms.DateField):
    """A day, with the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput())
        super().__init__(**kwargs)


class PhotoField(forms.FileField):
    """A photo as a telephone takes it; one that is heavier is told before it is sent, or read."""

    types: tuple[str, ...] = tuple(PICTURE_TYPES.values())

    def __init__(self, *, more_help: str = "", **kwargs: Any) -> None:
        attrs = {
            "accept": ",".join(self.types),
            "data-most-bytes": str(settings.PICTURE_MAX_BYTES),
            "data-too-heavy": self.too_heavy(),
        }
        kwargs.setdefault("help_text", f"{self.limits()} {more_help}".strip())
        super().__init__(widget=forms.FileInput(attrs=attrs), **kwargs)

    def limits(self) -> str:
        """Return what may be sent."""
        return f"JPEG, PNG ou WebP, {settings.PICTURE_MAX_BYTES // 1024 // 1024} Mo au plus."

    def too_heavy(self) -> str:
        """Return what is said of a file that weighs too much."""
        return too_heavy()

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse, unread, what weighs too much."""
        upload: UploadedFile | None = super().clean(data, initial)
        if upload and upload.size and upload.size > settings.PICTURE_MAX_BYTES:
            raise forms.ValidationError(self.too_heavy())
        return upload


class PaperField(PhotoField):
    """A paper, photographed or as PDF."""

    types = (*PhotoField.types, PDF_TYPE)

    def limits(self) -> str:
        """Return what may be sent."""
        return paper_limits()

    def too_heavy(self) -> str:
        """Return what is said of a file that weighs too much."""
        return paper_too_heavy()


class SheetField(forms.FileField):
    """A table to bring in: a spreadsheet or CSV."""

    def __init__(self, *, accept: str = ".xlsx,.ods,.csv", **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Refuse, unread, what weighs too much."""
        upload: UploadedFile | None = super().clean(data, initial)
        if upload and upload.size and upload.size > sheets.MOST_BYTES:
            raise forms.ValidationError(sheets.TOO_HEAVY)
        return upload


class UnitField(forms.ModelChoiceField):
    """A unit of the actor's reach, named with what it is."""

    def label_from_instance(self, unit: Unit) -> str:
        """Return the name, and that it is closed, or will be, where it is so."""
        if unit.valid_to is None:
            return unit.name
        return f"{unit.name} ({closing_told(unit.valid_to, clock.today())})"
