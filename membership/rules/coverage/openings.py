"""Why rights are open on a day: what put the household in order, and since when for whom."""

from dataclasses import replace
from datetime import date, timedelta

from conamus.kernel.periods import Period
from membership.rules.coverage.facts import Terms
from membership.rules.coverage.question import Question
from membership.rules.coverage.spans import (
    first_days,
    is_late_comer,
    opening_day,
    supplement_wait,
    waiting_days,
)
from membership.rules.coverage.standing import (
    Money,
    settled_on,
    stretches,
    with_supplement,
)
from membership.rules.sentences import counted, day

_DAY = timedelta(days=1)


def open_sentence(q: Question, period: Period) -> str:
    days = f"Droits ouverts du {day(period.start)} au {day(q.last_day(period))}"
    because = [text for text in (_basis(q), _own_basis(q, period)) if text]
    return f"{days} : {', '.join(because)}."


def _basis(q: Question) -> str:
    """What puts the household in order: the payment, or the promise."""
    if q.money is None or not q.money.is_in_order(q.on):
        return ""
    settled = settled_on(q.money, q.on)
    if settled is None:
        accepted = q.money.promise and q.money.promise.accepted_on
        return f"promesse de paiement acceptée le {day(accepted)}" if accepted else ""
    if q.money.enrolment.due_francs <= 0:
        if q.money.enrolment.arrived_on is not None:
            # Paid before the transfer, perhaps by a promise that was kept.
            return f"en règle depuis le {day(settled)}"
        # Another pays for it all.
        return f"plus rien à payer par le ménage depuis le {day(settled)}"
    return f"cotisation payée le {day(settled)}"


def _own_basis(q: Question, period: Period) -> str:
    """Why the period begins when it does: for this person, or for the household."""
    person, money = q.person, q.money
    if money is None or _is_newborns(q, period):
        return _newborn_basis(q)
    waited = person.entered_on(q.terms) + _DAY * q.terms.waiting_days_new
    if money.enrolment.supplement_francs:
        return _supplement_basis(q, money)
    if money.enrolment.continues_cover and period.start == person.joined_on:
        joined = day(person.joined_on)
        return f"personne entrée dans le ménage le {joined}, couverte la veille dans un autre"
    if is_late_comer(person, money.enrolment, q.terms) and period.start == waited:
        wait = counted(q.terms.waiting_days_new, "jour")
        return f"personne {entry_words(q)}, carence de {wait}"
    return _household_basis(q, money, period)


def _supplement_basis(q: Question, money: Money) -> str:
    """What opened the rights of who came with a supplement: its payment, and the waiting."""
    own = replace(money, enrolment=with_supplement(money.enrolment))
    settled = settled_on(own, q.on)
    paid = f"supplément payé le {day(settled)}" if settled else "supplément promis"
    wait = supplement_wait(q.person, money.enrolment, q.terms)
    born = f"enfant né le {day(q.person.birth_date)}"
    who = born if q.person.is_born_here else f"personne {entry_words(q)}"
    return f"{who}, {paid}" + (f", carence de {counted(wait, 'jour')}" if wait else "")


def entry_words(q: Question) -> str:
    """When somebody entered, and when it was written down where that is what counts."""
    person = q.person
    entered = f"entrée dans le ménage le {day(person.joined_on)}"
    if person.declared_on is None or person.entered_on(q.terms) == person.joined_on:
        return entered
    return f"{entered}, inscrite le {day(person.declared_on)}"


def _is_newborns(q: Question, period: Period) -> bool:
    """Tell whether the period begins as it does because of a birth, or of its declaration."""
    if not q.person.is_born_here:
        return False
    is_in_first_days = any(period.start in days for days in first_days(q.person, q.terms))
    return is_in_first_days or period.start == q.person.told_on


def _newborn_basis(q: Question) -> str:
    """The birth, whose cover it was where the household has none, and the declaration."""
    born, declared = f"enfant né le {day(q.person.birth_date)}", q.person.told_on
    if not any(q.on in period for period in q.household_spans):
        born += " d’une mère couverte"
    if declared is not None and declared <= q.on:
        return f"{born} et déclaré le {day(declared)}"
    return f"{born}, à déclarer"


def _household_basis(q: Question, money: Money, period: Period) -> str:
    if any(hole.back_on == period.start for hole in q.household.holes):
        return "ménage réintégré"
    if period.start == money.enrolment.arrived_on:
        return f"ménage venu d’une autre fédération le {day(period.start)}"
    first, carried = q.household_spans[0].start, money.enrolment.opens_on
    if period.start == carried:
        return "carence commencée dans la fédération d’où vient le ménage"
    if period.start > first or (carried is not None and carried < first):
        wait = counted(q.terms.waiting_days_reopened, "jour")
        after = f", carence de {wait}" if q.terms.waiting_days_reopened else ""
        return f"droits rouverts le {day(period.start)}{after}"
    if first == money.enrolment.waits_until:
        return f"renouvellement, carence commencée pour {q.terms.year - 1}"
    first_wait = _first_wait(q.terms, money, first)
    if not money.enrolment.is_renewal:
        return f"nouvelle adhésion, {_wait_words(first_wait)}"
    if not first_wait:
        return "renouvellement dans le délai"
    return f"renouvellement tardif, {first_wait}"


def _first_wait(terms: Terms, money: Money, opened: date) -> str:
    """The waiting that the first opening had, in words; empty where there was none."""
    for stretch in stretches(money):
        wait = waiting_days(terms, money.enrolment, stretch.start)
        if opening_day(terms, stretch.start, wait) == opened:
            return f"carence de {counted(wait, 'jour')}" if wait else ""
    return ""


def _wait_words(wait: str) -> str:
    return wait or "sans carence"
