"""Households, people and enrolments of a planned part written at once, as by hand.

COPY to a temporary table and INSERT … SELECT: policies, constraints and history hold for every
row. Locks in the house's order: households (held while planning), number ranges, receipt book.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from federations.services.bulk import insert_rows
from membership.models import Beneficiary, Household, LifeEvent, Method, PayerKind
from membership.rules.identity import phonetic_key
from membership.rules.imports import HouseholdPlan, NewEnrolment, NewPerson
from membership.rules.numbers import beneficiary_number
from membership.rules.sharing import key_on, share
from membership.selectors.growth import asks_for_growth
from membership.services.following_year import retell_following_year
from membership.services.growth import ask_supplements
from membership.services.imports.backdated import trace_old_enrolments, trace_old_entries
from membership.services.imports.part import PartPlan
from membership.services.imports.receipts import PAYMENT_COLUMNS, number_receipts
from membership.services.imports.run import ImportRun
from membership.services.numbers import issue_numbers

_HOUSEHOLD_COLUMNS = (
    "id", "tenant_id", "unit_id", "number", "colline_id", "registered_on", "category", "phone",
    "other_cover", "other_cover_number",
)  # fmt: skip
_PERSON_COLUMNS = (
    "tenant_id", "household_id", "number", "family_name", "given_name", "sort_key",
    "search_key", "given_key", "phonetic_key", "sex", "birth_date", "is_birth_estimated",
    "relationship", "phone", "identity_paper", "joined_on", "declared_on",
)  # fmt: skip
_ENROLMENT_COLUMNS = (
    "tenant_id", "household_id", "unit_id", "year_id", "colline_id", "enrolled_on",
    "is_renewal", "is_returning", "is_same_unit", "head_sex", "head_birth_year", "males", "females",
    "category", "scale_id", "contribution_francs", "joining_fee_francs", "payer_francs", "payer",
    "payer_partner_id", "waits_until",
)  # fmt: skip
_EVENT_COLUMNS = (
    "tenant_id", "household_id", "beneficiary_id", "kind", "happened_on", "note", "recorded_by",
    "recorded_at",
)  # fmt: skip
_FORMER_COLUMNS = ("tenant_id", "household_id", "number", "replaced_on", "because")
_PAPER = "numéro du registre papier"
_KEY = 125


@dataclass(slots=True)
class _Rows:
    """The rows of a part, table by table."""

    households: list[Sequence[object]] = field(default_factory=list)
    people: list[tuple[object, ...]] = field(default_factory=list)
    #: People added to households that were there: with their keys, for the event that tells it.
    joined: list[tuple[object, ...]] = field(default_factory=list)
    enrolments: list[tuple[object, ...]] = field(default_factory=list)
    #: Enrolments that something else refers to (an opening payment, a trace), with their keys.
    keyed: list[tuple[object, ...]] = field(default_factory=list)
    openings: list[dict[str, Any]] = field(default_factory=list)
    events: list[Sequence[object]] = field(default_factory=list)
    former: list[Sequence[object]] = field(default_factory=list)
    #: Enrolments dated further back than an agent may: key, day.
    backdated: list[tuple[int, date]] = field(default_factory=list)
    #: People who joined a household that was there on such a day.
    entered_back: list[int] = field(default_factory=list)


def write_households(run: ImportRun, plan: PartPlan) -> None:
    """Write everything that a part's households ask for."""
    rows = _written_rows(run, plan)
    for table, columns, values in (
        ("beneficiary", _PERSON_COLUMNS, rows.people),
        ("beneficiary", ("id", *_PERSON_COLUMNS), rows.joined),
        ("enrolment", _ENROLMENT_COLUMNS, rows.enrolments),
        ("enrolment", ("id", *_ENROLMENT_COLUMNS), rows.keyed),
        ("payment", PAYMENT_COLUMNS, number_receipts(run, rows.openings)),
        ("formernumber", _FORMER_COLUMNS, rows.former),
        ("lifeevent", _EVENT_COLUMNS, rows.events),
    ):
        if values:
            insert_rows(f"membership_{table}", columns, values)
    enrolled = [plan.known.id for plan in plan.households if plan.known and plan.enrolment]
    retell_following_year(run.actor.tenant_id, run.year, enrolled)
    trace_old_enrolments(run, rows.backdated)
    trace_old_entries(run, rows.entered_back)
    _ask_supplements(run, rows.joined)
    _change_households(run, plan.households)
    _change_people(run, plan.households)


