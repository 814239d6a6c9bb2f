"""Lists to tick and to send as a whole, however long: shown a page at a time, all ticked at first.

The form carries the keys of the list as it was opened, those that are unticked and those of
the page in view. What is picked is the first less the second: what joined the list meanwhile
was seen by nobody and is not picked, and what left it is no longer there to be. To turn a page,
to search, to tick or untick all, to press Enter sends the form and saves nothing; no script is
needed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Self

from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict

from conamus.kernel.figures import format_integer
from conamus.kernel.text import search_key
from conamus.pages.forms import FormPage
from conamus.pages.lists import PAGE_SIZE

#: Longer lists are nobody's: what a request may make this machine hold.
MOST_KEYS = 100_000
#: As far as keys go in the database.
_LAST_KEY = 2**63 - 1
#: The buttons that save nothing: a page's number, or one of these. FIND is what Enter does in any
#: field: the page again, with what is ticked and typed.
TURN, FIND, ALL, NONE = "turn", "find", "all", "none"


def write_keys(keys: Iterable[int]) -> str:
    """Write keys in short: runs of neighbours, each by its distance from the one before.

    >>> write_keys([300, 301, 302, 310])
    '12c-2.8'
    """
    parts, last = [], 0
    for _, neighbours in groupby(enumerate(sorted(keys)), lambda one: one[1] - one[0]):
        run = [key for _, key in neighbours]
        parts.append(f"{run[0] - last:x}" + (f"-{run[-1] - run[0]:x}" if run[1:] else ""))
        last = run[-1]
    return ".".join(parts)


def read_keys(text: str) -> frozenset[int]:
    """Read what `write_keys` wrote; SuspiciousOperation for anything else, or too many.

    >>> sorted(read_keys("12c-2.8"))
    [300, 301, 302, 310]
    """
    found: list[int] = []
    last = 0
    for part in text.split(".") if text else ():
        gap, _, more = part.partition("-")
        try:
            first, length = last + int(gap, 16), int(more or "0", 16)
        except ValueError as error:
            raise SuspiciousOperation("a list of keys that no page wrote") from error
        last = first + length
        if not 0 < first <= last <= _LAST_KEY or len(found) + length >= MOST_KEYS:
            raise SuspiciousOperation("a list of keys that no page wrote")
        found.extend(range(first, last + 1))
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow:
    """A row of the list: its key, the words that find it, and what the page shows of it."""

    key: int
    words: str
    shown: Any
    #: Whether it may be ticked; one that may not says why.
    is_open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Picks:
    """What was listed and unticked, and where its reader is."""

    listed: frozenset[int]
    unticked: frozenset[int] = frozenset()
    page: int = 1
    search: str = ""

    @property
    def picked(self) -> frozenset[int]:
        """What is ticked, on every page."""
        return self.listed - self.unticked

    @classmethod
    def sent(cls, data: QueryDict) -> Self:
        """Read the form: what the page in view unticks, and the page that is asked for."""
        shown = read_keys(data.get("shown", ""))
        ticked = {int(key) for key in data.getlist("picked") if _is_number(key)}
        turn, search = data.get(TURN, ""), data.get("search", "").strip()[:100]
        asked = turn if _is_number(turn) else data.get("page", "")
        if turn == FIND and search != data.get("searched", ""):
            asked = "1"
        return cls(
            listed=read_keys(data.get("listed", "")),
            unticked=(read_keys(data.get("unticked", "")) - shown) | (shown - ticked),
            page=int(asked) if _is_number(asked) else 1,
            search=search,
        )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


class PickPage(FormPage):
    """A form over a list to tick: subclasses give ``pick_rows``, and save ``picks.picked``."""

    abstract = True

    @cached_property
    def pick_rows(self) -> Sequence[PickRow]:
        """The rows of today, in order."""
        raise NotImplementedError

    @cached_property
    def picks(self) -> Picks:
        """What is ticked: what was sent, else all."""
        data = self.request.POST if self.request.method == "POST" else self.found
        if data is None:
            return Picks(listed=frozenset(row.key for row in self.pick_rows if row.is_open))
        sent = Picks.sent(data)
        if data.get(TURN) not in (ALL, NONE):
            return sent
        found = frozenset(row.key for row in self._found(sent))
        is_all = data[TURN] == ALL
        unticked = sent.unticked - found if is_all else sent.unticked | found & sent.listed
        return Picks(listed=sent.listed, unticked=unticked, page=sent.page, search=sent.search)

    @property
    def unseen(self) -> int:
        """How many rows joined the list since it was opened."""
        return sum(row.is_open and row.key not in self.picks.listed for row in self.pick_rows)

    def told_unseen(self, what: str) -> str:
        """Say that rows joined the list meanwhile and are not picked; empty: none did."""
        if not self.unseen:
            return ""
        plural = "s" if self.unseen > 1 else ""
        count = format_integer(self.unseen)
        return f" {count} {what}{plural} de plus depuis l’ouverture de la liste : à voir."

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save; or only turn the page, with all that is typed and ticked."""
        if TURN not in request.POST:
            return super().post(request, *args, **kwargs)
        given = self.get_form_kwargs()
        typed = {**given.get("initial", {}), **request.POST.dict()}
        bare = {name: value for name, value in given.items() if name not in ("data", "files")}
        form = self.get_form_class()(**{**bare, "initial": typed})
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page in view, and what the form carries of the others."""
        picks = self.picks
        found = self._found(picks)
        page = Paginator(found, PAGE_SIZE).get_page(picks.page)
        here = [row for row in self.pick_rows if row.key in picks.listed]
        return super().get_context_data(
            **{
                "pick_page": page,
                "pick_lines": [(row, row.key in picks.picked) for row in page],
                "pick_search": picks.search,
                "pick_listed": write_keys(picks.listed),
                "pick_unticked": write_keys(picks.unticked & picks.listed),
                "pick_shown": write_keys(row.key for row in page if row.is_open),
                "pick_count": len(here),
                "picked_count": sum(row.key in picks.picked for row in here),
                **kwargs,
            }
        )

    def _found(self, picks: Picks) -> list[PickRow]:
        """The rows of the list that the search leads to: those of its opening that are left."""
        rows = [row for row in self.pick_rows if row.key in picks.listed or not row.is_open]
        words = search_key(picks.search).split()
        if not words:
            return rows
        return [row for row in rows if all(word in search_key(row.words) for word in words)]
