"""Papers of a household and of a unit: short ones at once, long ones by a job.

A job reads in one scope, prints outside of any and keeps the file in another; run twice, it finds
the file that it has made.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.printing.pdf import PrintedDocument
from federations.models import Job, StoredFile
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.documents.blank_forms import Form, enrolment_forms_pdf
from membership.documents.certificate import certificate_pdf
from membership.documents.family_file import family_file_pdf
from membership.documents.lists import members_pdf, renew_pdf
from membership.documents.register import register_pdf
from membership.documents.stickers import stickers_pdf
from membership.models import Enrolment
from membership.rules.certificate import refusal
from membership.selectors.balances import owed_by, with_promise
from membership.selectors.enrolling import enrolment_terms
from membership.selectors.households import household_by_id
from membership.selectors.papers import (
    LISTS,
    MOST_FORMS,
    MOST_HOUSEHOLDS,
    PAPER_JOB,
    Paper,
    Sheet,
    certified_enrolment,
    enrolled_in,
    present_people,
    register_of,
    require_printable,
    sheet_of,
    to_stick,
    unit_to_print,
)
from membership.selectors.payments import heads_of
from membership.selectors.renewals import Renewable, not_renewed, renewables
from membership.selectors.scales import scale_in_force

PDF = "application/pdf"
#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
#: Households of a list that somebody waits for: about twelve pages, under two seconds.
MOST_AT_ONCE = 400
#: Three sheets of stickers, which are laid out one by one.
MOST_STICKERS_AT_ONCE = 90
_STEPS = 3


def family_file(*, actor: Actor, household_id: int) -> PrintedDocument:
    """Return the family file of a household as it is today."""
    require(actor, Permission.SEE_HOUSEHOLDS)
    return family_file_pdf(actor, household_by_id(actor, household_id), on=clock.today())


def certificate(*, actor: Actor, household_id: int, year: int) -> PrintedDocument:
    """Return the certificate of membership of a household enrolled for the year.

    DomainError says for whom it is not due: nothing is paid nor promised.
    """
    require(actor, Permission.ENROL_HOUSEHOLDS)
    household = household_by_id(actor, household_id)
    enrolment = certified_enrolment(household, year)
    owed = with_promise(owed_by(enrolment), enrolment)
    why_not = refusal(owed, year)
    if why_not:
        raise DomainError(why_not)
    return certificate_pdf(actor, household, enrolment, owed, printed_on=clock.today())


def paper_at_once(*, actor: Actor, paper: Paper, unit_id: int, year: int) -> PrintedDocument:
    """Return a list that is short enough to wait for."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    require_printable(_count(actor, paper, unit_id, year), _most_at_once(paper))
    return _reader(actor, paper, unit_id, year)()


def is_printed_at_once(*, actor: Actor, paper: Paper, unit_id: int, year: int) -> bool:
    """Tell whether a paper is short enough to wait for; the others are made by a job."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if paper is Paper.BLANK_FORMS:
        return True
    # Nothing to print is told by the request, beside its field.
    most = _most_at_once(paper)
    return paper in LISTS and 0 < _count(actor, paper, unit_id, year) <= most


@transaction.atomic
def request_paper(*, actor: Actor, paper: Paper, unit_id: int, year: int, key: str = "") -> Job:
    """Ask for a paper; refused where there is nothing to print."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    if paper is Paper.BLANK_FORMS:
        raise DomainError("Ce papier s’imprime tout de suite.", field="paper")
    unit = unit_to_print(actor, unit_id)
    if paper in (Paper.RENEW, Paper.RENEWAL_FORMS):
        enrolment_terms(actor.tenant_id, year)
    most = MOST_FORMS if paper is Paper.RENEWAL_FORMS else MOST_HOUSEHOLDS
    require_printable(_count(actor, paper, unit_id, year), most)
    parameters = {"paper": paper.value, "unit_id": unit_id, "year": year}
    return request_job_once(
        actor=actor,
        kind=PAPER_JOB,
        title=f"{paper.label} : {unit.name}, {year}",
        parameters=parameters,
        key=key,
    )


