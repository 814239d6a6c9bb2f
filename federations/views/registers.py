"""What the pages of the registers, activities and expenses, have in common.

A list of one year at a time, a form whose facts are made once it is valid, a correction
and a removal that tell a second writer and lose nothing of theirs.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse

from conamus.kernel.figures import format_integer
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from conamus.pages.years import chosen_year
from federations.forms.versions import VersionedForm
from federations.views.confirm import ConfirmPage
from federations.views.versions import VersionedPage


class RegisterList(ListPage):
    """A register, a year at a time; subclasses give ``sum_up()``."""

    abstract = True
    wider_label = "Voir toutes les années"
    #: The year that is shown; None: all of them.
    year: int | None

    def sum_up(self, rows: QuerySet) -> str:
        """Say what the shown rows add up to."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep what the filters let through, to sum it up."""
        self.year, self.found = kwargs["filters"].year, kwargs["filters"].qs
        return super().get_context_data(**kwargs)

    def state(self, count: int) -> str:
        """Say which years are shown, and what their rows add up to."""
        if not count:
            return ""
        years = f"En {self.year}" if self.year else "Toutes années ensemble"
        told = f"{years}\u00a0: {self.sum_up(self.found)}"
        in_use = chosen_year(self.request)
        is_by_itself = "year" not in self.request.GET and self.year != in_use
        return f"Rien n’est encore inscrit pour {in_use}. {told}" if is_by_itself else told

    def empty_sentence(self) -> str:
        """Name the year that is looked at: another may hold something."""
        return f"Rien n’est inscrit pour {self.year}." if self.year else self.empty_text

    def wider_url(self) -> str:
        """Offer all years where one alone is looked at."""
        return f"{self.request.path}?year=" if self.year else ""


class RegisterFormPage(FormPage):
    """What recording and correcting have in common."""

    abstract = True
    list_url_name: ClassVar[str]
    detail_url_name: ClassVar[str]

    def done_url(self, made: Any) -> str:
        """Show what was written."""
        return reverse(self.detail_url_name, args=[made.pk])

    def cancel_url(self) -> str:
        """Go back to the thing of the address, or to the register."""
        if self.kwargs:
            return reverse(self.detail_url_name, kwargs=self.kwargs)
        return reverse(self.list_url_name)


class RegisterRemovePage(VersionedPage, ConfirmPage):
    """Take out what was read; subclasses say what goes, and do it."""

    abstract = True
    form_class = VersionedForm
    is_dangerous = True
    list_url_name: ClassVar[str]
    detail_url_name: ClassVar[str]

    def done_url(self, made: None) -> str:
        """Go back to the register."""
        return reverse(self.list_url_name)

    def cancel_url(self) -> str:
        """Go back to the thing."""
        return reverse(self.detail_url_name, kwargs=self.kwargs)


def counted(count: int, word: str) -> str:
    """Return a number with its noun: « 1 activité », « 12 activités »."""
    return f"{format_integer(count)} {word}s" if count > 1 else f"{format_integer(count)} {word}"
