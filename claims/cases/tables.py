"""The worked tables of docs/algorithms/adjudication.md, written from the cases.

`python -m claims.cases.tables` writes each table anew between its marks (« cases: … » and « end »);
a test fails when the document and the cases differ. A row is one case: what was asked, each part
that came off it in the order of the steps, and what the mutuelle pays; a row sums to its asked.
"""

import re
import sys
from pathlib import Path

from claims.cases.adjudication import read_care
from claims.cases.packages import read_package
from claims.rules.adjudication import Adjudication, adjudicate
from conamus.cases.facts import Facts
from conamus.cases.files import Case, read_file
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "algorithms" / "adjudication.md"
CASES = ROOT / "tests" / "cases" / "adjudication"
_MARKED = re.compile(r"(<!-- cases: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_COLUMNS = (
    "case",
    "asked",
    "facility",
    "not covered",
    "other payers",
    "deductible",
    "co-payment",
    "ceiling",
    "mutuelle",
)


def with_tables(document: str) -> str:
    """Return the document with every table as the cases say it now."""
    return _MARKED.sub(lambda found: f"{found[1]}{table(found[2])}{found[3]}", document)


def table(name: str) -> str:
    """Write the table of one file of cases."""
    file = read_file(CASES / f"{name}.yaml")
    head = [_row(_COLUMNS), _row(("---", *("---:" for _ in _COLUMNS[1:])))]
    return "".join([*head, *(_row(_cells(case)) for case in file.cases)])


def _cells(case: Case) -> tuple[str, ...]:
    facts = Facts({**case.given, **case.when}, case.title)
    try:
        decision = adjudicate(read_care(facts), read_package(facts.part("paquet")))
    except DomainError as error:
        return (f"{case.title} : *{error.message}*", *("" for _ in _COLUMNS[1:]))
    return (case.title, *(format_integer(amount) if amount else "·" for amount in parts(decision)))


def parts(decision: Adjudication) -> tuple[int, ...]:
    """Return what was asked, what came off it, and what is left; the rest sums to the first."""
    return (
        decision.asked_francs,
        decision.facility_francs,
        decision.agreed_francs - decision.covered_francs,
        decision.other_payer_francs,
        decision.deductible_francs,
        decision.copayment_francs,
        decision.ceiling_francs,
        decision.mutuelle_francs,
    )


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"


def main() -> int:
    """Write the document's tables."""
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
