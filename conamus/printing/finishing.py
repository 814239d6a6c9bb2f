"""What the press leaves undone for PDF/UA-1, done to the document before it is written.

* A header cell says whether it heads a column or a row: WeasyPrint names the headers of each
  data cell, which leaves out those that only stand over other headers (ISO 14289-1, 7.5).
* Running heads and page numbers are artifacts, which nobody wants read between two
  paragraphs: WeasyPrint marks them as content and leaves them out of the tree (7.1).
* Links stay when the document is printed.

What an independent checker (outloud 0.2.1) found was the reason for each.
"""

from collections.abc import Iterator
from typing import Any

import pydyf

_PRINT = 4  # the third bit of an annotation's flags, ISO 32000-1, table 165


def finish(_document: Any, pdf: pydyf.PDF) -> None:
    """Finish a document that WeasyPrint has tagged."""
    by_reference = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Dictionary)}
    for one in by_reference.values():
        if one.get("S") == "/TH":
            one["A"]["Scope"] = f"/{_scope(one, by_reference)}"
        if one.get("Subtype") == "/Link":
            one["F"] = _PRINT
    root = by_reference[pdf.catalog["StructTreeRoot"]]
    read = set(_marks(root, by_reference))
    streams = {one.reference: one for one in pdf.objects if isinstance(one, pydyf.Stream)}
    for reference in pdf.page_references:
        _leave_out(streams[by_reference[reference]["Contents"]], reference, read)


def _scope(cell: pydyf.Dictionary, by_reference: dict[bytes, pydyf.Dictionary]) -> str:
    """A header in the head of a table stands over a column, one in its body before a row."""
    row = by_reference[cell["P"]]
    return "Column" if by_reference[row["P"]]["S"] == "/THead" else "Row"


def _marks(
    element: pydyf.Dictionary, by_reference: dict[bytes, pydyf.Dictionary]
) -> Iterator[tuple[bytes, int]]:
    """Yield the page and number of every piece of content that the tree holds."""
    for kid in element.get("K", ()):
        if isinstance(kid, int):
            yield element["Pg"], kid
        elif kid in by_reference:
            yield from _marks(by_reference[kid], by_reference)


def _leave_out(stream: pydyf.Stream, page: bytes, read: set[tuple[bytes, int]]) -> None:
    """Make an artifact of each piece of a page's content that the tree does not hold."""
    kept: list[Any] = []
    for part in stream.stream:
        kept.append(part)
        if part != b"BDC" or (page, kept[-2].get("MCID")) in read:
            continue
        kept[-3:] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"}), b"BDC"]
    stream.stream = kept
