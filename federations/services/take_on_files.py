"""Files of a first day: kept, tried, imported; a large one is tried by a job too.

Trying a small file is a matter of a second and done at once; what came out is kept as a
file of its own, so that the preview can be read again without trying again. The import is
always a job: its good rows in batches, each a transaction, or all of them in one and
nothing at all if one row is refused.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_integer
from federations.jobs import RunningJob
from federations.models import Job, StoredFile
from federations.rules.take_on import Outcome, Row, RowResult
from federations.services.files import store_file
from federations.services.jobs import request_job
from federations.services.repetition import once
from federations.services.take_on import (
    ImportContext,
    Importer,
    ImportReport,
    ParsedFile,
    do_rows,
    error_csv,
    importer_of,
    parse_file,
    require_importer,
    try_rows,
)
from federations.tenancy.actor import Actor

IMPORT_JOB, TRIAL_JOB = "take_on", "take_on_trial"
PAGE_ROWS = 5_000
#: A file of so many rows is tried while its sender waits: some five milliseconds a row.
ROWS_TRIED_AT_ONCE = 200
BATCH = 100
MOST_CREATED_SHOWN = 4
CSV_TYPE = "text/csv; charset=utf-8"
_TRIAL_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out of trying a file: counts, the refused rows, the first to be created."""

    kind: str
    file_id: int
    counts: dict[str, int]
    unknown: list[str]
    refused: list[RowResult]
    created: list[RowResult]
    #: The sum of the created rows' amounts, where the importer names a column.
    sum_francs: int | None = None


@transaction.atomic
def try_file(
    *, actor: Actor, kind: str, name: str, content: bytes, site_url: str
) -> StoredFile | Job:
    """Keep a file and try it: what came out, or the job that is trying it."""
    importer = importer_of(kind, actor)
    require_importer(actor, importer)
    parsed = parse_file(importer, content, most_rows=PAGE_ROWS)
    stored = store_file(
        tenant_id=actor.tenant_id,
        name=name,
        content_type="application/octet-stream",
        content=content,
    )
    context = ImportContext(actor=actor, site_url=site_url)
    if len(parsed.rows) <= ROWS_TRIED_AT_ONCE:
        report = try_rows(importer, parsed.rows, context=context)
        return _keep_trial(actor, importer, stored.pk, parsed, report)
    return request_job(
        actor=actor,
        kind=TRIAL_JOB,
        title=f"Essai d’import : {importer.title.lower()}",
        parameters={"kind": kind, "file_id": stored.pk, "site_url": site_url},
    )


def run_trial(job: RunningJob) -> dict[str, Any]:
    """Try a large file."""
    asked = job.parameters
    context = ImportContext(actor=job.actor, site_url=asked["site_url"])
    with job.scope():
        importer, parsed = _staged(job.actor, asked["kind"], asked["file_id"])
        total = len(parsed.rows)
        report = try_rows(
            importer,
            parsed.rows,
            context=context,
            tell=lambda done: job.progress(done, total, f"Ligne {done} sur {total}"),
        )
        trial = _keep_trial(job.actor, importer, asked["file_id"], parsed, report)
    return {
        "message": "Le fichier est essayé ; rien n’est encore importé.",
        "url": reverse("take_on_preview", args=[importer.kind, trial.pk]),
        "label": "Voir ce qu’il deviendra",
    }


def own_trial(actor: Actor, kind: str, trial_id: int) -> tuple[Importer, Trial]:
    """Return what came out of a file of the actor's tenant; NotFound for any other."""
    importer = importer_of(kind, actor)
    require_importer(actor, importer)
    stored = StoredFile.objects.filter(
        tenant_id=actor.tenant_id, pk=trial_id, content_type=_TRIAL_TYPE, name=_trial_name(kind)
    ).first()
    if stored is None:
        raise NotFound("Cet essai n’existe pas.")
    kept = json.loads(bytes(stored.content))
    for name in ("refused", "created"):
        kept[name] = [_result(told) for told in kept[name]]
    return importer, Trial(**kept)


