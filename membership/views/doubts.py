"""Forms on people where something may be doubtful: told before writing, saved once confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from conamus.kernel.errors import DomainError, Gathering, NotFound
from conamus.pages.forms import FormPage
from membership.services.households import PossibleDuplicates

_BIRTH_FIELDS = ("birth_date", "birth_year")


def _told_in_form(error: DomainError) -> DomainError:
    """Return the service's refusals at the fields of a person's form."""
    gathering = Gathering()
    gathering.found = [
        DomainError(
            one.message,
            field="birth" if _bare(one.field) in _BIRTH_FIELDS else _bare(one.field),
            code=one.code,
        )
        for one in error.each()
    ]
    try:
        gathering.refuse()
    except DomainError as gathered:
        return gathered
    return error


@contextmanager
def _refusals_at_fields() -> Iterator[None]:
    """Bring what a service refuses to the fields of the form; what is not there stays so."""
    try:
        yield
    except NotFound:
        raise
    except DomainError as error:
        raise _told_in_form(error) from error


def _bare(field: str | None) -> str | None:
    """The rules number the people of a household: the form has one."""
    return field.rsplit("-", 1)[-1] if field else None


class DoubtsPage(FormPage):
    """A form that tells who may be known already and what is unusual, and asks to confirm it."""

    abstract = True
    template_name = "membership/person_add.html"
    doubts: PossibleDuplicates | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether who writes has looked at what was told."""
        return "confirm" in self.request.POST

    @contextmanager
    def told(self) -> Iterator[None]:
        """Keep what is to be confirmed, and bring refusals to the fields of the form."""
        with _refusals_at_fields():
            try:
                yield
            except PossibleDuplicates as error:
                self.doubts = error
                raise

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who may be known already, and what is unusual."""
        return super().get_context_data(
            likenesses=self.doubts.found if self.doubts else (),
            warnings=self.doubts.warnings if self.doubts else (),
            **kwargs,
        )
