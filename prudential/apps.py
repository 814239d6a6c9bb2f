"""The Django application « Normes et rapports »."""

from django.apps import AppConfig


class PrudentialConfig(AppConfig):
    """Name and label of the application."""

    name = "prudential"
    verbose_name = "Normes et rapports"
