"""The French of a decision: each cut, flag and line, and each clause of a package, in words."""

from claims.rules.sentences.clauses import clause_sentence, describe
from claims.rules.sentences.cuts import cut_reason, cut_sentence
from claims.rules.sentences.flags import flag_sentence
from claims.rules.sentences.lines import claim_sentence, line_sentence

__all__ = [
    "claim_sentence",
    "clause_sentence",
    "cut_reason",
    "cut_sentence",
    "describe",
    "flag_sentence",
    "line_sentence",
]
