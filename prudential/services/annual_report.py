"""Writes of the yearly report: ask for one, produce it.

A report is produced in three steps, so that no transaction is open while pages are laid
out: all facts are read in one scope, the PDF is made outside of any, the file and its row
are stored in another. A job that runs twice finds the report that it has already made.

The network's report shows the day's figures of members, the regulator reads released ones. Where
the two differ there are two editions, CONAMUS's and the regulator's; else one serves both. Care is
told as released in both (decision 0037).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError, NotFound
from conamus.printing.patience import at_most
from conamus.printing.pdf import PrintedDocument, print_html
from federations.models import Job, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.jobs import request_job_once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from prudential.documents.annual_report import report_html
from prudential.models import AnnualReport
from prudential.rules.annual_facts import FIRST_REPORT_YEAR, ReportFacts, figures_as_json
from prudential.selectors.annual_facts import annual_facts
from prudential.selectors.releases import released_years
from prudential.selectors.reports import (
    REPORT_JOB,
    REPORTING_KINDS,
    has_membership,
    report_of_job,
    unit_of_tenant,
)
from prudential.services.releases import release_figures

PDF = "application/pdf"
KEPT_BECAUSE = "ses chiffres du jour diraient ce qui a changé pour un à quatre ménages"
_TOO_LONG = (
    "La mise en page a duré trop longtemps et a été arrêtée : un texte du rapport ou du registre "
    "des activités est sans doute démesuré. Raccourcissez-le, puis relancez."
)
#: Told how far it is: done, total, the step in French.
Progress = Callable[[int, int, str], None]
_STEPS = (
    "Lecture des chiffres",
    "Composition du rapport",
    "Mise en page et impression",
    "Enregistrement du fichier",
    "Terminé",
)


def request_annual_report(
    *, actor: Actor, unit_id: int, year: int, submission_key: str = ""
) -> Job:
    """Ask for a unit's report of an activity year, in the open scope; return the job."""
    require(actor, Permission.PRODUCE_REPORTS)
    unit = _reportable_unit(actor, unit_id, year)
    parameters = {"unit_id": unit.pk, "year": year}
    return request_job_once(
        actor=actor,
        kind=REPORT_JOB,
        title=f"Rapport annuel {year} — {unit.tenant.short_name}",
        parameters=parameters,
        key=submission_key,
    )


def produce_annual_report(
    *,
    actor: Actor,
    unit_id: int,
    year: int,
    progress: Progress,
    source: str = "rapport annuel",
    job_id: UUID | None = None,
) -> AnnualReport:
    """Produce and keep the report; call it outside of any scope.

    With a ``job_id`` there is one report for that job, however often it is run.
    """
    require(actor, Permission.PRODUCE_REPORTS)
    _tell(progress, 0)
    with open_scope(actor, source=source):
        made = report_of_job(actor.tenant_id, job_id) if job_id else None
        if made:
            return made
        unit = _reportable_unit(actor, unit_id, year)
        editions = _editions(actor, unit, year)
    _tell(progress, 1)
    pages = [report_html(facts) for facts in editions]
    _tell(progress, 2)
    with at_most(settings.REPORT_PRINT_SECONDS, refusal=_TOO_LONG):
        printed = [print_html(html) for html in pages]
    _tell(progress, 3)
    with open_scope(actor, source=source):
        report = _store(actor, unit, list(zip(editions, printed, strict=True)), job_id)
    _tell(progress, 4)
    return report


def _editions(actor: Actor, unit: Unit, year: int) -> list[ReportFacts]:
    """Read what is printed: the own edition and, where it would tell more, the regulator's."""
    read = partial(
        annual_facts, unit, year, produced_on=timezone.localdate(), settled_on=clock.today()
    )
    if unit.kind != Unit.Kind.CONFEDERATION:
        return [read()]
    release_figures(actor=actor, on=clock.today())
    own, regulators = read(), read(released=released_years(actor.tenant_id))
    return [own] if own == replace(regulators, is_as_released=False) else [own, regulators]


def _tell(progress: Progress, step: int) -> None:
    progress(step, len(_STEPS) - 1, _STEPS[step])


def _reportable_unit(actor: Actor, unit_id: int, year: int) -> Unit:
    unit = unit_of_tenant(actor.tenant_id, unit_id)
    if unit is None:
        raise NotFound("Cette unité n’existe pas.", field="unit")
    if unit.kind not in REPORTING_KINDS:
        raise DomainError(
            f"{unit.name} : le rapport d’une {unit.get_kind_display()} vient avec les normes ; "
            "choisissez la fédération ou la confédération.",
            field="unit",
        )
    check_year(year, today=clock.today())
    if not has_membership(unit, year + 1):
        raise DomainError(
            f"{unit.tenant.short_name} n’a aucune adhésion pour l’année mutualiste {year + 1} : "
            f"le rapport {year} ne peut pas être produit.",
            field="year",
        )
    return unit


def check_year(year: int, *, today: date) -> None:
    """Raise DomainError for a year that no report can be about."""
    if year < FIRST_REPORT_YEAR:
        raise DomainError(
            f"Aucune donnée avant {FIRST_REPORT_YEAR} : choisissez une année à partir de "
            f"{FIRST_REPORT_YEAR}.",
            field="year",
        )
    if year > today.year:
        raise DomainError(
            f"L’année {year} n’a pas commencé : la dernière possible est {today.year}.",
            field="year",
        )


def _store(
    actor: Actor,
    unit: Unit,
    editions: Sequence[tuple[ReportFacts, PrintedDocument]],
    job_id: UUID | None,
) -> AnnualReport:
    """Keep the editions, the own one first; it bears the job."""
    try:
        with transaction.atomic():
            (facts, printed), *others = editions
            report = _create(actor, unit, facts, printed, job_id=job_id, is_shared=not others)
            for regulators, its_print in others:
                _create(actor, unit, regulators, its_print, is_shared=True)
            return report
    except IntegrityError:
        # The same job, run at the same time by a worker thought dead: its report stands.
        made = report_of_job(actor.tenant_id, job_id) if job_id else None
        if made is None:
            raise
        return made


def _create(
    actor: Actor,
    unit: Unit,
    facts: ReportFacts,
    printed: PrintedDocument,
    *,
    is_shared: bool,
    job_id: UUID | None = None,
) -> AnnualReport:
    whose = "-regulateur" if facts.is_as_released else ""
    file = store_file(
        tenant_id=actor.tenant_id,
        name=f"rapport-annuel-{facts.year}-{facts.organisation.code.lower()}{whose}.pdf",
        content_type=PDF,
        content=printed.content,
    )
    return AnnualReport.objects.create(
        tenant_id=actor.tenant_id,
        unit=unit,
        year=facts.year,
        produced_by=actor.name,
        pages=printed.pages,
        facts=figures_as_json(facts),
        file=file,
        made_by_job=job_id,
        is_for_regulator=is_shared,
        kept_because="" if is_shared else KEPT_BECAUSE,
        is_as_released=facts.is_as_released,
    )
