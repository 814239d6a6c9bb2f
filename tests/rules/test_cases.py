"""Every case of tests/cases holds; docs/cases.md tells how they are written."""

from pathlib import Path

import pytest

from conamus.cases.checking import check_case
from conamus.cases.files import Case, find_files, read_file
from conamus.cases.registry import all_rules

CASES = Path(__file__).resolve().parents[1] / "cases"
ALL = [
    pytest.param(case, id=f"{path.parent.name}/{path.stem}: {case.title}")
    for path in find_files(CASES)
    for case in read_file(path).cases
]


@pytest.mark.parametrize("case", ALL)
def test_the_rule_says_what_the_case_expects(case: Case) -> None:
    assert check_case(case) == []


def test_every_rule_has_cases_with_their_source() -> None:
    cases = [parameter.values[0] for parameter in ALL]
    assert {case.rule for case in cases} == {name for name, _ in all_rules().values()}
    assert all(case.source for case in cases)
