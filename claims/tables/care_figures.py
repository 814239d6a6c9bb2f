"""Columns of the figures of care: the funnel's facilities, groups, reasons, delays."""

from fractions import Fraction

import django_tables2 as tables

from claims.rules.signals.funnels import Place
from conamus.kernel.figures import NOT_KNOWN, format_number, format_rate
from conamus.pages.columns import CodeColumn, FrancsColumn, NumberColumn

TOTAL = "Ensemble"


class DistanceColumn(tables.Column):
    """How far from the peers, in sigmas."""

    def render(self, value: Fraction) -> str:
        """To a tenth."""
        return format_number(value, 1)

    def value(self, **kwargs: object) -> object:
        """As a number in the export."""
        distance = kwargs.get("value")
        return float(distance) if isinstance(distance, Fraction) else ""


class FunnelTable(tables.Table):
    """Facilities of a funnel, the farthest first."""

    name = tables.Column("Formation sanitaire", accessor="month__name")
    cases = NumberColumn("Cas", accessor="month__cases")
    value = FrancsColumn("Coût par cas")
    shrunk = FrancsColumn("Coût ramené vers les pairs")
    limit = FrancsColumn("Limite haute")
    distance = DistanceColumn("Écart")
    standing = tables.Column("Situation", accessor="is_far")

    def render_standing(self, value: bool) -> str:
        """In words."""
        return "au-dessus de la limite" if value else "parmi ses pairs"

    def value_standing(self, record: Place) -> str:
        """In words in the export too."""
        return self.render_standing(record.is_far)


class RateColumn(tables.Column):
    """A share in percent."""

    def render(self, value: Fraction) -> str:
        """With one decimal."""
        return format_rate(value, 1)

    def value(self, **kwargs: object) -> object:
        """As a number of percents in the export."""
        share = kwargs.get("value")
        return round(float(share) * 100, 1) if isinstance(share, Fraction) else ""


class CareTable(tables.Table):
    """Groups of attestations with their figures; the last line is the whole."""

    label = tables.Column("Groupe", linkify=lambda record: record.url or None)
    cases = NumberColumn("Cas", accessor="sums__cases")
    cost = FrancsColumn("Coût par cas", accessor="sums__cost_francs", default=NOT_KNOWN)
    asked = FrancsColumn("Demandé", accessor="sums__asked_francs")
    decided = NumberColumn("Décidées", accessor="sums__decided")
    mutuelle = FrancsColumn("Part mutuelle", accessor="sums__mutuelle_francs")
    mutuelle_cost = FrancsColumn(
        "Part mutuelle par cas", accessor="sums__mutuelle_cost_francs", default=NOT_KNOWN
    )
    stays = RateColumn("Séjours", accessor="sums__stay_rate", default=NOT_KNOWN)
    rejected = RateColumn("Rejetées", accessor="sums__rejection_rate", default=NOT_KNOWN)
    cut = RateColumn("Coupé à la formation", accessor="sums__cut_rate", default=NOT_KNOWN)


class ReasonTable(tables.Table):
    """Reasons of cuts."""

    label = tables.Column("Motif")
    cases = NumberColumn("Attestations")
    francs = FrancsColumn("Montant")


class CareReasonTable(tables.Table):
    """Reasons for care, of five people and more."""

    name = tables.Column("Motif de soins")
    code = CodeColumn("Code")
    cases = NumberColumn("Attestations")
    people = NumberColumn("Personnes")


class DelayTable(tables.Table):
    """Delays between steps, in days."""

    label = tables.Column("Étape")
    cases = NumberColumn("Attestations")
    median = tables.Column("Délai médian (jours)")
    slow = tables.Column("Neuf sur dix en moins de (jours)")
