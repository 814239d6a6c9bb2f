"""Why rights are open on a day: what put the household in order, and since when for whom."""

from datetime import date, timedelta

from conamus.kernel.periods import Period
from membership.rules.coverage.facts import Terms
from membership.rules.coverage.question import Question
from membership.rules.coverage.spans import is_late_comer, is_newborn, waiting_days
from membership.rules.coverage.standing import Money, settled_on, stretches
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
        # Another pays for it all, or it was paid before a transfer: in order either way.
        return f"plus rien à payer par le ménage depuis le {day(settled)}"
    return f"cotisation payée le {day(settled)}"


def _own_basis(q: Question, period: Period) -> str:
    """Why the period begins when it does: for this person, or for the household."""
    person, money = q.person, q.money
    if money is None:
        return f"enfant né le {day(person.birth_date)} d’une mère couverte"
    if is_newborn(person, money.enrolment, q.terms):
        return _newborn_basis(q)
    joined = person.joined_on + _DAY * q.terms.waiting_days_new
    if is_late_comer(person, money.enrolment, q.terms) and period.start == joined:
        wait = counted(q.terms.waiting_days_new, "jour")
        return f"personne entrée le {day(person.joined_on)}, carence de {wait}"
    return _household_basis(q, money, period)


def _newborn_basis(q: Question) -> str:
    declared = q.person.declared_on
    if declared is not None and declared <= q.on:
        return f"enfant né le {day(q.person.birth_date)} et déclaré le {day(declared)}"
    return f"enfant né le {day(q.person.birth_date)}, à déclarer"


def _household_basis(q: Question, money: Money, period: Period) -> str:
    if any(hole.back_on == period.start for hole in q.household.holes):
        return "ménage réintégré"
    first = q.household_spans[0].start
    if period.start > first:
        return f"droits rouverts le {day(period.start)}"
    wait = _first_wait(q.terms, money, first)
    if not money.enrolment.is_renewal:
        return f"nouvelle adhésion, {_wait_words(wait)}"
    return "renouvellement dans le délai" if not wait else f"renouvellement tardif, {wait}"


def _first_wait(terms: Terms, money: Money, opened: date) -> str:
    """The waiting that the first opening had, in words; empty where there was none."""
    for stretch in stretches(money):
        wait = waiting_days(terms, money.enrolment, stretch.start)
        if max(stretch.start + _DAY * wait, terms.starts_on) == opened:
            return f"carence de {counted(wait, 'jour')}" if wait else ""
    return ""


def _wait_words(wait: str) -> str:
    return wait or "sans carence"