@transaction.atomic
def request_import(
    *,
    actor: Actor,
    kind: str,
    trial_id: int,
    all_or_nothing: bool,
    site_url: str,
    key: str = "",
) -> Job:
    """Ask for the import of a file that was tried."""
    importer, trial = own_trial(actor, kind, trial_id)
    parameters = {
        "kind": kind,
        "file_id": trial.file_id,
        "all_or_nothing": all_or_nothing,
        "site_url": site_url,
    }

    def create() -> Job:
        title = f"Import : {importer.title.lower()}"
        return request_job(actor=actor, kind=IMPORT_JOB, title=title, parameters=parameters)

    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["request_import", parameters],
        create=create,
        find=lambda result: Job.objects.get(pk=result, tenant_id=actor.tenant_id),
    )


def run_import(job: RunningJob) -> dict[str, Any]:
    """Do a job's import; run again after an interruption, it finds its rows already there."""
    asked = job.parameters
    with job.scope():
        importer, parsed = _staged(job.actor, asked["kind"], asked["file_id"])
    whole = asked["all_or_nothing"]
    context = ImportContext(actor=job.actor, site_url=asked["site_url"])
    results: list[RowResult] = []
    for rows in _batches(parsed.rows, len(parsed.rows) if whole else BATCH):
        job.progress(len(results), len(parsed.rows), f"Ligne {rows[0].number}")
        with job.scope():
            done = do_rows(importer, rows, context=context, all_or_nothing=whole)
        results.extend(done.results)
    return _import_result(job, importer, ImportReport(results), is_whole=whole)


def _import_result(
    job: RunningJob, importer: Importer, report: ImportReport, *, is_whole: bool
) -> dict[str, Any]:
    refused = report.refused()
    result: dict[str, Any] = report.counts()
    result["message"] = _sentence(report, is_undone=is_whole and bool(refused))
    if not refused:
        return result
    with job.scope():
        stored = store_file(
            tenant_id=job.actor.tenant_id,
            name=f"refus-{importer.kind}.csv",
            content_type=CSV_TYPE,
            content=error_csv(importer, refused),
        )
    return {
        **result,
        "errors_file": stored.pk,
        "url": reverse("take_on_refused", args=[stored.pk]),
        "label": "Télécharger les lignes refusées",
    }


def _sentence(report: ImportReport, *, is_undone: bool) -> str:
    if is_undone:
        refused = format_integer(report.count(Outcome.REFUSED))
        return f"Rien n’a été importé. Lignes refusées : {refused}."
    counts = (format_integer(count) for count in report.counts().values())
    return "Lignes créées : {}\u00a0; déjà là : {}\u00a0; refusées : {}.".format(*counts)


def _staged(actor: Actor, kind: str, file_id: int) -> tuple[Importer, ParsedFile]:
    """Read a kept file again."""
    importer = importer_of(kind, actor)
    stored = StoredFile.objects.filter(tenant_id=actor.tenant_id, pk=file_id).first()
    if stored is None:
        raise NotFound("Ce fichier n’existe pas.")
    return importer, parse_file(importer, bytes(stored.content), most_rows=PAGE_ROWS)


def _keep_trial(
    actor: Actor, importer: Importer, file_id: int, parsed: ParsedFile, report: ImportReport
) -> StoredFile:
    created = [result for result in report.results if result.outcome is Outcome.CREATED]
    trial = Trial(
        kind=importer.kind,
        file_id=file_id,
        counts=report.counts(),
        unknown=parsed.unknown,
        refused=report.refused(),
        created=created[:MOST_CREATED_SHOWN],
        sum_francs=importer.sum_of(created),
    )
    return store_file(
        tenant_id=actor.tenant_id,
        name=_trial_name(importer.kind),
        content_type=_TRIAL_TYPE,
        content=json.dumps(asdict(trial), ensure_ascii=False).encode(),
    )


def _trial_name(kind: str) -> str:
    return f"essai-{kind}.json"


def _result(told: dict[str, Any]) -> RowResult:
    return RowResult(Row(**told["row"]), Outcome(told["outcome"]), told["cause"])


def _batches(rows: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))
