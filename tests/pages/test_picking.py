"""How a list to tick carries its keys: in short, read as written, else refused."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from conamus.pages.picking import MOST_KEYS, Picks, read_keys, write_keys


@given(st.frozensets(st.integers(min_value=1, max_value=2**40), max_size=60))
def test_keys_are_read_as_they_were_written(keys: frozenset[int]) -> None:
    assert read_keys(write_keys(keys)) == keys


def test_a_section_of_two_thousand_travels_in_a_few_kilobytes() -> None:
    every_third = range(1_000_000, 1_006_000, 3)
    assert len(write_keys(every_third)) < 4_100
    assert len(write_keys(range(1_000_000, 1_002_000))) < 12


@pytest.mark.parametrize(
    "text", ["x", "1,2", "5--9", "1-ffffffffff", f"1-{MOST_KEYS:x}", "1..2", "f" * 20, "0"]
)
def test_what_no_page_wrote_is_refused(text: str) -> None:
    with pytest.raises(SuspiciousOperation):
        read_keys(text)


def test_only_the_page_in_view_unticks() -> None:
    """What earlier pages unticked stays so; a key that was never listed is not picked."""
    data = QueryDict(mutable=True)
    data.update({"listed": write_keys(range(1, 9)), "unticked": write_keys([2, 5])})
    data.update({"shown": write_keys([5, 6, 7])})
    data.setlist("picked", ["5", "7", "99", "²"])
    picks = Picks.sent(data)
    assert picks.picked == {1, 3, 4, 5, 7, 8}
    assert picks.page == 1


@pytest.mark.parametrize(("search", "page"), [("keza", 3), ("kezia", 1), ("", 1)])
def test_only_another_search_goes_back_to_the_first_page(search: str, page: int) -> None:
    data = QueryDict(mutable=True)
    data.update({"turn": "find", "page": "3", "searched": "keza", "search": search})
    assert Picks.sent(data).page == page
