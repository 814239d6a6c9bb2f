"""The Django application of conamus/demo; it owns no table."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.demo"
    label = "demo"
