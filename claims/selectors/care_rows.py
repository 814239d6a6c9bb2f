"""What the facts of claims are read from: rows of claims, their parts, tariffs, earlier care.

Each function is one query, for one claim or thousands, and hands out what the rules take. What
belongs to another federation comes through the narrow functions of claims/sql.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection

from claims.rules.facts import Authorisation, EarlierCare, ReviewCut
from claims.rules.package import Reach
from claims.rules.tariffs import Tariff, TariffBook
from claims.rules.words import CareKind, Family
from conamus.kernel.periods import Period

_DAY = timedelta(days=1)
#: All that hangs on some claims, a row a thing (their lines, which are most of it, in one): a plan
#: of plain look-ups, whatever the number.
_PARTS = """
SELECT 'lines', l.claim_id, jsonb_agg(jsonb_build_array(l.position, l.act_id, a.code, a.family,
       l.quantity::text, l.unit_price_francs, l.given_on))
FROM claims_claimline l JOIN claims_act a ON a.id = l.act_id
WHERE l.care_year = %(year)s AND l.claim_id = ANY (%(ids)s)
GROUP BY l.claim_id
UNION ALL
SELECT 'particulars', g.claim_id,
       jsonb_build_array(g.is_chronic, g.is_maternity, g.other_cover)
FROM claim_particulars(%(ids)s, %(year)s) g
UNION ALL
SELECT 'records', g.claim_id, jsonb_build_array(g.household_id, g.person_id)
FROM claim_records(%(ids)s, %(year)s) g
UNION ALL
SELECT 'finding', w.claim_id, jsonb_build_array(w.position, w.reason, w.is_all,
       w.to_quantity::text, w.francs, w.note, w.id)
FROM claims_reviewfinding w
WHERE w.claim_id = ANY (%(ids)s) AND w.withdrawn_at IS NULL
UNION ALL
SELECT 'signal', s.claim_id, jsonb_build_array(s.rule, s.weight, s.state <> 'dismissed')
FROM claims_claimsignal s
WHERE s.claim_id = ANY (%(ids)s)
UNION ALL
SELECT 'authorisation', c.id, jsonb_build_array(u.id, u.starts_on, u.ends_on, u.francs, u.family,
       x.code, (SELECT coalesce(sum(y.francs), 0)
                FROM claims_authorisationuse y
                JOIN claims_decision d ON d.care_year = y.care_year AND d.id = y.decision_id
                WHERE y.authorisation_id = u.id AND d.superseded_at IS NULL
                  AND d.claim_id <> c.id),
       (u.given_at AT TIME ZONE 'Africa/Bujumbura')::date)
FROM claim_authorisations(%(ids)s, %(year)s) c (id, authorisation_id)
JOIN claims_careauthorisation u ON u.id = c.authorisation_id
LEFT JOIN claims_act x ON x.id = u.act_id
WHERE u.withdrawn_at IS NULL
UNION ALL
(WITH mine AS MATERIALIZED (
    SELECT c.id, c.processing_id, c.stub_number, c.person_id, c.starts_on, c.facility_id
    FROM claims_claim c
    WHERE c.care_year = %(year)s AND c.id = ANY (%(ids)s)
), cancelled AS MATERIALIZED (
    -- By the people, together: asked for each claim, a year that begins is read whole each time.
    SELECT o.care_year, o.id, o.person_id, o.starts_on, o.facility_id
    FROM claims_claim o
    WHERE o.care_year = %(year)s AND o.state = 'cancelled'
      AND o.person_id = ANY (ARRAY(SELECT m.person_id FROM mine m))
), given_up AS (
    SELECT m.id AS of, u.care_year, u.claim_id AS id
    FROM mine m
    JOIN claims_stubuse u ON u.tenant_id = m.processing_id AND u.number = m.stub_number
    WHERE u.freed_at IS NOT NULL
    UNION
    SELECT m.id, o.care_year, o.id
    FROM mine m
    JOIN cancelled o USING (person_id, starts_on, facility_id)
)
SELECT 'given_up', k.of, jsonb_build_array(k.care_year, k.id)
FROM given_up k
WHERE k.id <> k.of
  AND (SELECT true FROM claims_claimstep p
       WHERE p.care_year = k.care_year AND p.claim_id = k.id AND p.to_state = 'checked' LIMIT 1)
  AND NOT EXISTS (SELECT FROM claims_stood_for(k.of, %(year)s) f WHERE f.id = k.id))
"""
_CLAIMS = """
SELECT c.id, c.tenant_id, c.processing_id, c.facility_id, c.household_id, c.person_id,
       c.beneficiary_id, c.care_kind, c.starts_on, c.ends_on, c.received_on, c.episode,
       c.has_referral, c.told_total_francs, c.told_patient_francs, c.told_mutuelle_francs,
       c.state, c.entered_by_user_id, f.facility_type, f.ownership,
       (SELECT max(b.issued_on) FROM claims_stubbook b
        WHERE b.tenant_id = c.processing_id AND b.facility_id = c.facility_id
          AND b.prefix = split_part(c.stub_number, '-', 1)
          AND c.stub_number BETWEEN b.first_stub AND b.last_stub
          AND NOT b.is_take_on) AS book_issued_on
