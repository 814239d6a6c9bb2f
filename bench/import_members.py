"""How long the whole register of 2025 takes to import from CSV, against a bare COPY of its rows.

The register is written from the loaded network, one CSV a federation, then brought into the same
federations emptied of their members, by `import_members`: every check, number, amount, history.
Bounds, in the same run: COPY of the very rows that came out, by the role that bypasses row-level
security, indexes and keys on, history off; and django-import-export's default path on the first
rows of the same columns. Limits are on the clock; processor time, which other work on the machine
does not move, is told beside it. What the network held is put back at the end.

    python -m bench import_members
"""

import argparse
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tablib
from django.core.management import call_command
from django.db import connections, transaction
from import_export import fields, resources, widgets

from bench import as_is
from bench.copying import copy_in, copy_out, empty
from bench.measure import Figure, Worked, report, worked
from federations.models import Federation, Place, Unit
from federations.tenancy.actor import system_actor
from federations.tenancy.declarations import declared_tables
from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Enrolment, Household

YEAR = 2025
MOST_TIMES_COPY = 3
LEAST_TIMES_PACKAGE = 25
MOST_MEGABYTES = 300
SAMPLE_ROWS = 2_000
#: What belongs to years and units, not to members: stays where it is.
_STAYS = frozenset(
    f"membership_{name}"
    for name in (
        "mutualistyear", "campaign", "contributionscale", "scaleband", "scalecategory",
        "sharingkey", "pastyear", "unittarget", "numberrange", "signingkey",
    )
)  # fmt: skip
_WRITTEN = tuple(
    f"membership_{name}"
    for name in ("household", "beneficiary", "enrolment", "lifeevent", "backdating")
)
#: The register's signatures are older than an agent may write: each is listed with this reason.
REASON = "Registre de 2025 repris"
_HISTORY = "federations_historyevent"
#: Written by triggers as the others are.
_DERIVED = frozenset({"membership_balance"})
_REGISTER = """
COPY (
    SELECT h.number AS "N° ménage", u.code AS "Unité", p.code AS "Colline",
           e.category AS "Catégorie", h.phone AS "Téléphone du ménage",
           h.registered_on AS "Inscrit le", e.enrolled_on AS "Adhésion signée le",
           b.family_name AS "Nom", b.given_name AS "Prénom", b.sex AS "Sexe",
           b.birth_date AS "Naissance",
           CASE WHEN b.is_birth_estimated THEN 'oui' ELSE '' END AS "Naissance estimée",
           b.relationship AS "Lien", b.phone AS "Téléphone",
           b.identity_paper AS "Pièce d’identité", b.joined_on AS "Dans le ménage depuis"
    FROM membership_household h
    JOIN membership_enrolment e ON e.household_id = h.id AND e.year_id = {year}
         AND e.cancelled_on IS NULL
    JOIN federations_unit u ON u.id = e.unit_id
    JOIN federations_place p ON p.id = h.colline_id
    JOIN membership_beneficiary b ON b.household_id = h.id AND b.left_on IS NULL
    WHERE h.tenant_id = {tenant}
    ORDER BY h.number, b.number
) TO STDOUT WITH (FORMAT csv, HEADER, DELIMITER ';')
"""


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import of the whole register cost."""

    took: Worked
    megabytes: float
    rows: int


def main() -> int:
    """Measure, print, and fail above a limit."""
    options = _arguments()
    if options.child:
        return _import_all(Path(options.child))
    with TemporaryDirectory() as folder:
        return _measured(Path(folder), options.rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--child", metavar="DIR", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measured(folder: Path, rounds: int) -> int:
    copied = folder / "copied"
    copied.mkdir()
    write_registers(folder)
    with set_aside(folder) as held:
        figures = [figure for _ in range(rounds) for figure in _round(folder, copied, held)]
    return report(figures)


@contextmanager
def set_aside(folder: Path) -> Iterator[list[str]]:
    """Give the names of the members' tables; what they hold is put back at the end."""
    held = [name for name in declared_tables() if name.startswith("membership_")]
    held = [*(name for name in held if name not in _STAYS), _HISTORY]
    kept = folder / "kept"
    kept.mkdir()
    copied = [name for name in held if name not in _DERIVED]
    copy_out(copied, kept)
    try:
        yield held
    finally:
        empty(held)
        copy_in(copied, kept)


