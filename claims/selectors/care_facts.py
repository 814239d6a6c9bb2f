"""The facts that claims are decided on, for one claim or thousands in the same few queries.

``load_cases`` reads the claims with their lines, the patients' rights, the care already accepted,
tariffs and packages, and hands out one ``Case`` a claim, ready for the rules. What belongs to
another federation comes through the narrow functions of claims/sql, for these claims only. The
caller holds the locks (``claims.services.decisions``) and stays within one year of care.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection

from claims.rules.facts import (
    Authorisation,
    CareFacts,
    EarlierCare,
    FacilityFacts,
    LineFacts,
    PatientFacts,
    ReviewCut,
    RightsFacts,
)
from claims.rules.package import Package
from claims.rules.rights import care_rights
from claims.rules.tariffs import Tariff, TariffBook
from claims.rules.words import CareKind, Family
from claims.selectors.packages import LoadedPackage, packages_in_force
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import Period
from membership.rules.rights import RightsFacts as MemberFacts
from membership.selectors.rights import FoundPerson, read_people

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
SELECT 'finding', w.claim_id, jsonb_build_array(w.position, w.reason, w.is_all,
       w.to_quantity::text, w.francs, w.note, w.id)
FROM claims_reviewfinding w
WHERE w.claim_id = ANY (%(ids)s) AND w.withdrawn_at IS NULL
UNION ALL
SELECT 'signal', s.claim_id, to_jsonb(s.weight)
FROM claims_claimsignal s
WHERE s.claim_id = ANY (%(ids)s) AND s.state <> 'dismissed'
UNION ALL
SELECT 'authorisation', c.id, jsonb_build_array(u.id, u.starts_on, u.ends_on, u.francs, u.family,
       x.code, (SELECT coalesce(sum(y.francs), 0)
                FROM claims_authorisationuse y
                JOIN claims_decision d ON d.care_year = y.care_year AND d.id = y.decision_id
                WHERE y.authorisation_id = u.id AND d.superseded_at IS NULL
                  AND d.claim_id <> c.id))
FROM claims_careauthorisation u
JOIN claims_claim c
  ON c.care_year = %(year)s AND c.id = ANY (%(ids)s) AND u.tenant_id = c.tenant_id
 AND u.beneficiary_id = c.beneficiary_id AND u.facility_id = c.facility_id
LEFT JOIN claims_act x ON x.id = u.act_id
WHERE u.withdrawn_at IS NULL
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
FROM claims_claim c JOIN federations_healthfacility f ON f.id = c.facility_id
WHERE c.care_year = %(year)s AND c.id = ANY (%(ids)s)
ORDER BY c.starts_on, c.id
"""
_RIGHTS = "SELECT * FROM claim_rights(%s, %s, %s)"
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


@dataclass(frozen=True, slots=True)
class Case:
    """A claim ready to be decided: whose it is, where it stands, its facts and its package."""

    claim_id: int
    tenant_id: int
    processing_id: int
    facility_id: int
    household_id: int
    person_id: str
    state: str
    entered_by_user_id: int | None
    #: The weights of its open signals, 0 to 1.
    signals: tuple[Fraction, ...]
    act_ids: dict[int, int]
    care: CareFacts
    package_id: int
    package: Package


def load_cases(claim_ids: Sequence[int], year: int) -> list[Case]:
    """Return the cases of claims of one year of care, in the order of their dates.

    DomainError where a federation has no package on the day of care.
    """
    asked = {"ids": list(claim_ids), "year": year}
    rows = _rows(_CLAIMS, asked)
    return _Loader(rows, _parts(asked), year).cases() if rows else []


#: Of each claim, its things by kind.
Parts = dict[int, dict[str, list[Any]]]


