"""Whom the number on a card means, for what is written of them: identifiers, no name.

Through a narrow function (membership/sql/patients_numbered.sql), since a patient may be of any
federation. Names and rights are told by the rights check alone, which is traced and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from federations.selectors.statements import rows_of
from membership.rules.rights import RightsQuery

_NUMBERED = "SELECT * FROM patients_numbered(%s, %s)"
_RECORDS = "SELECT * FROM patient_records(%s::uuid[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A person's record, whose member it is, and the days that care lies between."""

    beneficiary_id: int
    person_id: str
    number: str
    tenant_id: int
    household_id: int
    unit_id: int
    birth_date: date
    died_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record under which a person was written, merged into another since or not."""

    beneficiary_id: int
    tenant_id: int
    household_id: int


def patients_numbered(query: RightsQuery, on: date) -> list[Patient]:
    """Return whom a number, present or former, or a card's serial leads to on a day: one query.

    Of who changed federation, the record of the federation whose member they were on the day.
    """
    if not query.codes:
        return []
    rows = rows_of(_NUMBERED, list(query.codes), on)
    return [Patient(**{**row, "person_id": str(row["person_id"])}) for row in rows]


def patient_records(people: Sequence[Patient]) -> list[Record]:
    """Return all records of the people whom a number has led to: one query."""
    if not people:
        return []
    return [Record(**row) for row in rows_of(_RECORDS, [person.person_id for person in people])]