def _round(folder: Path, copied: Path, held: list[str]) -> Iterator[Figure]:
    empty(held)
    done = _run_child(folder)
    copy_out(_WRITTEN, copied)
    empty(held)
    copying = worked(partial(copy_in, _WRITTEN, copied), "loader")
    empty(held)
    package = _package(folder)
    sys.stdout.write(f"{done.rows} rows, {done.rows / done.took.seconds:.0f} a second\n")
    yield from _compared(
        "", done.rows, done.took.seconds, copying.seconds, package.seconds, is_limited=True
    )
    yield from _compared(
        ", processors", done.rows, done.took.busy_seconds, copying.busy_seconds,
        package.busy_seconds, is_limited=False,
    )  # fmt: skip
    yield Figure(name="memory", measured=done.megabytes, unit="MB", limit=MOST_MEGABYTES)


def _compared(
    of_what: str, rows: int, seconds: float, copying: float, package: float, *, is_limited: bool
) -> Iterator[Figure]:
    """Compare an import's seconds with those of COPY, and with the package's for its sample."""
    yield Figure(
        name=f"whole register, times COPY{of_what}", measured=seconds, bound=copying, unit="s",
        limit=MOST_TIMES_COPY if is_limited else float("inf"), limits_ratio=True,
    )  # fmt: skip
    a_row, package_row = 1e6 * seconds / rows, 1e6 * package / SAMPLE_ROWS
    yield Figure(
        name=f"a row, as a part of django-import-export's{of_what}"
        f" ({package_row / a_row:.1f} times quicker)",
        measured=a_row, bound=package_row, unit="µs",
        limit=1 / LEAST_TIMES_PACKAGE if is_limited else float("inf"), limits_ratio=True,
    )  # fmt: skip


def write_registers(folder: Path) -> None:
    """Write each federation's households and people of the year as a CSV."""
    for tenant in Federation.objects.filter(kind=Federation.Kind.FEDERATION):
        query = _REGISTER.format(year=YEAR, tenant=tenant.pk)
        path = folder / f"{tenant.code}.csv"
        with path.open("wb") as out, connections["loader"].cursor() as cursor:
            cursor.copy_expert(query, out)


def _run_child(folder: Path) -> Imported:
    command = as_is("import_members", "--child", str(folder))
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return Imported(Worked(told["seconds"], told["busy"]), told["megabytes"], told["rows"])


