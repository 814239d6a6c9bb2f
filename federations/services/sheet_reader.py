"""Read a spreadsheet in a process of its own, with little memory and little time.

A sheet can claim a cell at its farthest corner and make any reader allocate all between:
here that ends this process and nothing else. Started by `sheets.py` with the kind of file
and the number of rows wanted; the file comes on standard input, the rows leave as JSON on
standard output, every cell as text. Imports nothing of ours.
"""

import json
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20


def main() -> None:
    """Limit the process, read the first sheet, write its rows."""
    _limit_process()
    most_rows = int(sys.argv[2])
    rows = read(sys.stdin.buffer.read(), most_rows)
    if "--lines" in sys.argv:
        # For whoever reads a large sheet row by row: one line of JSON each.
        sys.stdout.writelines(json.dumps(row) + "\n" for row in rows)
    else:
        json.dump(rows, sys.stdout)


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
