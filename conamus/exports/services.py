"""Ask for a list as a file, and write it: the rows of the page, for whoever asked alone."""

from collections.abc import Callable, Iterator
from typing import IO, Any, cast

from django.db import transaction

from conamus.exports.listing import (
    KINDS,
    AskedList,
    open_list,
    read_in_chunks,
    rows_of,
    sorted_listing,
)
from conamus.kernel.errors import DomainError, NotFound
from conamus.kernel.figures import format_integer
from conamus.pages.exports import CONTENT_TYPES, MAX_XLSX_ROWS, file_name, table_rows, write_rows
from conamus.pages.lists import ListPage
from conamus.printing.pdf import PrintedDocument
from federations.jobs import RunningJob
from federations.models import Job
from federations.services.access import require
from federations.services.deliveries import DeliveryWriter, deliver_print, request_delivery
from federations.tenancy.actor import Actor

EXPORT_JOB = "list_export"
#: Rows between two words about how far it is.
_TOLD_EVERY = 500
_TITLES = {"csv": "Export CSV", "xlsx": "Export XLSX", "pdf": "À imprimer"}


@transaction.atomic
def request_export(*, actor: Actor, asked: AskedList, key: str = "") -> Job:
    """Ask for a list as a file; refused at once where the job would be."""
    if asked.kind not in KINDS:
        raise NotFound("Une liste s’exporte en CSV ou en XLSX.")
    page = open_list(asked, actor)
    if page.permission is None:
        raise NotFound("Cette liste ne s’exporte pas.")
    require(actor, page.permission)
    rows = rows_of(sorted_listing(page)[1])
    _require_fits(rows.count(), asked.kind)
    return request_delivery(
        actor=actor,
        permission=page.permission,
        kind=EXPORT_JOB,
        title=f"{_TITLES[asked.kind]} : {page.title}",
        parameters=asked.parameters(),
        key=key,
    )


def write_export(*, job: RunningJob, asked: AskedList) -> dict[str, Any]:
    """Read, write and keep the list in the asker's scope; return what the result says of it."""
    if asked.kind == "pdf":
        return _write_print(job, asked)
    with job.scope():
        page = open_list(asked, job.actor)
        table = sorted_listing(page)[1]
        rows = rows_of(table)
        total = rows.count()
        _require_fits(total, asked.kind)
        out = DeliveryWriter(job)
        records = _told(job, read_in_chunks(rows), total)
        write_rows(table_rows(table, records), cast("IO[bytes]", out), kind=asked.kind)
        return {"delivery": _finish(out, page, asked.kind), "rows": total}


def _write_print(job: RunningJob, asked: AskedList) -> dict[str, Any]:
    page, counted = open_list(asked, job.actor), [0]

    def read() -> Callable[[], PrintedDocument]:
        rows = rows_of(sorted_listing(page)[1])
        counted[0] = rows.count()
        return page.printing(rows)

    delivery = deliver_print(job=job, name=f"{file_name(page.title)}.pdf", read=read)
    return {"delivery": delivery, "rows": counted[0]}


def _finish(out: DeliveryWriter, page: ListPage, kind: str) -> dict[str, Any]:
    name = f"{file_name(page.title)}.{kind}"
    return out.finish(name=name, content_type=CONTENT_TYPES[kind])


def _told(job: RunningJob, records: Iterator[Any], total: int) -> Iterator[Any]:
    """Pass the rows on, and say how far it is."""
    for done, record in enumerate(records, start=1):
        if done % _TOLD_EVERY == 0:
            job.progress(done, max(done, total), f"{format_integer(done)} lignes écrites")
        yield record


def _require_fits(count: int, kind: str) -> None:
    if not count:
        raise DomainError("Rien à exporter : cette liste est vide.")
    if kind == "xlsx" and count > MAX_XLSX_ROWS:
        raise DomainError(
            f"{format_integer(count)} lignes : un XLSX en contient "
            f"{format_integer(MAX_XLSX_ROWS)} au plus. Exportez en CSV."
        )