def _import_all(folder: Path) -> int:
    """Import every register in this process, and say what it cost."""
    took = worked(partial(_import_each, folder))
    with connections["loader"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM membership_beneficiary")
        rows = cursor.fetchone()[0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "seconds": took.seconds, "busy": took.busy_seconds, "megabytes": peak, "rows": rows,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def _import_each(folder: Path) -> None:
    for path in sorted(folder.glob("*.csv")):
        with Path(os.devnull).open("w") as unheard:
            call_command(
                "import_members",
                path,
                federation=path.stem,
                year=YEAR,
                reason=REASON,
                stdout=unheard,
            )


class _HouseholdResource(resources.ModelResource):
    """Households by the package's default path."""

    unit = fields.Field("unit", "Unité", widgets.ForeignKeyWidget(Unit, "code"))
    colline = fields.Field("colline", "Colline", widgets.ForeignKeyWidget(Place, "code"))
    number = fields.Field("number", "N° ménage")
    registered_on = fields.Field("registered_on", "Inscrit le", widgets.DateWidget("%Y-%m-%d"))
    category = fields.Field("category", "Catégorie")
    phone = fields.Field("phone", "Téléphone du ménage")

    class Meta:
        model = Household
        import_id_fields = ("number",)
        fields = ("unit", "colline", "number", "registered_on", "category", "phone")

    def __init__(self, tenant_id: int) -> None:
        super().__init__()
        self.tenant_id = tenant_id

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Name the tenant."""
        instance.tenant_id = self.tenant_id

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Leave out the package's last step: the application's role may not set sequences."""


class _EnrolmentResource(_HouseholdResource):
    """Enrolments by the package's default path; what is owed is left out, in its favour."""

    household = fields.Field(
        "household", "N° ménage", widgets.ForeignKeyWidget(Household, "number")
    )
    enrolled_on = fields.Field("enrolled_on", "Adhésion signée le", widgets.DateWidget("%Y-%m-%d"))
    head_sex = fields.Field("head_sex", "Sexe")

    class Meta:
        model = Enrolment
        import_id_fields = ("household",)
        fields = ("household", "unit", "colline", "enrolled_on", "category", "head_sex")

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Give what the file does not say."""
        instance.tenant_id, instance.year_id = self.tenant_id, YEAR
        instance.is_renewal, instance.males, instance.females = False, 1, 1


class _PersonResource(_HouseholdResource):
    """People by the package's default path."""

    household = fields.Field(
        "household", "N° ménage", widgets.ForeignKeyWidget(Household, "number")
    )
    number = fields.Field("number", "N° bénéficiaire")
    family_name = fields.Field("family_name", "Nom")
    given_name = fields.Field("given_name", "Prénom")
    sex = fields.Field("sex", "Sexe")
    birth_date = fields.Field("birth_date", "Naissance", widgets.DateWidget("%Y-%m-%d"))
    relationship = fields.Field("relationship", "Lien")
    joined_on = fields.Field("joined_on", "Dans le ménage depuis", widgets.DateWidget("%Y-%m-%d"))
    phone = fields.Field("phone", "Téléphone")
    identity_paper = fields.Field("identity_paper", "Pièce d’identité")

    class Meta:
        model = Beneficiary
        import_id_fields = ("number",)
        fields = (
            "household", "number", "family_name", "given_name", "sex", "birth_date",
            "relationship", "joined_on", "phone", "identity_paper",
        )  # fmt: skip


def _package(folder: Path) -> Worked:
    """Time django-import-export's default path on the first rows; undone afterwards."""
    path = max(folder.glob("*.csv"), key=lambda one: one.stat().st_size)
    people, households = _sample(path)
    actor = system_actor(Federation.objects.get(code=path.stem).pk, "mesure")
    made = (
        (_HouseholdResource(actor.tenant_id), households),
        (_PersonResource(actor.tenant_id), people),
        (_EnrolmentResource(actor.tenant_id), households),
    )
    with open_scope(actor, source="mesure"):
        took = worked(partial(_import_by_package, made))
        transaction.set_rollback(True)
    return took


def _import_by_package(made: Sequence[tuple[_HouseholdResource, tablib.Dataset]]) -> None:
    for resource_of_rows, rows in made:
        resource_of_rows.import_data(rows, raise_errors=True)


def _sample(path: Path) -> tuple[tablib.Dataset, tablib.Dataset]:
    """Return the first people of a register, and the first row of each of their households."""
    lines = path.read_text(encoding="utf-8").splitlines()[: SAMPLE_ROWS + 1]
    people = tablib.Dataset().load("\n".join(lines), format="csv", delimiter=";")
    people.append_col([f"X-{at}" for at in range(len(people))], header="N° bénéficiaire")
    households = tablib.Dataset(headers=people.headers)
    seen: set[str] = set()
    for row in people:
        if row[0] not in seen:
            seen.add(row[0])
            households.append(row)
    return people, households
