"""What rights are computed from: the year's terms, the household, its money, the person.

Facts are dated and none is ever edited: a counter-receipt is a payment of a negative amount on
the day it is made. Days « on » which something ends (closed, struck off, left, cancelled) are
the first without rights; the day of a death is still covered.
"""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A mutualist year and the days it grants or asks; ``ends_on`` excluded, grace included.

    ``waiting_from_year_start``: what is paid before the year waits from its first day, not from
    the payment. ``entry_back_days``: how far before its declaration an entry counts for the
    waiting of whoever joins later. What the field has not decided is told in docs/questions.md.
    """

    year: int
    starts_on: date
    ends_on: date
    grace_until: date
    waiting_days_new: int = 30
    waiting_days_late: int = 30
    newborn_days: int = 90
    promise_tolerance_days: int = 0
    waiting_from_year_start: bool = False
    waiting_days_reopened: int = 0
    entry_back_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentFacts:
    """The household's enrolment for the year; ``due_francs`` is what itself must pay.

    ``supplement_francs``: what it must have paid besides before this person, who joined after
    it was signed, is covered; nothing for the others. ``household_since``: since when the
    household is in the network (None: not known); ``continues_cover``: this person was covered
    in another household on the day before entering this one. ``waits_until``: of a renewal, the
    day on which a waiting ends that the year before was too short for. ``arrived_on``: when the
    household came from another federation, which answers for the days before. ``signed_on``:
    when it was first signed, where ``enrolled_on`` is another day; ``opens_on``: when the rights
    open, or opened last, by what was paid and promised there (docs/decisions/0011).
    """

    enrolled_on: date
    is_renewal: bool
    due_francs: int
    cancelled_on: date | None = None
    supplement_francs: int = 0
    household_since: date | None = None
    continues_cover: bool = False
    waits_until: date | None = None
    arrived_on: date | None = None
    signed_on: date | None = None
    opens_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """A member's days; ``declared_on`` None: nobody has declared this birth, or entry, yet."""

    birth_date: date
    joined_on: date
    declared_on: date | None
    is_head: bool
    left_on: date | None
    died_on: date | None

    @property
    def is_born_here(self) -> bool:
        """Whether the person was born into the household; who comes later, a baby too, was not."""
        return self.joined_on == self.birth_date

    @property
    def told_on(self) -> date | None:
        """The day on which the person was declared; who came after birth was, by coming."""
        if self.declared_on is None and not self.is_born_here:
            return self.joined_on
        return self.declared_on

    def entered_on(self, terms: Terms) -> date:
        """Return the day from which the waiting of who joins later is counted.

        An entry written down afterwards gains nothing by its earlier date beyond what the terms
        allow; a birth is what it is.
        """
        if self.declared_on is None or self.is_born_here:
            return self.joined_on
        return max(self.joined_on, self.declared_on - timedelta(days=terms.entry_back_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Days on which a household was out; ``back_on`` None: it is out still."""

    out_on: date
    back_on: date | None
    is_struck_off: bool = True

    def __contains__(self, day: date) -> bool:
        return self.out_on <= day and (self.back_on is None or day < self.back_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdFacts:
    """The household's own days.

    ``struck_off_on`` and ``reinstated_on`` are the last striking off and what followed it;
    ``earlier_holes`` all those that the household came back from.
    """

    closed_on: date | None
    struck_off_on: date | None
    reinstated_on: date | None
    earlier_holes: tuple[Hole, ...] = ()

    @property
    def holes(self) -> tuple[Hole, ...]:
        """All the days without the household, in the order in which they began."""
        return tuple(sorted((*self.earlier_holes, *self._last_hole()), key=lambda one: one.out_on))

    @property
    def out_since(self) -> date | None:
        """The day since which the household is closed, gone or struck off; None: it is open."""
        if self.closed_on is not None:
            return self.closed_on
        return next((hole.out_on for hole in self._last_hole() if hole.back_on is None), None)

    def _last_hole(self) -> tuple[Hole, ...]:
        out, back = self.struck_off_on, self.reinstated_on
        if out is None:
            return ()
        # A return from before the striking off reopens nothing.
        back = None if back is None or back < out else back
        told = {(hole.out_on, hole.back_on) for hole in self.earlier_holes}
        return () if (out, back) in told else (Hole(out_on=out, back_on=back),)
