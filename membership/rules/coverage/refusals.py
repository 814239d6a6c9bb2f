"""Why rights are not open on a day: the first reason that holds, in a fixed order.

The year, the person, the household, the enrolment, then the money: so that a dead person's
unpaid household says the death.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from membership.rules.coverage.codes import ReasonCode
from membership.rules.coverage.openings import entry_words
from membership.rules.coverage.question import Question
from membership.rules.coverage.spans import waiting_days
from membership.rules.coverage.standing import Money, stretches, with_supplement
from membership.rules.sentences import counted, day, francs

_DAY = timedelta(days=1)

Reason = tuple[ReasonCode, str]


def first_reason(question: Question) -> Reason:
    for ask in _REASONS:
        reason = ask(question)
        if reason is not None:
            return reason
    return _waiting(question)


def _year_reason(q: Question) -> Reason | None:
    if q.on < q.terms.starts_on:
        return (
            ReasonCode.BEFORE_YEAR,
            f"L’année mutualiste {q.terms.year} commence le {day(q.terms.starts_on)}.",
        )
    if q.on >= q.terms.ends_on:
        return (
            ReasonCode.AFTER_YEAR,
            f"Les droits de {q.terms.year} ont pris fin le {day(q.terms.ends_on - _DAY)}.",
        )
    return None


def _person_reason(q: Question) -> Reason | None:
    person = q.person
    if q.on < person.birth_date:
        return ReasonCode.NOT_BORN_YET, f"Personne née le {day(person.birth_date)}."
    if person.died_on is not None and q.on > person.died_on:
        return ReasonCode.DEAD, _death_sentence(q, person.died_on)
    if person.left_on is not None and q.on >= person.left_on:
        return ReasonCode.LEFT, f"Personne sortie du ménage le {day(person.left_on)}."
    return None


def _death_sentence(q: Question, died_on: date) -> str:
    if not q.person.is_head or not q.household_spans:
        return f"Personne décédée le {day(died_on)}."
    return (
        f"Adhérent décédé le {day(died_on)} : les autres membres gardent leurs droits jusqu’au "
        f"{day(q.last_day(q.household_spans[-1]))}."
    )


def _household_reason(q: Question) -> Reason | None:
    hole = next((hole for hole in q.household.holes if q.on in hole), None)
    if hole is not None and hole.is_struck_off:
        return ReasonCode.STRUCK_OFF, f"Ménage radié le {day(hole.out_on)}."
    if hole is not None:
        return ReasonCode.HOUSEHOLD_CLOSED, f"Ménage fermé le {day(hole.out_on)}."
    closed = q.household.closed_on
    if closed is not None and closed <= q.on:
        return ReasonCode.HOUSEHOLD_CLOSED, f"Ménage fermé le {day(closed)}."
    return None


def _enrolment_reason(q: Question) -> Reason | None:
    if q.money is None:
        return (
            ReasonCode.NOT_ENROLLED,
            f"Le ménage n’a pas d’adhésion pour l’année {q.terms.year}.",
        )
    enrolment = q.money.enrolment
    if enrolment.arrived_on is not None and q.on < enrolment.arrived_on:
        came = f"Ménage venu d’une autre fédération le {day(enrolment.arrived_on)}"
        return ReasonCode.NOT_ARRIVED_YET, f"{came} : elle répond des jours d’avant."
    if enrolment.cancelled_on is not None and enrolment.cancelled_on <= q.on:
        return (
            ReasonCode.CANCELLED,
            f"Adhésion {q.terms.year} annulée le {day(enrolment.cancelled_on)}.",
        )
    if q.on < enrolment.enrolled_on:
        return (
            ReasonCode.NOT_ENROLLED,
            f"Adhésion {q.terms.year} signée le {day(enrolment.enrolled_on)} seulement.",
        )
    return None


def _own_reason(q: Question) -> Reason | None:
    """What keeps this person out while the household's rights are open."""
    if q.money is None or not any(q.on in period for period in q.household_spans):
        return None
    person = q.person
    unpaid = _supplement_reason(q, q.money)
    if unpaid is not None:
        return unpaid
    if person.is_born_here:
        return ReasonCode.NEWBORN_UNDECLARED, _newborn_sentence(q)
    if q.on < person.joined_on:
        return ReasonCode.NOT_JOINED_YET, f"Personne entrée le {day(person.joined_on)} seulement."
    return (
        ReasonCode.WAITING,
        (
            f"Délai de carence : personne {entry_words(q)}, carence de "
            f"{counted(q.terms.waiting_days_new, 'jour')}{_next_opening(q)}."
        ),
    )


