"""Reads of the network's published past years as they may be told: small groups are not."""

from federations.selectors.statements import rows_of
from membership.selectors import PastCount


def shown_past_years() -> list[PastCount]:
    """Return the past years of every federation, oldest first; small groups: None.

    For the regulator and the confederation; the database refuses anyone else.
    """
    return [PastCount(**row) for row in rows_of("SELECT * FROM shown_past_years()")]
