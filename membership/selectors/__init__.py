"""Reads of membership, one module a subject; what the other applications count is here."""

from membership.selectors.insured import (
    CommuneCount,
    InsuredCount,
    InsuredTotals,
    PastCount,
    insured_by_commune,
    insured_by_unit,
    network_insured,
    past_years,
    total_insured,
)

__all__ = [
    "CommuneCount",
    "InsuredCount",
    "InsuredTotals",
    "PastCount",
    "insured_by_commune",
    "insured_by_unit",
    "network_insured",
    "past_years",
    "total_insured",
]
