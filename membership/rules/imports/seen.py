"""A set of what a file of any size has named already, in sixteen bytes each.

Keeps 64-bit hashes in an open table: of a million households, two share a hash once in some
thirty million files.
"""

from array import array

_FREE = 0


class Seen:
    """Remembers texts by their hash.

    >>> seen = Seen()
    >>> seen.add("a"), seen.add("a"), "a" in seen, "b" in seen
    (True, False, True, False)
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * 1024))
        self._used = 0

    def __contains__(self, text: str) -> bool:
        return self._table[self._place(_hash(text))] != _FREE

    def add(self, text: str) -> bool:
        """Remember a text; return whether it is new."""
        value = _hash(text)
        at = self._place(value)
        if self._table[at] != _FREE:
            return False
        self._table[at] = value
        self._used += 1
        if 2 * self._used > len(self._table):
            self._grow()
        return True

    def _place(self, value: int) -> int:
        """Return where a hash stands, or where it would."""
        table = self._table
        mask = len(table) - 1
        at = value & mask
        while table[at] not in (_FREE, value):
            at = (at + 1) & mask
        return at

    def _grow(self) -> None:
        kept = self._table
        self._table = array("Q", bytes(16 * len(kept)))
        for value in kept:
            if value != _FREE:
                self._table[self._place(value)] = value


def _hash(text: str) -> int:
    return (hash(text) & 0xFFFF_FFFF_FFFF_FFFF) or 1
