"""The register of activities: record, change, remove; the history keeps every state.

A change names the version that was read: what somebody else wrote in the meantime is never
overwritten unseen.
"""

from dataclasses import asdict, replace
from datetime import date

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Gathering, NotFound
from conamus.kernel.periods import month_of, next_month
from federations.models import Activity, ActivityParticipants
from federations.rules.activities import ActivityFacts, ParticipantGroup, activity_problems
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission
from federations.selectors.registers import activities_in_reach
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.ownership import (
    require_own_funder,
    require_own_unit,
    require_place,
    require_unit_open_on,
)
from federations.services.periods import closed_month, hold_months
from federations.services.repetition import once
from federations.services.versions import ChangedMeanwhile
from federations.tenancy.actor import Actor

_OWN_COLUMNS = (
    "unit_id", "starts_on", "ends_on", "kind", "chapter", "theme", "place_id", "place_note",
    "funder_id", "cost_francs", "result", "source",
)  # fmt: skip


class ActivityChanged(ChangedMeanwhile):
    """The activity is not any more what its second writer has read."""

    thing = "cette activité"


def own_activity(actor: Actor, activity_id: int) -> Activity:
    """Return an activity within the actor's reach; NotFound for any other."""
    activity = activities_in_reach(actor).filter(pk=activity_id).first()
    if activity is None:
        raise NotFound("Cette activité n’existe pas, ou a été supprimée.")
    return activity


@transaction.atomic
def record_activity(*, actor: Actor, facts: ActivityFacts, key: str = "") -> Activity:
    """Put an activity that took place in the register."""
    require(actor, Permission.RECORD_ACTIVITIES)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["record_activity", asdict(facts)],
        create=lambda: _create(actor, facts),
        find=lambda result: own_activity(actor, int(result)),
    )


@transaction.atomic
def change_activity(
    *, actor: Actor, activity_id: int, facts: ActivityFacts, version: int
) -> Activity:
    """Correct an activity; none of its months, old or new, may be closed.

    ``version`` is the one that was read.
    """
    require(actor, Permission.RECORD_ACTIVITIES)
    activity = _locked(actor, activity_id)
    if _facts_of(activity) == _stripped(facts):
        return own_activity(actor, activity_id)
    if version != activity.version:
        raise ActivityChanged(own_activity(actor, activity_id))
    # What a re-cut leaves after its unit's closing is corrected where it is.
    there = (activity.unit_id, activity.starts_on, activity.ends_on)
    _check(actor, facts, stays=there == (facts.unit_id, facts.starts_on, facts.ends_on))
    activity.version += 1
    _write(activity, facts)
    return own_activity(actor, activity_id)


@transaction.atomic
def remove_activity(*, actor: Actor, activity_id: int, version: int) -> None:
    """Take an activity out of the register; what it was stays in the history."""
    require(actor, Permission.RECORD_ACTIVITIES)
    activity = _locked(actor, activity_id)
    if version != activity.version:
        raise ActivityChanged(own_activity(actor, activity_id), is_removal=True)
    activity.delete()


def _create(actor: Actor, facts: ActivityFacts) -> Activity:
    _check(actor, facts)
    activity = Activity(tenant_id=actor.tenant_id)
    _write(activity, facts)
    return activity


def _locked(actor: Actor, activity_id: int) -> Activity:
    """Hold the row, and refuse one of whose months one is closed."""
    own_activity(actor, activity_id)
    activity = Activity.objects.select_for_update().get(pk=activity_id, tenant_id=actor.tenant_id)
    _require_open_months(actor, activity.unit_id, activity.starts_on, activity.ends_on)
    return activity


def _check(actor: Actor, facts: ActivityFacts, *, stays: bool = False) -> None:
    """Raise all that is wrong; what ``stays`` has the unit and the days that it had."""
    gathering = Gathering()
    problems = activity_problems(facts, today=clock.today())
    with gathering.part():
        refuse_problems(problems)
    with gathering.part():
        unit = require_own_unit(actor, facts.unit_id)
        if not stays:
            require_unit_open_on(unit, facts.starts_on, field="starts_on")
            require_unit_open_on(unit, facts.ends_on, field="ends_on")
    with gathering.part():
        require_own_funder(actor, facts.funder_id)
    with gathering.part():
        require_place(facts.place_id)
    if not {"starts_on", "ends_on"} & {problem.field for problem in problems}:
        with gathering.part():
            _require_open_months(actor, facts.unit_id, facts.starts_on, facts.ends_on)
    gathering.refuse()


def _require_open_months(actor: Actor, unit_id: int, first: date, last: date) -> None:
    """Raise PeriodClosed, at the day that lies in it, for a closed month that an activity spans."""
    days = [(unit_id, first)]
    while next_month(days[-1][1]) <= last:
        days.append((unit_id, next_month(days[-1][1])))
    closed = hold_months(tenant_id=actor.tenant_id, days=days)
    if closed:
        _, month = min(closed)
        begins_in_it = month == month_of(first).start
        raise closed_month(month, field="starts_on" if begins_in_it else "ends_on")


def _write(activity: Activity, facts: ActivityFacts) -> None:
    for column in _OWN_COLUMNS:
        setattr(activity, column, getattr(facts, column))
    save_checked(activity)
    _write_participants(activity, facts.participants)


def _write_participants(activity: Activity, groups: tuple[ParticipantGroup, ...]) -> None:
    """Bring the rows to ``groups`` in their order; a row that is the same is not touched."""
    rows = _rows_of(activity)
    for row, group in zip(rows, groups, strict=False):
        if (row.label, row.total, row.women) != (group.label, group.total, group.women):
            _save_group(row, group)
    for group in groups[len(rows) :]:
        _save_group(ActivityParticipants(tenant_id=activity.tenant_id, activity=activity), group)
    for row in rows[len(groups) :]:
        row.delete()


def _rows_of(activity: Activity) -> list[ActivityParticipants]:
    return list(activity.participants.filter(tenant_id=activity.tenant_id).order_by("id"))


def _facts_of(activity: Activity) -> ActivityFacts:
    groups = (
        ParticipantGroup(label=row.label, total=row.total, women=row.women)
        for row in _rows_of(activity)
    )
    own = {column: getattr(activity, column) for column in _OWN_COLUMNS}
    return ActivityFacts(**own, participants=tuple(groups))


def _stripped(facts: ActivityFacts) -> ActivityFacts:
    """Return the facts as they would be kept."""
    groups = (replace(group, label=group.label.strip()) for group in facts.participants)
    return replace(facts, participants=tuple(groups))


def _save_group(row: ActivityParticipants, group: ParticipantGroup) -> None:
    row.label, row.total, row.women = group.label.strip(), group.total, group.women
    save_checked(row)
