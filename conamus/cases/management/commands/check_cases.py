"""`manage.py check_cases DIR`: the rules held to a folder of cases, without a database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conamus.cases.facts import BadCase
from conamus.cases.report import check_folder


class Command(BaseCommand):
    """Say each case's result; fail when one differs or cannot be understood."""

    help = "Vérifie les règles sur un dossier de cas (format : docs/cases.md)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder."""
        parser.add_argument("place", metavar="DIR", type=Path, help="Dossier ou fichier de cas.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check the cases."""
        try:
            tally = check_folder(options["place"], self.stdout.write)
        except BadCase as error:
            raise CommandError(str(error)) from error
        if not tally.is_good:
            raise CommandError("Des cas ne sont pas conformes.")
