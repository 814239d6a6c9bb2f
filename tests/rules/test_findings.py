"""Findings as a form holds them: one a line, whatever several people took off it."""

from fractions import Fraction

import pytest

from claims.rules.facts import LineFacts, ReviewCut
from claims.rules.findings import one_a_line
from claims.rules.words import Family

#: 60 at 500: 30 000 asked.
LINE = LineFacts(1, "DRUG", next(iter(Family)), Fraction(60), 500)
KEPT = ReviewCut(1, "too_much", to_quantity=Fraction(20), note="vingt suffisent")
DEAR = ReviewCut(1, "too_dear", francs=600, note="prix")


def test_a_single_cut_stays_as_it_was_said() -> None:
    assert one_a_line([KEPT], [LINE]) == {1: KEPT}


@pytest.mark.parametrize(
    ("cuts", "is_all", "francs"),
    [
        ((KEPT, DEAR), False, 20_600),
        ((DEAR, DEAR), False, 1_200),
        ((DEAR, ReviewCut(1, "not_done", is_all=True)), True, None),
        ((KEPT, ReviewCut(1, "too_dear", francs=10_000)), True, None),
    ],
)
def test_several_are_told_as_one(
    cuts: tuple[ReviewCut, ...], is_all: bool, francs: int | None
) -> None:
    told = one_a_line(cuts, [LINE])[1]
    assert (told.is_all, told.francs) == (is_all, francs)
    assert told.reason == cuts[-1].reason
