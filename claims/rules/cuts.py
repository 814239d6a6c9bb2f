"""A cut: what is taken off a line, why, and who bears it. Every franc explains itself.

A line's asked amount less all its cuts is the mutuelle's part, always. The patient's part is
the sum of the cuts that the patient bears, the other payers' likewise; what the facility bears
was never owed.
"""

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
