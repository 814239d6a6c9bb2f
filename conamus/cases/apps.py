"""The Django application of conamus/cases; it owns no table."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.cases"
    label = "cases"
