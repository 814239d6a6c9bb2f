"""The Django application « Membres »."""

from importlib import import_module

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    """Name and label of the application."""

    name = "membership"
    verbose_name = "Membres"

    def ready(self) -> None:
        """Register what can be imported on a first day."""
        import_module("membership.take_on")
        import_module("membership.offered_years")
