"""docs/algorithms/adjudication.md says what the cases say."""

from random import Random

from hypothesis import given

from claims.cases.tables import CASES, DOCUMENT, parts, table, with_tables
from claims.rules.adjudication import STEPS, adjudicate
from tests.rules.care_builders import random_care, random_package, seeds


def test_the_tables_are_those_of_the_cases() -> None:
    """Else: python -m claims.cases.tables."""
    document = DOCUMENT.read_text(encoding="utf-8")
    assert with_tables(document) == document


def test_every_file_of_cases_has_its_table() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    for path in CASES.glob("*.yaml"):
        assert f"<!-- cases: {path.stem} -->\n{table(path.stem)}<!-- end -->" in document


def test_the_document_numbers_every_step() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    assert f"| {len(STEPS)} | " in document
    assert f"| {len(STEPS) + 1} | " not in document


@given(seeds())
def test_a_row_sums_to_what_was_asked(r: Random) -> None:
    asked, *others = parts(adjudicate(random_care(r), random_package(r)))
    assert asked == sum(others)
