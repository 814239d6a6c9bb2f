"""What large files cost: a spreadsheet of 100,000 rows, a CSV of five registers, the row list.

The register of the largest federation is written again and again under other numbers: as XLSX and
ODS of 100,000 people, as CSV of 263,963 (the size of the whole register) and of 1,319,815. Each
comes into the federation, emptied of its members, by `import_members` in a process of its own:
seconds, and the most memory of that process and of the one that reads spreadsheets. The largest
CSV is killed half way and given again. The CSV of the register's size is checked, not loaded, and
its row list opened: first page, filtered, last page, searched; then once more where the register
is loaded under its own numbers, so that every row may be somebody who is there. Pages are measured
by processor time, as in `portal_pages`. What the network held is put back at the end.

    python -m bench import_files
    python -m bench import_files --only pages     (sheets, large or pages)
"""

import argparse
import csv
import json
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from xml.sax.saxutils import escape

from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings

from bench import as_is
from bench.copying import empty
from bench.import_members import REASON, YEAR, set_aside, write_registers
from bench.measure import Figure, best_worked, report
from bench.portal_pages import EMPTY_PAGE, page_settings, signed_in
from conamus.pages.lists import PAGE_SIZE
from federations.rules.roles import Role

FEDERATION = "MUNASA"
SHEET_ROWS = 100_000
REGISTER_ROWS = 263_963
MOST_MEGABYTES = 300
#: The reader of spreadsheets is limited by the system to a gigabyte.
MOST_READER_MEGABYTES = 1024
MOST_SHEET_SECONDS = 60
MOST_PAGE_MILLISECONDS = 250
Row = list[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one import cost."""

    seconds: float
    megabytes: float
    reader_megabytes: float


def main() -> int:
    """Measure, print, and fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="openings of each page")
    parser.add_argument("--only", choices=sorted(_PARTS), help="one part of the measures")
    parser.add_argument("--child", metavar="FILE", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return _import(options.child, dry_run=options.dry_run)
    logging.disable(logging.WARNING)
    with TemporaryDirectory() as folder, override_settings(**page_settings()):
        path = Path(folder)
        write_registers(path)
        with set_aside(path) as held:
            parts = [_PARTS[options.only]] if options.only else _PARTS.values()
            return report([one for part in parts for one in part(path, held, options.rounds)])


def _sheets(folder: Path, held: Sequence[str], rounds: int) -> Iterator[Figure]:
    """Spreadsheets of as many rows as they may have, and a CSV of the same."""
    for name, write in (("XLSX", _write_xlsx), ("ODS", _write_ods), ("CSV", _write_csv)):
        path = folder / f"rows.{name.lower()}"
        write(path, _rows(folder, SHEET_ROWS))
        empty(held)
        yield from _costs(f"{name} of {SHEET_ROWS} rows", _run_child(path))


def _costs(name: str, cost: Cost) -> Iterator[Figure]:
    is_sheet = not name.startswith("CSV")
    most = MOST_SHEET_SECONDS if is_sheet else float("inf")
    yield Figure(name=name, measured=cost.seconds, unit="s", limit=most)
    yield Figure(name=f"{name}: memory", measured=cost.megabytes, unit="MB", limit=MOST_MEGABYTES)
    if is_sheet:
        yield Figure(
            name=f"{name}: memory of the reader", measured=cost.reader_megabytes, unit="MB",
            limit=MOST_READER_MEGABYTES,
        )  # fmt: skip


def _large(folder: Path, held: Sequence[str], rounds: int) -> Iterator[Figure]:
    """A CSV of five registers: killed half way, given again, and everybody is there once."""
    path, rows = folder / "five.csv", 5 * REGISTER_ROWS
    _write_csv(path, _rows(folder, rows))
    empty(held)
    killed = _killed_half_way(path)
    yield from _costs(f"CSV of {rows} rows, killed half way", killed)
    yield from _costs("CSV given again, to its end", _run_child(path))
    there = _count("SELECT count(*) FROM membership_beneficiary")
    if there != rows:
        raise RuntimeError(f"{there} people are there, and the file has {rows}")


def _killed_half_way(path: Path) -> Cost:
    """Kill an import without warning once half of its parts are loaded."""
    start = perf_counter()
    child = subprocess.Popen(_child(path), stdout=subprocess.DEVNULL)
    while child.poll() is None:
        sleep(1)
        loaded = _count("SELECT count(*) FROM membership_importpart WHERE loaded_at IS NOT NULL")
        if loaded and 2 * loaded >= _count("SELECT count(*) FROM membership_importpart"):
            child.kill()
            _, _, used = os.wait4(child.pid, 0)
            child.returncode = -signal.SIGKILL
            return Cost(perf_counter() - start, used.ru_maxrss / 1024, 0)
    raise RuntimeError("the import was over before it could be killed")


def _count(query: str, asked: Sequence[str] = ()) -> int:
    with connections["loader"].cursor() as cursor:
        cursor.execute(query, asked)
        return int(cursor.fetchone()[0])


def _pages(folder: Path, held: Sequence[str], rounds: int) -> Iterator[Figure]:
    """The row list of a checked register: of new households, then of people who may be there."""
    client = signed_in(Role.FEDERATION_MANAGER)
    bound = _milliseconds(client, EMPTY_PAGE, rounds)
    path = folder / "register.csv"
    _write_csv(path, _rows(folder, REGISTER_ROWS))
    empty(held)
    for state, outcome in (("new", "created"), ("doubtful", "doubtful")):
        if outcome == "doubtful":
            _run_child(folder / f"{FEDERATION}.csv")
        cost = _run_child(path, "--dry-run")
        yield from _costs(f"CSV of {REGISTER_ROWS} rows checked, {state}", cost)
        found = _count(_ROWS_LAST_CHECKED, [outcome])
        rows = _row_list(client)
        for name, query in _asked(outcome, found):
            yield Figure(
                name=f"row list, {found} {state}, {name}",
                measured=_milliseconds(client, rows + query, rounds), bound=bound, unit="ms",
                limit=MOST_PAGE_MILLISECONDS,
            )  # fmt: skip


#: The rows of an outcome in the file brought last.
_ROWS_LAST_CHECKED = """
SELECT sum((counts ->> %s)::int) FROM membership_importpart WHERE member_import_id = (
    SELECT id FROM membership_memberimport ORDER BY brought_at DESC LIMIT 1)
"""


def _asked(outcome: str, found: int) -> list[tuple[str, str]]:
    """What a person asks of a row list, by name."""
    last = -(-found // PAGE_SIZE)
    return [
        ("first page", ""),
        (f"{outcome}", f"?outcome={outcome}"),
        (f"last page of {outcome}", f"?outcome={outcome}&page={last}"),
        ("searched by a common name", "?q=ndayi"),
        ("by two words", "?q=ndayizeye+jea"),
        ("by a number", "?q=C1MUN-0012"),
        (f"by a name among the {outcome}", f"?q=ndayi&outcome={outcome}"),
    ]


def _row_list(client: Client) -> str:
    """Return the address of the rows of the register checked last."""
    listed = client.get("/imports/", secure=True).content.decode()
    found = re.search(r'href="(/imports/[0-9a-f-]{36}/)"[^>]*>register\.csv', listed)
    if found is None:
        raise RuntimeError("the checked file is not in the list")
    return f"{found.group(1)}lignes/"


#: What can be measured by itself.
_PARTS: dict[str, Callable[[Path, Sequence[str], int], Iterator[Figure]]] = {
    "sheets": _sheets, "large": _large, "pages": _pages,
}  # fmt: skip


def _milliseconds(client: Client, address: str, rounds: int) -> float:
    """Open a page: the best time of processors, ours and the database's, as of other pages."""

    def opened() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return 1000 * best_worked(opened, rounds=rounds).busy_seconds


def _run_child(path: Path, *options: str) -> Cost:
    done = subprocess.run(_child(path, *options), check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _child(path: Path, *options: str) -> list[str]:
    return as_is("import_files", "--child", str(path), *options)


def _import(path: Path, *, dry_run: bool) -> int:
    """Import a file in this process, and say what it cost."""
    start = perf_counter()
    with Path(os.devnull).open("w") as unheard:
        call_command(
            "import_members", path, federation=FEDERATION, year=YEAR, reason=REASON,
            dry_run=dry_run, stdout=unheard,
        )  # fmt: skip
    told = {
        "seconds": perf_counter() - start,
        "megabytes": _most(resource.RUSAGE_SELF),
        "reader_megabytes": _most(resource.RUSAGE_CHILDREN),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _most(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _rows(folder: Path, wanted: int) -> Iterator[Row]:
    """Return the titles, then so many people: the register again and again, numbered anew."""
    written = 0
    for copy in count(1):
        with (folder / f"{FEDERATION}.csv").open(encoding="utf-8", newline="") as text:
            reader = csv.reader(text, delimiter=";")
            titles = next(reader)
            if copy == 1:
                yield titles
            for number, *cells in reader:
                if written == wanted:
                    return
                written += 1
                yield [f"C{copy}{number}", *cells]


def _write_csv(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)


def _write_xlsx(path: Path, rows: Iterator[Row]) -> None:
    """Write a workbook of shared texts, as Excel does."""
    shared: dict[str, int] = {}

    def cell(text: str) -> str:
        return f'<c t="s"><v>{shared.setdefault(text, len(shared))}</v></c>' if text else "<c/>"

    space = "http://schemas.openxmlformats.org"
    book = f"{space}/spreadsheetml/2006/main"
    links = f"{space}/officeDocument/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as out:
            out.write(f'<worksheet xmlns="{book}"><sheetData>'.encode())
            _write_each(out.write, rows, cell, "row")
            out.write(b"</sheetData></worksheet>")
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{book}">{texts}</sst>')
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{book}" xmlns:r="{links}"><sheets>'
            '<sheet name="Registre" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{space}/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{links}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{space}/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="{links}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{links}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )


def _write_ods(path: Path, rows: Iterator[Row]) -> None:
    """Write a workbook of text cells, as LibreOffice does."""

    def cell(text: str) -> str:
        if not text:
            return "<table:table-cell/>"
        return (
            '<table:table-cell office:value-type="string" calcext:value-type="string">'
            f"<text:p>{escape(text)}</text:p></table:table-cell>"
        )

    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    calcext = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        with archive.open("content.xml", "w") as out:
            head = f'<office:document-content {spaces} xmlns:calcext="{calcext}">'
            out.write(f"{head}<office:body><office:spreadsheet>".encode())
            out.write(b'<table:table table:name="Registre">')
            _write_each(out.write, rows, cell, "table:table-row")
            out.write(b"</table:table></office:spreadsheet></office:body>")
            out.write(b"</office:document-content>")


def _write_each(
    write: Callable[[bytes], object], rows: Iterator[Row], cell: Callable[[str], str], name: str
) -> None:
    for row in rows:
        write(f"<{name}>{''.join(map(cell, row))}</{name}>".encode())
