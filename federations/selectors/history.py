"""Reads of the history: pages of events by key, and one event told field by field.

A tenant's history is its own. Of a row of a shared register everybody who reads history is told
all the changes, whoever made them, by a narrow function (federations/sql/shared_row_history.sql).

An event of a creation keeps no copy; what was created is the row as it is now (or was when
deleted), rewound by the events that followed.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import BigIntegerField, Model, QuerySet
from django.utils import timezone

from conamus.kernel.errors import NotFound
from federations.models import (
    Activity,
    ActivityParticipants,
    Federation,
    HealthFacility,
    HistoryEvent,
    NarrativePicture,
    NarrativeSection,
    Refusal,
    RoleAssignment,
    Unit,
    UnitZone,
    User,
)
from federations.selectors.history_names import (
    has_name,
    model_of,
    name_needs,
    name_of,
    rank_of,
    shown_columns,
)
from federations.selectors.people import sees_every_tenant
from federations.selectors.rows_at_once import rows_at_once, with_related
from federations.tenancy.actor import Actor
from federations.tenancy.declarations import declared_tables, shared_registers

PAGE_SIZE = 50
#: Put before a query of the history: it then reads what is told, under the table's name.
_AS_TOLD = "WITH federations_historyevent AS (SELECT * FROM shared_row_history(%s, %s, %s))"
#: The same, and what is told of a facility's words: since when it is of its type and ownership.
_AS_TOLD_OF_FACILITY = """WITH federations_historyevent AS (
    SELECT * FROM shared_row_history(%s, %s, %s)
    UNION ALL
    SELECT told.* FROM federations_facilitystanding word
    CROSS JOIN LATERAL shared_row_history('federations_facilitystanding', word.id::text, NULL) told
    WHERE word.facility_id::text = %s
)"""


#: The same of a row and of its parts, those that are gone among them: what a creation keeps no
#: copy of is known by the row that is there, or by the removal that told what it was.
_AS_TOLD_WITH_PARTS = """WITH federations_historyevent AS (
    SELECT h.* FROM public.federations_historyevent h WHERE h.table_name = %s AND h.row_id = %s
    UNION ALL
    SELECT h.* FROM (
        SELECT there.id::text COLLATE "C" AS row_id FROM public.{part} there
        WHERE there.{column}::text = %s
        UNION
        SELECT gone.row_id FROM public.federations_historyevent gone
        WHERE gone.table_name = '{part}' AND gone.operation = 'D' AND gone.before->>'{column}' = %s
    ) part JOIN public.federations_historyevent h
        ON h.table_name = '{part}' AND h.row_id = part.row_id
)"""
#: What is told with the whole that it is a part of: by the whole's table, the part's and the
#: column in which it names the whole.
_PARTS = {
    Unit._meta.db_table: (UnitZone._meta.db_table, "unit_id"),
    Activity._meta.db_table: (ActivityParticipants._meta.db_table, "activity_id"),
    NarrativeSection._meta.db_table: (NarrativePicture._meta.db_table, "section_id"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """What is looked for; ``older_than`` is the key where the page before ended."""

    table: str = ""
    row: str = ""
    operation: str = ""
    actor_id: int | None = None
    by_system: bool = False
    since: date | None = None
    until: date | None = None
    request_id: str = ""
    older_than: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some events, latest first, and the key after which older ones follow."""

    events: list[HistoryEvent]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A column before and after, as the database kept it."""

    column: str
    before: Any
    after: Any


def history_page(actor: Actor, query: HistoryQuery) -> HistoryPage:
    """Return a page of the tenant's history, or of a shared row's; one query, whatever the page."""
    latest = HistoryEvent.objects.order_by("-pk")
    own = latest.filter(tenant_id=actor.tenant_id)
    # The row is asked for where its changes are told: those of its parts are among them.
    of_whole = replace(query, table="", row="")
    if is_of_shared_row(query):
        page = _filtered(latest, of_whole)[: PAGE_SIZE + 1]
        found = list(_told_of_whole(page, query.table, query.row))
    elif query.row and query.table in _PARTS:
        page = _filtered(own, of_whole)[: PAGE_SIZE + 1]
        found = list(_told_with_parts(page, query.table, query.row))
    else:
        found = list(_filtered(own, query)[: PAGE_SIZE + 1])
    next_key = found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None
    return HistoryPage(found[:PAGE_SIZE], next_key)


def is_of_shared_row(query: HistoryQuery) -> bool:
    """Tell whether the changes of one row are asked for that the whole network shares."""
    return bool(query.row) and query.table in shared_registers()


def visible_event(actor: Actor, event_id: int) -> HistoryEvent:
    """Return an event of the actor's tenant or of a shared register; NotFound for any other."""
    event = HistoryEvent.objects.filter(tenant_id=actor.tenant_id, pk=event_id).first()
    if event is None and event_id <= BigIntegerField.MAX_BIGINT:
        event = next(iter(_told_of_register(HistoryEvent.objects.all(), event_id=event_id)), None)
    if event is None:
        raise NotFound("Ce changement n’existe pas.")
    return event


def other_tenants_of(actor: Actor, events: Iterable[HistoryEvent]) -> dict[int, str]:
    """Return the short names of the tenants, other than the actor's, where events were made."""
    made_in = {event.tenant_id for event in events if event.tenant_id is not None}
    elsewhere = made_in - {actor.tenant_id}
    if not elsewhere:
        return {}
    return dict(Federation.objects.filter(pk__in=elsewhere).values_list("pk", "short_name"))


