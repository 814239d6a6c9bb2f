"""The rights check: what was typed, the facts found, and what may be told to whoever asks.

A receptionist types what is on the card: a number (of a person or a household, present or
former), the card's own, a telephone, or a whole name with its year of birth, found as it sounds.
Nothing is found by a part of a name or number. A person's coverage on a day is computed from the
facts of the year of that day; a newborn's also from the year of birth, since a child of an insured
household is covered for its first days even when the year ends in between.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from conamus.kernel.errors import DomainError
from conamus.kernel.periods import Period
from conamus.kernel.phones import phone_in
from conamus.kernel.text import search_key
from membership.rules.coverage import (
    Contact,
    Coverage,
    EnrolmentFacts,
    HouseholdFacts,
    PaymentFact,
    PersonFacts,
    PromiseFacts,
    ReasonCode,
    Terms,
    coverage_of,
    periods_of,
)
from membership.rules.coverage.spans import household_periods
from membership.rules.coverage.standing import Money
from membership.rules.identity import phonetic_key

#: Longest text that is looked up: a family and a given name of 60 letters each.
LONGEST = 125
#: People born before are not alive; nobody is born in the future.
FIRST_BIRTH_YEAR = 1900
_CARD_NUMBER = re.compile(r"([A-Z]+)-?(\d+)(?:-?(\d{1,2}))?")
_CODE = re.compile(r"[^A-Z0-9/.-]+")
#: A card's serial: ten letters and digits, perhaps no digit among them (services/cards).
_SERIAL = re.compile(r"[2-9A-HJKMNP-Z]{10}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsQuery:
    """What to look for, in the spellings that records may have; ``typed`` is for the trace."""

    typed: str
    codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    #: A whole name as it was spelled, and as it sounds, which is how it is looked for.
    fold: str = ""
    sound: str = ""
    birth_year: int | None = None

    @property
    def how(self) -> str:
        """By what it looks: ``name``, ``phone`` (or a number) or ``number``."""
        if self.fold:
            return "name"
        return "phone" if self.phones else "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFacts:
    """A household's facts of one mutualist year; ``terms`` None: nobody has fixed any."""

    starts_on: date
    ends_on: date
    terms: Terms | None
    enrolment: EnrolmentFacts | None
    payments: tuple[PaymentFact, ...]
    promise: PromiseFacts | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsFacts:
    """All that the rights of one person are computed from."""

    person: PersonFacts
    household: HouseholdFacts
    years: tuple[YearFacts, ...]


def read_query(text: str, *, birth_year: int | None, today: date) -> RightsQuery:
    """Return what to look for; DomainError for nothing, or for a name that is not whole.

    >>> read_query("mun 0010001 02", birth_year=None, today=date(2025, 6, 30)).codes[0]
    'MUN-0010001-02'
    >>> read_query("+257 79 12 34 56", birth_year=None, today=date(2025, 6, 30)).phones[0]
    '79123456'
    >>> read_query("Ndayizeye Aline", birth_year=1990, today=date(2025, 6, 30)).fold
    'ndayizeye aline'
    >>> read_query("bcdefghjkm", birth_year=None, today=date(2025, 6, 30)).codes
    ('BCDEFGHJKM',)
    """
    typed = " ".join(text.split())
    if not typed:
        raise DomainError("Tapez un numéro, un téléphone ou un nom.", field="text")
    if len(typed) > LONGEST:
        raise DomainError("Ce texte est trop long pour un numéro ou un nom.", field="text")
    # One word of that length is no whole name either: a serial, or a number.
    if any(char.isdigit() for char in typed) or _SERIAL.fullmatch(typed.upper()):
        return RightsQuery(typed=typed, codes=_codes(typed), phones=_phones(typed))
    return _by_name(typed, birth_year, today)


def _by_name(typed: str, birth_year: int | None, today: date) -> RightsQuery:
    fold = search_key(typed)
    if len(fold.split()) < 2:
        raise DomainError("Tapez le nom et le prénom entiers, ou un numéro.", field="text")
    if birth_year is None:
        raise DomainError(
            "Avec un nom, donnez l’année de naissance : plusieurs personnes portent le même nom.",
            field="birth_year",
        )
    if not FIRST_BIRTH_YEAR <= birth_year <= today.year:
        raise DomainError(
            f"L’année de naissance est entre {FIRST_BIRTH_YEAR} et {today.year}.",
            field="birth_year",
        )
    return RightsQuery(
        typed=f"{typed}, {birth_year}",
        fold=fold,
        sound=phonetic_key(typed, ""),
        birth_year=birth_year,
    )


def is_spelled_so(query: RightsQuery, family: str, given: str) -> bool:
    """Tell whether a record spells the name as it was typed, either name first.

    >>> asked = read_query("KÉZA Umucoa", birth_year=1990, today=date(2025, 6, 30))
    >>> is_spelled_so(asked, "Umucoa", "Kéza"), is_spelled_so(asked, "Umucowa", "Kéza")
    (True, False)
    """
    return query.fold in (search_key(f"{family} {given}"), search_key(f"{given} {family}"))


