"""« droits »: whether a person is covered on a day, since when, until when, and why."""

from dataclasses import replace
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
from membership.rules.rights import YearFacts

_DAY = timedelta(days=1)


def rights(facts: Facts) -> dict[str, object]:
    """Say the coverage on the day asked, and all the periods of the year."""
    terms = _terms(facts.part("année")) if facts.has("année") else None
    person = facts.part("personne")
    mother_covered = person.flag("mère couverte") if person.has("mère couverte") else None
    house = facts.part("ménage")
    household, household_since = household_of(house), house.optional_day("inscrit le")
    enrolment = _enrolment(facts.part("adhésion")) if facts.has("adhésion") else None
    payments = _payments(facts)
    promise = _promise(facts.part("promesse")) if facts.has("promesse") else None
    if enrolment is not None:
        enrolment = replace(
            enrolment,
            household_since=household_since,
            continues_cover=person.flag("couverte la veille ailleurs", default=False),
            arrived_on=house.optional_day("venu d'une autre fédération le"),
        )
    who = person_of(person)
    coverage = coverage_of(
        on=facts.day("le"),
        terms=terms,
        household=household,
        enrolment=enrolment,
        payments=payments,
        promise=promise,
        person=who,
        mother_covered=mother_covered,
        asked_on=facts.optional_day("demandé le"),
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
        "jusqu'au": last_day_of(coverage.closes_on),
        "raison": coverage.code.label,
        "phrase": coverage.sentence,
        "appeler": coverage.who.label or None,
        "périodes": [f"du {p.start:%d/%m/%Y} au {_shown_end(p.end)}" for p in periods or ()],
    }


def year_of(facts: Facts) -> YearFacts:
    """Read a year's terms, enrolment and money."""
    terms = _terms(facts.part("année"))
    return YearFacts(
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        terms=terms,
        enrolment=_enrolment(facts.part("adhésion")) if facts.has("adhésion") else None,
        payments=tuple(_payments(facts)),
        promise=_promise(facts.part("promesse")) if facts.has("promesse") else None,
    )


def _payments(facts: Facts) -> list[PaymentFact]:
    return [
        PaymentFact(received_on=row.day("le"), amount_francs=row.integer("montant"))
        for row in facts.rows("paiements")
    ]


def last_day_of(closes_on: date | None) -> date | None:
    """Return the last covered day, of the first day without."""
    return None if closes_on is None else closes_on - _DAY


def _shown_end(end: date | None) -> str:
    last = last_day_of(end)
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
        waiting_from_year_start=facts.flag("carence dès le début de l'année", default=False),
        waiting_days_reopened=facts.integer("carence de réouverture", 0),
        entry_back_days=facts.integer("jours antidatés comptés", 0),
    )


def household_of(facts: Facts) -> HouseholdFacts:
    """Read a household's own days."""
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
        supplement_francs=facts.integer("supplément de la personne", 0),
        cancelled_on=facts.optional_day("annulée le"),
        waits_until=facts.optional_day("carence reportée au"),
        opens_on=facts.optional_day("droits ouverts ailleurs le"),
        signed_on=facts.optional_day("signée ailleurs le"),
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


def person_of(facts: Facts) -> PersonFacts:
    """Read a member's days."""
    return PersonFacts(
        birth_date=facts.day("naissance"),
        joined_on=facts.day("entrée"),
        declared_on=facts.optional_day("déclaration"),
        is_head=facts.flag("adhérent", default=False),
        left_on=facts.optional_day("sortie"),
        died_on=facts.optional_day("décès"),
    )
