"""A part of a file as it is read, and what its rows come to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from membership.rules.imports import (
    HouseholdPlan,
    HouseholdRows,
    Line,
    NewPayment,
    Notes,
    PaymentRow,
    Refusal,
    RowOutcome,
    refuse_together,
)


@dataclass(slots=True)
class PartPlan:
    """What a part's rows come to."""

    households: list[HouseholdPlan] = field(default_factory=list)
    payments: list[NewPayment] = field(default_factory=list)
    #: What becomes of each row, and what is said of it.
    outcomes: dict[int, RowOutcome] = field(default_factory=dict)
    notes: Notes = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, lines: Sequence[int], refusals: Sequence[Refusal]) -> None:
        """Note rows that are refused together."""
        self.outcomes.update(dict.fromkeys(lines, RowOutcome.REFUSED))
        self.refusals += refuse_together(lines, refusals)

    def counts(self) -> dict[str, int]:
        """Return what a part keeps of it: rows by outcome, and what is written."""
        counts = Counter(outcome.value for outcome in self.outcomes.values())
        counts["households"] = sum(plan.is_new for plan in self.households)
        counts["people"] = sum(len(plan.new_people) for plan in self.households)
        counts["enrolments"] = sum(plan.enrolment is not None for plan in self.households)
        openings = [plan.opening.amount_francs for plan in self.households if plan.opening]
        counts["payments"] = len(self.payments) + len(openings)
        counts["francs"] = sum(one.amount_francs for one in self.payments) + sum(openings)
        return {name: count for name, count in counts.items() if count}

    def told(self) -> list[list[object]]:
        """Return the refusals as a part keeps them, in the order of the rows."""
        ordered = sorted(self.refusals, key=lambda one: one.line)
        return [[one.line, one.column, one.cause] for one in ordered]


@dataclass(slots=True)
class ReadPart:
    """A part's rows as they are read; ``plan`` has those that cannot be."""

    lines: Sequence[Line]
    households: list[HouseholdRows] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    plan: PartPlan = field(default_factory=PartPlan)
