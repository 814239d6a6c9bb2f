"""A reader's sitting: what they did since they last paused, and how long a case took them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import QuerySet

from claims.models import Review
from federations.tenancy.actor import Actor

#: A pause longer than this begins another sitting; none is longer than a day.
PAUSE = timedelta(minutes=45)
LONGEST = timedelta(hours=16)


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a reader made of the cases of a sitting, the latest first."""

    reviews: tuple[Review, ...]

    @property
    def count(self) -> int:
        """How many outcomes."""
        return len(self.reviews)

    @property
    def by_outcome(self) -> list[tuple[str, int]]:
        """How many of each outcome, in the order of the outcomes."""
        counts = Counter(review.outcome for review in self.reviews)
        labels = dict(Review.Outcome.choices)
        return [(str(labels[value]), counts[value]) for value in labels if counts[value]]

    @property
    def taken_off_francs(self) -> int:
        """What the mutuelle does not pay thanks to the sitting."""
        return sum(review.taken_off_francs for review in self.reviews)

    @property
    def median_seconds(self) -> int | None:
        """The middle time from opening a case to its outcome; None: none was timed."""
        times = [
            (review.reviewed_at - review.opened_at).total_seconds()
            for review in self.reviews
            if review.opened_at is not None
        ]
        return round(median(times)) if times else None


def sitting_of(actor: Actor, now: datetime) -> Sitting:
    """Return the reader's present sitting: outcomes without a long pause between them."""
    rows: QuerySet[Review] = Review.objects.filter(
        reviewed_by_user_id=actor.user_id, reviewed_at__gt=now - LONGEST
    ).order_by("-reviewed_at", "-pk")
    kept: list[Review] = []
    last = now
    for review in rows:
        if last - review.reviewed_at > PAUSE:
            break
        kept.append(review)
        last = review.reviewed_at
    return Sitting(tuple(kept))
