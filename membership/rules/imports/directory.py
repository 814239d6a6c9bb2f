"""The federation's units and collines, by the codes and names that a file calls them."""

from collections.abc import Mapping
from dataclasses import dataclass

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key


@dataclass(frozen=True, slots=True)
class Colline:
    """A colline, and the folds of what it lies in: zone, commune, former commune."""

    id: int
    zone: str
    communes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Directory:
    """What the cells of a file are looked up in; units are those within the actor's sight."""

    units: Mapping[str, int]
    collines_by_code: Mapping[str, int]
    collines_by_name: Mapping[str, tuple[Colline, ...]]

    def unit(self, code: str) -> int:
        """Return an insuring unit by its code."""
        found = self.units.get(code.upper())
        if found is None:
            raise DomainError(
                f"« {code[:30]} » n’est le code d’aucune mutuelle ou section ouverte de vos unités."
            )
        return found

    def colline(self, name: str, *, zone: str = "", commune: str = "") -> int:
        """Return a colline by its code, or by its name where zone and commune leave one."""
        by_code = self.collines_by_code.get(name.upper())
        if by_code is not None:
            return by_code
        found = self.collines_by_name.get(search_key(name), ())
        if zone:
            found = tuple(one for one in found if one.zone == search_key(zone))
        if commune:
            found = tuple(one for one in found if search_key(commune) in one.communes)
        if len(found) == 1:
            return found[0].id
        if found:
            raise DomainError(
                f"{len(found)} collines s’appellent « {name[:40]} » : dites la commune ou la zone."
            )
        where = " dans cette zone ou commune" if zone or commune else ""
        raise DomainError(f"aucune colline ne s’appelle « {name[:40]} »{where}.")
