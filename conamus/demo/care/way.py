"""The way of a claim up to the demonstration's day: its states, when, and by whom.

The facility's month comes at the beginning of the next, as one invoice; what needs no person is
decided within days, the rest when a reader has come to it. An invoice is settled once all its
claims are final, three months after the care, and paid soon after. June is live: facilities enter
it themselves, nothing of it is invoiced yet.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from claims.rules.states import State
from conamus.demo.care.season import LIVE_FROM, TODAY, final_on
from conamus.demo.provenance import stream
from conamus.kernel.periods import next_month
from federations.rules.roles import Role

#: How many of the month before last's claims that need a reader were read by now.
_READ_OF_LAST_MONTH = 0.3
_LAST_INVOICED = date(2025, 5, 1)


@dataclass(frozen=True, slots=True)
class InvoicePlan:
    """A facility's month, as its processing federation got it."""

    processing: str
    facility: str
    month: date
    received_on: date
    settled_on: date
    paid_on: date

    @property
    def is_settled(self) -> bool:
        """Tell whether what is payable is fixed by today."""
        return self.settled_on <= TODAY

    @property
    def is_paid(self) -> bool:
        """Tell whether it is paid by today."""
        return self.paid_on <= TODAY


@dataclass(frozen=True, slots=True)
class Worker:
    """Who moves a claim: the name, the key where it is a user, and the role."""

    name: str
    user_id: int | None
    role: Role


@dataclass(frozen=True, slots=True)
class Step:
    """A move, with its day and who made it."""

    source: str
    target: State
    on: date
    by: Worker
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on a federation's claims."""

    system: Worker
    clerk: Worker
    nurse: Worker
    doctor: Worker


@cache
def invoice_of(processing: str, facility: str, month: date) -> InvoicePlan | None:
    """Return the invoice of a facility's month; None: not sent yet."""
    if month > _LAST_INVOICED:
        return None
    rng = stream(f"invoice {processing} {facility} {month}")
    settled_on = next_month(month, 3) + timedelta(days=rng.randint(13, 18))
    return InvoicePlan(
        processing,
        facility,
        month,
        received_on=next_month(month) + timedelta(days=rng.randint(4, 11)),
        settled_on=settled_on,
        paid_on=settled_on + timedelta(days=rng.randint(7, 19)),
    )


def received_on(rng: Random, last: date, invoice: InvoicePlan | None) -> date:
    """Return the day on which the centre got an attestation."""
    if invoice is None:
        return min(last + timedelta(days=rng.choice((0, 0, 1, 1, 2, 3))), TODAY)
    return invoice.received_on


def checked_on(rng: Random, received: date) -> date | None:
    """Return the day of the check; None: it waits still."""
    day = received + timedelta(days=rng.choice((0, 1, 1, 2)))
    return day if day <= TODAY else None


def read_on(rng: Random, checked: date, care: date) -> date | None:
    """Return the day on which a person decided; None: it is in the queue."""
    day = checked + timedelta(days=rng.randint(2, 18))
    is_recent = care >= _LAST_INVOICED
    if care >= LIVE_FROM or day > TODAY or (is_recent and rng.random() >= _READ_OF_LAST_MONTH):
        return None
    return day


def steps_of(
    team: Team,
    entered_by: Worker,
    received: date,
    checked: date | None,
    decided: date | None,
    why: str,
    reader: Worker | None,
    invoice: InvoicePlan | None,
) -> list[Step]:
    """Return the moves of a claim up to today; ``why`` a person must see it, empty: nothing."""
    steps = [
        Step("", State.ENTERED, received, entered_by),
        Step(State.ENTERED, State.SUBMITTED, received, entered_by),
    ]
    if checked is None:
        return steps
    steps.append(Step(State.SUBMITTED, State.CHECKED, checked, team.system))
    before = State.CHECKED
    if why:
        steps.append(Step(State.CHECKED, State.TO_REVIEW, checked, team.system, why))
        before = State.TO_REVIEW
    if decided is None:
        return steps
    steps.append(Step(before, State.DECIDED, decided, reader or team.system))
    steps.extend(_after(team, decided, invoice))
    return steps


def _after(team: Team, decided: date, invoice: InvoicePlan | None) -> list[Step]:
    """What follows a decision: final, then invoiced and paid with its facility's month."""
    final = final_on(decided)
    if final > TODAY:
        return []
    steps = [Step(State.DECIDED, State.FINAL, final, team.system)]
    if invoice is not None and invoice.is_settled:
        steps.append(Step(State.FINAL, State.INVOICED, invoice.settled_on, team.clerk))
        if invoice.is_paid:
            steps.append(Step(State.INVOICED, State.PAID, invoice.paid_on, team.clerk))
    return steps