def former_number(query: RightsQuery, number: str) -> str:
    """Return what was typed where it is no more the number of the person it led to, else nothing.

    >>> asked = read_query("UMU 12", birth_year=None, today=date(2025, 6, 30))
    >>> former_number(asked, "INE-0000031-02"), former_number(asked, "UMU-0000012-02")
    ('UMU 12', '')
    """
    if query.how != "number" or _SERIAL.fullmatch(query.typed.upper()):
        return ""
    present = {number, number.rpartition("-")[0]}
    return "" if present & set(query.codes) else query.typed


def _codes(typed: str) -> tuple[str, ...]:
    """The number as typed, and as records write it: a prefix, seven digits, two digits."""
    upper = typed.upper()
    close = _CODE.sub("", upper)
    spellings = [upper, close]
    match = _CARD_NUMBER.fullmatch(_CODE.sub("-", upper)) or _CARD_NUMBER.fullmatch(close)
    if match:
        prefix, rank, position = match.groups()
        for household in (f"{prefix}-{rank}", f"{prefix}-{rank:0>7}"):
            spellings.insert(0, f"{household}-{position:0>2}" if position else household)
    return tuple(dict.fromkeys(spelling for spelling in spellings if spelling))


def _phones(typed: str) -> tuple[str, ...]:
    """The telephone as records keep it; nothing where what was typed is no telephone."""
    found = phone_in(typed)
    return (found,) if found else ()


def coverage_on(facts: RightsFacts, on: date, *, asked_on: date | None = None) -> Coverage:
    """Return the person's coverage on a day, from the facts of its year.

    ``asked_on``: today, where the day may be to come.
    """
    mother_covered = household_covered(facts, facts.person.birth_date)
    return coverage_in(facts, on, mother_covered=mother_covered, asked_on=asked_on)


def coverage_in(
    facts: RightsFacts, on: date, *, mother_covered: bool | None, asked_on: date | None = None
) -> Coverage:
    """Return the person's coverage on a day, knowing of the mother's on the day of birth."""
    year = year_of(facts.years, on)
    return coverage_of(
        on=on,
        terms=None if year is None else year.terms,
        household=facts.household,
        enrolment=None if year is None else year.enrolment,
        payments=() if year is None else year.payments,
        promise=None if year is None else year.promise,
        person=facts.person,
        mother_covered=mother_covered,
        asked_on=asked_on,
    )


def open_periods(facts: RightsFacts) -> tuple[Period, ...]:
    """Return the periods of all the years known in which the person is covered."""
    mother_covered = household_covered(facts, facts.person.birth_date)
    return tuple(
        period
        for year in facts.years
        if year.terms is not None
        for period in periods_of(
            terms=year.terms,
            household=facts.household,
            enrolment=year.enrolment,
            payments=year.payments,
            promise=year.promise,
            person=facts.person,
            mother_covered=mother_covered,
        )
    )


def year_of(years: Iterable[YearFacts], day: date) -> YearFacts | None:
    """Return the facts of the year that holds a day."""
    return next((year for year in years if year.starts_on <= day < year.ends_on), None)


def is_known(facts: RightsFacts, day: date) -> bool:
    """Tell whether a day is of a year that the facts hold, and of this federation."""
    year = year_of(facts.years, day)
    if year is None:
        return False
    arrived_on = None if year.enrolment is None else year.enrolment.arrived_on
    return arrived_on is None or arrived_on <= day


def household_covered(facts: RightsFacts, day: date) -> bool | None:
    """Tell whether the household was covered on a day, whoever is in it; None: not known here.

    As of a household that came from another federation: the year before was signed there.
    """
    year = year_of(facts.years, day)
    if year is None or year.terms is None or year.enrolment is None:
        return None
    money = Money(
        enrolment=year.enrolment,
        payments=year.payments,
        promise=year.promise,
        tolerance_days=year.terms.promise_tolerance_days,
    )
    return any(day in period for period in household_periods(year.terms, facts.household, money))


#: Said to those who are not of the household's federation: no amount that it owes.
_WITHOUT_AMOUNTS = {
    ReasonCode.UNPAID: "Cotisation non payée entièrement.",
    ReasonCode.PROMISE_BROKEN: "Promesse de paiement non tenue.",
    ReasonCode.PROMISE_TO_COME: "Échéance de promesse à venir, à payer avant ce jour.",
}


def told_sentence(coverage: Coverage, *, is_own: bool) -> str:
    """Return the reason to show: what a household owes is told in its federation only."""
    if is_own:
        return coverage.sentence
    return _WITHOUT_AMOUNTS.get(coverage.code, coverage.sentence)


def last_day(coverage: Coverage) -> date | None:
    """Return the last covered day of the period shown, for « jusqu’au »."""
    return None if coverage.closes_on is None else coverage.closes_on - timedelta(days=1)


def phone_to_call(coverage: Coverage, *, unit_phone: str, federation_phone: str) -> str:
    """Return whose telephone helps: the mutuelle's, or the federation's where that decides."""
    if coverage.who is Contact.FEDERATION:
        return federation_phone or unit_phone
    return unit_phone or federation_phone
