"""Households that go elsewhere: to another unit of the federation, or to another federation.

Within the federation a household simply passes to another unit. Between federations both must
agree: the one proposes and says what the other may see, the other accepts or refuses; on
acceptance the household is closed there and opened here in one transaction, under the same
network identifiers (docs/decisions/0011).
"""

from membership.services.transfers.accepting import accept_transfer
from membership.services.transfers.moving import move_household
from membership.services.transfers.proposing import (
    propose_transfer,
    refuse_transfer,
    withdraw_transfer,
)

__all__ = [
    "accept_transfer",
    "move_household",
    "propose_transfer",
    "refuse_transfer",
    "withdraw_transfer",
]
