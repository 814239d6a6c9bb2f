"""What is known of a person when two records are compared."""

from dataclasses import dataclass
from datetime import date

from membership.rules.identity.fold import fold_name

#: Days that stand for an unknown day in registers, whether or not somebody ticked « estimated ».
_STANDING_DAYS = frozenset({(1, 1), (7, 1)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A record; "" is what is not known. ``place`` is the colline, ``area`` the unit or commune.

    ``key`` is the caller's and is given back; ``phone`` and ``paper`` are as normalised by it.
    ``corrected_before``: of a record that came from elsewhere, what of the person was already
    corrected there (replacing.py).
    """

    key: int | str
    family_name: str
    given_name: str
    sex: str
    birth_date: date
    is_birth_estimated: bool = False
    place: int | str = ""
    area: int | str = ""
    phone: str = ""
    paper: str = ""
    household: int | str = ""
    corrected_before: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The folded words of the names, sorted."""
        return fold_name(self.family_name, self.given_name)

    @property
    def knows_day(self) -> bool:
        """Tell whether the birth date is a day and not a year."""
        day = self.birth_date
        return not self.is_birth_estimated and (day.month, day.day) not in _STANDING_DAYS
