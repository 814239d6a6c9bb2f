"""The rows of an import with what becomes of each: paged, filtered and searched.

A part keeps some thousands of rows in short form; only the parts that a page shows are opened.
A search goes through the parts' folded text, never through the rows themselves.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import overload

from django.db.models import QuerySet

from membership.models import ImportPart, MemberImport
from membership.rules.imports import (
    Kind,
    Line,
    RowFindings,
    RowOutcome,
    Sheet,
    found_rows,
    searched_words,
    unpack_findings,
)

_KEEP_FAST = 1
#: Control characters, which opening a file has taken out of every cell.
_NEXT_CELL, _NEXT_ROW = "\x1f", "\x1e"
_PARTS_AT_ONCE = 20


def pack_rows(lines: Sequence[Line]) -> bytes:
    r"""Return rows as a part keeps them, cells and rows parted by what no cell can hold.

    >>> unpack_rows(pack_rows([(2, ["NDAYI; Éric", ""]), (4, ['deux\nlignes "x"'])]))
    [(2, ['NDAYI; Éric', '']), (4, ['deux\nlignes "x"'])]
    """
    text = _NEXT_ROW.join([f"{number}{_NEXT_CELL}{_NEXT_CELL.join(row)}" for number, row in lines])
    return pack_text(text.encode())


def pack_text(text: bytes) -> bytes:
    """Return a text as a part keeps it."""
    return zlib.compress(text, _KEEP_FAST)


def unpack_rows(content: bytes) -> list[Line]:
    """Return a part's rows as they came."""
    return list(map(_line, _kept_rows(content)))


def _kept_rows(content: bytes) -> list[str]:
    return zlib.decompress(content).decode().split(_NEXT_ROW)


def _line(kept: str) -> Line:
    number, *cells = kept.split(_NEXT_CELL)
    return int(number), cells


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A row of a file: whom it speaks of, what becomes of it, what is said of it."""

    line: int
    household: str
    subject: str
    outcome: RowOutcome
    #: Whether it was done, or would be.
    is_done: bool
    #: Title, before, after.
    notes: Sequence[Sequence[str]]
    #: Why it is refused, with the columns.
    causes: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where rows stand: a part, and their ranks in it."""

    part_id: int
    ranks: Sequence[int]


