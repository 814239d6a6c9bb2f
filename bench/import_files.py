"""What large files cost: a spreadsheet of 100,000 rows, a CSV of five registers, the row list.

The register of the largest federation is written again and again under other numbers: as XLSX and
ODS of 100,000 people, as CSV of 263,963 (the size of the whole register) and of 1,319,815. Each
comes into the federation, emptied of its members, by `import_members` in a process of its own:
seconds, and the most memory of that process and of the one that reads spreadsheets. The CSV of
the register's size is checked, not loaded, and its row list opened: first page, filtered, last
page, searched. What the network held is put back at the end.

    python -m bench import_files
"""

import argparse
import csv
import json
import logging
import os
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from xml.sax.saxutils import escape

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conamus.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - after django.setup()
from django.test import Client, override_settings  # noqa: E402

from bench.copying import empty  # noqa: E402
from bench.import_members import REASON, YEAR, set_aside, write_registers  # noqa: E402
from bench.measure import Figure, percentile_seconds, report  # noqa: E402
from bench.portal_pages import EMPTY_PAGE, page_settings, signed_in  # noqa: E402
from federations.rules.roles import Role  # noqa: E402

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
            return report(list(_figures(path, held, options.rounds)))


def _figures(folder: Path, held: Sequence[str], rounds: int) -> Iterator[Figure]:
    client = signed_in(Role.FEDERATION_MANAGER)
    for name, write in (("XLSX", _write_xlsx), ("ODS", _write_ods), ("CSV", _write_csv)):
        path = folder / f"rows.{name.lower()}"
        write(path, _rows(folder, SHEET_ROWS))
        yield from _imported(f"{name} of {SHEET_ROWS} rows", path, held)
    path = folder / "five.csv"
    _write_csv(path, _rows(folder, 5 * REGISTER_ROWS))
    yield from _imported(f"CSV of {5 * REGISTER_ROWS} rows", path, held)
    path = folder / "register.csv"
    _write_csv(path, _rows(folder, REGISTER_ROWS))
    yield from _pages(client, path, held, rounds)


def _imported(name: str, path: Path, held: Sequence[str]) -> Iterator[Figure]:
    empty(held)
    cost = _run_child(path)
    is_sheet = not name.startswith("CSV")
    most = MOST_SHEET_SECONDS if is_sheet else float("inf")
    yield Figure(name=name, measured=cost.seconds, unit="s", limit=most)
    yield Figure(name=f"{name}: memory", measured=cost.megabytes, unit="MB", limit=MOST_MEGABYTES)
    if is_sheet:
        yield Figure(
            name=f"{name}: memory of the reader", measured=cost.reader_megabytes, unit="MB",
            limit=MOST_READER_MEGABYTES,
        )  # fmt: skip


def _pages(client: Client, path: Path, held: Sequence[str], rounds: int) -> Iterator[Figure]:
    """Open the row list of a checked register."""
    empty(held)
    cost = _run_child(path, "--dry-run")
    yield Figure(name="register checked", measured=cost.seconds, unit="s", limit=float("inf"))
    listed = client.get("/imports/", secure=True).content.decode()
    found = re.search(r'href="(/imports/[0-9a-f-]{36}/)"[^>]*>register\.csv', listed)
    if found is None:
        raise RuntimeError("the checked file is not in the list")
    rows = f"{found.group(1)}lignes/"
    bound = _milliseconds(client, EMPTY_PAGE, rounds)
    for name, query in (
        ("first page", ""), ("last page", "?page=5280"), ("created", "?outcome=created"),
        ("searched by a common name", "?q=ndayi"), ("by two words", "?q=ndayizeye+jea"),
        ("by a number", "?q=C1MUN-0012"), ("by a name among those created",
        "?q=ndayi&outcome=created"),
    ):  # fmt: skip
        yield Figure(
            name=f"row list of {REGISTER_ROWS}, {name}, p95",
            measured=_milliseconds(client, rows + query, rounds), bound=bound, unit="ms",
            limit=MOST_PAGE_MILLISECONDS,
        )  # fmt: skip


def _milliseconds(client: Client, address: str, rounds: int) -> float:
    def opened() -> None:
        answer = client.get(address, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")

    return 1000 * percentile_seconds(opened, 95, rounds=rounds)


def _run_child(path: Path, *options: str) -> Cost:
    command = [sys.executable, "-m", "bench.import_files", "--child", str(path), *options]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


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


if __name__ == "__main__":
    sys.exit(main())
