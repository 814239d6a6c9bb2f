"""What stands around claims, for the rules of signals: one query for one claim or thousands.

The claims' own facts are those that they are decided on (``care_facts``); what other federations
hold comes through one narrow function, for claims in the caller's sight only.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import connection

from claims.rules.adjudication import Adjudication
from claims.rules.signals import Backdated, CancelledReceipt, Hand, SeenCare, SignalFacts
from claims.rules.stubs import StubRange
from claims.rules.words import CareKind
from claims.selectors.care_facts import Case
from conamus.kernel.periods import read_day

_HANDS = {
    "authorised": "le bon de prise en charge",
    "checked": "la vérification",
    "reviewed": "l’avis du contrôle",
    "backdated": "l’opération antidatée",
}
_Things = dict[str, list[Any]]


class AroundClaims:
    """What stands around claims of one year of care, read at once and told of one at a time."""

    def __init__(self, claim_ids: Iterable[int], year: int) -> None:
        self._things = _things(list(claim_ids), year)

    def facts(self, case: Case, decision: Adjudication) -> SignalFacts | None:
        """Return what the rules take of a claim; None: it is not in sight."""
        things = self._things.get(case.claim_id)
        return None if things is None else _facts(case, decision, things)


def _things(claim_ids: list[int], year: int) -> dict[int, _Things]:
    found: dict[int, _Things] = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_signal_facts(%s, %s)", [claim_ids, year])
        for claim_id, kind, told in cursor.fetchall():
            found[claim_id][kind].append(json.loads(told))
    return found


def _facts(case: Case, decision: Adjudication, things: _Things) -> SignalFacts:
    [(stub, name, district, asked_francs, writers, died_on, has_books)] = things["claim"]
    return SignalFacts(
        care=case.care,
        decision=decision,
        stub=stub,
        facility=str(case.facility_id),
        facility_name=name,
        district=district,
        asked_francs=asked_francs,
        written_by=frozenset(map(str, writers)),
        died_on=read_day(died_on),
        seen=tuple(_seen(*told) for told in sorted(things["seen"])),
        books=tuple(StubRange(str(told[0]), *told[1:]) for told in things["book"]),
        has_books=has_books,
        backdated=tuple(_backdated(*told) for told in things["backdated"]),
        cancelled=tuple(_cancelled(*told) for told in things["cancelled"]),
        hands=tuple(_hands(things)),
    )


def _seen(
    pk: int,
    stub: str,
    facility_id: int,
    facility: str,
    district: str,
    kind: str,
    starts_on: str,
    ends_on: str,
    asked_francs: int,
    is_same_person: bool,
    is_same_household: bool,
    is_same_stub: bool,
    is_other_record: bool,
) -> SeenCare:
    return SeenCare(
        key=str(pk),
        stub=stub,
        facility=str(facility_id),
        facility_name=facility,
        district=district,
        kind=CareKind(kind),
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on),
        asked_francs=asked_francs,
        is_same_person=is_same_person,
        is_same_household=is_same_household,
        is_same_stub=is_same_stub,
        is_other_record=is_other_record,
    )


def _backdated(dated_on: str, written_on: str, what: str, _by: int | None) -> Backdated:
    return Backdated(date.fromisoformat(dated_on), date.fromisoformat(written_on), what)


def _cancelled(received_on: str, cancelled_on: str, left_francs: int) -> CancelledReceipt:
    days = date.fromisoformat(received_on), date.fromisoformat(cancelled_on)
    return CancelledReceipt(*days, left_francs)


def _hands(things: _Things) -> Iterator[Hand]:
    for what, person in things["hand"]:
        yield Hand(_HANDS[what], str(person))
    for *_, person in things["backdated"]:
        if person is not None:
            yield Hand(_HANDS["backdated"], str(person))
