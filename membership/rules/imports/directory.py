"""The federation's units and collines, by the codes and names that a file calls them."""

from collections.abc import Mapping
from dataclasses import dataclass

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key


@dataclass(frozen=True, slots=True)
class Colline:
    """A colline, the folds of its zone and communes (today's, former), and these communes."""

    id: int
    zone: str
    communes: frozenset[str]
    commune_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Directory:
    """What the cells of a file are looked up in; units are those within the actor's sight.

    ``action_zones``: the communes that a unit works in.
    """

    units: Mapping[str, int]
    collines_by_code: Mapping[str, int]
    collines_by_name: Mapping[str, tuple[Colline, ...]]
    action_zones: Mapping[int, frozenset[int]]

    def unit(self, code: str) -> int:
        """Return an insuring unit by its code."""
        found = self.units.get(code.upper())
        if found is None:
            raise DomainError(
                f"« {code[:30]} » n’est le code d’aucune mutuelle ou section ouverte de vos unités."
            )
        return found

    def colline(
        self, name: str, *, zone: str = "", commune: str = "", unit_id: int | None = None
    ) -> int:
        """Return a colline by its code, or by its name where zone and commune leave one.

        Of several that remain, it is the only one where the unit works.
        """
        by_code = self.collines_by_code.get(name.upper())
        if by_code is not None:
            return by_code
        found = self.collines_by_name.get(search_key(name), ())
        if zone:
            found = tuple(one for one in found if one.zone == search_key(zone))
        if commune:
            found = tuple(one for one in found if search_key(commune) in one.communes)
        if len(found) > 1 and unit_id is not None:
            near = self.action_zones.get(unit_id, frozenset())
            found = tuple(one for one in found if one.commune_ids & near) or found
        if len(found) == 1:
            return found[0].id
        if found:
            raise DomainError(
                f"{len(found)} collines s’appellent « {name[:40]} » : dites la commune ou la zone."
            )
        where = " dans cette zone ou commune" if zone or commune else ""
        raise DomainError(f"aucune colline ne s’appelle « {name[:40]} »{where}.")
