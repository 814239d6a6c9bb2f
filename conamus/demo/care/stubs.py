"""The stubs of the year's attestations: each facility's book, in the order of the days."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from conamus.demo.care.agreements import plan_books
from conamus.demo.care.visits import Visit
from conamus.demo.plan import NetworkPlan

_LAST_OUTSIDE = 999_999


class StubBooks:
    """Gives out stubs month after month; what is in no book counts down from the highest number."""

    def __init__(self, plan: NetworkPlan) -> None:
        self._prefixes: dict[tuple[str, str], str] = {}
        self._free: dict[tuple[str, str], Iterator[int]] = {}
        for book in plan_books(plan):
            key = (book.tenant, book.facility)
            self._prefixes[key] = book.prefix
            self._free[key] = iter(range(book.first, book.last + 1))
        self._outside: defaultdict[str, int] = defaultdict(lambda: _LAST_OUTSIDE)

    def number(self, visits: Sequence[Visit], taken: Collection[str]) -> None:
        """Give each visit of a month its stub; ``taken`` were used on the pages meanwhile."""
        for one in sorted(visits, key=lambda v: (v.day, v.person.pk, v.fraud)):
            if one.twin is not None:
                one.stub = one.twin.stub
                continue
            one.stub = self._next(one)
            while one.stub in taken:
                one.stub = self._next(one)

    def _next(self, one: Visit) -> str:
        key = (one.processing, one.facility.code)
        if one.fraud != "stub_outside" and key in self._free:
            return f"{self._prefixes[key]}-{next(self._free[key]):06d}"
        number = self._outside[one.processing]
        self._outside[one.processing] -= 1
        return f"{self._prefixes.get(key, one.processing[:3])}-{number:06d}"
