"""On which terms the demonstration's households contribute: campaigns, scale, key, targets.

The scale is the default of the open question (published ones disagree); the key's percents are
ours. The target population, 750,900 households, is what the 2019 report's penetration comes
from (17,345 households at 2.31 %); how it is shared between units is ours.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from conamus.demo.network import UnitPlan
from conamus.kernel.money import allocate
from membership.rules.scale import ORDINARY, Band, Category, PayerKind, Scale
from membership.rules.sharing import SharingKey

SCALE_YEARS = (2024, 2025, 2026)
TARGET_HOUSEHOLDS = 750_900
TARGET_SOURCE = "PAMUSAB, rapport 2019 (17 345 ménages pour 2,31 %) ; partage généré"

INDIGENT, SUBSIDISED, COFFEE = "indigent", "subsidised", "coffee_grower"

TEMPLATE = Scale(
    year=SCALE_YEARS[0],
    bands=(
        Band(size_from=1, size_to=3, amount_francs=20_000),
        Band(size_from=4, size_to=6, amount_francs=30_000),
        Band(size_from=7, size_to=10, amount_francs=35_000),
        Band(
            size_from=11,
            size_to=None,
            amount_francs=35_000,
            supplement_from=11,
            supplement_francs=2_500,
        ),
    ),
    categories=(
        Category(code=ORDINARY, label="Ordinaire"),
        Category(
            code=INDIGENT,
            label="Indigent",
            payer=PayerKind.SPONSOR,
            payer_percent=Decimal(100),
            joining_fee_due=False,
        ),
        Category(
            code=SUBSIDISED,
            label="Subventionné",
            payer=PayerKind.PARTNER,
            payer_percent=Decimal(50),
        ),
        Category(code=COFFEE, label="Caféiculteur", may_promise=True),
    ),
    joining_fee_francs=1_000,
)

KEY = SharingKey(
    valid_from=date(2018, 1, 1),
    valid_to=None,
    federation_percent=Decimal(10),
    confederation_percent=Decimal(2),
    fee_federation_percent=Decimal(30),
    fee_confederation_percent=Decimal(10),
)


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """A campaign: from September to December, and a month of grace."""

    year: int

    @property
    def opens_on(self) -> date:
        """The first day of the collection."""
        return date(self.year - 1, 9, 1)

    @property
    def closes_on(self) -> date:
        """The last day of the collection."""
        return date(self.year - 1, 12, 31)

    @property
    def grace_until(self) -> date:
        """The last day on which a renewal opens rights without waiting."""
        return date(self.year, 1, 31)


CAMPAIGNS = tuple(CampaignPlan(year) for year in SCALE_YEARS)


def template_of(year: int) -> Scale:
    """Return the scale of a year: the same each year."""
    return Scale(
        year=year,
        bands=TEMPLATE.bands,
        categories=TEMPLATE.categories,
        joining_fee_francs=TEMPLATE.joining_fee_francs,
        most_people=TEMPLATE.most_people,
    )


def unit_targets(units: Sequence[UnitPlan]) -> dict[tuple[str, str], int]:
    """Share the network's target households between units, by the communes of their zones.

    A commune that several units work in counts for each in part.
    """
    insuring = [unit for unit in units if unit.zone]
    covered = Counter(commune for unit in insuring for commune in unit.zone)
    weights = [sum(Fraction(1, covered[commune]) for commune in unit.zone) for unit in insuring]
    shares = allocate(TARGET_HOUSEHOLDS, weights)
    return {unit.key: share for unit, share in zip(insuring, shares, strict=True)}
