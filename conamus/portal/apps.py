"""The Django application of conamus/portal; it owns no table."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.portal"
    label = "portal"
