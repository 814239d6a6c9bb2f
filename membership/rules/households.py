"""What a household must be: one head, members with possible dates, no more than the scale takes.

What cannot be is refused, all of it at once; what is only unusual (two spouses, a child older
than the head) is told as a warning, because families are what they are. Limits are arguments.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import age_on
from membership.rules.sentences import counted, day

_Value = TypeVar("_Value", int, str)

FIRST_BIRTH = date(1900, 1, 1)
_YEAR_ALONE = re.compile(r"(?:(?:vers|env\.?|environ|en|ca\.?)\s+|[~±]\s*)?(\d{4})", re.IGNORECASE)
YOUNGEST_HEAD = 15
#: A marriage is a woman's from 18 years on, a man's from 21 (Code des personnes et de la famille,
#: article 88): a spouse younger than 18 is none by law, and is confirmed by whoever writes it.
YOUNGEST_SPOUSE = 18
#: From this age on a child is no birth any more but a new person, with the waiting. Ours: the
#: statutes say only that a newborn is declared; no mutual declares one after the first birthday.
BIRTH_BEFORE_AGE = 1
#: How far back a clerk may date an arrival: over a month nobody can tell any more whether it was
#: written for the illness of the day. Ours, as long as the usual waiting; the federation decides
#: about older papers.
MOST_DAYS_BACK = 30
#: How far back a clerk may date a death, a departure or a closing: people die far from the desk.
#: Ours: a month too; an older one takes rights and bills back, so the federation decides.
MOST_LEAVING_DAYS_BACK = 30


class Relationship(StrEnum):
    """What a member is to the head; the value is stored, the label is on the screen."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The relationship's French name."""
        return _LABELS[self]


