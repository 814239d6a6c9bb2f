"""The Django application « Inter-mutualité »."""

from django.apps import AppConfig


class IntermutualityConfig(AppConfig):
    """Name and label of the application."""

    name = "intermutuality"
    verbose_name = "Inter-mutualité"
