"""By what the random sample of a month is drawn: a seed that nobody who enters can foresee or read.

The sample is a hash of the claim's key with its month's seed (``claims.rules.review``). A claim's
key stands in its address before it is sent, so the seed must be a secret: it is made by the machine
as the first claim of the month is checked, and kept for ever, so that each draw can be done again.
"""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from claims.models import SampleSeed
from claims.rules.review import ReviewTerms
from claims.selectors.control import control_terms
from conamus.kernel.periods import month_of
from federations.tenancy.actor import Actor

_BYTES = 16


def sampling_terms(actor: Actor) -> Callable[[date], ReviewTerms]:
    """Return what tells, by day of receipt, which claims a person must see, sample included."""
    terms = control_terms(actor.tenant_id)
    seed = cache(lambda month: _seed_of(actor.tenant_id, month))

    @cache
    def of(received_on: date) -> ReviewTerms:
        found = terms.of(received_on)
        # All or nothing needs no draw.
        is_drawn = 0 < found.sample_rate < 1
        return replace(found, seed=seed(month_of(received_on).start)) if is_drawn else found

    return of


def _seed_of(tenant_id: int, month: date) -> str:
    """Return the month's seed, made where there is none; two checks at once agree on one."""
    of_month = SampleSeed.objects.filter(tenant_id=tenant_id, month=month)
    kept = of_month.values_list("seed", flat=True)
    seed = kept.first()
    if seed is None:
        made = SampleSeed(tenant_id=tenant_id, month=month, seed=secrets.token_hex(_BYTES))
        SampleSeed.objects.bulk_create([made], ignore_conflicts=True)
        seed = kept.get()
    return seed