_LABELS = {
    Relationship.HEAD: "adhérent (chef de ménage)",
    Relationship.SPOUSE: "conjoint",
    Relationship.CHILD: "enfant",
    Relationship.OTHER: "autre personne à charge",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One membership of a person in a household; ``person`` "": not known elsewhere.

    ``left_on`` is the first day outside; somebody who died on a day was there that day.
    """

    position: int
    relationship: str
    sex: str
    birth_date: date
    joined_on: date
    left_on: date | None = None
    died_on: date | None = None
    person: str = ""

    def is_present(self, on: date) -> bool:
        """Tell whether the member is in the household on the day."""
        if on < self.joined_on or (self.left_on is not None and on >= self.left_on):
            return False
        return self.died_on is None or on <= self.died_on


def problems_of(
    members: Sequence[Member],
    *,
    on: date,
    most_people: int | None,
    youngest_head: int = YOUNGEST_HEAD,
) -> list[DomainError]:
    """Return everything that cannot be, the household first, then each member in order.

    Fields are ``members`` and ``members-{index}-{name}``.

    >>> children = [
    ...     Member(
    ...         position=1,
    ...         relationship="child",
    ...         sex="F",
    ...         birth_date=date(2015, 4, 2),
    ...         joined_on=date(2024, 11, 12),
    ...     )
    ... ]
    >>> [p.message for p in problems_of(children, on=date(2025, 1, 1), most_people=None)]
    ['Le ménage n’a pas d’adhérent (chef de ménage).']
    """
    present = [member for member in members if member.is_present(on)]
    problems = [
        *_head_problems(members, present, on, youngest_head),
        *_size_problems(present, most_people),
        *_twice_problems(members, present),
    ]
    for index, member in enumerate(members):
        problems += _date_problems(member, on, f"members-{index}")
    return problems


def warnings_of(
    members: Sequence[Member], *, on: date, youngest_spouse: int = YOUNGEST_SPOUSE
) -> tuple[str, ...]:
    """Return what is unusual in the household, and accepted."""
    present = [member for member in members if member.is_present(on)]
    return tuple(_warnings(present, on, youngest_spouse))


def person_mark(names: str, sex: str, birth_date: date) -> str:
    """Return what one person has in a household and no other: names in any order, sex, birth.

    >>> born = date(1990, 3, 4)
    >>> person_mark("ndayisenga aline", "F", born) == person_mark("aline ndayisenga", "F", born)
    True
    """
    return f"{' '.join(sorted(names.split()))}|{sex}|{birth_date.isoformat()}"


def new_born_problem(relationship: str) -> str:
    """Return why a newborn cannot be that to the head; empty where it can.

    >>> new_born_problem("child"), new_born_problem("other")
    ('', '')
    >>> new_born_problem("spouse")
    'Un nouveau-né n’est pas un conjoint : enfant, ou autre personne à charge.'
    """
    if relationship == Relationship.SPOUSE:
        return "Un nouveau-né n’est pas un conjoint : enfant, ou autre personne à charge."
    return ""


def check_birth(birth_date: date, today: date, *, field: str = "birth_date") -> None:
    """Raise DomainError for a birth in the future or before 1900.

    >>> check_birth(date(2025, 7, 1), date(2025, 6, 30))
    Traceback (most recent call last):
    conamus.kernel.errors.DomainError: La date de naissance 01/07/2025 est dans l’avenir.
    """
    if birth_date > today:
        raise DomainError(f"La date de naissance {day(birth_date)} est dans l’avenir.", field=field)
    if birth_date < FIRST_BIRTH:
        raise DomainError(
            f"La date de naissance {day(birth_date)} est avant {FIRST_BIRTH.year}.", field=field
        )


def year_alone(text: str) -> int | None:
    """Return the year of a birth of which nothing more is known, as it is told; None: a day is.

    >>> year_alone("1984"), year_alone("vers 1984"), year_alone("~1984"), year_alone("01/05/1984")
    (1984, 1984, 1984, None)
    """
    found = _YEAR_ALONE.fullmatch(text)
    return int(found[1]) if found else None


def estimated_birth(year: int, there_on: date | None = None) -> date:
    """Return the day that stands for a year of birth: its middle, or its start.

    Its start where the person was there before the middle (``there_on``: a day on which they were,
    today at the latest): nobody enters before being born.

    >>> estimated_birth(1990), estimated_birth(2025, date(2025, 3, 1))
    (datetime.date(1990, 7, 1), datetime.date(2025, 1, 1))
    """
    if not 1 <= year <= 9999:
        raise DomainError("Donnez l’année de naissance en quatre chiffres.", field="birth_date")
    middle = date(year, 7, 1)
    return date(year, 1, 1) if there_on is not None and there_on < middle else middle


def _head_problems(
    members: Sequence[Member], present: Sequence[Member], on: date, youngest_head: int
) -> Iterator[DomainError]:
    heads = [member for member in present if member.relationship == Relationship.HEAD]
    # A head who is not born or not there yet is told so: the household has one all the same.
    if not heads and not any(
        member.relationship == Relationship.HEAD and on < member.joined_on for member in members
    ):
        yield DomainError("Le ménage n’a pas d’adhérent (chef de ménage).", field="members")
    if len(heads) > 1:
        ranks = ", ".join(f"n° {head.position}" for head in heads)
        yield DomainError(f"Le ménage a {len(heads)} adhérents : {ranks}.", field="members")
    for head in heads:
        if FIRST_BIRTH <= head.birth_date <= on and age_on(head.birth_date, on) < youngest_head:
            yield DomainError(
                f"L’adhérent a {counted(age_on(head.birth_date, on), 'an')} : il en faut "
                f"{youngest_head} au moins.",
                field=f"members-{members.index(head)}-birth_date",
            )


def _size_problems(present: Sequence[Member], most_people: int | None) -> Iterator[DomainError]:
    if most_people is not None and len(present) > most_people:
        yield DomainError(
            f"Le ménage a {counted(len(present), 'personne')} ; le barème en admet "
            f"{most_people}, adhérent compris.",
            field="members",
        )


def _twice_problems(members: Sequence[Member], present: Sequence[Member]) -> Iterator[DomainError]:
    """A position is given once for ever; a person is in the household once at a time."""
    for position in _repeated([member.position for member in members]):
        yield DomainError(f"Deux membres portent le n° {position}.", field="members")
    for person in _repeated([member.person for member in present if member.person]):
        ranks = ", ".join(f"n° {member.position}" for member in present if member.person == person)
        yield DomainError(f"La même personne est inscrite deux fois : {ranks}.", field="members")


def _repeated(values: Sequence[_Value]) -> list[_Value]:
    if len(set(values)) == len(values):
        return []
    return [value for value, times in Counter(values).items() if times > 1]


def _date_problems(member: Member, on: date, field: str) -> Iterator[DomainError]:
    try:
        check_birth(member.birth_date, on, field=f"{field}-birth_date")
    except DomainError as error:
        yield DomainError(f"{_named(member)} : {_lowered(error.message)}", field=error.field)
    if member.died_on is not None:
        yield from _death_problems(member, member.died_on, on, f"{field}-died_on")
    if member.joined_on < member.birth_date:
        yield DomainError(
            f"{_named(member)} : entrée le {day(member.joined_on)}, avant la naissance le "
            f"{day(member.birth_date)}.",
            field=f"{field}-joined_on",
        )
    elif member.birth_date <= on < member.joined_on:
        yield DomainError(
            f"{_named(member)} : entrée le {day(member.joined_on)}, dans l’avenir.",
            field=f"{field}-joined_on",
        )
    if member.left_on is not None and member.left_on < member.joined_on:
        yield DomainError(
            f"{_named(member)} : sortie le {day(member.left_on)}, avant l’entrée le "
            f"{day(member.joined_on)}.",
            field=f"{field}-left_on",
        )


def _death_problems(member: Member, died_on: date, on: date, field: str) -> Iterator[DomainError]:
    who, died = _named(member), day(died_on)
    if died_on < member.birth_date:
        born = day(member.birth_date)
        yield DomainError(f"{who} : décès le {died}, avant la naissance le {born}.", field=field)
    if died_on > on:
        yield DomainError(f"{who} : le décès du {died} est dans l’avenir.", field=field)
    if member.birth_date <= died_on < member.joined_on:
        joined = day(member.joined_on)
        yield DomainError(f"{who} : décès le {died}, avant l’entrée le {joined}.", field=field)


def _named(member: Member) -> str:
    return f"Membre n° {member.position}"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _warnings(present: Sequence[Member], on: date, youngest_spouse: int) -> Iterator[str]:
    spouses = [member for member in present if member.relationship == Relationship.SPOUSE]
    if len(spouses) > 1:
        yield f"Le ménage a {len(spouses)} conjoints : vérifiez qu’ils forment un seul ménage."
    for spouse in spouses:
        age = age_on(spouse.birth_date, on)
        if age < youngest_spouse:
            yield (
                f"Le conjoint n° {spouse.position} a {counted(age, 'an')} : vérifiez sa naissance."
            )
    heads = [member for member in present if member.relationship == Relationship.HEAD]
    for head in heads:
        yield from _child_warnings(head, present)


def _child_warnings(head: Member, present: Sequence[Member]) -> Iterator[str]:
    for child in present:
        if child.relationship == Relationship.CHILD and child.birth_date <= head.birth_date:
            yield (
                f"L’enfant n° {child.position} n’est pas plus jeune que l’adhérent : vérifiez les "
                "naissances."
            )