def _ask_supplements(run: ImportRun, joined: Sequence[Sequence[object]]) -> None:
    """Ask what people who joined known households cost, where a scale asks anything at all."""
    tenant = run.actor.tenant_id
    if not joined or not asks_for_growth(tenant):
        return
    people = Beneficiary.objects.filter(tenant_id=tenant, pk__in=[row[0] for row in joined])
    in_turn = list(people.select_related("household").order_by("household", "number"))
    to_come = {person.pk for person in in_turn}
    for person in in_turn:
        to_come.discard(person.pk)
        ask_supplements(run.actor, person.household, person, to_come=to_come)


def _written_rows(run: ImportRun, plan: PartPlan) -> _Rows:
    """Write the households; return the rows of all that hangs from them.

    Those that bring their number come first: it is then no more free to be issued.
    """
    numbered = _Writer(run, [one for one in plan.households if _has_number(one)]).rows()
    _insert_households(numbered)
    others = _Writer(run, [one for one in plan.households if not _has_number(one)]).rows()
    _insert_households(others)
    return _Rows(
        **{
            one.name: getattr(numbered, one.name) + getattr(others, one.name)
            for one in fields(_Rows)
        }
    )


def _has_number(plan: HouseholdPlan) -> bool:
    return plan.known is not None or bool(plan.rows.number)


def _insert_households(rows: _Rows) -> None:
    if rows.households:
        insert_rows("membership_household", _HOUSEHOLD_COLUMNS, rows.households)


def take_ids(table: str, count: int) -> Iterator[int]:
    """Take keys of a table's sequence, to link rows before they exist; others may take too."""
    if not count:
        return iter(())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(name) FROM generate_series(1, %s),"
            " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) sequence",
            [count, table],
        )
        return iter([key for (key,) in cursor.fetchall()])


class _Writer:
    """Turns plans into rows."""

    def __init__(self, run: ImportRun, plans: Sequence[HouseholdPlan]) -> None:
        self.run, self.plans = run, plans
        self.tenant = run.actor.tenant_id
        self.now = timezone.now().isoformat()
        self.note = f"import « {run.row.file_name} »"[:300]
        new = [plan for plan in plans if plan.known is None]
        self.household_ids = take_ids("membership_household", len(new))
        self.person_ids = take_ids(
            "membership_beneficiary", sum(len(plan.new_people) for plan in plans if plan.known)
        )
        self.enrolment_ids = take_ids("membership_enrolment", sum(map(self._is_keyed, plans)))
        self.numbers = self._issue(new)
        self.made = _Rows()

    def rows(self) -> _Rows:
        for plan in self.plans:
            self._add(plan)
        return self.made

    def _issue(self, new: Sequence[HouseholdPlan]) -> dict[int, Iterator[str]]:
        """Issue, unit by unit, the numbers that the file does not bring."""
        wanted: dict[int, int] = defaultdict(int)
        for plan in new:
            if not plan.rows.number:
                wanted[plan.unit_id] += 1
        return {
            unit: iter(issue_numbers(actor=self.run.actor, unit_id=unit, count=wanted[unit]))
            for unit in sorted(wanted)
        }

    def _add(self, plan: HouseholdPlan) -> None:
        if plan.known is None:
            household = next(self.household_ids)
            number = plan.rows.number or next(self.numbers[plan.unit_id])
            self._add_household(plan, household, number)
        else:
            household, number = plan.known.id, plan.known.number
            if plan.household_changes or plan.changed_people:
                self._event(household, None, LifeEvent.Kind.CORRECTED, self.run.today)
        self._add_people(plan, household, number)
        if plan.former_number:
            self.made.former.append(
                (self.tenant, household, plan.former_number, self.run.today, _PAPER)
            )
        self._enrol(plan, household)

    def _add_household(self, plan: HouseholdPlan, household: int, number: str) -> None:
        rows = plan.rows
        cover = Household.OtherCover.CAM.value if rows.cam else ""
        self.made.households.append(
            (
                household, self.tenant, plan.unit_id, number, plan.colline_id, plan.registered_on,
                plan.category, rows.phone, cover, rows.cam,
            )
        )  # fmt: skip
        self._event(household, None, LifeEvent.Kind.REGISTERED, plan.registered_on)

    def _add_people(self, plan: HouseholdPlan, household: int, number: str) -> None:
        for new in plan.new_people:
            person = self._person(new, household, number)
            if plan.known is None:
                self.made.people.append(person)
                continue
            key = next(self.person_ids)
            self.made.joined.append((key, *person))
            self._event(household, key, LifeEvent.Kind.JOINED, new.joined_on)
            if self.run.is_entry_backdated(new.told_on):
                self.made.entered_back.append(key)

    def _person(self, new: NewPerson, household: int, number: str) -> tuple[object, ...]:
        row = new.row
        return (
            self.tenant, household, beneficiary_number(number, new.position), row.family,
            row.given, row.sort_key[:_KEY], row.search_key[:_KEY], row.given_key[:_KEY],
            phonetic_key(row.family, row.given), row.sex, row.birth_date, row.is_birth_estimated,
            row.relationship, row.phone, row.paper, new.joined_on, new.told_on,
        )  # fmt: skip

    def _event(self, household: int, person: int | None, kind: LifeEvent.Kind, on: object) -> None:
        self.made.events.append(
            (
                self.tenant, household, person, kind.value, on, self.note,
                self.run.actor.name[:150], self.now,
            )
        )  # fmt: skip

    def _is_keyed(self, plan: HouseholdPlan) -> bool:
        """Whether a new enrolment's key must be known before it is written."""
        new = plan.enrolment
        return new is not None and (
            plan.opening is not None or self.run.is_backdated(new.enrolled_on)
        )

    def _enrol(self, plan: HouseholdPlan, household: int) -> None:
        there = plan.known.enrolment if plan.known else None
        enrolment = there.id if there else 0
        if plan.enrolment is not None:
            row = self._enrolment(plan, plan.enrolment, household)
            if self._is_keyed(plan):
                enrolment = next(self.enrolment_ids)
                self.made.keyed.append((enrolment, *row))
            else:
                self.made.enrolments.append(row)
            if self.run.is_backdated(plan.enrolment.enrolled_on):
                self.made.backdated.append((enrolment, plan.enrolment.enrolled_on))
        if plan.opening is not None:
            self.made.openings.append(self._opening(plan, enrolment))

    def _enrolment(
        self, plan: HouseholdPlan, new: NewEnrolment, household: int
    ) -> tuple[object, ...]:
        terms = self.run.terms
        payer = terms.category_row(new.category) if terms else None
        return (
            self.tenant, household, plan.unit_id, self.run.year,
            plan.household_changes.get("colline_id", plan.colline_id), new.enrolled_on,
            new.is_renewal, new.is_returning, new.is_same_unit, new.head_sex, new.head_birth_year,
            new.males, new.females, new.category, terms.scale.row.pk if terms else None,
            new.contribution_francs, new.joining_fee_francs, new.payer_francs,
            payer.payer if payer else PayerKind.HOUSEHOLD.value,
            payer.payer_partner_id if payer else None, new.waits_until,
        )  # fmt: skip

    def _opening(self, plan: HouseholdPlan, enrolment: int) -> dict[str, Any]:
        """What the paper register says was paid, shared by the day's key."""
        if plan.opening is None:
            raise ValueError("asked of a plan that opens with a payment")
        paid, received = plan.opening.amount_francs, plan.opening.received_on
        fee = plan.opening.fee_francs
        shares = share(
            key_on(self.run.keys, received), contribution_francs=paid - fee, fee_francs=fee
        )
        return {
            "enrolment_id": enrolment,
            "unit_id": plan.unit_id,
            "amount_francs": paid,
            "contribution_francs": paid - fee,
            "fee_francs": fee,
            "federation_francs": shares.federation_francs,
            "confederation_francs": shares.confederation_francs,
            "method": Method.OPENING.value,
            "received_on": received,
        }


