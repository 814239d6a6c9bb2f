"""The errors a user can act on: what is wrong, at which field, said in French.

Services raise them, doors translate them (beside the field in a form, as a problem
document in the API, as a row of an import's error file).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class DomainError(Exception):
    """A refusal with its French sentence and, where there is one, the field at fault."""

    code = "invalid"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.code

    def each(self) -> tuple["DomainError", ...]:
        """Return the refusals that this one is made of: itself, unless it gathers several."""
        return (self,)


class Refusals(DomainError):
    """Several refusals told at once; its own sentence and field are the first one's."""

    def __init__(self, refusals: Sequence[DomainError]) -> None:
        first = refusals[0]
        super().__init__(first.message, field=first.field, code=first.code)
        self._each = tuple(refusals)

    def each(self) -> tuple[DomainError, ...]:
        """Return every refusal."""
        return self._each


class Gathering:
    """Asks several questions before refusing, so that a person hears all that is wrong.

    >>> gathering = Gathering()
    >>> for name in ("code", "name"):
    ...     with gathering.part():
    ...         raise DomainError("Trop long.", field=name)
    >>> [refusal.field for refusal in gathering.found]
    ['code', 'name']
    """

    def __init__(self) -> None:
        self.found: list[DomainError] = []

    @contextmanager
    def part(self) -> Iterator[None]:
        """Keep a refusal raised inside; what the actor may not do at all is told at once."""
        try:
            yield
        except NotAllowed:
            raise
        except DomainError as error:
            self.found.extend(error.each())

    def refuse(self) -> None:
        """Raise what was found; do nothing where there is nothing."""
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise Refusals(self.found)


class NotAllowed(DomainError):
    """The actor's role does not carry the permission."""

    code = "not-allowed"


class NotFound(DomainError):
    """Nothing of that name is within the actor's sight."""

    code = "not-found"


class Conflict(DomainError):
    """Somebody else changed the same thing first, or a key was used for another content."""

    code = "conflict"


class PeriodClosed(DomainError):
    """The month is closed for that unit: nothing dated in it can be written."""

    code = "period-closed"
