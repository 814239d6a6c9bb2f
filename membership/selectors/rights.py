"""Reads for rights: the facts of people found by a check, of a household, or of a list.

The database gives all facts in one query (membership/sql/rights_facts.sql), one row a person;
the rules say what they mean. ``people_found`` reaches every federation through a narrow
function; the others keep to the tenant, behind row-level security.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from conamus.kernel.periods import Period, read_day
from federations.selectors.statements import rows_of
from federations.tenancy.scope import current_scope
from membership.models import Beneficiary, RightsCheck
from membership.rules.coverage import (
    Coverage,
    EnrolmentFacts,
    Hole,
    HouseholdFacts,
    InstalmentFact,
    PaymentFact,
    PersonFacts,
    PromiseFacts,
    Terms,
)
from membership.rules.rights import RightsFacts, RightsQuery, YearFacts, coverage_on, open_periods

_CHECK = "SELECT * FROM rights_facts(%s, %s, %s, %s, %s, %s)"
_OWN = "SELECT * FROM coverage_facts(%s, %s) WHERE tenant_id = %s"
_STRUCK_OFF = "struck_off"
_DEATH = "death"
#: How many people the database tells at most; so many were found, or more.
MOST_FOUND = 60
#: Instead of how it looked: a check that was refused for having asked too much.
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """A person, whose household it is, whom to call, and the facts of the rights."""

    beneficiary_id: int
    person_id: str
    number: str
    family_name: str
    given_name: str
    sex: str
    relationship: str
    is_birth_estimated: bool
    tenant_id: int
    federation: str
    household_id: int
    unit_id: int
    unit_name: str
    unit_phone: str
    federation_phone: str
    facts: RightsFacts
    #: Of the card that was asked with: since when it is revoked, and why.
    card_revoked_on: date | None = None
    card_revoked_because: str = ""

    @property
    def name(self) -> str:
        """Family and given name."""
        return f"{self.family_name} {self.given_name}"


@dataclass(frozen=True, slots=True)
class Look:
    """What one look across the wall told: the people, and the trace that it left of itself."""

    people: list[FoundPerson]
    #: The row that the database wrote; None: it found nobody, so there is nothing to add to it.
    check_id: int | None = None
    #: Whoever asks has asked too much lately: nobody was looked for.
    is_refused: bool = False


def people_found(query: RightsQuery, on: date) -> Look:
    """Look for people of the whole network, with their facts: one query, traced and counted."""
    values = [list(query.codes), list(query.phones), query.sound, query.birth_year, on]
    rows = rows_of(_CHECK, *values, query.typed)
    if not rows:
        return Look([])
    check_id = rows[0]["check_id"]
    if rows[0]["is_refused"]:
        return Look([], check_id, is_refused=True)
    return Look(_one_record_each([_person(row) for row in rows]), check_id)


def own_people(tenant_id: int, beneficiary_ids: Iterable[int], on: date) -> list[FoundPerson]:
    """Return the facts of people of the tenant: one query."""
    return read_people(_OWN, [list(beneficiary_ids), on, tenant_id])


def covered_periods(person: Beneficiary, years_of: Iterable[date]) -> list[Period]:
    """Return the days that a record covers in the years of some days, as the facts stand."""
    days = {
        period
        for on in years_of
        for found in own_people(person.tenant_id, [person.pk], on)
        for period in open_periods(found.facts)
    }
    return sorted(days, key=lambda period: period.start)


def coverage_of_household(household_id: int, on: date) -> list[tuple[Beneficiary, Coverage]]:
    """Return each member of a household of the open scope's tenant with their rights on a day.

    Those present first, the head before the others; two queries.
    """
    tenant_id = current_scope().actor.tenant_id
    members = list(Beneficiary.objects.filter(tenant_id=tenant_id, household_id=household_id))
    found = own_people(tenant_id, (member.pk for member in members), on)
    coverages = {person.beneficiary_id: coverage_on(person.facts, on) for person in found}
    ranks = list(Beneficiary.Relationship.values)
    members.sort(
        key=lambda one: (one.left_on is not None, ranks.index(one.relationship), one.birth_date)
    )
    return [(member, coverages[member.pk]) for member in members if member.pk in coverages]


def rights_checks(tenant_id: int) -> QuerySet[RightsCheck]:
    """Return the traces of the tenant's checks, the latest first."""
    found = RightsCheck.objects.filter(tenant_id=tenant_id)
    return found.select_related("facility").order_by("-pk")


def read_people(query: str, values: Sequence[Any]) -> list[FoundPerson]:
    """Return the people whose facts a query gives, one row a person as `coverage_facts` does."""
    return [_person(row) for row in rows_of(query, *values)]


