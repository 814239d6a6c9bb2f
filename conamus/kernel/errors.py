"""The errors a user can act on: what is wrong, at which field, said in French.

Services raise them, doors translate them (beside the field in a form, as a problem
document in the API, as a row of an import's error file).
"""


class DomainError(Exception):
    """A refusal with its French sentence and, where there is one, the field at fault."""

    code = "invalid"

    def __init__(self, message: str, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.code


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
