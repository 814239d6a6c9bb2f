"""What the random sample found, month by month, and what it says of what nobody read.

A month's population is what no flag, signal or amount touched: the claims accepted by
themselves (sums of them are kept: ``AcceptedSum``), and those that only the sample sent to a
reader, unless they were cancelled since; how many were is told beside (what is entered anew in
their place is read). The error of a sampled claim is what its last reader took off
(``Review.taken_off_francs``): what a contest gave back is no error, and one that is contested,
or was taken back, is not read yet. What a visit takes off later has an extrapolation of its own.
The sample of a month has one rate (decision 0065). Where it changed within a month none the less,
what was drawn by one rate says nothing of what another drew from: nothing is estimated.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from claims.models import AcceptedSum, SampleSeed
from claims.rules.extrapolation import Extrapolation, extrapolate
from claims.selectors.control import control_terms
from federations.models import Federation
from federations.rules.roles import Role
from federations.tenancy.actor import Actor

#: Months shown, the latest first.
MONTHS = 12
_DRAWN = "SELECT * FROM drawn_claims(%(tenants)s, %(from_year)s, %(to_year)s, %(since)s)"


#: By month: what each drawn claim was wrong by (None: not read); how many others, with francs.
_Drawn = dict[date, list[int | None]]
_Rest = dict[date, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class SampledMonth:
    """A month's sample: how it was drawn, what was read of it, what it says of the rest."""

    month: date
    #: In percent; none: no terms, a person saw all; several: it changed within the month.
    rates: tuple[Decimal, ...]
    drawn: int
    read: int
    wrong: int
    found_francs: int
    #: What nobody read.
    rest: int
    #: None: nothing was read yet, or the rate changed.
    estimated: Extrapolation | None
    #: Drawn too, and cancelled since: no part of the estimate, nor passed over in silence.
    cancelled: int = 0

    @property
    def is_read(self) -> bool:
        """Whether every drawn claim was read: only then is the estimate the month's."""
        return self.read == self.drawn


def sampled_federations(actor: Actor) -> list[Federation]:
    """Return the federations whose sample the actor sees."""
    federations = Federation.objects.filter(kind=Federation.Kind.FEDERATION).order_by("name")
    if actor.role is not Role.MEDICAL_ADVISER:
        federations = federations.filter(pk=actor.tenant_id)
    return list(federations)


def sampled_months(tenant_ids: Sequence[int], on: date) -> dict[int, list[SampledMonth]]:
    """Return federations' months of a year back, the latest first: two queries and the terms."""
    since = date(on.year - 1, on.month, 1)
    values = {
        "tenants": list(tenant_ids),
        "since": since,
        "from_year": since.year - 1,
        "to_year": on.year,
    }
    drawn: dict[int, _Drawn] = {pk: defaultdict(list) for pk in tenant_ids}
    cancelled: dict[int, Counter[date]] = {pk: Counter() for pk in tenant_ids}
    for pk, month, is_cancelled, francs in _rows(_DRAWN, values):
        if is_cancelled:
            cancelled[pk][month] += 1
        else:
            drawn[pk][month].append(francs)
    rest: dict[int, _Rest] = {pk: {} for pk in tenant_ids}
    kept = AcceptedSum.objects.filter(processing_id__in=tenant_ids, month__gte=since)
    sums = kept.values_list("processing_id", "month").annotate(Sum("cases"), Sum("francs"))
    for pk, month, count, francs in sums.filter(cases__sum__gt=0):
        rest[pk][month] = (count, francs)
    return {pk: _months(pk, drawn[pk], rest[pk], cancelled[pk]) for pk in tenant_ids}


def told_seeds(actor: Actor, on: date) -> list[SampleSeed]:
    """Return the seeds of the months that are over: a doctor of the network may draw again.

    Nobody else is told: who enters, or works beside who does, would foresee a draw.
    """
    if actor.role is not Role.MEDICAL_ADVISER:
        return []
    over = SampleSeed.objects.filter(month__lt=on.replace(day=1))
    shown = over.filter(month__gte=date(on.year - 1, on.month, 1))
    return list(shown.select_related("tenant").order_by("tenant__name", "-month"))


def _months(
    tenant_id: int, drawn: _Drawn, rest: _Rest, cancelled: Counter[date]
) -> list[SampledMonth]:
    terms = control_terms(tenant_id)
    months = sorted(drawn.keys() | rest.keys() | cancelled.keys(), reverse=True)[:MONTHS]
    rows = []
    for month in months:
        rates = terms.sample_rates(month)
        told = _month(month, rates, drawn.get(month, []), *rest.get(month, (0, 0)))
        rows.append(replace(told, cancelled=cancelled[month]))
    return rows


def _month(
    month: date,
    rates: tuple[Decimal, ...],
    drawn: list[int | None],
    rest: int,
    rest_francs: int,
) -> SampledMonth:
    errors = [francs for francs in drawn if francs is not None]
    is_one_sample = bool(errors) and len(rates) <= 1
    return SampledMonth(
        month=month,
        rates=rates,
        drawn=len(drawn),
        read=len(errors),
        wrong=sum(1 for error in errors if error),
        found_francs=sum(errors),
        rest=rest,
        estimated=extrapolate(errors, rest, rest_francs) if is_one_sample else None,
    )


def _rows(query: str, values: dict[str, Any]) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()
