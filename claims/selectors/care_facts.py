"""The facts that claims are decided on, for one claim or thousands in the same few queries.

``load_cases`` reads the claims with their lines, the patients' rights, the care already accepted,
tariffs and packages, and hands out one ``Case`` a claim, ready for the rules. What belongs to
another federation comes through the narrow functions of claims/sql, for these claims only. The
caller holds the locks (``claims.services.decisions``) and stays within one year of care.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

from claims.rules.facts import CareFacts, FacilityFacts, LineFacts, PatientFacts, RightsFacts
from claims.rules.package import Package, Reach
from claims.rules.rights import care_rights
from claims.rules.tariffs import TariffBook
from claims.selectors.care_rows import (
    FAMILIES,
    KINDS,
    Parts,
    authorisation,
    claim_parts,
    claim_rows,
    earlier_care,
    exact,
    review_cuts,
    tariff_books,
)
from claims.selectors.packages import LoadedPackage, packages_in_force
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import read_day
from membership.rules.rights import RightsFacts as MemberFacts
from membership.selectors.rights import FoundPerson, read_people

_RIGHTS = "SELECT * FROM claim_rights(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Case:
    """A claim ready to be decided: whose it is, where it stands, its facts and its package."""

    claim_id: int
    tenant_id: int
    processing_id: int
    facility_id: int
    #: Under which household and person it counts: one of each for records that were merged.
    household_id: int
    person_id: str
    state: str
    entered_by_user_id: int | None
    #: The weights of its signals that nobody dismissed, 0 to 1.
    signals: tuple[Fraction, ...]
    #: The rules that have raised a signal of it, dismissed or not.
    raised: frozenset[str]
    act_ids: dict[int, int]
    care: CareFacts
    package_id: int
    package: Package
    #: Whether another claim of this stub, or of this care, was given up after its check; what it
    #: replaces is none.
    was_given_up: bool = False


def load_cases(claim_ids: Sequence[int], year: int) -> list[Case]:
    """Return the cases of claims of one year of care, in the order of their dates.

    DomainError where a federation has no package on the day of care.
    """
    asked = {"ids": list(claim_ids), "year": year}
    rows = claim_rows(asked)
    return _Loader(rows, claim_parts(asked), year).cases() if rows else []


class _Loader:
    """What is read once for many claims."""

    def __init__(self, rows: list[dict[str, Any]], parts: Parts, year: int) -> None:
        self.rows, self.parts, self.year = rows, parts, year
        self.ids = [row["id"] for row in rows]
        self.packages = packages_in_force({row["tenant_id"] for row in rows}, [year])
        self.versions = {row["id"]: self._version(row) for row in rows}
        self.people = self._people()
        self.books = self._books()
        self.earlier = earlier_care(self.ids, year, self._reach())
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

    def _reach(self) -> Reach:
        """Which earlier care is counted by some package that these claims are decided by."""
        packages = {one.row.pk: one.package for one in self.versions.values()}
        return reduce(or_, (one.reach for one in packages.values()))

    def _books(self) -> dict[int, TariffBook]:
        """The tariffs of each processing federation; the confederation's fill in for none."""
        acts = {line[1] for things in self.parts.values() for line in things["line"]}
        facilities = {row["facility_id"] for row in self.rows}
        tenants = {row["processing_id"] for row in self.rows}
        days = [row["starts_on"] for row in self.rows]
        return tariff_books(tenants, acts, facilities, days)

    def _case(self, row: dict[str, Any]) -> Case:
        version = self.versions[row["id"]]
        things = self.parts[row["id"]]
        own = row["household_id"], str(row["person_id"])
        [(household_id, person_id)] = things["records"] or [own]
        return Case(
            claim_id=row["id"],
            tenant_id=row["tenant_id"],
            processing_id=row["processing_id"],
            facility_id=row["facility_id"],
            household_id=household_id,
            person_id=person_id,
            state=row["state"],
            entered_by_user_id=row["entered_by_user_id"],
            signals=tuple(
                Fraction(weight, 100) for _, weight, counts in things["signal"] if counts
            ),
            raised=frozenset(rule for rule, _, _ in things["signal"]),
            act_ids={line[0]: line[1] for line in things["line"]},
            care=self._care(row),
            package_id=version.row.pk,
            package=version.package,
            was_given_up=bool(things["given_up"]),
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
            kind=KINDS[row["care_kind"]],
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
            authorisations=tuple(authorisation(*told) for told in things["authorisation"]),
            earlier=tuple(self.earlier.get(row["id"], ())),
            review_cuts=review_cuts(things["finding"]),
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
            family=FAMILIES[family],
            quantity=exact(quantity),
            unit_price_francs=unit_price_francs,
            agreed_price_francs=self._price(row, act),
            given_on=read_day(given_on),
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
            own, *elsewhere = self._facts_of(beneficiary_id)
            self._rights[key] = care_rights(own, on, elsewhere=elsewhere)
        return self._rights[key]

    def _facts_of(self, beneficiary_id: int) -> list[MemberFacts]:
        """A patient's facts of all the years read: of the record of the claim, then of others."""
        records: dict[str, MemberFacts] = {}
        for person in self.people[beneficiary_id]:
            facts = records.get(person.number, person.facts)
            years = {year.starts_on: year for year in (*facts.years, *person.facts.years)}
            records[person.number] = replace(facts, years=tuple(years.values()))
        return list(records.values())
