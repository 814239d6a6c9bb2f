"""The Django application that brings the picture and figure template tags; it owns no table."""

from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "conamus.charts"
    label = "charts"
    verbose_name = "Graphiques et cartes"
