"""Rights: whether a person is covered on a day, and why.

One source of truth: ``periods_of`` computes the days on which a person's rights are open in a
mutualist year; ``coverage_of`` looks a day up in them and explains it. ``facts`` are what both
are computed from, ``standing`` the money, ``spans`` the days; ``refusals`` and ``openings`` hold
the sentences. Every
number of days is a parameter of the year's terms (how-mutuelles-work, « contributions and
rights » and « open questions »).
"""

from membership.rules.coverage.answer import Coverage, coverage_of
from membership.rules.coverage.codes import Contact, ReasonCode
from membership.rules.coverage.facts import (
    EnrolmentFacts,
    Hole,
    HouseholdFacts,
    PersonFacts,
    Terms,
)
from membership.rules.coverage.spans import periods_of
from membership.rules.promises import InstalmentFact, PaymentFact, PromiseFacts

__all__ = [
    "Contact",
    "Coverage",
    "EnrolmentFacts",
    "Hole",
    "HouseholdFacts",
    "InstalmentFact",
    "PaymentFact",
    "PersonFacts",
    "PromiseFacts",
    "ReasonCode",
    "Terms",
    "coverage_of",
    "periods_of",
]
