"""Reads of the catalogue: acts, medicines and reasons for care, the network's and one's own.

All is in the network's directory; what a federation added is offered to it alone, since its own
tariffs and package speak of it.
"""

from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from claims.models import Act, CareReason
from conamus.kernel.errors import NotFound
from conamus.kernel.text import search_key
from federations.selectors.tenants import own_or_networks


def acts(tenant_id: int) -> QuerySet[Act]:
    """Return the network's acts and the tenant's own, closed ones included."""
    return Act.objects.filter(own_or_networks(tenant_id)).select_related("tenant")


def reasons(tenant_id: int) -> QuerySet[CareReason]:
    """Return the network's reasons for care and the tenant's own, closed ones included."""
    return CareReason.objects.filter(own_or_networks(tenant_id)).select_related("tenant")


def open_acts(tenant_id: int, on: date) -> QuerySet[Act]:
    """Return those that may be delivered on a day."""
    return acts(tenant_id).filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def readable_act(tenant_id: int, act_id: int) -> Act:
    """Return an act of the catalogue."""
    act = acts(tenant_id).filter(pk=act_id).first()
    if act is None:
        raise NotFound("Cet acte n’est pas au catalogue.")
    return act


def act_by_code(tenant_id: int, code: str) -> Act | None:
    """Return the act of a code as people type it; None: there is none."""
    return acts(tenant_id).filter(code__iexact=code.strip()).first()


def acts_named(tenant_id: int, words: str) -> list[Act]:
    """Return the act of a code, else those of a whole name, its strength told or not; few."""
    known = act_by_code(tenant_id, words)
    if known is not None:
        return [known]
    key = search_key(words)
    begun = acts(tenant_id).filter(search_key__startswith=key.split(" ")[0]) if key else ()
    return [act for act in begun if key in (act.search_key, search_key(act.full_name))]


def readable_reason(tenant_id: int, reason_id: int) -> CareReason:
    """Return a reason for care."""
    reason = reasons(tenant_id).filter(pk=reason_id).first()
    if reason is None:
        raise NotFound("Ce motif de soins n’est pas dans la liste.")
    return reason


def act_names(tenant_id: int) -> dict[str, str]:
    """Return the names of the acts by code, as sentences say them."""
    return {act.code: act.full_name for act in acts(tenant_id)}


def is_act_decided(act_id: int) -> bool:
    """Tell the keeper of an act whether a decision in force anywhere went by it."""
    return _answered("SELECT act_is_decided(%s)", act_id)


def is_reason_decided(reason_id: int) -> bool:
    """Tell the keeper of a reason for care whether a decision in force anywhere went by it."""
    return _answered("SELECT reason_is_decided(%s)", reason_id)


def _answered(question: str, pk: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(question, [pk])
        return bool(cursor.fetchone()[0])
