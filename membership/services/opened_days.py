"""Days that are over and that a correction opens: the manager's to decide, and listed.

A newborn is covered from its birth, so another birthday covers other days; so does an entry that
becomes a birth, or a birth that becomes an entry. The rights themselves are compared, before and
after, of last year and this one (docs/decisions/0034).
"""

from collections.abc import Sequence
from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import Period, calendar_year
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Beneficiary
from membership.rules.backdating import is_backdated, life_terms
from membership.rules.merging import days_lost
from membership.rules.sentences import day
from membership.selectors.rights import covered_periods
from membership.services.backdating import declaration_days, require_life_day


def covered_lately(person: Beneficiary) -> list[Period]:
    """Return the days of last year and this one that a record covers, as it is saved."""
    today = clock.today()
    last_year = calendar_year(today.year - 1).start
    # Of a child born in the year before it, the facts of that one come along or not.
    found = covered_periods(person, (last_year, today))
    return [period for period in found if period.start >= last_year]


def day_opened(person: Beneficiary, before: Sequence[Period]) -> date | None:
    """Return the first day before today that a record covers now and did not; None: no such day."""
    # Without what it covers now, none of these would be left.
    opened = days_lost(covered_lately(person), before)
    first = min((period.start for period in opened), default=None)
    return first if first is not None and first < clock.today() else None


def require_may_open(actor: Actor, opened_on: date | None, reason: str, *, field: str) -> None:
    """Raise unless the actor may open rights from a day that is over by a correction.

    As far back as an agent declares a birth, anybody; further, who decides, with a reason.
    """
    days = declaration_days(actor.tenant_id)
    if opened_on is None or not is_backdated(
        opened_on, terms=life_terms(days), today=clock.today()
    ):
        return
    if not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            f"Cette correction ouvre des droits pour des jours passés, dès le {day(opened_on)} : "
            "demandez-la au gestionnaire de la fédération.",
            field=field,
        )
    require_life_day(actor, opened_on, reason, days=days, field=field)
