"""The order of the rules is held by cases: in another order, at least one of them differs.

Nothing is imitated: the same steps and the same clauses are run in another order. Where a pair
survives here, write the case in which the two change francs, their bearer or the reason.
"""

from itertools import combinations

import pytest

from claims.rules import targets
from claims.rules.adjudication import steps
from conamus.cases.checking import check_case
from conamus.cases.files import Case, read_file
from tests.rules.test_cases import CASES

#: Where what meets what is told: the order itself, and the files of steps 1, 9, 11 and 14.
FILES = ("order", "administrative", "papers", "rates")
BILLS = [
    case for name in FILES for case in read_file(CASES / "adjudication" / f"{name}.yaml").cases
]
STEPS = steps.STEPS
WEIGHTS = targets._WEIGHTS


def _differing() -> Case | None:
    return next((case for case in BILLS if check_case(case)), None)


def test_no_case_differs_in_the_right_order() -> None:
    assert _differing() is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(one, other, id=f"{STEPS[one].__name__}-{STEPS[other].__name__}")
        for one, other in combinations(range(len(STEPS)), 2)
    ],
)
def test_two_steps_exchanged_change_a_case(
    one: int, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = list(STEPS)
    order[one], order[other] = order[other], order[one]
    monkeypatch.setattr(steps, "STEPS", tuple(order))
    assert _differing() is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(one, one + 1, id=f"{WEIGHTS[one][0]}-{WEIGHTS[one + 1][0]}")
        for one in range(len(WEIGHTS) - 1)
    ],
)
def test_what_is_closest_exchanged_changes_a_case(
    one: int, other: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, weights = [name for name, _ in WEIGHTS], [weight for _, weight in WEIGHTS]
    names[one], names[other] = names[other], names[one]
    monkeypatch.setattr(targets, "_WEIGHTS", tuple(zip(names, weights, strict=True)))
    assert _differing() is not None