class _Loader:
    """What is read once for many claims."""

    def __init__(self, rows: list[dict[str, Any]], parts: Parts, year: int) -> None:
        self.rows, self.parts, self.year = rows, parts, year
        self.ids = [row["id"] for row in rows]
        self.packages = packages_in_force({row["tenant_id"] for row in rows}, [year])
        self.people = self._people()
        self.books = self._books()
        self.earlier = self._earlier(self.packages.years_apart)
        self._rights: dict[tuple[int, date], RightsFacts] = {}

    def cases(self) -> list[Case]:
        return [self._case(row) for row in self.rows]

    def _people(self) -> dict[int, list[FoundPerson]]:
        """The patients' facts of the year, and of the next for stays that run into it."""
        found: dict[int, list[FoundPerson]] = defaultdict(list)
        last = max(row["ends_on"] for row in self.rows)
        for year in range(self.year, last.year + 1):
            going_on = [row["id"] for row in self.rows if row["ends_on"].year >= year]
            day = date(year, 12, 31)
            for person in read_people(_RIGHTS, [going_on, self.year, day]):
                found[person.beneficiary_id].append(person)
        return found

    def _books(self) -> dict[int, TariffBook]:
        """The tariffs of each processing federation; the confederation's fill in for none."""
        acts = {line[1] for things in self.parts.values() for line in things["line"]}
        facilities = {row["facility_id"] for row in self.rows}
        tenants = {row["processing_id"] for row in self.rows}
        days = [row["starts_on"] for row in self.rows]
        with connection.cursor() as cursor:
            cursor.execute(
                _TARIFFS, [list(tenants), list(acts), list(facilities), max(days), min(days)]
            )
            own: dict[int, list[Tariff]] = defaultdict(list)
            for tenant_id, *told in cursor.fetchall():
                own[tenant_id].append(_tariff(*told))
        return {tenant_id: TariffBook(tariffs) for tenant_id, tariffs in own.items()}

    def _earlier(self, apart: int) -> dict[int, list[EarlierCare]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM claim_earlier_care(%s, %s, %s)", [self.ids, self.year, apart]
            )
            found: dict[int, list[EarlierCare]] = defaultdict(list)
            for claim_id, *told in cursor.fetchall():
                found[claim_id].append(_earlier(*told))
        return found

    def _case(self, row: dict[str, Any]) -> Case:
        version = self._version(row)
        return Case(
            claim_id=row["id"],
            tenant_id=row["tenant_id"],
            processing_id=row["processing_id"],
            facility_id=row["facility_id"],
            household_id=row["household_id"],
            person_id=str(row["person_id"]),
            state=row["state"],
            entered_by_user_id=row["entered_by_user_id"],
            signals=tuple(Fraction(weight, 100) for weight in self.parts[row["id"]]["signal"]),
            act_ids={line[0]: line[1] for line in self.parts[row["id"]]["line"]},
            care=self._care(row),
            package_id=version.row.pk,
            package=version.package,
        )

    def _version(self, row: dict[str, Any]) -> LoadedPackage:
        version = self.packages.of(row["tenant_id"], row["starts_on"])
        if version is None:
            raise DomainError(
                f"Aucun paquet de prestations n’est en vigueur le {row['starts_on']:%d/%m/%Y} "
                "pour la fédération du patient : adoptez-en un, puis décidez.",
                field="starts_on",
            )
        return version

    def _care(self, row: dict[str, Any]) -> CareFacts:
        person = self.people[row["beneficiary_id"]][0]
        things = self.parts[row["id"]]
        is_chronic, is_maternity, other_cover = things["particulars"][0]
        return CareFacts(
            claim=str(row["id"]),
            kind=_KINDS[row["care_kind"]],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            received_on=row["received_on"],
            patient=PatientFacts(
                birth_date=person.facts.person.birth_date,
                sex=person.sex,
                other_cover=other_cover,
            ),
            facility=FacilityFacts(level=row["facility_type"], ownership=row["ownership"]),
            rights=self._rights_of(row["beneficiary_id"], row["starts_on"]),
            lines=tuple(self._line(row, line) for line in sorted(things["line"])),
            episode=row["episode"],
            is_chronic=is_chronic,
            is_maternity=is_maternity,
            has_referral=row["has_referral"],
            authorisations=tuple(_authorisation(*told) for told in things["authorisation"]),
            earlier=tuple(self.earlier.get(row["id"], ())),
            review_cuts=_review_cuts(things["finding"]),
            declared_total_francs=row["told_total_francs"],
            declared_patient_francs=row["told_patient_francs"],
            declared_mutuelle_francs=row["told_mutuelle_francs"],
            book_issued_on=row["book_issued_on"],
        )

    def _line(self, row: dict[str, Any], line: list[Any]) -> LineFacts:
        position, _, act, family, quantity, unit_price_francs, given_on = line
        return LineFacts(
            position=position,
            act=act,
            family=_FAMILIES[family],
            quantity=_exact(quantity),
            unit_price_francs=unit_price_francs,
            agreed_price_francs=self._price(row, act),
            given_on=None if given_on is None else date.fromisoformat(given_on),
        )

    def _price(self, row: dict[str, Any], act: str) -> int | None:
        for tenant_id in (row["processing_id"], self.packages.confederation_id):
            book = self.books.get(tenant_id)
            tariff = book and book.closest(
                act,
                str(row["facility_id"]),
                row["facility_type"],
                row["ownership"],
                row["starts_on"],
            )
            if tariff:
                return tariff.price_francs
        return None

    def _rights_of(self, beneficiary_id: int, on: date) -> RightsFacts:
        key = (beneficiary_id, on)
        if key not in self._rights:
            self._rights[key] = care_rights(self._facts_of(beneficiary_id), on)
        return self._rights[key]

    def _facts_of(self, beneficiary_id: int) -> MemberFacts:
        """A person's facts of all the years read."""
        first, *later = [person.facts for person in self.people[beneficiary_id]]
        years = {year.starts_on: year for facts in (first, *later) for year in facts.years}
        return replace(first, years=tuple(years.values()))


#: Quantities are few, and exact numbers dear to make; so are words made of text.
_exact = lru_cache(maxsize=1_000)(Fraction)
_FAMILIES = {family.value: family for family in Family}
_KINDS = {kind.value: kind for kind in CareKind}


def _rows(query: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _parts(asked: dict[str, Any]) -> Parts:
    found: Parts = defaultdict(lambda: defaultdict(list))
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, asked)
        for kind, claim_id, told in cursor.fetchall():
            if kind == "lines":
                found[claim_id]["line"] = json.loads(told)
            else:
                found[claim_id][kind].append(json.loads(told))
    return found


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


def _earlier(
    is_same_person: bool,
    is_same_household: bool,
    claim_id: int,
    episode: str,
    act: str,
    family: str,
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
        family=_FAMILIES[family],
        level=level,
        ownership=ownership,
        kind=_KINDS[care_kind],
        care_on=care_on,
        admitted_on=admitted_on,
        quantity=_exact(quantity),
        mutuelle_francs=mutuelle_francs,
        deductible_francs=deductible_francs,
    )


def _authorisation(
    pk: int,
    starts_on: str,
    ends_on: str,
    francs: int | None,
    family: str,
    act: str | None,
    used_francs: int,
) -> Authorisation:
    return Authorisation(
        valid=Period(date.fromisoformat(starts_on), date.fromisoformat(ends_on) + _DAY),
        francs=None if francs is None else max(0, francs - used_francs),
        family=Family(family) if family else None,
        act=act,
        key=str(pk),
    )


def _review_cuts(rows: Iterable[Sequence[Any]]) -> tuple[ReviewCut, ...]:
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
