"""Exports of long lists: time and memory of writing 10,000 rows, and every beneficiary.

What the job runs, at national size: rows from the database some at a time, one file, kept in
pieces. Nobody may export the whole network, so the rows are read by the bypass role, and the
pieces written in CONAMUS's scope are rolled back, after the file has been put together from them,
opened and its rows counted. Each size and kind has a process of its own, whose peak of memory until
the file is written is its own; the bound is a COPY of the same columns to a pipe.

    python -m bench exports            (the network loaded first)
    python -m bench --as-is exports    (the running demonstration, left as it was)
"""

import argparse
import csv
import resource
import subprocess
import sys
from io import RawIOBase, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from time import perf_counter
from typing import IO, cast
from uuid import uuid4

import django_tables2 as tables
from django.db import connection, connections, transaction
from openpyxl import load_workbook

from bench import as_is
from bench.measure import Figure, report
from conamus.exports.listing import read_in_chunks
from conamus.pages.columns import DayColumn
from conamus.pages.exports import table_rows, write_rows
from federations.jobs import RunningJob
from federations.models import Federation, FilePiece
from federations.services.deliveries import DeliveryWriter
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary

SHORT = 10_000
KINDS = ("csv", "xlsx")
#: How much more memory the whole network may take than 10,000 rows.
MOST_MORE_MB = 30
_COPY = """
COPY (SELECT b.number, family_name, given_name, sex, birth_date, relationship, h.number, u.name
FROM membership_beneficiary b JOIN membership_household h ON h.id = b.household_id
JOIN federations_unit u ON u.id = h.unit_id ORDER BY b.id) TO STDOUT
"""


class BeneficiaryTable(tables.Table):
    """What a list of beneficiaries would show."""

    number = tables.Column("Numéro")
    family_name = tables.Column("Nom")
    given_name = tables.Column("Prénom")
    sex = tables.Column("Sexe")
    birth_date = DayColumn("Né le")
    relationship = tables.Column("Lien")
    household = tables.Column("Ménage", accessor="household__number")
    unit = tables.Column("Unité", accessor="household__unit__name")


class _Nothing(RawIOBase):
    """A pipe that nobody reads."""

    def write(self, data: object) -> int:
        """Drop it."""
        return len(cast("bytes", data))


def main() -> int:
    """Measure, print, and fail above a limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("KIND", "COUNT"), help=argparse.SUPPRESS)
    one = parser.parse_args().one
    if one is not None:
        sys.stdout.write(" ".join(map(str, _write(one[0], int(one[1])))))
        return 0
    count = Beneficiary.objects.using("loader").count()
    bound = _copied()
    figures = []
    for kind in KINDS:
        _, _, few_mb = _in_a_process(kind, SHORT)
        seconds, size, mb = _in_a_process(kind, count)
        name = f"{kind} of {count} rows, {size / 1e6:.0f} MB"
        figures += [
            Figure(name=name, measured=seconds, bound=bound, limit=180, unit="s"),
            Figure(name=f"{name}: memory", measured=mb, bound=few_mb, limit=300, unit="MB"),
            Figure(
                name=f"{name}: more than {SHORT} rows take", measured=mb - few_mb,
                limit=MOST_MORE_MB, unit="MB",
            ),
        ]  # fmt: skip
    return report(figures)


def _in_a_process(kind: str, count: int) -> tuple[float, float, float]:
    command = as_is("exports", "--one", kind, str(count))
    done = subprocess.run(
        command, cwd=Path(__file__).resolve().parents[1], stdout=subprocess.PIPE, check=True
    )
    seconds, size, mb = map(float, done.stdout.decode().split())
    return seconds, size, mb


def _write(kind: str, count: int) -> tuple[float, int, float]:
    """Write so many rows as the job does; return seconds, bytes and the process's peak in MB."""
    actor = system_actor(Federation.objects.get(code="CONAMUS").pk, "mesure")
    job = RunningJob(id=uuid4(), kind="", actor=actor, parameters={}, lease_token=uuid4())
    found = Beneficiary.objects.using("loader").select_related("household__unit")
    rows = found.order_by("pk")
    if count < SHORT + 1:
        rows = rows[:count]
    start = perf_counter()
    with transaction.atomic(using="loader"), open_scope(actor, source="mesure"):
        _let_idle()
        out = DeliveryWriter(job)
        table = BeneficiaryTable([])
        write_rows(table_rows(table, read_in_chunks(rows)), cast("IO[bytes]", out), kind=kind)
        out.finish(name="", content_type="")
        seconds = perf_counter() - start
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if (found_rows := _rows_in(kind, job)) != count:
            raise RuntimeError(f"{found_rows} rows in the file, {count} in the table")
        transaction.set_rollback(True)
    return seconds, out.size_bytes, peak_mb


def _let_idle() -> None:
    """Keep the writing connection, which waits until a sheet is closed.

    A job reads by the connection that it writes by; here the rows come by another, and PostgreSQL
    ends a transaction that has done nothing for a minute (roles.sql).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _rows_in(kind: str, job: RunningJob) -> int:
    """Put the file together, open it as its reader would, and count its rows below the titles."""
    pieces = FilePiece.objects.filter(job_id=job.id, batch=job.lease_token).order_by("rank")
    with TemporaryFile() as file:
        for piece in pieces.iterator(chunk_size=1):
            file.write(piece.content)
        file.seek(0)
        if kind == "csv":
            text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
            return sum(1 for _ in csv.reader(text, delimiter=";")) - 1
        sheet = load_workbook(file, read_only=True).active
        return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def _copied() -> float:
    start = perf_counter()
    with connections["loader"].cursor() as cursor:
        cursor.copy_expert(_COPY, _Nothing())
    return perf_counter() - start
