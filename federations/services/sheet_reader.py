"""Read a spreadsheet in a process of its own, with little memory and little time.

A sheet can claim a cell at its farthest corner and make any reader allocate all between:
here that ends this process and nothing else. Started by `sheets.py` with the kind of file
and the number of rows wanted; the file comes on standard input, the rows leave as JSON on
standard output, every cell as text. Whoever reads a large sheet row by row gives the number of
an open file besides: the first lines of each visible sheet leave first, the answer on standard
input says which sheet, its rows follow one a line. Imports nothing of ours.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
MOST_SHEETS = 30
#: Told of each sheet, for its titles to be found among them.
HEAD_ROWS = 20
#: What stands farther to the right is under no title: whoever asked takes fewer.
MOST_COLUMNS = 256


def main() -> None:
    """Limit the process, read a sheet, write its rows."""
    _limit_process()
    most_rows = int(sys.argv[2])
    if len(sys.argv) > 3:
        _converse(int(sys.argv[3]), most_rows)
    else:
        json.dump(read(sys.stdin.buffer.read(), most_rows), sys.stdout)


def _converse(descriptor: int, most_rows: int) -> None:
    """Say how each visible sheet begins, then write the rows of the one that is answered."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    with open(descriptor, "rb") as stream:
        stream.seek(0)
        book = CalamineWorkbook.from_filelike(BytesIO(stream.read()))
    visible = SheetVisibleEnum.Visible
    names = [one.name for one in book.sheets_metadata if one.visible == visible][:MOST_SHEETS]
    # Only the first is kept: nearly always it is the one, and two large ones may be too much.
    first = book.get_sheet_by_name(names[0]) if names else None
    heads = [
        (name, list(_rows(first if at == 0 else book.get_sheet_by_name(name), HEAD_ROWS)))
        for at, name in enumerate(names)
    ]
    sys.stdout.write(json.dumps(heads) + "\n")
    sys.stdout.flush()
    answer = sys.stdin.readline().strip()
    if answer:
        at = int(answer)
        sheet = first if at == 0 else book.get_sheet_by_name(names[at])
        sys.stdout.writelines(json.dumps(row) + "\n" for row in _rows(sheet, most_rows + 2))


def _rows(sheet: Any, most: int) -> Iterator[list[str]]:
    """Return a sheet's first rows as text, one by one, from its very first cell on."""
    # The rows above the first cell come with the others, the columns before it do not.
    before = [""] * min(sheet.start[1] if sheet.start else 0, MOST_COLUMNS)
    for row in islice(sheet.iter_rows(), most):
        yield [*before, *map(as_text, row[: MOST_COLUMNS - len(before)])]


def read(content: bytes, most_rows: int) -> list[list[str]]:
    """Return the first sheet's rows as text, one more than ``most_rows`` at most."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheet = book.get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False, nrows=most_rows + 2)
    return [[as_text(cell) for cell in row] for row in rows]


def as_text(cell: Any) -> str:
    """Return a cell as a person would type it."""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _limit_process() -> None:
    """Limit memory and time where the system can (not everywhere for memory)."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ImportError, ValueError, OSError):
        return


if __name__ == "__main__":
    main()
