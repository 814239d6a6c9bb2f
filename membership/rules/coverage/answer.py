"""The answer to « is this person covered on this day »: yes or no, why, whom to call.

The periods decide (``spans``); here the answer gets its code and its French sentence, with the
days and amounts that made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from membership.rules.coverage.codes import (
    FEDERATION_DECIDES,
    NOBODY_HELPS,
    Contact,
    ReasonCode,
)
from membership.rules.coverage.facts import EnrolmentFacts, HouseholdFacts, PersonFacts, Terms
from membership.rules.coverage.openings import open_sentence
from membership.rules.coverage.question import Question
from membership.rules.coverage.refusals import first_reason
from membership.rules.coverage.spans import periods_of
from membership.rules.coverage.standing import Money
from membership.rules.promises import PaymentFact, PromiseFacts
from membership.rules.sentences import day


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The answer for one person and day.

    ``opens_on`` and ``closes_on`` (excluded) are the period that holds the day, else the next
    one of the year as the facts stand, else None.
    """

    is_open: bool
    opens_on: date | None
    closes_on: date | None
    code: ReasonCode
    sentence: str

    @property
    def who(self) -> Contact:
        """Whom to call about it."""
        if self.code in NOBODY_HELPS:
            return Contact.NOBODY
        return Contact.FEDERATION if self.code in FEDERATION_DECIDES else Contact.MUTUELLE


def coverage_of(
    *,
    on: date,
    terms: Terms | None,
    household: HouseholdFacts,
    enrolment: EnrolmentFacts | None,
    payments: Sequence[PaymentFact],
    promise: PromiseFacts | None,
    person: PersonFacts,
    mother_covered: bool | None = None,
    asked_on: date | None = None,
) -> Coverage:
    """Tell whether the person is covered on the day, from the year's terms and all the facts.

    ``asked_on``: today, for who asks about a day to come, of which no payment can be known.

    ``mother_covered``: the mother was covered on the day of birth, here or in another household;
    None: as the facts of this year tell, a renewal having been insured the year before.
    """
    if terms is None:
        return Coverage(
            is_open=False,
            opens_on=None,
            closes_on=None,
            code=ReasonCode.NO_YEAR,
            sentence=f"Aucune année mutualiste n’est ouverte pour le {day(on)}.",
        )
    periods = periods_of(
        terms=terms,
        household=household,
        enrolment=enrolment,
        payments=payments,
        promise=promise,
        person=person,
        mother_covered=mother_covered,
    )
    question = Question(
        on=on,
        asked_on=asked_on,
        terms=terms,
        household=household,
        money=_money(terms, enrolment, payments, promise),
        person=person,
        periods=periods,
    )
    return _answer(question)


def _money(
    terms: Terms,
    enrolment: EnrolmentFacts | None,
    payments: Sequence[PaymentFact],
    promise: PromiseFacts | None,
) -> Money | None:
    if enrolment is None:
        return None
    return Money(
        enrolment=enrolment,
        payments=payments,
        promise=promise,
        tolerance_days=terms.promise_tolerance_days,
    )


def _answer(question: Question) -> Coverage:
    holding = next((period for period in question.periods if question.on in period), None)
    shown = holding or question.next_period
    if holding is not None:
        code, sentence = ReasonCode.OPEN, open_sentence(question, holding)
    else:
        code, sentence = first_reason(question)
    return Coverage(
        is_open=holding is not None,
        opens_on=None if shown is None else shown.start,
        closes_on=None if shown is None else shown.end,
        code=code,
        sentence=sentence,
    )
