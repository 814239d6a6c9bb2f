"""Whether the care that is there is whole: who brings a year of it in, piece by piece, says so.

Until then no report and no release tells of it: nothing shows that half a year is half, and of what
is released too early the parts that the rest moves by one to four attestations would stay.
"""

from collections.abc import Callable

_LOADINGS: list[Callable[[], bool]] = []


def hold_care_while(is_loading: Callable[[], bool]) -> None:
    """Have care held back for as long as ``is_loading`` says; an application asks as it starts.

    A loading that was killed goes on holding care back, since it left no year.
    """
    _LOADINGS.append(is_loading)


def is_care_held() -> bool:
    """Tell whether some of the care is still being brought in."""
    return any(is_loading() for is_loading in _LOADINGS)
