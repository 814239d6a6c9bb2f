"""The Django application « Réseau »."""

from django.apps import AppConfig


class FederationsConfig(AppConfig):
    """Name and label of the application."""

    name = "federations"
    verbose_name = "Réseau"
