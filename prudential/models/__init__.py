"""Tables of the prudential application."""

from prudential.models.releases import ReleasedFigures
from prudential.models.reports import AnnualReport

__all__ = ["AnnualReport", "ReleasedFigures"]
