"""The Django application of conamus/demo; it owns no table."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Name and label of the application."""

    name = "conamus.demo"
    label = "demo"

    def ready(self) -> None:
        """Have reports and releases leave care out until the demonstration's year is whole."""
        from conamus.demo.care.notice import is_year_incomplete
        from prudential.selectors.care_held import hold_care_while

        hold_care_while(is_year_incomplete)