def _change_households(run: ImportRun, plans: Sequence[HouseholdPlan]) -> None:
    """Write what the rows say otherwise of known households, and count a saving of each."""
    touched = [plan for plan in plans if plan.known and (plan.household_changes or plan.new_people)]
    by_fields: dict[tuple[str, ...], list[Household]] = defaultdict(list)
    for plan in touched:
        values = _household_values(plan.household_changes)
        if plan.known and values:
            by_fields[tuple(sorted(values))].append(Household(pk=plan.known.id, **values))
    for names, rows in by_fields.items():
        Household.objects.filter(tenant_id=run.actor.tenant_id).bulk_update(
            rows, names, batch_size=500
        )
    keys = [plan.known.id for plan in touched if plan.known]
    Household.objects.filter(tenant_id=run.actor.tenant_id, pk__in=keys).update(
        version=F("version") + 1
    )


def _household_values(changes: dict[str, Any]) -> dict[str, Any]:
    values = dict(changes)
    if "cam" in values:
        values |= {
            "other_cover": Household.OtherCover.CAM.value,
            "other_cover_number": values.pop("cam"),
        }
    return values


def _change_people(run: ImportRun, plans: Sequence[HouseholdPlan]) -> None:
    by_fields: dict[tuple[str, ...], list[Beneficiary]] = defaultdict(list)
    for plan in plans:
        for found, row, changes in plan.changed_people:
            values = dict(changes)
            if "family_name" in values:
                values["phonetic_key"] = phonetic_key(row.family, row.given)
            by_fields[tuple(sorted(values))].append(Beneficiary(pk=found.id, **values))
    for names, rows in by_fields.items():
        Beneficiary.objects.filter(tenant_id=run.actor.tenant_id).bulk_update(
            rows, names, batch_size=500
        )