class ImportRows(Sequence[ImportRow]):
    """An import's rows in the order of the file, those not looked at yet left out.

    Lists take it for a queryset: they ask for ``all``, ``count`` and slices.
    """

    model = ImportPart

    def __init__(
        self, row: MemberImport, *, outcome: RowOutcome | None = None, words: str = ""
    ) -> None:
        self._row, self._outcome, self._query = row, outcome, words
        self._words = searched_words(words)
        self._sheet = Sheet(Kind(row.kind), row.headings["places"])

    def all(self) -> "ImportRows":
        """Return all the rows."""
        return self

    def narrowed(self, *, outcome: RowOutcome | None, words: str) -> "ImportRows":
        """Return the rows of an outcome in which every word begins one; None, empty: all."""
        return ImportRows(self._row, outcome=outcome, words=words)

    def __len__(self) -> int:
        return sum(len(place.ranks) for place in self._places)

    def count(self, value: object = None) -> int:
        """Return how many rows there are."""
        return len(self)

    def __bool__(self) -> bool:
        return len(self) > 0

    @overload
    def __getitem__(self, key: int) -> ImportRow: ...

    @overload
    def __getitem__(self, key: slice) -> list[ImportRow]: ...

    def __getitem__(self, key: int | slice) -> ImportRow | list[ImportRow]:
        if isinstance(key, slice):
            start, stop, step = key.indices(len(self))
            return list(islice(self._from(start), 0, max(0, stop - start), step))
        if key < 0:
            key += len(self)
        found = next(self._from(key), None)
        if found is None:
            raise IndexError(key)
        return found

    def __iter__(self) -> Iterator[ImportRow]:
        return self._from(0)

    def _from(self, start: int) -> Iterator[ImportRow]:
        for place in self._places:
            if start >= len(place.ranks):
                start -= len(place.ranks)
                continue
            yield from self._rows(place.part_id, place.ranks[start:])
            start = 0

    @property
    def _parts(self) -> "_Parts":
        return _Parts(self._row)

    @cached_property
    def _places(self) -> list[_Place]:
        """Where the rows are that are asked for; a part is opened for a filter or a search only."""
        if self._query.strip() and not self._words:
            return []
        if not self._words:
            return list(self._by_outcome())
        return list(self._searched())

    def _by_outcome(self) -> Iterator[_Place]:
        for part_id, rows, counts in self._parts.counted():
            known = sum(counts.get(one.value, 0) for one in RowOutcome)
            count = counts.get(self._outcome.value, 0) if self._outcome else known
            if count and count == known:
                yield _Place(part_id, range(min(count, rows)))
            elif count and self._outcome is not None:
                yield _Place(part_id, self._parts.findings(part_id).ranks(self._outcome))

    def _searched(self) -> Iterator[_Place]:
        for part_id, text in self._parts.searched():
            ranks = list(found_rows(text, self._words))
            if ranks and self._outcome is not None:
                kept = set(self._parts.findings(part_id).ranks(self._outcome))
                ranks = [rank for rank in ranks if rank in kept]
            if ranks:
                yield _Place(part_id, ranks)

    def _rows(self, part_id: int, ranks: Sequence[int]) -> Iterator[ImportRow]:
        part = self._parts.whole(part_id)
        kept = _kept_rows(bytes(part.content))
        findings = unpack_findings(bytes(part.findings))
        causes: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for line, column, cause in part.refused:
            causes[line].append((column, cause))
        for rank in ranks:
            line = _line(kept[rank])
            yield self._one(line, rank, findings, causes.get(line[0], []))

    def _one(
        self, line: Line, rank: int, findings: RowFindings, causes: Sequence[tuple[str, str]]
    ) -> ImportRow:
        number, cells = line
        cell = self._sheet.cell
        is_payment = self._sheet.kind is Kind.PAYMENTS
        named = _PAYMENT if is_payment else _PERSON
        return ImportRow(
            line=number,
            household=next((text for name in _HOUSEHOLD if (text := cell(cells, name))), ""),
            subject=" ".join(filter(None, (cell(cells, name) for name in named))),
            outcome=findings.outcome(rank),
            is_done=self._row.state == MemberImport.State.DONE,
            notes=findings.notes(rank),
            causes=causes,
        )


_HOUSEHOLD = ("number", "former_number", "household_key")
_PERSON = ("family_name", "given_name")
_PAYMENT = ("amount", "received_on", "reference", "paper_receipt")


@dataclass(frozen=True, slots=True)
class _Parts:
    """Reads of an import's parts, each with only what is asked for."""

    row: MemberImport

    def counted(self) -> list[tuple[int, int, dict[str, int]]]:
        """Return each part's rows and counts, in the order of the file."""
        return list(self._looked_at().values_list("pk", "rows", "counts"))

    def searched(self) -> Iterator[tuple[int, bytes]]:
        """Return each part's folded text, one part after the other."""
        keys = iter(list(self._looked_at().values_list("pk", flat=True)))
        while some := list(islice(keys, _PARTS_AT_ONCE)):
            found = self._looked_at().filter(pk__in=some)
            for part_id, text in found.values_list("pk", "search"):
                yield part_id, zlib.decompress(bytes(text))

    def findings(self, part_id: int) -> RowFindings:
        """Return what a part's rows come to."""
        found = self._own().filter(pk=part_id).values_list("findings", flat=True)
        return unpack_findings(bytes(found.get()))

    def whole(self, part_id: int) -> ImportPart:
        """Return a part with its rows."""
        return self._own().defer("search").get(pk=part_id)

    def _looked_at(self) -> QuerySet[ImportPart]:
        return self._own().exclude(findings=b"").order_by("position")

    def _own(self) -> QuerySet[ImportPart]:
        return ImportPart.objects.filter(tenant_id=self.row.tenant_id, member_import=self.row)
