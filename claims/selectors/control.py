"""The terms of control in force: amounts, sample, second reader, delays."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from claims.models import ControlTerms
from claims.rules.review import ReviewTerms
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
