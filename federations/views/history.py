"""Pages of the history and of refused attempts: who changed what, when, from where."""

from types import SimpleNamespace
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from conamus.kernel.figures import format_integer
from conamus.kernel.text import read_number
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage
from conamus.pages.widgets import DayInput, SearchInput
from federations.forms.fields import DayField, offer_choices
from federations.models import HistoryEvent, Refusal
from federations.rules.roles import Permission
from federations.selectors import history as selectors
from federations.selectors import history_names as names
from federations.selectors.people import people
from federations.tables.people import RefusalTable

SYSTEM = "systeme"
#: Told above the changes of a row that the whole network shares.
_SHARED = (
    "Ce registre est commun : vous lisez les changements de tout le réseau. Une personne d’une "
    "autre fédération n’est pas nommée."
)
#: Tables whose rows have a page of their own, and the name of that page.
_PAGES = {
    "federations_activity": "activity_detail",
    "federations_expense": "expense_detail",
    "federations_unit": "unit_detail",
    "federations_healthfacility": "facility_detail",
    "federations_place": "place_detail",
    "federations_user": "person_detail",
    "membership_household": "household_detail",
}


class HistoryForm(forms.Form):
    """What to look for."""

    table = forms.ChoiceField(label="Quoi", required=False)
    operation = forms.ChoiceField(
        label="Opération",
        required=False,
        choices=[("", "toutes"), *HistoryEvent.Operation.choices],
    )
    person = forms.ChoiceField(label="Qui", required=False)
    since = DayField(label="Du", required=False)
    until = DayField(label="Au", required=False)
    request = forms.CharField(label="Requête", required=False, max_length=40)
    row = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        actor = kwargs.pop("actor")
        super().__init__(*args, **kwargs)
        offer_choices(self, "table", [("", "tout"), *names.table_choices()])
        users = people(actor).prefetch_related(None).values_list("pk", "full_name", "username")
        # Two people may bear one name: the username, which signs in, tells them apart.
        named = users.order_by("full_name", "username")
        known = [(str(key), f"{name} ({username})") for key, name, username in named]
        offer_choices(self, "person", [("", "tout le monde"), (SYSTEM, "le système"), *known])

    def query(self, older_than: str) -> selectors.HistoryQuery:
        """Return what was asked; what makes no sense is left out."""
        self.full_clean()
        data = self.cleaned_data
        person = data.get("person", "")
        return selectors.HistoryQuery(
            table=data.get("table", ""),
            row=data.get("row", ""),
            operation=data.get("operation", ""),
            actor_id=read_number(person),
            by_system=person == SYSTEM,
            since=data.get("since"),
            until=data.get("until"),
            request_id=data.get("request", ""),
            older_than=read_number(older_than),
        )


class HistoryList(ActorPage):
    """Changes, latest first, by key rather than by page number."""

    permission = Permission.SEE_HISTORY
    template_name = "federations/history.html"

    def page(self) -> dict[str, Any]:
        """Return a page of events."""
        form = HistoryForm(self.request.GET, actor=self.actor)
        query = form.query(self.request.GET.get("before", ""))
        found = selectors.history_page(self.actor, query)
        titles = selectors.names_of(found.events)
        elsewhere = selectors.other_tenants_of(self.actor, found.events)
        return {
            "title": "Historique",
            "state": _subject(query, titles),
            "filters": SimpleNamespace(form=form),
            "lines": [_line(event, titles, elsewhere) for event in found.events],
            "older_url": _address(self.request.GET, before=found.next_key),
            "newest_url": _address(self.request.GET, before="") if query.older_than else "",
        }


class HistoryDetail(ActorPage):
    """One change: each field before and after."""

    permission = Permission.SEE_HISTORY
    template_name = "federations/history_detail.html"

    def page(self) -> dict[str, Any]:
        """Return the event, field by field."""
        event = selectors.visible_event(self.actor, self.kwargs["event_id"])
        elsewhere = selectors.other_tenants_of(self.actor, [event])
        line = _line(event, selectors.names_of([event]), elsewhere)
        return {
            "title": f"{line['operation'].capitalize()} : {line['what']}",
            "event": event,
            "line": line,
            "facts": _facts(line),
            "changes": [_told(event, change) for change in selectors.field_changes(event)],
            "thing_url": _thing_url(event, line["name"]),
        }


