"""What a check of rights answers: the people found with their rights, or who to choose from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from membership.models import Beneficiary


class Outcome(StrEnum):
    """What a check came to."""

    FOUND = "found"
    NOBODY = "nobody"
    TOO_MANY = "too_many"
    #: A name that several people have, or sound like: whoever asks chooses one of them first.
    CHOICE = "choice"
    #: Nothing was looked for: who asks has asked too much.
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewbornAnswer:
    """What is told about the undeclared child of a woman, by her card."""

    born_on: date
    is_open: bool
    last_day: date | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPerson:
    """Who a person is, as a rights check tells: nothing of the rights."""

    number: str
    name: str
    sex: str
    birth_year: int
    is_birth_estimated: bool
    federation: str
    unit: str

    @property
    def is_male(self) -> bool:
        """For the words that agree."""
        return self.sex == Beneficiary.Sex.MALE


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChoice(ToldPerson):
    """One of several people of a name, to choose from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAnswer(ToldPerson):
    """What is told about one person.

    ``opens_on`` and ``last_day`` are the covered days around the day asked for, else the next
    ones of its year, else None. ``household_id`` leads to the household for those who may see
    it, else None.
    """

    is_open: bool
    opens_on: date | None
    last_day: date | None
    code: str
    sentence: str
    call: str
    phone: str
    household_id: int | None
    #: The person's record, federation and day of birth, for what is computed further on; shown to
    #: nobody.
    beneficiary_id: int
    tenant_id: int
    birth_date: date
    #: People of one household have the same rank.
    household_rank: int
    #: The number asked with, where it is not this person's or household's any more.
    former_number: str = ""
    #: Of her newborn, where it was asked and she may be the mother.
    newborn: NewbornAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAnswer:
    """Those of a household of whom the same is said: it is said once."""

    people: tuple[PersonAnswer, ...]

    @property
    def first(self) -> PersonAnswer:
        """One of them, for what is said of all."""
        return self.people[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdAnswer:
    """The people found of one household, by what is said of them; open rights come first."""

    parts: tuple[SameAnswer, ...]

    @property
    def first(self) -> PersonAnswer:
        """One of them, for what is said of the household."""
        return self.parts[0].first

    @property
    def number(self) -> str:
        """The household's number of today."""
        return self.first.number.rpartition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsAnswer:
    """The answer to a check: the people found, with their rights on the day ``on``."""

    typed: str
    on: date
    outcome: Outcome
    people: tuple[PersonAnswer, ...]
    #: The people to choose one of, where a name alone does not say who.
    choices: tuple[PersonChoice, ...] = ()
    #: To be read first: the card that was asked with is revoked.
    card_warning: str = ""
    #: The one person found spells the name otherwise than it was typed.
    is_by_sound: bool = False
    #: Why nothing was answered, for who asked too often.
    refusal: str = ""
    #: The day of birth of the undeclared newborn that was asked about.
    born_on: date | None = None

    @property
    def open_count(self) -> int:
        """How many have open rights."""
        return sum(person.is_open for person in self.people)

    @property
    def has_mother(self) -> bool:
        """Whether somebody found may be the mother of the newborn asked about."""
        return any(person.newborn for person in self.people)

    def by_household(self) -> list[HouseholdAnswer]:
        """Return the same people household by household."""
        return [
            _of_household(tuple(people))
            for _, people in groupby(self.people, key=lambda person: person.household_rank)
        ]


def _of_household(people: tuple[PersonAnswer, ...]) -> HouseholdAnswer:
    said: dict[object, list[PersonAnswer]] = {}
    for person in sorted(people, key=lambda one: not one.is_open):
        told = (person.is_open, person.sentence, person.opens_on, person.last_day)
        said.setdefault(told, []).append(person)
    return HouseholdAnswer(parts=tuple(SameAnswer(people=tuple(one)) for one in said.values()))
