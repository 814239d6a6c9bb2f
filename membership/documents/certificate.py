"""The certificate of membership: a household is of a mutuelle for a year; what it paid, its rights.

It can be checked again by anybody who may check rights: its reference is the household's number
and a day, which are what the page of rights asks for.
"""

from datetime import date, timedelta

from conamus.kernel.periods import age_on
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html
from federations.models import Federation
from federations.tenancy.actor import Actor
from membership.models import Enrolment, Household, MutualistYear
from membership.rules.certificate import money_sentence
from membership.rules.households import BIRTH_BEFORE_AGE
from membership.rules.payments import Owed
from membership.selectors.reminders import office_of
from membership.selectors.rights import coverage_of_household

_TEMPLATE = "pdf/membership/certificate.html"


def certificate_pdf(
    actor: Actor, household: Household, enrolment: Enrolment, owed: Owed, *, printed_on: date
) -> PrintedDocument:
    """Return the certificate of a household for the year of its enrolment."""
    on = day_told(enrolment.year, printed_on)
    people = [
        (person, coverage)
        for person, coverage in coverage_of_household(household.pk, on)
        if person.left_on is None
    ]
    context = {
        "federation": Federation.objects.get(pk=actor.tenant_id).name,
        "office_phone": office_of(actor.tenant_id).phone,
        "household": household,
        "enrolment": enrolment,
        "last_day": enrolment.year.ends_on - timedelta(days=1),
        "people": people,
        "head": people[0][0] if people else None,
        "open_count": sum(coverage.is_open for _, coverage in people),
        # Open, or about to: what else it may be shown for is not the mutuelle's to say. A baby's
        # first days say nothing of the household.
        "is_in_order": any(
            coverage.opens_on
            for person, coverage in people
            if age_on(person.birth_date, on) >= BIRTH_BEFORE_AGE
        ),
        "money": money_sentence(owed),
        "on": on,
        "reference": f"{household.number} / {on:%d-%m-%Y}",
        "printed_on": printed_on,
        "sans": SANS,
    }
    return print_html(render_html(_TEMPLATE, context))


def day_told(year: MutualistYear, today: date) -> date:
    """Return the day whose rights a certificate tells: today, kept within the year."""
    return min(max(today, year.starts_on), year.ends_on - timedelta(days=1))
