"""`import_members FILE --federation CODE --year Y`: members and payments from the console.

Goes on where it was when the same file is given after a stop. Exit code 0: everything came in;
1: rows are refused, or the file cannot be read.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.figures import format_integer
from federations.models import Federation, RoleAssignment, Unit
from federations.selectors.assignments import actor_of
from federations.selectors.units import open_on
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from membership.models import MemberImport
from membership.rules.imports import Kind, Refusal
from membership.selectors.imports import Findings, findings, first_refusals, own_import
from membership.services.imports import (
    Desk,
    abandon_import,
    check_import,
    load_import,
    settle_import,
    stage_import,
    write_errors,
    write_stop,
)

TASK = "import de membres"
SOURCE = "commande:import_members"
MOST_TOLD = 20
_State = MemberImport.State


class Command(BaseCommand):
    """Stage, then check or load, with the same services as the page."""

    help = "Importe des membres, des paiements ou un registre papier (CSV, XLSX ou ODS)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--federation", required=True, metavar="CODE")
        parser.add_argument("--year", required=True, type=int, help="année mutualiste")
        parser.add_argument("--kind", choices=[one.value for one in Kind], default=Kind.MEMBERS)
        parser.add_argument("--unit", metavar="CODE", help="unité des lignes qui n’en nomment pas")
        parser.add_argument(
            "--reason", default="", metavar="MOTIF", help="motif des dates anciennes"
        )
        parser.add_argument("--sheet", default="", metavar="NOM", help="feuille du classeur")
        parser.add_argument("--dry-run", action="store_true", help="vérifie, sans rien charger")
        parser.add_argument("--all-or-nothing", action="store_true")
        parser.add_argument(
            "--leave-doubtful",
            action="store_true",
            help="laisse de côté les ménages dont quelqu’un est peut-être déjà inscrit",
        )
        parser.add_argument("--errors", type=Path, help="où écrire les lignes refusées (CSV)")
        parser.add_argument(
            "--actor", metavar="IDENTIFIANT", help="au nom de qui ; sinon le système"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, tell it; fail when rows are refused."""
        actor = _actor(options["federation"], options["actor"])
        desk = Desk(actor=actor, scope=_scope_of(actor), tell=self._tell)
        try:
            row = self._stage(desk, options)
            self._work(desk, row, options)
        except DomainError as error:
            _write_stop(options["errors"], error)
            raise CommandError(error.message) from error
        self._report(desk, row, options)

    def _stage(self, desk: Desk, options: dict[str, Any]) -> MemberImport:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"Le fichier {path} n’existe pas.")
        with desk.scope():
            row = stage_import(
                actor=desk.actor,
                kind=options["kind"],
                year=options["year"],
                unit_id=_unit_id(desk.actor, options["unit"]),
                path=path,
                name=path.name,
                sheet=options["sheet"],
                backdating_reason=options["reason"],
            )
        self.stdout.write(f"{format_integer(row.rows)} lignes déposées (import {row.pk}).")
        for title in row.unknown_headings:
            self.stderr.write(f"Colonne que personne ne lit : {title}")
        return row

    def _work(self, desk: Desk, row: MemberImport, options: dict[str, Any]) -> None:
        if options["dry_run"]:
            check_import(desk, row.pk)
            return
        choices = MemberImport.Choice
        choice = choices.ALL_OR_NOTHING if options["all_or_nothing"] else choices.GOOD_ROWS
        with desk.scope():
            settle_import(
                actor=desk.actor,
                import_id=row.pk,
                choice=choice.value,
                takes_doubtful=not options["leave_doubtful"],
            )
        load_import(desk, row.pk)

    def _tell(self, done: int, total: int, step: str) -> None:
        percent = 100 * done // total if total else 100
        self.stdout.write(f"{percent:3d} %  {step}")
        self.stdout.flush()

    def _report(self, desk: Desk, row: MemberImport, options: dict[str, Any]) -> None:
        with desk.scope():
            row = own_import(desk.actor, row.pk)
            found = findings(row)
            refused = first_refusals(row, MOST_TOLD)
            if options["errors"]:
                with options["errors"].open("w", encoding="utf-8", newline="") as out:
                    write_errors(actor=desk.actor, row=row, out=out)
            if options["dry_run"]:
                abandon_import(actor=desk.actor, import_id=row.pk)
        self._summary(row, found, refused)
        if found.refused:
            raise CommandError("Des lignes sont refusées.")

    def _summary(self, row: MemberImport, found: Findings, refused: list[Refusal]) -> None:
        for one in refused:
            column = f" ({one.column})" if one.column else ""
            self.stderr.write(f"Ligne {one.line}{column} : {one.cause}")
        is_done = row.state == _State.DONE
        words = ("créées", "changées") if is_done else ("à créer (rien n’est chargé)", "à changer")
        counts = found.counts
        self.stdout.write(
            f"Lignes {words[0]} : {format_integer(counts['created'])} ; {words[1]} : "
            f"{format_integer(counts['changed'])} ; déjà là : "
            f"{format_integer(counts['unchanged'])} ; refusées : {format_integer(found.refused)}."
        )
        if found.doubtful:
            self.stdout.write(
                f"À confirmer (doublons possibles) : {format_integer(found.doubtful)} ; "
                "--leave-doubtful les laisse de côté."
            )
        self.stdout.write(
            f"Ménages nouveaux : {format_integer(counts['households'])} ; personnes : "
            f"{format_integer(counts['people'])} ; adhésions : "
            f"{format_integer(counts['enrolments'])} ; paiements : "
            f"{format_integer(counts['payments'])}."
        )


def _write_stop(path: Path | None, error: DomainError) -> None:
    """Write why nothing could be read at all: who waits for the error file finds one."""
    if path is not None:
        with path.open("w", encoding="utf-8", newline="") as out:
            write_stop(error, out)


def _actor(code: str, username: str | None) -> Actor:
    tenant = Federation.objects.filter(code__iexact=code).first()
    if tenant is None:
        raise CommandError(f"Aucune fédération n’a le code {code}.")
    if username is None:
        return system_actor(tenant.pk, TASK)
    held = RoleAssignment.objects.select_related("user").filter(
        open_on(clock.today()), tenant=tenant, user__username=username, user__is_active=True
    )
    assignment = held.first()
    if assignment is None:
        raise CommandError(f"« {username} » n’a aucun rôle dans cette fédération.")
    return actor_of(assignment)


def _scope_of(actor: Actor) -> Callable[[], AbstractContextManager[object]]:
    return lambda: open_scope(actor, source=SOURCE)


def _unit_id(actor: Actor, code: str | None) -> int | None:
    if not code:
        return None
    units = Unit.objects.filter(
        open_on(clock.today()), tenant_id=actor.tenant_id, code__iexact=code
    )
    found = units.filter(kind__in=Unit.INSURING).first()
    if found is None:
        raise CommandError(f"Aucune mutuelle ni section ouverte n’a le code {code}.")
    return found.pk
