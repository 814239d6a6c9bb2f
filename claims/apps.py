"""The Django application « Soins »."""

from importlib import import_module

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Name and label of the application."""

    name = "claims"
    verbose_name = "Soins"

    def ready(self) -> None:
        """Register what can be imported on a first day."""
        import_module("claims.take_on")
