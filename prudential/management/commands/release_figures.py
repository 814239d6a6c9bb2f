"""`manage.py release_figures`: what beat does every day, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conamus import clock
from conamus.kernel.figures import format_date
from prudential.services.releases import release_all_figures


class Command(BaseCommand):
    """Release the figures that the regulator reads."""

    help = "Arrête les chiffres que lit le régulateur, sans ce qui dirait un à quatre ménages."

    def handle(self, *args: Any, **options: Any) -> None:
        """Release them, or say that there is nothing to release."""
        today = clock.today()
        if not release_all_figures(on=today):
            raise CommandError("Aucune confédération n’est inscrite : rien n’est à arrêter.")
        self.stdout.write(f"Chiffres arrêtés au {format_date(today)}.")
