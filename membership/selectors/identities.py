"""What a record has said its person is, from the first day to this one, by the history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from federations.models import HistoryEvent
from membership.models import Beneficiary
from membership.rules.identity import Person

#: What says who somebody is.
_IDENTITY = ("family_name", "given_name", "sex", "birth_date")


def states_of(tenant_id: int, keys: Collection[int]) -> dict[int, list[Person]]:
    """Return, by record, who it said that its person is, the first to the last; two queries.

    What the person's earlier records of the federation said comes before: a record that goes on
    from another (services/known_people) is of the same person. The first of all says what was
    corrected where it came from.
    """
    own = Beneficiary.objects.filter(tenant_id=tenant_id, pk__in=keys)
    same = Beneficiary.objects.filter(tenant_id=tenant_id, person_id__in=own.values("person_id"))
    rows = list(same.order_by("pk").values("pk", "person_id", "corrected_before", *_IDENTITY))
    told = _rewound(tenant_id, rows)
    records: dict[Any, list[int]] = defaultdict(list)
    for row in rows:
        records[row["person_id"]].append(row["pk"])
    return {
        row["pk"]: [
            state for key in records[row["person_id"]] if key <= row["pk"] for state in told[key]
        ]
        for row in rows
        if row["pk"] in keys
    }


def _rewound(tenant_id: int, rows: Sequence[Mapping[str, Any]]) -> dict[int, list[Person]]:
    """Return what each record said, from its creation to today: the events, undone one by one."""
    now = {row["pk"]: {name: row[name] for name in _IDENTITY} for row in rows}
    told = {key: [_person(key, facts)] for key, facts in now.items()}
    events = HistoryEvent.objects.filter(
        tenant_id=tenant_id,
        table_name=Beneficiary._meta.db_table,
        row_id__in=[str(key) for key in now],
        operation=HistoryEvent.Operation.CHANGED,
        before__has_any_keys=list(_IDENTITY),
    )
    for event in events.order_by("-pk"):
        key, before = int(event.row_id), event.before or {}
        now[key] |= {name: before[name] for name in _IDENTITY if name in before}
        told[key].insert(0, _person(key, now[key]))
    for row in rows:
        first = told[row["pk"]]
        first[0] = replace(first[0], corrected_before=row["corrected_before"])
    return told


def _person(key: int, facts: Mapping[str, Any]) -> Person:
    born = facts["birth_date"]
    return Person(
        key=key,
        family_name=facts["family_name"],
        given_name=facts["given_name"],
        sex=facts["sex"],
        birth_date=born if isinstance(born, date) else date.fromisoformat(born),
    )
