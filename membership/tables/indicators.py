"""Columns of the indicators: the insured of a day, the year's rates, the households they count."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import django_tables2 as tables
from django.urls import reverse

from conamus.kernel.figures import NOT_KNOWN, format_integer, format_rate, percent_of
from conamus.pages.columns import CodeColumn, FrancsColumn, NumberColumn
from federations.selectors.units import visible_unit_ids
from membership.models import Enrolment

_NAME = {"td": {"class": "text-nowrap"}}
TOTAL = "Total"
#: Of a rate that means nothing for a group.
WITHOUT_OBJECT = "sans objet"


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

    def value(self, value: Fraction | None) -> Any:
        """Return what the export holds: percent with one decimal, as a number."""
        return NOT_KNOWN if value is None else percent_of(value)


class CountColumn(NumberColumn):
    """A count that may not be known: "n.d." then, and never empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, empty_values=(), **kwargs)

    def value(self, value: int | None) -> Any:
        """Return what the export holds."""
        return NOT_KNOWN if value is None else value


class InsuredTable(tables.Table):
    """The insured of a day, group by group, the total last."""

    label = tables.Column("Groupe", linkify=_url_of, attrs=_NAME)
    households = NumberColumn("Adhérents (ménages)")
    female_heads = NumberColumn("Dont femmes")
    people = NumberColumn("Bénéficiaires")
    males = NumberColumn("Hommes")
    females = NumberColumn("Femmes")
    open_households = CountColumn("Adhérents aux droits ouverts")
    open_people = CountColumn("Bénéficiaires aux droits ouverts")

    class Meta:
        orderable = False
        row_attrs = _TOTAL_LAST


class FlowsTable(tables.Table):
    """A year's comings and goings by group, the total last."""

    label = tables.Column("Groupe", linkify=_url_of)
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

    def __init__(self, *args: Any, year: int, has_targets: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_targets = has_targets
        self.columns["before_households"].column.verbose_name = f"Ménages {year - 1}"
        self.columns["households"].column.verbose_name = f"Ménages {year}"

    def render_target_households(self, value: int, record: Any) -> str:
        """Say that no target is entered, or that there can be none, rather than zero."""
        return format_integer(value) if value else self._no_target(record)

    def value_target_households(self, value: int, record: Any) -> int | str:
        """The same in an export."""
        return value or self._no_target(record)

    def render_penetration(self, value: Fraction | None, record: Any) -> str:
        """Say likewise of the rate."""
        return self._no_target(record) if value is None else format_rate(value)

    def value_penetration(self, value: Fraction | None, record: Any) -> Decimal | str:
        """The same in an export."""
        return self._no_target(record) if value is None else percent_of(value)

    def _no_target(self, record: Any) -> str:
        has_one = self.has_targets or record.label == TOTAL
        return NOT_KNOWN if has_one else WITHOUT_OBJECT


def _household_url(record: Enrolment, table: Any) -> str | None:
    """Lead to the household where it is in sight: it may have left for another unit since."""
    in_sight = visible_unit_ids(table.request.actor)
    if in_sight is not None and record.household.unit_id not in in_sight:
        return None
    return reverse("household_detail", args=[record.household_id])


class CountedTable(tables.Table):
    """The households of a count, as they enrolled."""

    household = CodeColumn("Ménage", accessor="household__number", linkify=_household_url)
    head = tables.Column("Adhérent", accessor="head_name", default=NOT_KNOWN, orderable=False)
    unit = tables.Column("Unité", accessor="unit__name", order_by=("unit__sort_key",))
    colline = tables.Column("Colline", accessor="colline__name", order_by=("colline__sort_key",))
    year = NumberColumn("Inscrit pour", accessor="year_id", orderable=False)
    people = NumberColumn("Personnes", orderable=False)
    people_before = NumberColumn("L’année d’avant", orderable=False, default="")
    due = FrancsColumn("Dû", accessor="whole_due_francs")
    collected = FrancsColumn("Encaissé", accessor="whole_paid_francs")

    class Meta:
        model = Enrolment
        fields = (
            "household", "head", "unit", "colline", "year", "people", "people_before", "due",
            "collected",
        )  # fmt: skip
        order_by = ("household",)

    def render_year(self, value: int) -> str:
        """A year is no count: without a space for its thousands."""
        return str(value)
