"""French names of what the history speaks of: tables, columns, values.

They come from the models (`verbose_name`, choices); what the models of libraries, and a few
technical columns of ours, do not name in French is named here, or by an application downstream
that knows (`name_rows`, `name_values`).
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db import models
from django.utils import timezone

from conamus.kernel.figures import MONTHS, format_date, format_francs
from federations.models import (
    ActivityParticipants,
    FacilityStanding,
    HistoryEvent,
    Invitation,
    NarrativePicture,
    PeriodLock,
    RoleAssignment,
    UnitZone,
)
from federations.rules.roles import Role
from federations.tenancy.declarations import declared_tables

NOTHING = "—"
_TABLES = {
    "mfa_authenticator": "second facteur",
    "account_emailaddress": "adresse de courriel",
}
_COLUMNS = {
    "review_id": "contrôle",
    "processing_id": "fédération traitante",
    "package_id": "paquet de prestations",
    "given_by_user_id": "accordé par (compte)",
    "entered_by_user_id": "saisie par (compte)",
    "claim_id": "attestation de soins",
    "agreement_id": "convention",
    "id": "numéro",
    "accepted_at": "acceptée le",
    "activity_id": "activité",
    "code": "code",
    "colline_id": "colline",
    "commune_id": "commune",
    "pages": "pages",
    "created_at": "créé le",
    "current_id": "commune actuelle",
    "email": "courriel",
    "facility_id": "formation sanitaire",
    "file_id": "fichier",
    "former_id": "ancienne commune",
    "former_method": "méthode de rattachement",
    "last_login": "dernière connexion",
    "parent_id": "fait partie de",
    "password": "mot de passe",
    "primary": "principale",
    "section_id": "texte du rapport",
    "source": "source",
    "tenant_id": "fédération",
    "token_hash": "empreinte du lien",
    "type": "type",
    "unit_id": "unité",
    "user_id": "personne",
    "verified": "vérifiée",
    "version": "version",
    "data": "secret",
    "last_used_at": "dernier usage",
    "batch_id": "tâche d’impression",
    "document_id": "document",
    "enrolment_id": "adhésion",
    "first_id": "première fiche",
    "household_id": "ménage",
    "key_id": "clé",
    "opened_household_id": "ménage ouvert à l’arrivée",
    "payment_id": "paiement",
    "phonetic_key": "clé phonétique",
    "photo_id": "photo",
    "recut_id": "redécoupage",
    "scale_id": "barème",
    "sealed_private_key": "clé privée",
    "second_id": "deuxième fiche",
    "statement_id": "relevé",
    "loaded_at": "données de départ en place le",
    "visit_id": "visite",
    "question_id": "question",
    "points": "points",
    "conclusion": "conclusion",
    "planned_by_user_id": "prévue par (compte)",
    "found_by_user_id": "constaté par (compte)",
    "recorded_by_user_id": "inscrit par (compte)",
    "brought_by_user_id": "apporté par (compte)",
    "first_stub": "première souche",
    "last_stub": "dernière souche",
    "sha256": "empreinte du fichier",
    "line_id": "ligne du relevé",
}
#: Where a change was made from, as the scopes of the doors write it.
_SOURCES = {
    "page": "navigateur",
    "tâche:take_on": "import",
    "commande:import_take_on": "import",
    "tâche:take_on_trial": "essai d’import",
    "tâche:annual_report": "tâche « rapport annuel »",
    "tâche:duplicates": "recherche des doublons",
    "tâche:card_batch": "impression de cartes",
    "SQL": "base de données",
}
_PAGE = "page:"
_CONSOLE = ("manage.py ", "commande ", "commande:")
_JOB = "tâche:"


def _month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def _since(day: date) -> str:
    """Say since when a facility is what a word tells; the first word tells of all days before."""
    return "début" if day == date.min else format_date(day)


#: Rows without a name of their own: what to read with them, and what to call them.
_NAMED_BY: dict[type[models.Model], tuple[tuple[str, ...], Callable[[Any], str]]] = {
    RoleAssignment: (("user",), lambda row: f"{row.user.full_name}, {row.get_role_display()}"),
    Invitation: (("user",), lambda row: row.user.full_name),
    PeriodLock: (("unit",), lambda row: f"{row.unit.name}, {_month(row.month)}"),
    UnitZone: (("unit", "commune"), lambda row: f"{row.unit.name}, {row.commune.name}"),
    NarrativePicture: ((), lambda row: row.caption),
    ActivityParticipants: ((), lambda row: row.label),
    FacilityStanding: (
        ("facility",),
        lambda row: f"{row.facility.name}, depuis le {_since(row.starts_on)}",
    ),
}
#: Values that neither choices nor a relation name: by table and column.
_VALUES: dict[tuple[str, str], Callable[[str], str]] = {
    (FacilityStanding._meta.db_table, "starts_on"): lambda day: _since(date.fromisoformat(day)),
}
#: Folds and the like: they follow from other columns, nobody wrote them.
_SILENT = frozenset({"sort_key", "search_key", "given_key", "version"})


def name_rows(model: type[models.Model], called: Callable[[Any], str]) -> None:
    """Have a model's rows called as an application downstream knows them."""
    _NAMED_BY[model] = (), called