FROM claims_claim c
CROSS JOIN LATERAL facility_standing(c.facility_id, c.starts_on) f
WHERE c.care_year = %(year)s AND c.id = ANY (%(ids)s)
ORDER BY c.starts_on, c.id
"""
_TARIFFS = """
SELECT t.tenant_id, a.code, t.facility_id, t.level, t.ownership, t.starts_on, t.ends_on,
       t.price_francs
FROM claims_tariff t
JOIN claims_act a ON a.id = t.act_id
JOIN federations_federation o ON o.id = t.tenant_id
WHERE (t.tenant_id = ANY (%s) OR o.kind = 'confederation') AND t.act_id = ANY (%s)
  AND (t.facility_id IS NULL OR t.facility_id = ANY (%s))
  AND t.starts_on <= %s AND (t.ends_on IS NULL OR t.ends_on > %s)
"""

#: Of each claim, its things by kind.
Parts = dict[int, dict[str, list[Any]]]

#: Quantities are few, and exact numbers dear to make; so are words made of text.
exact = lru_cache(maxsize=1_000)(Fraction)
FAMILIES = {family.value: family for family in Family}
KINDS = {kind.value: kind for kind in CareKind}


def claim_rows(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the claims, in the order of their dates."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, asked)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def claim_parts(asked: dict[str, Any]) -> Parts:
    """Return what hangs on the claims: lines, particulars, merged records, findings and more."""
    found: Parts = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, asked)
        for kind, claim_id, told in cursor.fetchall():
            if kind == "lines":
                found[claim_id]["line"] = json.loads(told)
            else:
                found[claim_id][kind].append(json.loads(told))
    return found


def merged_records(claim_ids: Sequence[int], year: int) -> dict[int, tuple[int, str]]:
    """Return under which household and person claims of merged records count; of no others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM claim_records(%s, %s)", [list(claim_ids), year])
        return {pk: (household_id, str(person)) for pk, household_id, person in cursor.fetchall()}


def tariff_books(
    tenants: Collection[int], acts: Collection[int], facilities: Collection[int], days: list[date]
) -> dict[int, TariffBook]:
    """Return the tariffs of each federation that hold on some of the days, CONAMUS's too."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TARIFFS, [list(tenants), list(acts), list(facilities), max(days), min(days)]
        )
        own: dict[int, list[Tariff]] = defaultdict(list)
        for tenant_id, *told in cursor.fetchall():
            own[tenant_id].append(_tariff(*told))
    return {tenant_id: TariffBook(tariffs) for tenant_id, tariffs in own.items()}


def _tariff(
    act: str,
    facility_id: int | None,
    level: str,
    ownership: str,
    starts_on: date,
    ends_on: date | None,
    price_francs: int,
) -> Tariff:
    return Tariff(
        act=act,
        facility=None if facility_id is None else str(facility_id),
        level=level or None,
        ownership=ownership or None,
        period=Period(starts_on, ends_on),
        price_francs=price_francs,
    )


def earlier_care(claim_ids: list[int], year: int, reach: Reach) -> dict[int, list[EarlierCare]]:
    """Return of each claim the care already accepted that some clause counts."""
    found: dict[int, list[EarlierCare]] = defaultdict(list)
    if not reach.counted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM claim_earlier_care(%s, %s, %s, %s)",
            [claim_ids, year, reach.years, sorted(reach.counted)],
        )
        for claim_id, *told in cursor.fetchall():
            found[claim_id].append(_earlier(*told))
    return found


def _earlier(
    is_same_person: bool,
    is_same_household: bool,
    claim_id: int,
    episode: str,
    act: str | None,
    family: str | None,
    level: str,
    ownership: str,
    care_kind: str,
    care_on: date,
    admitted_on: date,
    quantity: Decimal,
    mutuelle_francs: int,
    deductible_francs: int,
) -> EarlierCare:
    return EarlierCare(
        is_same_person=is_same_person,
        is_same_household=is_same_household,
        claim=str(claim_id),
        episode=episode,
        act=act,
        family=FAMILIES[family] if family else None,
        level=level,
        ownership=ownership,
        kind=KINDS[care_kind],
        care_on=care_on,
        admitted_on=admitted_on,
        quantity=exact(quantity),
        mutuelle_francs=mutuelle_francs,
        deductible_francs=deductible_francs,
    )


def authorisation(
    pk: int,
    starts_on: str,
    ends_on: str,
    francs: int | None,
    family: str,
    act: str | None,
    used_francs: int,
    given_on: str,
) -> Authorisation:
    """Return a bon de prise en charge with what is left of it."""
    return Authorisation(
        valid=Period(date.fromisoformat(starts_on), date.fromisoformat(ends_on) + _DAY),
        francs=None if francs is None else max(0, francs - used_francs),
        family=Family(family) if family else None,
        act=act,
        key=str(pk),
        given_on=date.fromisoformat(given_on),
    )


def review_cuts(rows: Iterable[Sequence[Any]]) -> tuple[ReviewCut, ...]:
    """Return what people took off, in the order in which they did: a line may be cut twice."""
    return tuple(_review_cut(*told) for *told, _ in sorted(rows, key=itemgetter(-1)))


def _review_cut(
    position: int,
    reason: str,
    is_all: bool,
    to_quantity: str | None,
    francs: int | None,
    note: str,
) -> ReviewCut:
    return ReviewCut(
        position=position,
        reason=reason,
        is_all=is_all,
        to_quantity=None if to_quantity is None else Fraction(to_quantity),
        francs=francs,
        note=note,
    )
