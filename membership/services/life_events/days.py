"""On which days something may have happened to a household."""

from datetime import date, timedelta

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.models import Household
from membership.rules.households import FIRST_BIRTH, MOST_DAYS_BACK


def require_past(day: date, field: str) -> None:
    """Raise for a day to come, or before anybody here was born."""
    if day > clock.today():
        raise DomainError(f"Le {day:%d/%m/%Y} est dans l’avenir.", field=field)
    if day < FIRST_BIRTH:
        raise DomainError(f"Le {day:%d/%m/%Y} est avant {FIRST_BIRTH.year}.", field=field)


def require_after(day: date, first: date, what: str, field: str) -> None:
    """Raise for a day before another; ``what`` names that one."""
    if day < first:
        raise DomainError(f"Le {day:%d/%m/%Y} est avant {what}, le {first:%d/%m/%Y}.", field=field)


def require_recent_entry(
    actor: Actor,
    household: Household,
    joined_on: date,
    *,
    what: str = "L’entrée",
    field: str = "joined_on",
) -> None:
    """The waiting is counted from the entry: a clerk does not date it back."""
    require_after(joined_on, household.in_network_since, "l’inscription du ménage", field)
    earliest = clock.today() - timedelta(days=MOST_DAYS_BACK)
    if joined_on < earliest and not is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        raise DomainError(
            f"{what} remonte à plus de {MOST_DAYS_BACK} jours : datez-la du "
            f"{earliest:%d/%m/%Y} au plus tôt, ou demandez au gestionnaire de la fédération.",
            field=field,
        )
