"""A cut: what is taken off a line, why, and who bears it. Every franc explains itself.

A line's asked amount less all its cuts is the mutuelle's part, always. The patient's part is
the sum of the cuts that the patient bears, the other payers' likewise; what the facility bears
was never owed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from claims.rules.words import Bearer


class CutCode(StrEnum):
    """Why francs were taken off, in the order in which the rules look."""

    REFUSED = "refused"
    LATE = "late"
    NO_RIGHTS = "no_rights"
    AFTER_RIGHTS = "after_rights"
    REVIEW = "review"
    PRICE = "price"
    UNPRICED = "unpriced"
    EXCLUDED = "excluded"
    CONDITION = "condition"
    WAITING = "waiting"
    NO_AUTHORISATION = "no_authorisation"
    NO_REFERRAL = "no_referral"
    QUANTITY = "quantity"
    INTERVAL = "interval"
    OVER_AUTHORISATION = "over_authorisation"
    OTHER_PAYER = "other_payer"
    DEDUCTIBLE = "deductible"
    COPAYMENT = "copayment"
    CEILING = "ceiling"


@dataclass(frozen=True, slots=True)
class Cut:
    """``francs`` taken off for ``code``; ``facts`` are the words and numbers of its sentence."""

    code: CutCode
    francs: int
    bearer: Bearer
    facts: dict[str, str] = field(default_factory=dict, hash=False)


#: What of a cut's facts tells an illness, or is a reader's own words: for who may read the reason
#: for care.
_PRIVATE: Mapping[CutCode, frozenset[str]] = {
    CutCode.REVIEW: frozenset({"note"}),
    CutCode.EXCLUDED: frozenset({"wording", "is_chronic"}),
}


def parted_facts(cut: Cut) -> tuple[dict[str, str], dict[str, str]]:
    """Return a cut's facts that everyone may be told who sees it, and those that are private.

    >>> parted_facts(Cut(CutCode.REVIEW, 5, Bearer.FACILITY, {"reason": "other", "note": "x"}))
    ({'reason': 'other'}, {'note': 'x'})
    """
    names = _PRIVATE.get(cut.code)
    if not names:
        return cut.facts, {}
    private = {name: value for name, value in cut.facts.items() if name in names}
    return {name: value for name, value in cut.facts.items() if name not in names}, private
