"""Where the households of a colline go when units are cut anew.

To the only new unit there is; of several, to the one whose zone d'action holds the
colline's commune, in either division. Where none does, or more than one, a person says.
"""

from collections.abc import Collection, Sequence


def successor_of(communes: Collection[int], zones: Sequence[Collection[int] | None]) -> int | None:
    """Return the place of the new unit that receives a colline of ``communes``.

    ``zones`` holds the communes of each new unit; None for one that insures nobody.

    >>> successor_of({1, 10}, [{7}])
    0
    >>> successor_of({1, 10}, [{2, 3}, {10, 11}]), successor_of({1, 10}, [{1}, {10}])
    (1, None)
    >>> successor_of({1}, [None, {5}]), successor_of({1}, [None])
    (1, None)
    """
    insuring = [place for place, zone in enumerate(zones) if zone is not None]
    if len(insuring) == 1:
        return insuring[0]
    fitting = [place for place in insuring if set(communes) & set(zones[place] or ())]
    return fitting[0] if len(fitting) == 1 else None
