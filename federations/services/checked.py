"""Saving a row whose own rules (fields, constraints) answer as refusals a user can read."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from conamus.kernel.errors import Conflict, DomainError
from conamus.kernel.text import search_key, sort_key
from federations.models.tenant import Named

_TOO_LATE = "Quelqu’un vient d’enregistrer la même chose ; rechargez la page."


def save_checked(row: models.Model, *, conflict_field: str | None = None) -> None:
    """Save ``row``; raise DomainError, at its field, for what the model refuses.

    ``conflict_field`` is the field beside which a broken constraint of the whole row
    (a name or code taken) is told.
    """
    if isinstance(row, Named):
        row.sort_key, row.search_key = sort_key(row.name), search_key(row.name)
    try:
        row.full_clean()
        with transaction.atomic():
            row.save()
    except ValidationError as error:
        raise _first_refusal(error, conflict_field) from error
    except IntegrityError as error:
        raise Conflict(_TOO_LATE, field=conflict_field) from error


def _first_refusal(error: ValidationError, conflict_field: str | None) -> DomainError:
    field, messages = next(iter(error.message_dict.items()))
    hidden = field in (NON_FIELD_ERRORS, "sort_key", "search_key")
    return DomainError(str(messages[0]), field=conflict_field if hidden else field)
