"""What an entry is checked against, in one query: stubs, agreements, acts, claims alike.

Read behind the wall in the scope of who enters: a facility meets its own books and agreements
in every federation, a centre those of its federation.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from claims.models import Act, Agreement, StubBook, StubUse
from claims.rules.stubs import Stub, StubRange, next_number, parse_stub
from claims.rules.words import Family
from claims.selectors.agreements import own_rows, stub_books
from claims.selectors.catalogue import open_acts
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import read_day
from conamus.kernel.text import search_key
from federations.models import HealthFacility
from federations.tenancy.actor import Actor

_FACTS = """
WITH RECURSIVE above(id, parent_id) AS (
    SELECT u.id, u.parent_id
    FROM federations_unit u WHERE u.tenant_id = %(home)s AND u.id = %(unit)s
    UNION
    SELECT p.id, p.parent_id FROM federations_unit p JOIN above a ON p.id = a.parent_id
)
SELECT 'facility', jsonb_build_array(f.id, f.name, f.facility_type, f.ownership, f.closed_on)
FROM federations_healthfacility f WHERE f.id = %(facility)s
UNION ALL
SELECT 'book', jsonb_build_array(b.tenant_id, b.facility_id, b.withdrawn_on, b.issued_on,
       b.is_take_on)
FROM claims_stubbook b
WHERE b.prefix = %(prefix)s AND %(number)s BETWEEN b.first_number AND b.last_number
UNION ALL
SELECT 'use', jsonb_build_array(u.tenant_id, u.claim_id, u.care_year)
FROM claims_stubuse u
WHERE u.number = %(stub)s AND u.freed_at IS NULL
UNION ALL
SELECT 'agreement', jsonb_build_array(g.tenant_id, EXISTS (
           SELECT FROM claims_agreementsuspension s
           WHERE s.agreement_id = g.id AND s.starts_on <= %(on)s
             AND (s.ends_on IS NULL OR s.ends_on > %(on)s)),
           g.unit_id IS NULL OR g.unit_id IN (SELECT id FROM above))
FROM claims_agreement g
WHERE g.facility_id = %(facility)s AND g.starts_on <= %(on)s
  AND (g.ends_on IS NULL OR g.ends_on > %(on)s)
UNION ALL
SELECT 'act', jsonb_build_array(upper(a.code), a.id, a.family, a.closed_on, a.name,
       CASE WHEN f.kind <> 'confederation' THEN a.tenant_id END)
FROM claims_act a JOIN federations_federation f ON f.id = a.tenant_id
WHERE upper(a.code) = ANY (%(acts)s)
UNION ALL
SELECT 'reason', jsonb_build_array(r.id, r.closed_on,
       CASE WHEN f.kind <> 'confederation' THEN r.tenant_id END)
FROM claims_carereason r JOIN federations_federation f ON f.id = r.tenant_id
WHERE upper(r.code) = %(reason)s
UNION ALL
SELECT 'alike', jsonb_build_array(c.id, c.care_year, c.stub_number)
FROM claims_claim c
WHERE c.care_year = %(year)s AND c.tenant_id = %(home)s AND c.household_id = %(household)s
  AND c.beneficiary_id = %(person)s AND c.starts_on = %(on)s AND c.facility_id = %(facility)s
  AND c.asked_francs = %(asked)s AND c.state NOT IN ('superseded', 'cancelled')
UNION ALL
SELECT 'package', to_jsonb(count(*))
FROM claims_benefitpackage k JOIN federations_federation f ON f.id = k.tenant_id
WHERE k.year_id = %(year)s AND k.in_force_from <= %(on)s
  AND (k.in_force_until IS NULL OR k.in_force_until > %(on)s)
  AND (f.id = %(home)s OR f.kind = 'confederation')
