"""The Django application « Membres »."""

from django.apps import AppConfig


class MembershipConfig(AppConfig):
    """Name and label of the application."""

    name = "membership"
    verbose_name = "Membres"
