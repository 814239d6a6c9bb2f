"""The terms of control in force: amounts, sample, second reader, delays."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from django.db.models import QuerySet

from claims.models import ControlTerms
from claims.rules.review import ReviewTerms
from conamus.kernel.periods import month_of
from federations.selectors.tenants import own_or_networks

#: Without any terms, a person sees every claim.
_NOTHING_BY_ITSELF = ReviewTerms(accepted_below_francs=0, sample_rate=Fraction(1), seed="")


@dataclass(frozen=True, slots=True)
class ControlTermsInForce:
    """The terms that a federation lives by, the latest first: its own, else the confederation's."""

    tenant_id: int
    rows: tuple[ControlTerms, ...]

    def row_of(self, day: date) -> ControlTerms | None:
        """Return the terms in force on a day."""
        held = [row for row in self.rows if row.in_force_from <= day]
        own = [row for row in held if row.tenant_id == self.tenant_id]
        return next(iter(own or held), None)

    def next_own(self, day: date) -> ControlTerms | None:
        """Return the federation's own terms that begin next after a day."""
        own = [row for row in self.rows if row.tenant_id == self.tenant_id]
        later = [row for row in own if row.in_force_from > day]
        return min(later, key=lambda row: row.in_force_from, default=None)

    def sample_rates(self, month: date) -> tuple[Decimal, ...]:
        """Return the percents by which a month's sample was drawn, in their order: mostly one."""
        begun = {row.in_force_from for row in self.rows if row.in_force_from in month_of(month)}
        held = [self.row_of(day) for day in sorted({month_of(month).start, *begun})]
        rates = [row.sample_percent for row in held if row is not None]
        return tuple(rate for rate, _ in groupby(rates))

    def of(self, received_on: date) -> ReviewTerms:
        """Return what decides whether a claim received on a day needs a person.

        Without the sample's seed, which the check alone reads (``claims.services.sample_seeds``).
        """
        row = self.row_of(received_on)
        if row is None:
            return _NOTHING_BY_ITSELF
        return ReviewTerms(
            accepted_below_francs=row.accepted_below_francs,
            sample_rate=Fraction(row.sample_percent) / 100,
            seed="",
            second_reader_francs=row.second_reader_from_francs,
        )


def control_terms(tenant_id: int) -> ControlTermsInForce:
    """Read the terms of a federation and of the confederation: one query."""
    rows = readable_control_terms(tenant_id).order_by("-in_force_from", "-pk")
    return ControlTermsInForce(tenant_id, tuple(rows))


def readable_control_terms(tenant_id: int) -> QuerySet[ControlTerms]:
    """Return the rows of a federation and of the confederation, of every day."""
    return ControlTerms.objects.filter(own_or_networks(tenant_id)).select_related("tenant")
