"""Saving a row whose own rules (fields, constraints) answer as refusals a user can read."""

from collections.abc import Iterable, Iterator, Mapping

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from conamus.kernel.errors import Conflict, DomainError, Gathering
from conamus.kernel.text import has_unseen_characters, search_key, sort_key
from federations.models.tenant import Named
from federations.rules.problems import Problem, refuse_problems

_UNSEEN = "Ce texte contient un caractère invisible : tapez-le de nouveau."
_TOO_LATE = "Quelqu’un vient d’enregistrer la même chose ; rechargez la page."


def save_checked(
    row: models.Model,
    *,
    conflict_field: str | None = None,
    gathered: Gathering | None = None,
    changed: Iterable[str] | None = None,
) -> None:
    """Save ``row``; raise DomainError, at its field, for what the model refuses.

    ``conflict_field`` is the field beside which a broken constraint of the whole row
    (a name or code taken) is told. What ``gathered`` has found already is told with it,
    and not a second time. ``changed`` names the fields to write where the others never change.
    """
    gathering = gathered or Gathering()
    if isinstance(row, Named):
        row.sort_key, row.search_key = sort_key(row.name), search_key(row.name)
        with gathering.part():
            _require_findable(row)
    with gathering.part():
        refuse_problems(_unseen_problems(row))
    try:
        row.full_clean()
    except ValidationError as error:
        told = {refusal.field for refusal in gathering.found}
        found = _refusals(error, conflict_field)
        gathering.found.extend(refusal for refusal in found if refusal.field not in told)
    gathering.refuse()
    try:
        with transaction.atomic():
            row.save(update_fields=changed)
    except IntegrityError as error:
        raise Conflict(_TOO_LATE, field=conflict_field) from error


def _require_findable(row: Named) -> None:
    """Raise for a name of signs only, which no search would find; none at all is told as such."""
    if row.name.strip() and not row.search_key:
        raise DomainError(
            "Donnez un nom qui a au moins une lettre (de a à z) ou un chiffre.", field="name"
        )


def _unseen_problems(row: models.Model) -> list[Problem]:
    """Return the texts that hold what nobody sees: two names that look the same would be two.

    Pages and sheets take it away as they read (kernel.text); what comes another way is refused.
    """
    return [
        Problem(field.name, _UNSEEN)
        for field in row._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and has_unseen_characters(str(getattr(row, field.attname) or ""))
    ]


def text_problems(model: type[models.Model], texts: Mapping[str, str]) -> list[Problem]:
    """Return what the text fields of ``model`` refuse of the texts of their names."""
    problems = []
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField)
        if is_text and (text := texts.get(field.name)):
            try:
                field.clean(text, None)
            except ValidationError as error:
                problems.append(Problem(field.name, str(error.messages[0])))
    return problems


def _refusals(error: ValidationError, conflict_field: str | None) -> Iterator[DomainError]:
    for name, messages in error.message_dict.items():
        hidden = name in (NON_FIELD_ERRORS, "sort_key", "search_key")
        yield DomainError(str(messages[0]), field=conflict_field if hidden else name)