def name_values(model: type[models.Model], column: str, called: Callable[[str], str]) -> None:
    """Have a column's values called as an application downstream knows them."""
    _VALUES[model._meta.db_table, column] = called


@cache
def _models() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models()}


def model_of(table: str) -> type[models.Model] | None:
    """Return the model of a table that the history knows."""
    declared = declared_tables().get(table)
    return _models().get(table) if declared and declared.history else None


def table_label(table: str) -> str:
    """Return what a row of the table is called."""
    if table in _TABLES:
        return _TABLES[table]
    model = model_of(table)
    return str(model._meta.verbose_name) if model else table


def has_name(model: type[models.Model]) -> bool:
    """Tell whether the model's rows have a name that a person knows."""
    return model in _NAMED_BY or model.__str__ is not models.Model.__str__


def name_needs(model: type[models.Model]) -> tuple[str, ...]:
    """Return the relations that a row's name is made of."""
    return _NAMED_BY[model][0] if model in _NAMED_BY else ()


def name_of(thing: models.Model) -> str:
    """Return what a person calls the row."""
    model = type(thing)
    return _NAMED_BY[model][1](thing) if model in _NAMED_BY else str(thing)


def table_choices() -> list[tuple[str, str]]:
    """Return the tables that have a history, by their French names."""
    tables = (name for name, table in declared_tables().items() if table.history)
    known = [(name, table_label(name)) for name in tables if model_of(name)]
    return sorted(known, key=lambda pair: pair[1])


def column_label(table: str, column: str) -> str:
    """Return what a column is called."""
    field = _field(table, column)
    if field is not None and is_named(field):
        return str(field.verbose_name)
    return _COLUMNS.get(column, column.replace("_", " "))


def is_named(field: models.Field) -> bool:
    """Tell whether the model itself names the field, rather than Django from its code."""
    ours = field.model.__module__.split(".")[0] not in ("allauth",)
    return ours and str(field.verbose_name) not in (field.name.replace("_", " "), "ID")


def unnamed_columns() -> list[str]:
    """Return the columns with a history that nobody has named in French."""
    return [
        f"{table}.{field.column}"
        for table, _ in table_choices()
        for field in _models()[table]._meta.concrete_fields
        if not is_named(field) and field.column not in (*_COLUMNS, *_SILENT)
    ]


def shown_columns(columns: Iterable[str]) -> list[str]:
    """Leave out what follows from other columns."""
    return [column for column in columns if column not in _SILENT]


def rank_of(table: str, column: str) -> tuple[int, str]:
    """Return where a column stands in its table."""
    model = model_of(table)
    order = [field.column for field in model._meta.concrete_fields] if model else []
    return (order.index(column) if column in order else len(order), column)


def role_label(role: str | None) -> str:
    """Return the role's French name, or nothing."""
    return Role(role).label if role in set(Role) else role or ""


def operation_label(event: HistoryEvent) -> str:
    """Return what was done, in a noun."""
    return HistoryEvent.Operation(event.operation).label


def source_label(source: str | None) -> str:
    """Return where a change was made from, in words.

    >>> source_label("page"), source_label("manage.py load_places"), source_label("tâche:tri")
    ('navigateur', 'console', 'tâche « tri »')
    >>> source_label("page:197.157.1.2")
    'navigateur, 197.157.1.2'
    """
    if not source or source in _SOURCES:
        return _SOURCES.get(source or "", "")
    if source.startswith(_PAGE):
        return f"{_SOURCES['page']}, {source.removeprefix(_PAGE)}"
    if source.startswith(_JOB):
        return f"tâche « {source.removeprefix(_JOB)} »"
    return "console" if source.startswith(_CONSOLE) else source


def value_label(table: str, column: str, value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None or value == "":
        return NOTHING
    if (table, column) in _VALUES:
        return _VALUES[table, column](value)
    field = _field(table, column)
    if field is None:
        return str(value)
    if field.is_relation:
        return _related(field, value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(field, value)


def _field(table: str, column: str) -> models.Field | None:
    model = model_of(table)
    fields = model._meta.concrete_fields if model else ()
    return next((field for field in fields if field.column == column), None)


def _related(field: models.Field, value: Any) -> str:
    """Name the row that is pointed at, where the actor may still read it."""
    model = cast("type[models.Model]", field.related_model)
    found = model._base_manager.filter(pk=value).first() if has_name(model) else None
    return name_of(found) if found else f"n° {value}"


def _plain(field: models.Field, value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(field, models.DateTimeField):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%d/%m/%Y %H:%M}"
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value))
    if (field.column or "").endswith("_francs"):
        return format_francs(value)
    return str(value)
