"""The error file: each refused row with its number, column and cause, and the row as it came."""

import csv
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TextIO

from conamus.kernel.errors import DomainError
from conamus.pages.exports import harmless
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import MemberImport
from membership.selectors.import_rows import unpack_rows
from membership.selectors.imports import refused_parts

#: What a French spreadsheet opens without asking.
MARK = "\ufeff"
_OWN_TITLES = ("Ligne", "Colonne", "Cause")


def write_errors(*, actor: Actor, row: MemberImport, out: TextIO) -> int:
    """Write the CSV, a part at a time; return how many rows it has under its titles.

    It can be corrected and brought in again: a household is in it with all its rows, each once.
    """
    require(actor, Permission.SEE_IMPORTS)
    writer = csv.writer(out, delimiter=";")
    out.write(MARK)
    writer.writerow([harmless(title) for title in (*_OWN_TITLES, *row.headings["titles"])])
    written = 0
    for cells in _lines(row):
        writer.writerow([harmless(cell) for cell in cells])
        written += 1
    return written


def write_stop(error: DomainError, out: TextIO) -> None:
    """Write the CSV of a file that could not be read: its faults, of no row."""
    out.write(MARK)
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_OWN_TITLES)
    for one in error.each():
        writer.writerow(["", "", harmless(one.message)])


def _lines(row: MemberImport) -> Iterator[list[object]]:
    width = len(row.headings["titles"])
    for part in refused_parts(row):
        came = dict(unpack_rows(bytes(part.content)))
        for line, told in groupby(part.refused, key=itemgetter(0)):
            causes = list(told)
            columns = ", ".join(dict.fromkeys(column for _, column, _ in causes if column))
            cells = came.get(line, [])
            sentences = " ".join(cause for _, _, cause in causes)
            yield [line, columns, sentences, *cells, *[""] * (width - len(cells))]
