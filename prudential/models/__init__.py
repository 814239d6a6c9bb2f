"""Tables of the prudential application."""

from prudential.models.reports import AnnualReport

__all__ = ["AnnualReport"]
