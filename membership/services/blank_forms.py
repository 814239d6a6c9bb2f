"""Blank enrolment forms: a few at once, a campaign's pile by a job, for whoever asked."""

from collections.abc import Callable
from functools import partial
from typing import Any

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from conamus.printing.pdf import PrintedDocument
from federations.jobs import RunningJob
from federations.models import Job
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.deliveries import deliver_print, request_delivery
from federations.tenancy.actor import Actor
from membership.documents.blank_forms import enrolment_forms_pdf, numbered_forms
from membership.selectors.papers import sheet_of, unit_to_print
from membership.selectors.scales import scale_in_force

BLANK_FORMS_JOB = "membership_blank_forms"
#: Of one request; the next one goes on from the last number.
MOST_BLANK = 200
#: Those that somebody waits for: a page each, under two seconds.
MOST_BLANK_AT_ONCE = 20


def blank_forms(
    *, actor: Actor, unit_id: int, year: int, count: int, first: int | None
) -> PrintedDocument:
    """Return blank enrolment forms, numbered from ``first`` where it is given; a few only."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    _require_sensible(count, MOST_BLANK_AT_ONCE)
    return _read(actor, unit_id=unit_id, year=year, count=count, first=first)()


def request_blank_forms(
    *, actor: Actor, unit_id: int, year: int, count: int, first: int | None, key: str = ""
) -> Job:
    """Ask for many."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    _require_sensible(count, MOST_BLANK)
    unit = unit_to_print(actor, unit_id)
    return request_delivery(
        actor=actor,
        permission=Permission.ENROL_HOUSEHOLDS,
        kind=BLANK_FORMS_JOB,
        title=f"{format_integer(count)} bulletins vierges : {unit.name}, {year}",
        parameters={"unit_id": unit_id, "year": year, "count": count, "first": first},
        key=key,
    )


def deliver_blank_forms(*, job: RunningJob) -> dict[str, Any]:
    """Print what a job asks for; return what its result says of the file."""
    require(job.actor, Permission.ENROL_HOUSEHOLDS)
    asked = {name: job.parameters[name] for name in ("unit_id", "year", "count", "first")}
    name = f"bulletins-vierges-{asked['year']}.pdf"
    return deliver_print(job=job, name=name, read=partial(_read, job.actor, **asked))


def _read(
    actor: Actor, *, unit_id: int, year: int, count: int, first: int | None
) -> Callable[[], PrintedDocument]:
    sheet = sheet_of(actor, unit_id=unit_id, year=year, on=clock.today())
    forms = numbered_forms(count, first, f"{sheet.unit.code}-{sheet.year.year}")
    return partial(enrolment_forms_pdf, sheet, forms, scale_in_force(actor.tenant_id, year))


def _require_sensible(count: int, most: int) -> None:
    if not 1 <= count <= most:
        raise DomainError(f"De 1 à {most} bulletins à la fois.", field="count")
