"""XLSX and ODS opened as rows of text: checked first, then read in a limited process of its own.

The process says how each visible sheet begins; whoever brings the file says which one is meant;
its rows then come one by one. Nothing is ever computed: a formula whose value was not kept is
text, as is a value that the spreadsheet holds for an error.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from threading import Timer

from conamus.kernel.figures import format_integer
from conamus.kernel.text import without_unseen_characters
from federations.services.sheets import READER, workbook_kind
from membership.services.imports.formulas import Formulas, unread_cells, with_formulas
from membership.services.imports.refused import UNREADABLE, refusal

#: Rows that a spreadsheet may have; a CSV has no limit.
MOST_SHEET_ROWS = 100_000
MOST_SHEET_BYTES = 40 * 1024 * 1024
MOST_INFLATED = 768 * 1024 * 1024
SHEET_SECONDS = 60
_STRAY = (
    "Ce tableur s’étend bien au-delà de son tableau : une cellule est sans doute remplie loin en "
    "bas ou à droite. Supprimez les lignes et les colonnes qui suivent le tableau, ou "
    "enregistrez-le en CSV."
)
#: What the reader's last words hold when its memory did not suffice.
_OUT_OF_MEMORY = ("MemoryError", "PyObject pointer is null")


@dataclass(frozen=True, slots=True)
class SheetHead:
    """A visible sheet: its name and its first rows, among which its titles are looked for."""

    name: str
    rows: list[list[str]]


#: Says which of the sheets is meant, by its rank; raises DomainError where that is not known.
Chooser = Callable[[Sequence[SheetHead]], int]


@dataclass(frozen=True, slots=True)
class WorkbookRows:
    """The rows of the sheet that was chosen; ``sheets``: the names of all that are visible."""

    sha256: str
    sheet: str
    sheets: list[str]
    rows: Iterator[list[str]]


@contextmanager
def open_workbook(path: Path, stream: BufferedReader, choose: Chooser) -> Iterator[WorkbookRows]:
    """Open a workbook; DomainError for what is none, at once or when a row cannot be read."""
    if path.stat().st_size > MOST_SHEET_BYTES:
        most = MOST_SHEET_BYTES // 1024 // 1024
        raise refusal(f"Un tableur a {most} Mo au plus : enregistrez-le en CSV, sans limite.")
    kind = workbook_kind(stream, most_inflated=MOST_INFLATED)
    stream.seek(0)
    digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with _reader(stream, kind) as process:
        heads = _heads(process)
        chosen = choose(heads)
        formulas = unread_cells(stream, kind, heads[chosen].name)
        _answer(process, chosen)
        yield WorkbookRows(
            digest,
            heads[chosen].name,
            [one.name for one in heads],
            _sheet_rows(process, formulas),
        )


@contextmanager
def _reader(stream: BufferedReader, kind: str) -> Iterator["subprocess.Popen[str]"]:
    """Run the process that reads; it never outlives its time nor its caller."""
    descriptor = stream.fileno()
    command = [sys.executable, "-I", str(READER), kind, str(MOST_SHEET_ROWS), str(descriptor)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        pass_fds=(descriptor,),
    )
    timer = Timer(SHEET_SECONDS, process.kill)
    timer.start()
    try:
        yield process
    finally:
        timer.cancel()
        process.kill()
        process.communicate()


def _heads(process: "subprocess.Popen[str]") -> list[SheetHead]:
    said = next(_said(process), "")
    if not said:
        _require_well(process)
    heads = [
        SheetHead(name, [_plain_cells(cells) for cells in rows]) for name, rows in json.loads(said)
    ]
    if not heads:
        raise refusal(UNREADABLE)
    return heads


def _answer(process: "subprocess.Popen[str]", chosen: int) -> None:
    if process.stdin is None:
        raise ValueError("the reader's input is a pipe")
    process.stdin.write(f"{chosen}\n")
    process.stdin.flush()


def _sheet_rows(process: "subprocess.Popen[str]", formulas: Formulas) -> Iterator[list[str]]:
    for number, line in enumerate(_said(process)):
        cells = _plain_cells(json.loads(line))
        if number > MOST_SHEET_ROWS:
            raise refusal(_too_long(cells))
        yield with_formulas(number, cells, formulas)
    _require_well(process)


def _plain_cells(cells: list[str]) -> list[str]:
    return [without_unseen_characters(cell).strip() for cell in cells]


def _said(process: "subprocess.Popen[str]") -> Iterator[str]:
    if process.stdout is None:
        raise ValueError("the reader's output is a pipe")
    return iter(process.stdout)


def _require_well(process: "subprocess.Popen[str]") -> None:
    """Refuse the file where the reader did not end well, for what its last words say."""
    if process.wait():
        # A signal or these words: for want of memory or time; else the file is damaged.
        said = process.stderr.read() if process.stderr else ""
        is_stray = process.returncode < 0 or any(words in said for words in _OUT_OF_MEMORY)
        raise refusal(_STRAY if is_stray else UNREADABLE)


def _too_long(cells: list[str]) -> str:
    """Return what to say of a sheet by its first row too many: one that is empty is no register."""
    if not any(cells):
        return _STRAY
    most = format_integer(MOST_SHEET_ROWS)
    return f"Un tableur a {most} lignes au plus : enregistrez-le en CSV, sans limite."
