"""The Django application of conamus/exports; it owns no table."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.exports"
    label = "exports"
