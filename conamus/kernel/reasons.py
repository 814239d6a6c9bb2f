"""Why somebody undoes or overrides something: asked everywhere in the same words."""

from conamus.kernel.errors import DomainError

#: The room that most tables give a reason.
MOST_REASON = 300


def told_reason(
    text: str,
    *,
    field: str = "because",
    most: int = MOST_REASON,
    missing: str = "Dites pourquoi.",
) -> str:
    """Return a reason as it is kept, on one line; DomainError where none is given.

    >>> told_reason("  saisie   en double ")
    'saisie en double'
    >>> told_reason(" ")
    Traceback (most recent call last):
        ...
    conamus.kernel.errors.DomainError: Dites pourquoi.
    """
    reason = " ".join(text.split())
    if not reason:
        raise DomainError(missing, field=field)
    if len(reason) > most:
        raise DomainError(f"{most} caractères au plus.", field=field)
    return reason
