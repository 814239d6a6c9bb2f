"""What a merge does to the rights of the person: none is lost by it, and what it opens is told.

Two records of one household are one entry, written twice: the earlier one counts, and the merge is
listed among the operations dated back where it moves the entry of the record that is kept. A cover
that continued at the later entry does not reach back to the earlier one, nor is it given up for a
waiting that began there. Records of two households are two entries: being in one opens nothing in
the other, so the kept record keeps its own day. Where the other record has days that the kept one
has not, the merge is refused, with what keeps them: nothing undoes a merge (docs/decisions/0046).
"""

from collections.abc import Sequence
from datetime import date

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.periods import Period, next_month
from membership.models import Beneficiary
from membership.rules.merging import days_lost, days_told
from membership.selectors.rights import covered_periods

#: What the kept record takes over where it says nothing itself.
_FILLED = ("phone", "identity_paper", "photo_id", "died_on")


def covered_days(person: Beneficiary) -> list[Period]:
    """Return the days of this year and the next that a record covers, as the facts stand."""
    today = clock.today()
    return covered_periods(person, (today, next_month(today, 12)))


def take_over(kept: Beneficiary, dropped: Beneficiary) -> date | None:
    """Write into the kept record what the other one adds; it is not saved.

    Return the day from which it counts where that was later before; None: nothing opens by it.
    """
    for name in _FILLED:
        if not getattr(kept, name):
            setattr(kept, name, getattr(dropped, name))
    if kept.household_id != dropped.household_id or dropped.left_on is not None:
        # Who had left and came again has two entries, with days between them.
        return None
    return _take_earlier_entry(kept, dropped)


def _take_earlier_entry(kept: Beneficiary, dropped: Beneficiary) -> date | None:
    """The earlier entry of both, and the earlier day of telling; from the birth that is kept."""
    told_on = [day for day in (_told_on(kept), _told_on(dropped)) if day is not None]
    joined_on = max(min(kept.joined_on, dropped.joined_on), kept.birth_date)
    declared_on = min(told_on, default=None)
    if joined_on == kept.joined_on and declared_on == _told_on(kept):
        return None
    if _covers_more(kept, dropped):
        return None
    if dropped.joined_on < kept.joined_on:
        # It is of an entry, not of a person: the later one's does not reach back to the earlier.
        kept.continues_cover = dropped.continues_cover
    elif dropped.joined_on == kept.joined_on:
        kept.continues_cover = kept.continues_cover or dropped.continues_cover
    kept.joined_on, kept.declared_on = joined_on, declared_on
    return declared_on or joined_on


def _covers_more(kept: Beneficiary, dropped: Beneficiary) -> bool:
    """Whether the kept record came with its cover, while the earlier entry still waits."""
    if dropped.continues_cover or not kept.continues_cover:
        return False
    return bool(days_lost(covered_days(kept), covered_days(dropped)))


def _told_on(person: Beneficiary) -> date | None:
    """The day on which the person was declared; who came after birth was, by coming."""
    if person.declared_on is None and person.joined_on != person.birth_date:
        return person.joined_on
    return person.declared_on


def _kept_instead(dropped: Beneficiary) -> str:
    keep = f"gardez la fiche {dropped.number}"
    had_left = dropped.left_on is not None and dropped.left_on <= clock.today()
    return f"{keep}, ou reprenez d’abord sa sortie si elle est une erreur" if had_left else keep


def require_no_day_lost(kept: Beneficiary, dropped: Beneficiary, before: Sequence[Period]) -> None:
    """Raise unless the kept record, as it is saved now, covers the days of the dropped one."""
    lost = days_lost(before, covered_days(kept))
    if not lost:
        return
    home, other = kept.household.number, dropped.household.number
    told = f"La fiche {dropped.number} est couverte {days_told(lost)} ; la fiche {kept.number} non"
    if home == other:
        raise DomainError(f"{told} : {_kept_instead(dropped)}.")
    raise DomainError(
        f"{told}. Gardez la fiche {dropped.number}, ou soldez d’abord ce que doit le ménage "
        f"{home}. Si {kept} a changé de ménage, ce n’est pas une fiche en double : inscrivez son "
        f"départ de {other}, sortez la fiche {kept.number} comme « inscription par erreur » et "
        f"inscrivez-la de nouveau dans {home}, par son numéro {dropped.number}."
    )
