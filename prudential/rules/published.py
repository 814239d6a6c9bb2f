"""What CONAMUS's published reports say of their own method (parameters/published_reports.yaml)."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

SIMPLE_MEAN = "simple_mean"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport:
    """A report of an activity year, and how it gives the retention of the whole."""

    year: int
    whole_retention: str
    source: str


@cache
def published_reports() -> tuple[PublishedReport, ...]:
    """Return the published reports that are known, the oldest first."""
    text = files("prudential.parameters").joinpath("published_reports.yaml").read_text("utf-8")
    found = (PublishedReport(**entry) for entry in yaml.safe_load(text))
    return tuple(sorted(found, key=lambda report: report.year))


def last_simple_mean() -> int:
    """Return the year of the last report that gives the mean of the federations' rates.

    >>> last_simple_mean()
    2024
    """
    return max(one.year for one in published_reports() if one.whole_retention == SIMPLE_MEAN)
