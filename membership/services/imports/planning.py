"""A part of a file planned: its rows read, compared with the register, put to the rules.

Reading asks nothing of the database. Planning writes nothing; a trial and a load plan alike, so
that what is told is what is done.
"""

from collections.abc import Sequence

from membership.rules.imports import Kind, Line
from membership.services.imports.households import plan_households, read_households
from membership.services.imports.part import PartPlan, ReadPart
from membership.services.imports.payments import plan_payments, read_payments
from membership.services.imports.recognition import remember
from membership.services.imports.run import ImportRun


def read_part(run: ImportRun, lines: Sequence[Line]) -> ReadPart:
    """Read a part's rows: pure, so that it may be done while the database is busy."""
    part = ReadPart(lines)
    if run.sheet.kind is Kind.PAYMENTS:
        part.payments = read_payments(run, lines, part.plan)
    else:
        part.households = read_households(run, lines, part.plan)
    return part


def plan_part(run: ImportRun, read: ReadPart, *, is_trial: bool) -> PartPlan:
    """Plan a part; a load holds the households that it names until its transaction ends."""
    if run.sheet.kind is Kind.PAYMENTS:
        return plan_payments(run, read, hold=not is_trial)
    return plan_households(run, read, is_trial=is_trial)


def recall_part(run: ImportRun, part: ReadPart, refused: Sequence[Sequence[object]]) -> None:
    """Remember whom an earlier part named, as planning it did, when work goes on after a stop."""
    not_in = {line for line, _, _ in refused}
    for rows in part.households:
        if rows.line not in not_in:
            remember(run, rows)
