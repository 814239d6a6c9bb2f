"""The Django application « Réseau »."""

from importlib import import_module

from django.apps import AppConfig


class FederationsConfig(AppConfig):
    """Name and label of the application."""

    name = "federations"
    verbose_name = "Réseau"

    def ready(self) -> None:
        """Register what can be imported on a first day, the job that does it, and the checks."""
        import_module("federations.checks")
        import_module("federations.take_on")
