"""What waits for a manager, counted in one query: tasks, invitations, months, the report."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from conamus.kernel.periods import month_of
from conamus.portal.desk import Desk
from conamus.portal.selectors.network_jobs import FAILED_DAYS, require_following
from federations.models import Job
from federations.tenancy.scope import open_dispatcher_scope


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts behind the lines of « Ce qui vous attend »."""

    failed_jobs: int
    running_jobs: int
    open_invitations: int
    expired_invitations: int
    open_months: int
    narrative_sections: int
    reports: int
    activities: int
    unsent: int
    people: int
    transfers: int
    promises: int
    imports: int
    statement_lines: int
    duplicates: int
    stranded: int


_TALLY = """
SELECT
  (SELECT count(*) FROM federations_job
   WHERE tenant_id = %(tenant)s AND state = 'failed'
     AND finished_at > %(now)s - interval '30 days'),
  (SELECT count(*) FROM federations_job
   WHERE tenant_id = %(tenant)s AND state IN ('queued', 'running')
     AND (not_before IS NULL OR not_before <= %(today)s)),
  (SELECT count(*) FROM federations_invitation i JOIN federations_user u ON u.id = i.user_id
   WHERE i.tenant_id = %(tenant)s AND i.accepted_at IS NULL AND i.expires_at > %(now)s
     AND u.is_active),
  (SELECT count(*) FROM federations_invitation i JOIN federations_user u ON u.id = i.user_id
   WHERE i.tenant_id = %(tenant)s AND i.accepted_at IS NULL AND i.expires_at <= %(now)s
     AND u.is_active AND NOT EXISTS (
       SELECT 1 FROM federations_invitation later
       WHERE later.user_id = i.user_id AND later.id > i.id)),
  (SELECT count(*) FROM generate_series(%(first_month)s::date, %(last_month)s::date,
                                        interval '1 month') AS ended(first_day)
   WHERE NOT EXISTS (
       SELECT 1 FROM federations_periodlock l
       JOIN federations_unit u ON u.id = l.unit_id AND u.tenant_id = l.tenant_id
       WHERE l.tenant_id = %(tenant)s AND l.month = ended.first_day::date AND l.lifted_at IS NULL
         AND u.kind IN ('federation', 'confederation'))),
  (SELECT count(*) FROM federations_narrativesection
   WHERE tenant_id = %(tenant)s AND year = %(activity_year)s AND body <> ''),
  (SELECT count(*) FROM prudential_annualreport
   WHERE tenant_id = %(tenant)s AND year = %(activity_year)s),
  (SELECT count(*) FROM federations_activity
   WHERE tenant_id = %(tenant)s
     AND starts_on >= %(activities_from)s AND starts_on < %(activities_to)s),
  (SELECT count(*) FROM federations_outboxevent
   WHERE tenant_id = %(tenant)s AND published_at IS NULL AND attempts > 0),
  (SELECT count(DISTINCT r.user_id) FROM federations_roleassignment r
   JOIN federations_user u ON u.id = r.user_id AND u.is_active
   WHERE r.tenant_id = %(tenant)s AND r.valid_from <= %(today)s
     AND (r.valid_to IS NULL OR r.valid_to > %(today)s)),
  (SELECT count(*) FROM membership_transfer
   WHERE destination_id = %(tenant)s AND state = 'proposed'),
  (SELECT count(*) FROM membership_promise WHERE tenant_id = %(tenant)s AND state = 'signed'),
  (SELECT count(*) FROM membership_memberimport
   WHERE tenant_id = %(tenant)s AND state = 'checked'),
  (SELECT count(*) FROM membership_statementline
   WHERE tenant_id = %(tenant)s AND state IN ('ambiguous', 'unknown')),
  (SELECT count(*) FROM membership_duplicatepair
   WHERE tenant_id = %(tenant)s AND state = 'waiting'),
  (SELECT count(*) FROM federations_unit u
   JOIN membership_household h ON h.tenant_id = u.tenant_id AND h.unit_id = u.id
   WHERE u.tenant_id = %(tenant)s AND u.valid_to <= %(today)s AND h.closed_on IS NULL)
"""


def tally(desk: Desk) -> Tally:
    """Count what waits for a manager at the actor's own tenant."""
    this_month = month_of(desk.today).start
    parameters: dict[str, Any] = {
        "tenant": desk.actor.tenant_id,
        "now": timezone.now(),
        "today": desk.today,
        "first_month": date(desk.today.year, 1, 1),
        "last_month": _month_before(this_month),
        "activity_year": desk.last_activity_year,
        "activities_from": date(desk.before, 1, 1),
        "activities_to": date(desk.year + 1, 1, 1),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, parameters)
        return Tally(*cursor.fetchone())


def _month_before(first: date) -> date:
    return date(first.year - 1, 12, 1) if first.month == 1 else first.replace(month=first.month - 1)


@dataclass(frozen=True, slots=True)
class JobState:
    """How many tasks of the whole network are in a state, and the oldest of them."""

    state: str
    count: int
    overdue: int
    oldest_seconds: int


@dataclass(frozen=True, slots=True)
class Machinery:
    """Tasks and mails of the whole network."""

    jobs: tuple[JobState, ...]
    unsent: int
    unsent_failing: int

    @property
    def failed(self) -> int:
        """How many tasks failed lately and were not tried again."""
        return sum(one.count for one in self.jobs if one.state == Job.State.FAILED)


_JOBS = """
SELECT state, count(*), count(*) FILTER (WHERE state = 'running' AND lease_until < now()),
       coalesce(extract(epoch FROM now() - min(created_at)), 0)::bigint
FROM federations_job
WHERE state IN ('queued', 'running') OR finished_at > now() - make_interval(days => %s)
GROUP BY state ORDER BY state
"""
_OUTBOX = """
SELECT count(*), count(*) FILTER (WHERE attempts > 0)
FROM federations_outboxevent WHERE published_at IS NULL
"""


def machinery(desk: Desk) -> Machinery:
    """Count tasks and mails of every tenant: counts only, for the system administrator.

    Read as the dispatcher, whose database role sees these two tables and nothing else.
    """
    require_following(desk.actor)
    with open_dispatcher_scope(), connection.cursor() as cursor:
        cursor.execute(_JOBS, [FAILED_DAYS])
        jobs = tuple(JobState(*row) for row in cursor.fetchall())
        cursor.execute(_OUTBOX)
        unsent, failing = cursor.fetchone()
    return Machinery(jobs=jobs, unsent=unsent, unsent_failing=failing)