class RefusalFilter(django_filters.FilterSet):
    """By words of the person, page or reason, and by day."""

    q = django_filters.CharFilter(label="Recherche", method="search", widget=SearchInput)
    since = django_filters.DateFilter(
        label="Du", field_name="at__date", lookup_expr="gte", widget=DayInput
    )
    until = django_filters.DateFilter(
        label="Au", field_name="at__date", lookup_expr="lte", widget=DayInput
    )

    class Meta:
        model = Refusal
        fields = ("q", "since", "until")

    def search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Keep the rows that hold every word."""
        for word in value.split():
            rows = rows.filter(
                Q(actor_name__icontains=word) | Q(path__icontains=word) | Q(reason__icontains=word)
            )
        return rows


class RefusalList(ListPage):
    """Attempts that were refused."""

    permission = Permission.SEE_REFUSALS
    title = "Tentatives refusées"
    table_class = RefusalTable
    filter_class = RefusalFilter
    empty_text = "Rien n’a été refusé : personne n’a demandé une page que son rôle n’ouvre pas."

    def rows(self) -> QuerySet[Refusal]:
        """Return the attempts that the actor may read."""
        return selectors.refusals(self.actor)

    def state(self, count: int) -> str:
        """Say how many."""
        plural = "s" if count > 1 else ""
        return f"{format_integer(count)} tentative{plural} refusée{plural}."


def _line(
    event: HistoryEvent, titles: dict[tuple[str, str], str], elsewhere: dict[int, str]
) -> dict[str, Any]:
    name = titles.get((event.table_name, event.row_id)) or _old_name(event)
    label = names.table_label(event.table_name)
    return {
        "event": event,
        "operation": names.operation_label(event),
        "name": name,
        "what": f"{label} « {name} »" if name else f"{label} n° {event.row_id}",
        "who": _who(event, elsewhere),
        "role": names.role_label(event.actor_role),
        "source": names.source_label(event.source),
        "row_url": _address(QueryDict(), table=event.table_name, row=event.row_id),
        "request_url": _address(QueryDict(), request=event.request_id or ""),
    }


def _who(event: HistoryEvent, elsewhere: dict[int, str]) -> str:
    """Return the person, and the tenant where it is another; of some of those, the tenant alone."""
    known = (event.actor_name, elsewhere.get(event.tenant_id or 0))
    return ", ".join(filter(None, known)) or "inconnu"


def _old_name(event: HistoryEvent) -> str:
    """Return what a deleted row was called."""
    before = event.before or {}
    found = (before.get(column) for column in ("name", "theme", "label", "caption", "full_name"))
    return next((name for name in found if name), "")


def _subject(query: selectors.HistoryQuery, titles: dict[tuple[str, str], str]) -> str:
    if not query.row:
        return "Chaque création, modification et suppression, avec son auteur. Rien ne s’efface."
    name = titles.get((query.table, query.row))
    label = names.table_label(query.table)
    subject = f"Changements de : {label} « {name} »." if name else f"{label} n° {query.row}."
    return f"{subject} {_SHARED}" if selectors.is_of_shared_row(query) else subject


def _told(event: HistoryEvent, change: selectors.FieldChange) -> dict[str, str]:
    table, column = event.table_name, change.column
    return {
        "label": names.column_label(table, column),
        "before": names.value_label(table, column, change.before),
        "after": names.value_label(table, column, change.after),
    }


def _facts(line: dict[str, Any]) -> list[tuple[str, Any]]:
    who, role = line["who"], line["role"]
    return [
        ("Par", f"{who} ({role})" if role else who),
        ("Depuis", line["source"]),
        ("Requête", line["event"].request_id),
    ]


def _thing_url(event: HistoryEvent, name: str) -> str:
    """Return the page of the thing, where it still stands and has one."""
    page = _PAGES.get(event.table_name)
    if page is None or not name or event.operation == HistoryEvent.Operation.DELETED:
        return ""
    return reverse(page, args=[event.row_id])


def _address(given: QueryDict, **changes: Any) -> str:
    """Return the history's address with the same filters, but for what changes."""
    if None in changes.values():
        return ""
    query = {**given.dict(), **changes}
    kept = {name: str(value) for name, value in query.items() if value}
    return f"{reverse('history')}?{urlencode(kept)}"