def produce_paper(
    *, actor: Actor, job_id: UUID, paper: Paper, unit_id: int, year: int, progress: Progress
) -> StoredFile:
    """Read, print and keep the paper; call it outside of any scope."""
    require(actor, Permission.ENROL_HOUSEHOLDS)
    name = f"{paper.value}-{year}-{job_id.hex}.pdf"
    source = f"tâche:{PAPER_JOB}"
    with open_scope(actor, source=source):
        made = StoredFile.objects.filter(tenant_id=actor.tenant_id, name=name).first()
        if made is not None:
            return made
        progress(0, _STEPS, "Lecture des ménages")
        print_it = _reader(actor, paper, unit_id, year)
    progress(1, _STEPS, "Mise en page et impression")
    printed = print_it()
    progress(2, _STEPS, "Rangement du fichier")
    with open_scope(actor, source=source):
        return store_file(
            tenant_id=actor.tenant_id, name=name, content_type=PDF, content=printed.content
        )


def _most_at_once(paper: Paper) -> int:
    return MOST_STICKERS_AT_ONCE if paper is Paper.STICKERS else MOST_AT_ONCE


def _count(actor: Actor, paper: Paper, unit_id: int, year: int) -> int:
    """Return how many households a paper holds."""
    unit_to_print(actor, unit_id)
    if paper is Paper.STICKERS:
        return to_stick(actor, unit_id=unit_id, year=year).count()
    if paper in (Paper.MEMBERS, Paper.REGISTER):
        return enrolled_in(actor, unit_id=unit_id, year=year).count()
    return not_renewed(actor, year).filter(unit_id=unit_id).count()


def _reader(actor: Actor, paper: Paper, unit_id: int, year: int) -> Callable[[], PrintedDocument]:
    """Read all that the paper holds; what is returned prints it, and reads nothing more."""
    sheet = sheet_of(actor, unit_id=unit_id, year=year, on=clock.today())
    if paper is Paper.REGISTER:
        entries = register_of(actor, sheet)
        return lambda: register_pdf(sheet, entries)
    if paper in (Paper.MEMBERS, Paper.STICKERS):
        chosen, document = _ENROLLED[paper]
        rows = _with_heads(actor, chosen(actor, unit_id=unit_id, year=year))
        return lambda: document(sheet, rows)
    if paper is Paper.RENEW:
        missing = _to_renew(actor, sheet)
        return lambda: renew_pdf(sheet, missing)
    forms = _filled_forms(actor, sheet)
    scale = scale_in_force(actor.tenant_id, year)
    return lambda: enrolment_forms_pdf(sheet, forms, scale)


#: Papers of the enrolled: which of them, and how they are printed.
_ENROLLED = {
    Paper.MEMBERS: (enrolled_in, members_pdf),
    Paper.STICKERS: (to_stick, stickers_pdf),
}


def _with_heads(actor: Actor, enrolled: QuerySet[Enrolment]) -> list[Enrolment]:
    rows = list(enrolled)
    heads = heads_of([row.household_id for row in rows], tenant_id=actor.tenant_id)
    for row in rows:
        row.head_name = str(heads.get(row.household_id, ""))  # type: ignore[attr-defined]
    return rows


def _to_renew(actor: Actor, sheet: Sheet) -> list[Renewable]:
    """Last year's households, colline by colline."""
    terms = enrolment_terms(actor.tenant_id, sheet.year.year)
    rows = renewables(actor, sheet.unit.pk, terms)
    return sorted(rows, key=lambda row: (row.household.colline.sort_key, row.household.colline_id))


def _filled_forms(actor: Actor, sheet: Sheet) -> list[Form]:
    rows = _to_renew(actor, sheet)
    people = present_people(actor, [row.household.pk for row in rows])
    return [
        Form(
            household=row.household,
            people=people[row.household.pk],
            due_francs=row.asked.due.total_francs if row.asked else None,
            told=" ".join(row.asked.due.explanation) if row.asked else row.cause,
        )
        for row in rows
    ]
