"""The Django application « Normes et rapports »."""

from importlib import import_module

from django.apps import AppConfig


class PrudentialConfig(AppConfig):
    """Name and label of the application."""

    name = "prudential"
    verbose_name = "Normes et rapports"

    def ready(self) -> None:
        """Register this application's jobs, first-day imports and names, with the models there."""
        import_module("prudential.history_names")
        import_module("prudential.jobs")
        import_module("prudential.take_on")
