"""`import_take_on KIND FILE --federation CODE`: the first-day import from the console."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conamus.kernel.errors import DomainError
from federations.models import Federation
from federations.rules.take_on import Outcome
from federations.services.take_on import (
    COMMAND_ROWS,
    ImportContext,
    Importer,
    ImportReport,
    ParsedFile,
    do_rows,
    error_csv,
    importer_of,
    importers,
    parse_file,
    try_rows,
)
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope

TASK = "import des données de départ"


class Command(BaseCommand):
    """Try or import a file, with the same services as the page."""

    help = "Importe un fichier de données de départ (XLSX, ODS ou CSV) dans une fédération."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("kind", choices=[importer.kind for importer in importers()])
        parser.add_argument("file", type=Path)
        parser.add_argument("--federation", required=True, metavar="CODE")
        parser.add_argument("--dry-run", action="store_true", help="essaie, sans rien écrire")
        parser.add_argument("--all-or-nothing", action="store_true")
        parser.add_argument("--errors", type=Path, help="où écrire les lignes refusées (CSV)")
        parser.add_argument(
            "--site-url", default="", help="adresse du site, pour les liens des invitations"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, do, report; exit with an error when rows were refused."""
        importer = importer_of(options["kind"])
        if importer.kind == "utilisateurs" and not (options["site_url"] or options["dry_run"]):
            raise CommandError("Donnez --site-url : les invitations portent un lien.")
        actor = system_actor(self._tenant_id(options["federation"]), TASK)
        try:
            parsed = parse_file(importer, self._content(options["file"]), most_rows=COMMAND_ROWS)
            report = self._report(importer, parsed, actor, options)
        except DomainError as error:
            raise CommandError(error.message) from error
        self._tell(importer, parsed, report, options)

    def _report(
        self, importer: Importer, parsed: ParsedFile, actor: Actor, options: dict[str, Any]
    ) -> ImportReport:
        context = ImportContext(actor=actor, site_url=options["site_url"])
        with open_scope(actor, source="commande:import_take_on"):
            if options["dry_run"]:
                return try_rows(importer, parsed.rows, context=context)
            whole = options["all_or_nothing"]
            return do_rows(importer, parsed.rows, context=context, all_or_nothing=whole)

    def _tell(
        self,
        importer: Importer,
        parsed: ParsedFile,
        report: ImportReport,
        options: dict[str, Any],
    ) -> None:
        for heading in parsed.unknown:
            self.stderr.write(f"Colonne que personne ne lit : {heading}")
        refused = report.refused()
        for result in refused[:20]:
            self.stderr.write(f"Ligne {result.row.number} : {result.cause}")
        if options["errors"]:
            options["errors"].write_bytes(error_csv(importer, refused))
        created, unchanged = report.count(Outcome.CREATED), report.count(Outcome.UNCHANGED)
        undone = options["dry_run"] or (options["all_or_nothing"] and bool(refused))
        done = "à créer (rien n’est écrit)" if undone else "créées"
        self.stdout.write(f"{created} {done}, {unchanged} déjà là, {len(refused)} refusées.")
        if refused:
            raise CommandError("Des lignes sont refusées.")

    def _tenant_id(self, code: str) -> int:
        tenant = Federation.objects.filter(code__iexact=code).first()
        if tenant is None:
            raise CommandError(f"Aucune fédération n’a le code {code}.")
        return tenant.pk

    def _content(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path} ne peut pas être lu : {error.strerror}.") from error
