"""Adjudication: what a facility asked, cut step by step down to what the mutuelle owes.

One way only to value a claim. ``adjudicate`` lays the attestation out (``sheet``), lets each of
``STEPS`` take francs off its lines, and gives the decision (``decision``): the lines with their
cuts, each with its code, its bearer and the facts of its sentence. The algorithm, with worked
tables, is in docs/algorithms/adjudication.md.
"""

from claims.rules.adjudication.closest import UnusablePackage
from claims.rules.adjudication.decision import (
    Adjudication,
    Drawn,
    Flag,
    FlagCode,
    LineDecision,
    as_earlier,
    difference_francs,
    less_drawn,
)
from claims.rules.adjudication.steps import STEPS, adjudicate

__all__ = [
    "STEPS",
    "Adjudication",
    "Drawn",
    "Flag",
    "FlagCode",
    "LineDecision",
    "UnusablePackage",
    "adjudicate",
    "as_earlier",
    "difference_francs",
    "less_drawn",
]
