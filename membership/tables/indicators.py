"""Columns of the indicators: the insured of a day, and the year's rates by unit."""

from fractions import Fraction
from typing import Any

import django_tables2 as tables

from conamus.kernel.figures import NOT_KNOWN, format_rate, percent_of
from conamus.pages.columns import NumberColumn

_NAME = {"td": {"class": "text-nowrap"}}
TOTAL = "Total"


def _url_of(record: Any) -> str | None:
    return record.url or None


_TOTAL_LAST = {"class": lambda record: "total" if record.label == TOTAL else ""}


class RateColumn(NumberColumn):
    """A rate in percent with one decimal; "n.d." without a denominator."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), **kwargs)

    def render(self, value: Fraction | None) -> str:  # type: ignore[override]
        """Return what the page shows."""
        return format_rate(value)

    def value(self, **kwargs: Any) -> Any:
        """Return what the export holds: percent with one decimal, as a number."""
        rate = kwargs["value"]
        return NOT_KNOWN if rate is None else percent_of(rate)


class InsuredTable(tables.Table):
    """The insured of a day, group by group, the total last."""

    label = tables.Column("Groupe", linkify=_url_of, attrs=_NAME)
    households = NumberColumn("Adhérents (ménages)")
    female_heads = NumberColumn("Dont femmes")
    people = NumberColumn("Bénéficiaires")
    males = NumberColumn("Hommes")
    females = NumberColumn("Femmes")

    class Meta:
        orderable = False
        row_attrs = _TOTAL_LAST


class FlowsTable(tables.Table):
    """A year's comings and goings by unit, the total last."""

    label = tables.Column("Unité", linkify=_url_of)
    before_households = NumberColumn("Ménages {before}", accessor="flows__before_households")
    households = NumberColumn("Ménages {year}", accessor="flows__households")
    growth = RateColumn("Croissance", accessor="flows__growth")
    unit_retention = RateColumn("Fidélisation, unité", accessor="flows__unit_retention")
    network_retention = RateColumn("Fidélisation, réseau", accessor="flows__network_retention")
    people = NumberColumn("Bénéficiaires", accessor="flows__people")
    internal_growth = RateColumn("Croissance interne", accessor="flows__internal_growth")
    external_growth = RateColumn("Croissance externe", accessor="flows__external_growth")
    target_households = NumberColumn("Ménages cibles", accessor="flows__target_households")
    penetration = RateColumn("Pénétration", accessor="flows__penetration")
    collection = RateColumn("Recouvrement", accessor="flows__collection")
    with_cam = NumberColumn("Avec une CAM", accessor="flows__households_with_cam")
    with_mfp = NumberColumn("Avec la MFP", accessor="flows__households_with_mfp")
    with_other = NumberColumn("Autre couverture", accessor="flows__households_with_other")

    class Meta:
        orderable = False
        row_attrs = _TOTAL_LAST

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns["before_households"].column.verbose_name = f"Ménages {year - 1}"
        self.columns["households"].column.verbose_name = f"Ménages {year}"

    def render_target_households(self, value: int) -> str:
        """Say that no target is entered, rather than zero."""
        column = self.columns["target_households"].column
        return column.render(value) if value else "n.d."