def _supplement_reason(q: Question, money: Money) -> Reason | None:
    """The household is in order without this person, and not yet with them."""
    if not money.enrolment.supplement_francs or q.on < q.person.joined_on:
        return None
    own = replace(money, enrolment=with_supplement(money.enrolment))
    if own.is_in_order(q.on):
        return None
    return (
        ReasonCode.UNPAID,
        (
            f"Supplément pour cette personne non payé : il restait {francs(own.balance(q.on))} à "
            f"payer le {day(q.on)}."
        ),
    )


def _newborn_sentence(q: Question) -> str:
    born = f"Enfant né le {day(q.person.birth_date)}"
    declared = q.person.told_on
    if declared is not None:
        return f"{born}, déclaré le {day(declared)} seulement."
    return (
        f"{born}, non déclaré : sa couverture sans déclaration dure "
        f"{counted(q.terms.newborn_days, 'jour')} à partir d’une naissance couverte."
    )


def _money_reason(q: Question) -> Reason | None:
    if q.money is None:
        return None
    missed = q.money.missed(q.on)
    if missed and q.asked_on is not None and not q.money.missed(min(q.asked_on, q.on)):
        return (
            ReasonCode.PROMISE_TO_COME,
            f"Échéance de promesse à venir : {francs(missed)} à payer avant le {day(q.on)}.",
        )
    if missed:
        return (
            ReasonCode.PROMISE_BROKEN,
            f"Promesse non tenue : il manquait {francs(missed)} le {day(q.on)}.",
        )
    if q.money.is_in_order(q.on):
        return None
    return (
        ReasonCode.UNPAID,
        (
            f"Cotisation non payée : il restait {francs(q.money.balance(q.on))} à payer le "
            f"{day(q.on)}."
        ),
    )


_REASONS: tuple[Callable[[Question], Reason | None], ...] = (
    _year_reason,
    _person_reason,
    _household_reason,
    _enrolment_reason,
    _own_reason,
    _money_reason,
)


def _waiting(q: Question) -> Reason:
    """The household is in order, and its rights are not open yet."""
    since = None if q.money is None else _stretch_start(q.money, q.on)
    if q.money is None or since is None:
        return ReasonCode.WAITING, f"Droits fermés le {day(q.on)}."
    begun = _begun(q, q.money)
    if begun:
        told = f"Délai de carence : commencé {begun}, il continue{_next_opening(q)}."
        return ReasonCode.WAITING, told
    kind, wait = _waited_for(q, q.money, since)
    return (
        ReasonCode.WAITING,
        (
            f"Délai de carence : {kind}, en ordre depuis le {day(since)}, carence de "
            f"{counted(wait, 'jour')}{_next_opening(q)}."
        ),
    )


def _begun(q: Question, money: Money) -> str:
    """Where or when the household's waiting began, if not with this enrolment."""
    first = next((span.start for span in q.household_spans), q.on)
    if first <= q.on:
        return ""
    if first == money.enrolment.opens_on:
        return "dans la fédération d’où vient le ménage"
    return f"pour {q.terms.year - 1}" if first == money.enrolment.waits_until else ""


def _waited_for(q: Question, money: Money, since: date) -> tuple[str, int]:
    """Why there is a waiting, and of how many days."""
    opened_before = [span.start for span in q.household_spans]
    if money.enrolment.opens_on is not None:
        opened_before.append(money.enrolment.opens_on)
    if any(start < since for start in opened_before):
        return "droits interrompus", q.terms.waiting_days_reopened
    enrolment, joined = money.enrolment, q.person.joined_on
    kind = "renouvellement tardif" if enrolment.is_renewal else "nouvelle adhésion"
    if enrolment.continues_cover and q.terms.starts_on <= joined < since:
        kind += f", couverture interrompue le {day(joined)}"
    return kind, waiting_days(q.terms, enrolment, since)


def _stretch_start(money: Money, on: date) -> date | None:
    return next(
        (s.start for s in stretches(money) if s.start <= on and (s.end is None or on < s.end)),
        None,
    )


def _next_opening(q: Question) -> str:
    return f" ; droits ouverts dès le {day(q.next_period.start)}" if q.next_period else ""
