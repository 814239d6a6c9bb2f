"""Where a claim stands once one side of a contest has had its word: final where all have spoken.

Two sides may object to a decision, each once and within its own term: the facility, to what it is
to bear; the member's federation, where another one decided. What the one says, or is answered, ends
nothing that the other may still contest: the claim stays decided, and is final by itself once the
terms that still run have passed (`claims.services.finality`).
"""

from claims.rules.states import State


def after_facility(*, home_may_contest: bool) -> State:
    """Return where a claim stands once its facility has agreed, or was answered.

    >>> after_facility(home_may_contest=True).label, after_facility(home_may_contest=False).label
    ('décidée', 'définitive')
    """
    return State.DECIDED if home_may_contest else State.FINAL


def after_home(*, heard_francs: int, borne_francs: int) -> State:
    """Return where a claim stands once the contest of the member's federation is answered.

    ``borne_francs`` is what its facility bears now; ``heard_francs`` what it bore by the decision
    that it has spoken of already, 0 where it has said nothing.

    >>> after_home(heard_francs=0, borne_francs=9_000).label
    'décidée'
    >>> after_home(heard_francs=9_000, borne_francs=9_000).label
    'définitive'
    """
    return State.DECIDED if borne_francs > heard_francs else State.FINAL
