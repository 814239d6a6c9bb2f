"""A mobile operator's statement: read from whatever its columns are called (``columns``,
``reading``, ``statuses``), then reconciled with the payments that the desks wrote (``matching``).

Operators publish no format and change it: columns are recognised in French and English, dates
and amounts in the ways people and their tools write them. Nothing of a statement is dropped: a
line that is no incoming money is kept and set aside with its reason.
"""

from membership.rules.statements.matching import (
    TOLERANCE_DAYS,
    Match,
    Outcome,
    PaymentCandidate,
    candidates_of,
    lost_receipt,
    match_lines,
    together,
    told_undone,
    undone_by,
)
from membership.rules.statements.reading import ReadLine, read_lines
from membership.rules.statements.statuses import Fate, fate_of

__all__ = [
    "TOLERANCE_DAYS",
    "Fate",
    "Match",
    "Outcome",
    "PaymentCandidate",
    "ReadLine",
    "candidates_of",
    "fate_of",
    "lost_receipt",
    "match_lines",
    "read_lines",
    "together",
    "told_undone",
    "undone_by",
]
