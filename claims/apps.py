"""The Django application « Soins »."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Name and label of the application."""

    name = "claims"
    verbose_name = "Soins"
