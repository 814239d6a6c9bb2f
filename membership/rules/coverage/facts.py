"""What rights are computed from: the year's terms, the household, its money, the person.

Facts are dated and none is ever edited: a counter-receipt is a payment of a negative amount on
the day it is made. Days « on » which something ends (closed, struck off, left, cancelled) are
the first without rights; the day of a death is still covered.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A mutualist year and the days it grants or asks; ``ends_on`` excluded, grace included."""

    year: int
    starts_on: date
    ends_on: date
    grace_until: date
    waiting_days_new: int = 30
    waiting_days_late: int = 30
    newborn_days: int = 90
    promise_tolerance_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentFacts:
    """The household's enrolment for the year; ``due_francs`` is what itself must pay."""

    enrolled_on: date
    is_renewal: bool
    due_francs: int
    cancelled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A member's days; ``declared_on`` None: nobody has declared this birth yet."""

    birth_date: date
    joined_on: date
    declared_on: date | None
    is_head: bool
    left_on: date | None
    died_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """The household's own days."""

    closed_on: date | None
    struck_off_on: date | None
    reinstated_on: date | None
