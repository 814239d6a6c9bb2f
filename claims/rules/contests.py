"""Where a claim stands once one side of a contest has had its word: final where all have spoken.

Two sides may object to a decision, each once and within its own term: the facility, to what it is
to bear; the member's federation, where another one decided. What the one says, or is answered, ends
nothing that the other may still contest: the claim stays decided, and is final by itself once the
terms that still run have passed (`claims.services.finality`).
"""

from dataclasses import dataclass

from claims.rules.states import State


@dataclass(frozen=True, slots=True)
class Stakes:
    """What a decision is to both sides: what the facility bears, what the mutuelle pays."""

    borne_francs: int
    mutuelle_francs: int


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


def opens_again(before: Stakes, after: Stakes, *, is_away: bool) -> bool:
    """Tell whether a decision redone takes from a side that had its say on the one before.

    From the facility, what it bears more or is paid less; from the member's federation, where
    another one decides (``is_away``), what it pays more.

    >>> before = Stakes(borne_francs=0, mutuelle_francs=800)
    >>> opens_again(before, Stakes(400, 480), is_away=False)
    True
    >>> after = Stakes(0, 900)
    >>> opens_again(before, after, is_away=False), opens_again(before, after, is_away=True)
    (False, True)
    """
    is_facilitys_loss = (
        after.borne_francs > before.borne_francs or after.mutuelle_francs < before.mutuelle_francs
    )
    return is_facilitys_loss or (is_away and after.mutuelle_francs > before.mutuelle_francs)