"""
#: What a claim says, as far as two papers of one stub would differ: its care, what else is written.
_SAID = """
SELECT jsonb_build_array(c.facility_id, c.beneficiary_id, c.care_kind, c.starts_on, c.ends_on),
       (SELECT jsonb_agg(jsonb_build_array(upper(a.code), l.quantity::text, l.unit_price_francs,
                                           l.given_on) ORDER BY l.position)
        FROM claims_claimline l JOIN claims_act a ON a.id = l.act_id
        WHERE l.care_year = %(year)s AND l.claim_id = %(claim)s),
       jsonb_build_object(
           'received_on', c.received_on, 'has_referral', c.has_referral, 'episode', c.episode,
           'told_total_francs', c.told_total_francs,
           'told_mutuelle_francs', c.told_mutuelle_francs,
           'told_patient_francs', c.told_patient_francs)
FROM claims_claim c WHERE c.care_year = %(year)s AND c.id = %(claim)s
"""


@dataclass(frozen=True, slots=True)
class KnownAct:
    """An act of the catalogue, found by its code; ``keeper_id`` None: the network's."""

    id: int
    family: Family
    closed_on: date | None
    name: str
    keeper_id: int | None


@dataclass(frozen=True, slots=True)
class KnownReason:
    """An open reason for care, found by its code; ``keeper_id`` None: the network's."""

    id: int
    keeper_id: int | None


@dataclass(frozen=True, slots=True)
class StubBookFound:
    """A book that holds the stub: whose, of which facility, from when, until when."""

    tenant_id: int
    facility_id: int
    withdrawn_on: date | None
    issued_on: date
    is_take_on: bool


@dataclass(frozen=True, slots=True)
class StubTaken:
    """The claim that used the stub."""

    tenant_id: int
    claim_id: int
    care_year: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a claim says: its care, and by field what else its paper does; days as ISO texts."""

    care: tuple[Any, ...]
    words: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AgreementFound:
    """An agreement that runs on the day: whose, and whether it is for the patient.

    A federation's is for everybody, a mutuelle's for its own members.
    """

    tenant_id: int
    is_suspended: bool
    is_for_patient: bool


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """All that one entry is checked against."""

    facility: str
    facility_closed_on: date | None
    books: tuple[StubBookFound, ...]
    uses: tuple[StubTaken, ...]
    agreements: tuple[AgreementFound, ...]
    acts: dict[str, KnownAct]
    reason: KnownReason | None
    #: Stubs of claims for the same person, day, facility and amount, by claim.
    alike: dict[int, str]
    has_package: bool

    def offered_by(self, tenant_id: int | None) -> "EntryFacts":
        """Return them with the network's catalogue and a federation's own; None: with all."""
        if tenant_id is None:
            return self
        keepers = (None, tenant_id)
        reason = self.reason
        return replace(
            self,
            acts={code: act for code, act in self.acts.items() if act.keeper_id in keepers},
            reason=reason if reason is not None and reason.keeper_id in keepers else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the database for one entry; ``person_id`` is the patient's record."""

    facility_id: int
    stub: Stub | None
    on: date
    home_id: int
    unit_id: int
    household_id: int
    person_id: int
    acts: Sequence[str]
    reason: str
    asked_francs: int


def entry_facts(question: Question) -> EntryFacts | None:
    """Return what the database knows about an entry; None: there is no such facility."""
    stub = question.stub
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS,
            {
                "facility": question.facility_id,
                "prefix": stub.prefix if stub else "",
                "number": stub.number if stub else -1,
                "stub": str(stub or ""),
                "on": question.on,
                "year": question.on.year,
                "home": question.home_id,
                "unit": question.unit_id,
                "household": question.household_id,
                "person": question.person_id,
                "acts": [code.upper() for code in question.acts],
                "reason": question.reason.upper(),
                "asked": question.asked_francs,
            },
        )
        found: dict[str, list[Any]] = defaultdict(list)
        for kind, told in cursor.fetchall():
            found[kind].append(json.loads(told))
    return _read(found) if found["facility"] else None


