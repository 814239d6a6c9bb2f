"""Which units a tenant may hold, and what may stand under what.

From the description of the network (CONAMUS, Rapport d'activités 2024): CONAMUS has its
antennas and the unions of health districts; a federation has its mutuelles, their
sections and its management centres. The tenant's own root (the confederation, the
federation) is brought in with the network, never opened from a page.
"""

from collections.abc import Collection
from datetime import date

#: Kinds that a tenant opens, by the kind of the tenant.
OPENED_BY = {
    "confederation": ("provincial_antenna", "communal_antenna", "district_union"),
    "federation": ("mutuelle", "section", "management_centre"),
}

#: Kinds of unit under which a kind may stand.
STANDS_UNDER = {
    "mutuelle": ("federation",),
    "section": ("mutuelle", "federation"),
    "management_centre": ("federation",),
    "provincial_antenna": ("confederation",),
    "communal_antenna": ("provincial_antenna", "confederation"),
    "district_union": ("provincial_antenna", "confederation"),
}

#: Kinds served by a management centre.
SERVED = ("mutuelle", "section")


def closing_told(closed_on: date, today: date) -> str:
    """Say of a unit when it closed, or will.

    >>> today = date(2025, 6, 30)
    >>> closing_told(today, today), closing_told(date(2026, 6, 1), today)
    ('fermée le 30/06/2025', 'ferme le 01/06/2026')
    """
    return f"{'fermée' if closed_on <= today else 'ferme'} le {closed_on:%d/%m/%Y}"


def kinds_opened_by(tenant_kind: str) -> tuple[str, ...]:
    """Return the kinds of unit that a tenant of this kind may open.

    >>> kinds_opened_by("federation")
    ('mutuelle', 'section', 'management_centre')
    """
    return OPENED_BY[tenant_kind]


def may_stand_under(kind: str, parent_kind: str) -> bool:
    """Tell whether a unit of ``kind`` may hang from one of ``parent_kind``.

    >>> may_stand_under("section", "mutuelle"), may_stand_under("mutuelle", "section")
    (True, False)
    """
    return parent_kind in STANDS_UNDER.get(kind, ())


def without_parents(unit_ids: Collection[int], parents: Collection[int | None]) -> set[int]:
    """Return the units that insure by themselves: a mutuelle made of sections counts by these.

    Both are of the insuring units open on one day, so that pages and reports count alike.

    >>> without_parents([1, 2, 3], [9, 1, 1])
    {2, 3}
    """
    return set(unit_ids).difference(parents)


def is_served_by_a_centre(kind: str) -> bool:
    """Tell whether units of this kind name a management centre.

    >>> is_served_by_a_centre("provincial_antenna")
    False
    """
    return kind in SERVED
