"""« droits »: whether a person is covered on a day, since when, until when, and why."""

from datetime import date, timedelta

from conamus.cases.facts import Facts
from membership.rules.coverage import (
    EnrolmentFacts,
    Hole,
    HouseholdFacts,
    InstalmentFact,
    PaymentFact,
    PersonFacts,
    PromiseFacts,
    Terms,
    coverage_of,
    periods_of,
)

_DAY = timedelta(days=1)


def rights(facts: Facts) -> dict[str, object]:
    """Say the coverage on the day asked, and all the periods of the year."""
    terms = _terms(facts.part("année")) if facts.has("année") else None
    person = facts.part("personne")
    mother_covered = person.flag("mère couverte", default=False)
    household = _household(facts.part("ménage"))
    enrolment = _enrolment(facts.part("adhésion")) if facts.has("adhésion") else None
    payments = [
        PaymentFact(received_on=row.day("le"), amount_francs=row.integer("montant"))
        for row in facts.rows("paiements")
    ]
    promise = _promise(facts.part("promesse")) if facts.has("promesse") else None
    who = _person(person)
    coverage = coverage_of(
        on=facts.day("le"),
        terms=terms,
        household=household,
        enrolment=enrolment,
        payments=payments,
        promise=promise,
        person=who,
        mother_covered=mother_covered,
    )
    periods = terms and periods_of(
        terms=terms,
        household=household,
        enrolment=enrolment,
        payments=payments,
        promise=promise,
        person=who,
        mother_covered=mother_covered,
    )
    return {
        "ouverts": coverage.is_open,
        "dès le": coverage.opens_on,
        "jusqu'au": _last_day(coverage.closes_on),
        "raison": coverage.code.label,
        "phrase": coverage.sentence,
        "appeler": coverage.who.label or None,
        "périodes": [f"du {p.start:%d/%m/%Y} au {_shown_end(p.end)}" for p in periods or ()],
    }


def _last_day(closes_on: date | None) -> date | None:
    return None if closes_on is None else closes_on - _DAY


def _shown_end(end: date | None) -> str:
    last = _last_day(end)
    return "…" if last is None else f"{last:%d/%m/%Y}"


def _terms(facts: Facts) -> Terms:
    year = facts.integer("numéro")
    return Terms(
        year=year,
        starts_on=facts.day("du", date(year, 1, 1)),
        ends_on=facts.day("avant le", date(year + 1, 1, 1)),
        grace_until=facts.day("délai de grâce jusqu'au"),
        waiting_days_new=facts.integer("carence des nouveaux", 30),
        waiting_days_late=facts.integer("carence des tardifs", 30),
        newborn_days=facts.integer("jours du nouveau-né", 90),
        promise_tolerance_days=facts.integer("tolérance des promesses", 0),
    )


def _household(facts: Facts) -> HouseholdFacts:
    return HouseholdFacts(
        closed_on=facts.optional_day("fermé le"),
        struck_off_on=facts.optional_day("radié le"),
        reinstated_on=facts.optional_day("réintégré le"),
        earlier_holes=tuple(_hole(row) for row in facts.rows("absences")),
    )


def _hole(facts: Facts) -> Hole:
    return Hole(
        out_on=facts.day("du"),
        back_on=facts.optional_day("réintégré le"),
        is_struck_off=facts.flag("radié", default=True),
    )


def _enrolment(facts: Facts) -> EnrolmentFacts:
    return EnrolmentFacts(
        enrolled_on=facts.day("signée le"),
        is_renewal=facts.flag("renouvellement"),
        due_francs=facts.integer("à payer"),
        cancelled_on=facts.optional_day("annulée le"),
    )


def _promise(facts: Facts) -> PromiseFacts:
    return PromiseFacts(
        accepted_on=facts.optional_day("acceptée le"),
        refused_on=facts.optional_day("refusée le"),
        instalments=tuple(
            InstalmentFact(due_on=row.day("le"), amount_francs=row.integer("montant"))
            for row in facts.rows("échéances")
        ),
    )


def _person(facts: Facts) -> PersonFacts:
    return PersonFacts(
        birth_date=facts.day("naissance"),
        joined_on=facts.day("entrée"),
        declared_on=facts.optional_day("déclaration"),
        is_head=facts.flag("adhérent", default=False),
        left_on=facts.optional_day("sortie"),
        died_on=facts.optional_day("décès"),
    )
