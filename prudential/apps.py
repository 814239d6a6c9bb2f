"""The Django application « Normes et rapports »."""

from importlib import import_module

from django.apps import AppConfig


class PrudentialConfig(AppConfig):
    """Name and label of the application."""

    name = "prudential"
    verbose_name = "Normes et rapports"

    def ready(self) -> None:
        """Register this application's jobs and first-day imports, once the models are there."""
        import_module("prudential.jobs")
        import_module("prudential.take_on")
