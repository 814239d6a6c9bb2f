"""Tables of the prudential application."""

from prudential.models.reports import AnnualReport, ReportParts

__all__ = ["AnnualReport", "ReportParts"]
