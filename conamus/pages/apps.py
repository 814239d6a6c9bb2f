"""The Django application of conamus/pages; it owns no table."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.pages"
    label = "pages"
