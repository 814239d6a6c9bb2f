"""The part of CBOR (RFC 8949) that a card needs, written and read in one way only.

Integers, byte strings, texts, arrays, maps and tags, in the deterministic encoding of section
4.2.1. What is written otherwise (a longer length than needed, an indefinite one, keys out of
order or twice, bytes after the end) is refused, so two texts never mean one card; so are nests
deeper than a card has.
"""

from dataclasses import dataclass
from typing import TypeAlias

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_DEEPEST = 4

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int | str, Value] | Tagged"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with its tag."""

    tag: int
    value: Value


def dumps(value: Value) -> bytes:
    """Write a value.

    >>> dumps({1: -7, "a": [b"x", 1000]}).hex()
    'a2012661618241781903e8'
    """
    if isinstance(value, bool):
        raise TypeError("a card holds no truth values")
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        encoded = value.encode()
        return _head(_TEXT, len(encoded)) + encoded
    if isinstance(value, list):
        return _head(_ARRAY, len(value)) + b"".join(map(dumps, value))
    if isinstance(value, Tagged):
        return _head(_TAG, value.tag) + dumps(value.value)
    rows = sorted((dumps(key), dumps(item)) for key, item in value.items())
    return _head(_MAP, len(rows)) + b"".join(key + item for key, item in rows)


def loads(data: bytes) -> Value:
    """Read a value; ValueError for anything that ``dumps`` does not write.

    >>> loads(bytes.fromhex("8201190100"))
    [1, 256]
    >>> loads(bytes.fromhex("1817"))
    Traceback (most recent call last):
    ValueError: not the shortest form
    """
    reader = _Reader(data)
    value = reader.value()
    if reader.position != len(data):
        raise ValueError("bytes after the end")
    return value


def _head(kind: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([kind << 5 | argument])
    for extra, size in enumerate((1, 2, 4, 8), start=24):
        if argument < 256**size:
            return bytes([kind << 5 | extra]) + argument.to_bytes(size, "big")
    raise ValueError("too large an integer")


class _Reader:
    """Reads values from the start of ``data``."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def value(self, depth: int = 0) -> Value:
        """Read the next value."""
        if depth > _DEEPEST:
            raise ValueError("too deep")
        kind, argument = self._next_head()
        if kind == _UNSIGNED:
            return argument
        if kind == _NEGATIVE:
            return -1 - argument
        if kind == _BYTES:
            return self._take(argument)
        if kind == _TEXT:
            return self._take(argument).decode()
        if kind == _ARRAY:
            return [self.value(depth + 1) for _ in range(argument)]
        if kind == _MAP:
            return self._map(argument, depth + 1)
        return Tagged(argument, self.value(depth + 1))

    def _map(self, length: int, depth: int) -> Value:
        result: dict[int | str, Value] = {}
        before = b""
        for _ in range(length):
            start = self.position
            key = self.value(depth)
            written = self._data[start : self.position]
            if not isinstance(key, int | str) or written <= before:
                raise ValueError("keys out of order")
            before, result[key] = written, self.value(depth)
        return result

    def _next_head(self) -> tuple[int, int]:
        kind, argument = divmod(self._take(1)[0], 32)
        if kind > _TAG:
            raise ValueError("not in a card")
        if argument < 24:
            return kind, argument
        if argument > 27:
            raise ValueError("indefinite length")
        long = int.from_bytes(self._take(1 << (argument - 24)), "big")
        if len(_head(kind, long)) != 1 + (1 << (argument - 24)):
            raise ValueError("not the shortest form")
        return kind, long

    def _take(self, size: int) -> bytes:
        taken = self._data[self.position : self.position + size]
        if len(taken) != size:
            raise ValueError("cut short")
        self.position += size
        return taken
