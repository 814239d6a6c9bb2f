"""How many of a day's insured have open rights, in the groups that members are counted by.

« Inscrits » on a day: the people of the households whose enrolment for the year was signed by
then. « Droits ouverts »: those of them whose rights the rules find open on that very day; the
others wait, owe, or missed what they promised. A household counts with its head.

Counts are kept as a document: kind of group, unit, group, then how many male heads, female heads,
men and women. Places are kept by colline, which every division can be told from.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from conamus.kernel.periods import age_on

#: The first age of each band.
AGE_BANDS = (0, 5, 15, 25, 50, 65)
#: Kind of group → unit → group → male heads, female heads, men, women.
Figures = Mapping[str, Mapping[str, Mapping[str, list[int]]]]
COLLINE, SEX, AGE, CATEGORY = "colline", "sex", "age", "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class InsuredPerson:
    """One of the insured of a day, and what they are counted by."""

    beneficiary_id: int
    unit_id: int
    colline_id: int
    category: str
    sex: str
    birth_date: date
    is_head: bool


def age_band(born: date, on: date) -> str:
    """Return the first age of the band in which somebody is on a day.

    >>> age_band(date(2000, 7, 1), date(2025, 6, 30)), age_band(date(2000, 7, 1), date(2025, 7, 1))
    ('15', '25')
    """
    age = age_on(born, on)
    return str(max(first for first in AGE_BANDS if first <= age))


def count_people(people: Iterable[InsuredPerson], on: date) -> Figures:
    """Count people in each kind of group.

    >>> head = InsuredPerson(
    ...     beneficiary_id=1,
    ...     unit_id=7,
    ...     colline_id=9,
    ...     category="ordinary",
    ...     sex="F",
    ...     birth_date=date(1980, 1, 1),
    ...     is_head=True,
    ... )
    >>> count_people([head], date(2025, 6, 30))["age"]
    {'7': {'25': [0, 1, 0, 1]}}
    """
    made: dict[str, dict[str, dict[str, list[int]]]] = defaultdict(lambda: defaultdict(dict))
    for one in people:
        is_woman = one.sex == "F"
        groups = {
            COLLINE: str(one.colline_id),
            SEX: one.sex,
            AGE: age_band(one.birth_date, on),
            CATEGORY: one.category,
        }
        for kind, group in groups.items():
            counts = made[kind][str(one.unit_id)].setdefault(group, [0, 0, 0, 0])
            counts[is_woman] += one.is_head
            counts[2 + is_woman] += 1
    return {kind: dict(units) for kind, units in made.items()}