def _one_record_each(people: list[FoundPerson]) -> list[FoundPerson]:
    """Keep one record of a person who has several: the present one, else the latest.

    A person who went to another federation keeps the network's identifier there.
    """
    kept: dict[str, FoundPerson] = {}
    for person in people:
        other = kept.get(person.person_id)
        if other is None or _presence(person) > _presence(other):
            kept[person.person_id] = person
    return list(kept.values())


def _presence(person: FoundPerson) -> tuple[bool, date, int]:
    facts = person.facts
    is_here = facts.person.left_on is None and facts.household.closed_on is None
    return is_here, facts.person.joined_on, person.beneficiary_id


def _person(row: dict[str, Any]) -> FoundPerson:
    plain = (
        "beneficiary_id", "number", "family_name", "given_name", "sex", "relationship",
        "is_birth_estimated", "tenant_id", "federation", "household_id", "unit_id", "unit_name",
        "unit_phone", "federation_phone",
    )  # fmt: skip
    return FoundPerson(
        person_id=str(row["person_id"]),
        facts=RightsFacts(
            person=_person_facts(row),
            household=_household_facts(row),
            years=tuple(_year(year) for year in json.loads(row["years"] or "[]")),
        ),
        card_revoked_on=row.get("card_revoked_on"),
        card_revoked_because=row.get("card_revoked_because") or "",
        **{name: row[name] for name in plain},
    )


def _person_facts(row: dict[str, Any]) -> PersonFacts:
    # A death is told by its own day, on which the person is still covered.
    left_on = None if row["left_because"] == _DEATH else row["left_on"]
    return PersonFacts(
        birth_date=row["birth_date"],
        joined_on=row["joined_on"],
        declared_on=row["declared_on"],
        is_head=row["relationship"] == Beneficiary.Relationship.HEAD,
        left_on=left_on,
        died_on=row["died_on"],
    )


def _household_facts(row: dict[str, Any]) -> HouseholdFacts:
    is_struck_off = row["closed_because"] == _STRUCK_OFF
    return HouseholdFacts(
        closed_on=None if is_struck_off else row["closed_on"],
        struck_off_on=row["closed_on"] if is_struck_off else None,
        reinstated_on=row["reinstated_on"],
        earlier_holes=tuple(
            Hole(out_on=_day(out), back_on=_day(back), is_struck_off=is_struck)
            for out, back, is_struck in json.loads(row["holes"] or "[]")
        ),
    )


def _year(year: dict[str, Any]) -> YearFacts:
    return YearFacts(
        starts_on=_day(year["starts_on"]),
        ends_on=_day(year["ends_on"]),
        terms=_terms(year),
        enrolment=_enrolment(year["enrolment"]),
        payments=tuple(
            PaymentFact(received_on=_day(day), amount_francs=amount)
            for day, amount in year["payments"] or ()
        ),
        promise=_promise(year["promise"]),
    )


def _terms(year: dict[str, Any]) -> Terms | None:
    campaign = year["campaign"]
    if campaign is None:
        return None
    return Terms(
        year=year["year"],
        starts_on=_day(year["starts_on"]),
        ends_on=_day(year["ends_on"]),
        grace_until=_day(campaign.pop("grace_until")),
        **campaign,
    )


def _enrolment(enrolment: dict[str, Any] | None) -> EnrolmentFacts | None:
    if enrolment is None:
        return None
    cancelled_on = enrolment["cancelled_on"]
    return EnrolmentFacts(
        enrolled_on=_day(enrolment["enrolled_on"]),
        is_renewal=enrolment["is_renewal"],
        due_francs=enrolment["due_francs"],
        supplement_francs=enrolment["supplement_francs"],
        household_since=_day(enrolment["household_since"]),
        continues_cover=enrolment["continues_cover"],
        arrived_on=read_day(enrolment["arrived_on"]),
        cancelled_on=None if cancelled_on is None else _day(cancelled_on),
        waits_until=read_day(enrolment["waits_until"]),
        signed_on=read_day(enrolment["first_signed_on"]),
        opens_on=read_day(enrolment["opens_on"]),
    )


def _promise(promise: dict[str, Any] | None) -> PromiseFacts | None:
    if promise is None:
        return None
    withdrawn = promise["withdrawn_on"]
    return PromiseFacts(
        accepted_on=_day(promise["accepted_on"]),
        refused_on=_day(withdrawn) if withdrawn else None,
        instalments=tuple(
            InstalmentFact(due_on=_day(day), amount_francs=amount)
            for day, amount in promise["instalments"] or ()
        ),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
