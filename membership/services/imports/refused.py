"""What is said of a file that cannot be read, at the field where it was given."""

from conamus.kernel.errors import DomainError

UNREADABLE = "Ce fichier n’est pas un tableau lisible : donnez un CSV, un XLSX ou un ODS."


def refusal(message: str, field: str = "file") -> DomainError:
    """Return the error of a file that cannot be read."""
    return DomainError(message, field=field)
