"""Communes of either division, with the households insured that live in each."""

from collections.abc import Collection

from django.db import connection

from conamus.portal.desk import Desk
from conamus.portal.maps import Commune
from federations.models import Place
from federations.rules.roles import Role
from membership.selectors import insured_by_commune

Division = Place.Division

#: One query for a map of the network; what is hidden of one federation hides the sum.
_NETWORK = """
SELECT c.id, c.name, p.name,
       CASE WHEN NOT bool_or(n.commune_id IS NOT NULL AND n.households IS NULL)
            THEN coalesce(sum(n.households), 0)::bigint END
FROM federations_place c
JOIN federations_place p ON p.id = c.parent_id
LEFT JOIN {function}(%(year)s, %(division)s) n ON n.commune_id = c.id
WHERE c.division = %(division)s AND c.kind = 'commune'
GROUP BY c.id, p.id
ORDER BY p.sort_key, c.sort_key
"""


def network_communes(desk: Desk, division: Division) -> list[Commune]:
    """Return the communes with the whole network's households: one query."""
    of_whom = "released" if desk.role is Role.REGULATOR else "network"
    query = _NETWORK.format(function=f"{of_whom}_insured_by_commune")
    with connection.cursor() as cursor:
        cursor.execute(query, {"year": desk.year, "division": division.value})
        return [Commune(*row) for row in cursor.fetchall()]


def own_communes(desk: Desk, division: Division, unit_ids: Collection[int] | None) -> list[Commune]:
    """Return the communes with one's own tenant's households: two queries."""
    counts = insured_by_commune(desk.actor.tenant_id, desk.year, division, unit_ids)
    households = {count.commune_id: count.households for count in counts}
    found = Place.objects.filter(division=division, kind=Place.Kind.COMMUNE)
    ordered = found.order_by("parent__sort_key", "sort_key")
    return [
        Commune(key, name, province, households.get(key, 0))
        for key, name, province in ordered.values_list("pk", "name", "parent__name")
    ]