def _read(found: dict[str, list[Any]]) -> EntryFacts:
    _, name, _, _, closed_on = found["facility"][0]
    return EntryFacts(
        facility=name,
        facility_closed_on=read_day(closed_on),
        books=tuple(
            StubBookFound(tenant, facility, read_day(gone), date.fromisoformat(issued), taken_on)
            for tenant, facility, gone, issued, taken_on in found["book"]
        ),
        uses=tuple(StubTaken(*one) for one in found["use"]),
        agreements=tuple(AgreementFound(*one) for one in found["agreement"]),
        acts={
            code: KnownAct(pk, Family(family), read_day(closed), name, keeper)
            for code, pk, family, closed, name, keeper in found["act"]
        },
        reason=next(
            (KnownReason(pk, keeper) for pk, closed, keeper in found["reason"] if closed is None),
            None,
        ),
        alike={pk: stub for pk, _, stub in found["alike"]},
        has_package=bool(found["package"][0]),
    )


def said_by(use: StubTaken) -> Said | None:
    """Return what the claim of a stub says; None: out of sight. Asked where a stub is used."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID, {"claim": use.claim_id, "year": use.care_year})
        row = cursor.fetchone()
    if row is None:
        return None
    head, lines, words = (json.loads(told or "[]") for told in row)
    return Said((*head, tuple(tuple(line) for line in lines)), words)


def is_reason_of(use: StubTaken, reason_id: int, note: str) -> bool:
    """Tell whether the reason for care of a claim is this one, to who may have entered it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT claim_reason_is(%s, %s, %s, %s)",
            [use.claim_id, use.care_year, reason_id, note],
        )
        return bool(cursor.fetchone()[0])


def facilities_to_enter(actor: Actor, on: date) -> QuerySet[HealthFacility]:
    """Return the facilities whose attestations the actor enters: those that had an agreement.

    Ended since, too: the last papers come after its end. Whether it held is asked of each day.
    """
    held = Agreement.objects.filter(own_rows(actor), starts_on__lte=on).values("facility_id")
    return HealthFacility.objects.filter(pk__in=held).order_by("sort_key")


def next_stub(actor: Actor, facility_id: int, after: str = "") -> str:
    """Return the stub to propose: that after the last entered, or after the highest used.

    Empty: no book has a stub left. Two queries.
    """
    books = list(
        stub_books(actor)
        .filter(facility_id=facility_id, withdrawn_on__isnull=True)
        .order_by("-issued_on", "-pk")
    )
    last = _parsed(after)
    books.sort(key=lambda book: last is None or last not in _as_range(book))
    for book in books:
        book_range = _as_range(book)
        follows = last.number if last is not None and last in book_range else None
        proposed = next_number(book_range, _used(book), follows)
        if proposed is not None:
            return str(Stub(book.prefix, proposed))
    return ""


def _as_range(book: StubBook) -> StubRange:
    return StubRange(str(book.facility_id), book.prefix, book.first_number, book.last_number)


def _parsed(written: str) -> Stub | None:
    try:
        return parse_stub(written)
    except DomainError:
        return None


def _used(book: StubBook) -> set[int]:
    """The numbers of a book that are used; stubs sort as their numbers do."""
    first, last = (str(Stub(book.prefix, n)) for n in (book.first_number, book.last_number))
    used = StubUse.objects.filter(
        tenant_id=book.tenant_id, number__gte=first, number__lte=last, freed_at__isnull=True
    )
    return {
        stub.number for text in used.values_list("number", flat=True) if (stub := _parsed(text))
    }


def acts_beginning(tenant_id: int, typed: str, on: date, most: int) -> list[Act]:
    """Return the acts that a code, or words of a name, lead to; codes first."""
    text = typed.strip()
    if not text:
        return []
    offered = open_acts(tenant_id, on)
    by_code = list(offered.filter(code__istartswith=text).order_by("code")[:most])
    found = {act.pk: act for act in by_code}
    for word in search_key(text).split():
        offered = offered.filter(search_key__contains=word)
    for act in offered.order_by("sort_key")[:most]:
        found.setdefault(act.pk, act)
    return list(found.values())[:most]


def stubs_known(actor: Actor, written: str) -> frozenset[int]:
    """Return the claims in sight that hold a stub now."""
    stub = _parsed(written)
    if stub is None:
        return frozenset()
    held = StubUse.objects.filter(own_rows(actor), number=str(stub), freed_at__isnull=True)
    return frozenset(held.values_list("claim_id", flat=True))