def field_changes(event: HistoryEvent) -> list[FieldChange]:
    """Return what the event did, column by column in the table's order."""
    before = event.before or {}
    after = event.after or {}
    if event.operation == HistoryEvent.Operation.CREATED:
        after = created_state(event)
    columns = sorted(
        shown_columns({*before, *after}), key=lambda column: rank_of(event.table_name, column)
    )
    return [FieldChange(column, before.get(column), after.get(column)) for column in columns]


def created_state(event: HistoryEvent) -> dict[str, Any]:
    """Return the row as it was created; empty where nothing of it can be read any more."""
    state = _row_now(event)
    for later in _later_events(event):
        state = {**state, **(later.before or {})}
    return state


def names_of(events: Iterable[HistoryEvent]) -> dict[tuple[str, str], str]:
    """Return the names of the rows that the events are about, of whatever tables."""
    keys: dict[str, set[str]] = {}
    for event in events:
        keys.setdefault(event.table_name, set()).add(event.row_id)
    readable = _readable(keys)
    wanted = {
        model: keys[table]
        for table in readable
        if (model := model_of(table)) is not None and has_name(model)
    }
    things = with_related(rows_at_once(wanted), {model: name_needs(model) for model in wanted})
    return {(model._meta.db_table, key): name_of(thing) for (model, key), thing in things.items()}


def refusals(actor: Actor) -> QuerySet[Refusal]:
    """Return the refused attempts at the actor's tenant, of all for the administrator."""
    found = Refusal.objects.all()
    return found if sees_every_tenant(actor) else found.filter(tenant_id=actor.tenant_id)


def _filtered(events: QuerySet[HistoryEvent], query: HistoryQuery) -> QuerySet[HistoryEvent]:
    exact = {
        "table_name": query.table,
        "row_id": query.row,
        "operation": query.operation,
        "actor_id": query.actor_id,
        "request_id": query.request_id,
    }
    events = events.filter(**{name: value for name, value in exact.items() if value})
    if query.by_system:
        events = events.filter(actor_id__isnull=True)
    if query.older_than is not None:
        events = events.filter(pk__lt=query.older_than)
    if query.since:
        events = events.filter(at__gte=_midnight(query.since))
    if query.until:
        events = events.filter(at__lte=_end(query.until))
    return events


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.max))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _later_events(event: HistoryEvent) -> Iterable[HistoryEvent]:
    table, row = event.table_name, event.row_id
    later = HistoryEvent.objects.filter(table_name=table, row_id=row, pk__gt=event.pk)
    if table in shared_registers():
        return _told_of_register(later.order_by("-pk"), table, row)
    return later.filter(tenant_id=event.tenant_id).order_by("-pk")


def _told_of_register(
    events: QuerySet[HistoryEvent],
    table: str | None = None,
    row: str | None = None,
    event_id: int | None = None,
) -> Iterable[HistoryEvent]:
    """Ask ``events`` of what is told of a shared row, or of one change, instead of the table."""
    sql, parameters = events.query.sql_with_params()
    return HistoryEvent.objects.raw(f"{_AS_TOLD} {sql}", [table, row, event_id, *parameters])


def _told_of_whole(events: QuerySet[HistoryEvent], table: str, row: str) -> Iterable[HistoryEvent]:
    """Ask ``events`` of what is told of a shared row and of what is written apart about it."""
    if table != HealthFacility._meta.db_table:
        return _told_of_register(events, table, row)
    sql, parameters = events.query.sql_with_params()
    asked = [table, row, None, row, *parameters]
    return HistoryEvent.objects.raw(f"{_AS_TOLD_OF_FACILITY} {sql}", asked)


def _told_with_parts(
    events: QuerySet[HistoryEvent], table: str, row: str
) -> Iterable[HistoryEvent]:
    """Ask ``events`` of the changes of a row and of those of its parts."""
    part, column = _PARTS[table]
    sql, parameters = events.query.sql_with_params()
    told = _AS_TOLD_WITH_PARTS.format(part=part, column=column)
    return HistoryEvent.objects.raw(f"{told} {sql}", [table, row, row, row, *parameters])


def _row_now(event: HistoryEvent) -> dict[str, Any]:
    model = model_of(event.table_name)
    if model is None or event.table_name not in _readable([event.table_name]):
        return {}
    if not _is_in_sight(model, event):
        return {}
    row = model._base_manager.filter(pk=event.row_id).values().first() or {}
    hidden = declared_tables()[event.table_name].hidden
    plain = json.loads(json.dumps(row, cls=DjangoJSONEncoder))
    return {name: value for name, value in plain.items() if name not in hidden}


def _is_in_sight(model: type[Model], event: HistoryEvent) -> bool:
    """An account is read where the person works, not where whoever made it does."""
    if model is not User:
        return True
    here = RoleAssignment.objects.filter(user_id=event.row_id, tenant_id=event.tenant_id)
    return here.exists()


def _readable(tables: Iterable[str]) -> set[str]:
    """Return the tables that whoever reads may read: of identity, some are the door's alone."""
    present = sorted(name for name in tables if name in declared_tables())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) name"
            " WHERE has_table_privilege(quote_ident(name), 'SELECT')",
            [present],
        )
        return {name for (name,) in cursor.fetchall()}
