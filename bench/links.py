"""Where a page leads: the links of its contents, and what its list can be asked.

A list can be asked each order that its titles offer, each choice of its filters (of long ones, the
ends), each text that its rows show, or that very many share, in each of its search boxes, and its
second and last page.
"""

from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import chain
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

#: Of a filter with more choices than this, the first two and the last.
MOST_OF_ONE_FILTER = 8
#: Searched in every list, beside what its own rows show: by name what very many share, two words,
#: the beginning of numbers and of telephones.
SHARED_TEXTS = ("ndayi", "ndayisenga jean", "MUN-0", "+257")
_LONGEST_TEXT = 60
#: Questions that are no pages of their own: a file, and the pages of a list (`asked`).
_APART = frozenset({"export", "page"})


class PageLinks(HTMLParser):
    """The addresses and the list of one page's contents; menu, frame and export apart."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        #: Values of each filter that offers choices.
        self.choices: dict[str, list[str]] = {}
        self.search_boxes: list[str] = []
        self.rows: list[list[str]] = []
        self._filter: list[str] | None = None
        self._is_asked = self._is_in_body = self._is_in_cell = False
        self.feed(content.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what leads on."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "download" not in given and "href" in given:
            self.hrefs.append(given["href"])
        elif tag in ("form", "input", "select", "option"):
            self._note_field(tag, given)
        elif tag == "tbody":
            self._is_in_body = True
        elif tag == "tr" and self._is_in_body:
            self.rows.append([])
        elif tag == "td" and self._is_in_body and self.rows:
            self._is_in_cell = True
            self.rows[-1].append("")

    def _note_field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self._is_asked = given.get("method") == "get"
        elif tag == "input" and given.get("type") == "search":
            self.search_boxes.append(given["name"])
        elif tag == "select" and self._is_asked:
            self._filter = self.choices.setdefault(given.get("name", ""), [])
        elif tag == "option" and self._filter is not None and given.get("value"):
            self._filter.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        """Leave a filter, a cell, a table."""
        if tag == "form":
            self._is_asked = False
        elif tag == "select":
            self._filter = None
        elif tag == "td":
            self._is_in_cell = False
        elif tag == "tbody":
            self._is_in_body = False

    def handle_data(self, data: str) -> None:
        """Note the text of a cell."""
        if self._is_in_cell:
            self.rows[-1][-1] += data


def followed(address: str, page: PageLinks) -> Iterator[str]:
    """Return the addresses on this site that a page of that address links to, in its order."""
    for href in page.hrefs:
        found = urlsplit(urljoin(address, href))
        if not found.netloc and not _APART & {*parse_qs(found.query)}:
            yield f"{found.path}?{found.query}" if found.query else found.path


def asked(address: str, page: PageLinks) -> Iterator[str]:
    """Return what the list of a page of that address can be asked; nothing where it has none."""
    parts = urlsplit(address)
    known = dict(parse_qsl(parts.query))
    if page.search_boxes or page.choices:
        yield from (f"{parts.path}?{urlencode(known | more)}" for more in _questions(page))


def _questions(page: PageLinks) -> Iterator[dict[str, str]]:
    for name, values in page.choices.items():
        yield from ({name: value} for value in _ends(values))
    for name in page.search_boxes:
        for text in dict.fromkeys((*_shown_texts(page.rows), *SHARED_TEXTS)):
            yield {name: text}
    queries = [parse_qs(urlsplit(href).query) for href in page.hrefs]
    numbers = sorted({int(query["page"][0]) for query in queries if "page" in query})
    yield from ({"page": str(number)} for number in {*numbers[1:2], *numbers[-1:]})


def _ends(values: list[str]) -> Iterable[str]:
    return values if len(values) <= MOST_OF_ONE_FILTER else (*values[:2], values[-1])


def _shown_texts(rows: list[list[str]]) -> Iterator[str]:
    """Return the texts of a first and a middle row: what somebody would type to find them."""
    for cell in chain(*rows[:1], *rows[len(rows) // 2 :][:1]):
        text = " ".join(cell.split())
        if 1 < len(text) <= _LONGEST_TEXT:
            yield text
