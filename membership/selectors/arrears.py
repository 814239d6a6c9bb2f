"""Reads of who is late with a year's contribution, since when and by how much; who paid too much.

A household owes from the day after the collection closes, or from its enrolment where that is
later. An accepted promise puts off what its instalments to come will pay: late is what has
passed its last day (and the campaign's tolerance), since the first instalment not wholly paid.
What no instalment covers (the receipt of an advance was cancelled after the promise was signed) is
owed like any contribution. The other payer's share (partner, State, sponsor) is never a household's
arrears.

A year's list reads the balances that the database keeps (models/balances.py): of a federation's
tens of thousands of enrolments, an index leads to those few that owe.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Greatest

from conamus.kernel.periods import calendar_year
from conamus.kernel.text import read_number
from federations.models import Place
from federations.selectors.units import visible_unit_ids
from federations.tenancy.actor import Actor
from membership.models import Beneficiary, EnrolmentSupplement, Promise, PromiseInstalment
from membership.selectors.campaigns import campaign_of
from membership.selectors.payments import enrolments_in_sight

_FRANCS: BigIntegerField = BigIntegerField()


@dataclass(frozen=True, slots=True)
class DueDays:
    """When a year's contributions are late: after ``due_on``, a promise after its tolerance."""

    due_on: date
    tolerance_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What late rows come to."""

    count: int
    francs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a year's contributions stand: households in order and late, what is still awaited."""

    enrolled: int
    late: int
    late_francs: int
    payers_left_francs: int

    @property
    def in_order(self) -> int:
        """Households that owe nothing yet, or nothing any more."""
        return self.enrolled - self.late


def due_days(tenant_id: int, year: int) -> DueDays:
    """Return when a year's contributions are due; without a campaign, the eve of the year."""
    campaign = campaign_of(tenant_id, year)
    if campaign is None:
        return DueDays(calendar_year(year).start - timedelta(days=1), 0)
    return DueDays(campaign.closes_on, campaign.promise_tolerance_days)


def yearly(actor: Actor, *, year: int) -> QuerySet[Any]:
    """Return the year's enrolments in sight with what is left of them, as the balances say.

    The year is the balance's alone: asked of the enrolment too, its index would bring them all.
    """
    return enrolments_in_sight(actor).filter(
        cancelled_on__isnull=True,
        balance__tenant_id=actor.tenant_id,
        balance__year=year,
    )


def arrears(actor: Actor, *, year: int, on: date) -> QuerySet[Any]:
    """Return the enrolments of a year that are late on a day, the oldest first."""
    owing = yearly(actor, year=year).filter(balance__household_left_francs__gt=0)
    owing = owing.annotate(household_left_francs=F("balance__household_left_francs"))
    late = with_lateness(owing, due_days(actor.tenant_id, year), on=on)
    return late.filter(late_francs__gt=0, late_since__lt=on).order_by(
        "late_since", "household__number"
    )


def overpaid(actor: Actor, *, year: int) -> QuerySet[Any]:
    """Return the year's enrolments that received more than they ask, with ``over_francs``.

    So it is after a supplement or another payer's part was taken back; found by the index
    `balance_unsettled`.
    """
    rows = yearly(actor, year=year).filter(
        Q(balance__household_left_francs__lt=0) | Q(balance__others_left_francs__lt=0)
    )
    return with_excess(rows).order_by("-over_francs", "household__number")


def with_excess(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate enrolments by what the household and the other payer paid too much, together."""
    household, others = F("balance__household_left_francs"), F("balance__others_left_francs")
    over = Greatest(0 - household, 0) + Greatest(0 - others, 0)
    return rows.annotate(over_francs=ExpressionWrapper(over, output_field=_FRANCS))


def listed(rows: QuerySet[Any], *, on: date) -> QuerySet[Any]:
    """Add what a list shows: household, unit, colline, the head's name, a telephone."""
    heads = Beneficiary.objects.filter(
        tenant_id=OuterRef("tenant_id"),
        household=OuterRef("household"),
        relationship=Beneficiary.Relationship.HEAD,
        left_on__isnull=True,
    )
    return rows.select_related("household__unit", "colline").annotate(
        head_name=Subquery(heads.values_list(Concat("family_name", Value(" "), "given_name"))[:1]),
        has_promise=Exists(accepted_promises(on)),
    )


def add_up(late: QuerySet[Any]) -> Late:
    """Return how many are late, and of how much."""
    found = late.order_by().aggregate(count=Count("pk"), francs=Sum("late_francs"))
    return Late(count=found["count"], francs=found["francs"] or 0)


def standing(actor: Actor, late: Late, *, year: int) -> Standing:
    """Return how the contributions of a year stand, ``late`` being its arrears; two queries."""
    return Standing(
        enrolled=enrolments_in_sight(actor).filter(year_id=year, cancelled_on__isnull=True).count(),
        late=late.count,
        late_francs=late.francs,
        payers_left_francs=_payers_left(actor, year),
    )


def _payers_left(actor: Actor, year: int) -> int:
    """What partners, the State and sponsors still owe, by the index `balance_others_owe`."""
    waited = yearly(actor, year=year).filter(balance__others_left_francs__gt=0)
    left: int | None = waited.aggregate(sum=Sum("balance__others_left_francs"))["sum"]
    return left or 0


def accepted_promises(on: date) -> QuerySet[Promise]:
    """Return the accepted promise of an outer enrolment, unless it was taken back by then."""
    return Promise.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
        tenant_id=OuterRef("tenant_id"),
        enrolment=OuterRef("pk"),
        state=Promise.State.ACCEPTED,
    )


def with_lateness(rows: QuerySet[Any], due: DueDays, *, on: date) -> QuerySet[Any]:
    """Annotate enrolments (with their balances) by what is late and since when.

    Steps of the computation are aliases: each that were selected would be planned once more.
    """
    last_kept = on - timedelta(days=due.tolerance_days)
    to_come = _instalments(on).filter(due_on__gte=last_kept).values("promise__enrolment")
    ahead = to_come.annotate(sum=Sum("amount_francs")).values("sum")
    # Few have promised or grown: the others are told apart by one look into a small table.
    promised = Promise.objects.filter(state=Promise.State.ACCEPTED).order_by().values("enrolment")
    grown = EnrolmentSupplement.objects.order_by().values("enrolment")
    owed_since = Greatest(Value(due.due_on), F("enrolled_on"))
    return (
        rows.alias(
            ahead_francs=_of_those(
                promised,
                Coalesce(Subquery(ahead, output_field=_FRANCS), 0, output_field=_FRANCS),
            ),
            lines_francs=_of_those(grown, _lines_francs()),
            unpromised_francs=_of_those(grown, _lines_francs(asked_on__gt=_promised_on(on))),
        )
        .alias(promised_left_francs=_difference("household_left_francs", "unpromised_francs"))
        .alias(promised_late_francs=_difference("promised_left_francs", "ahead_francs"))
        .annotate(
            late_francs=_difference("household_left_francs", "ahead_francs"),
            late_since=Case(
                When(
                    Exists(accepted_promises(on)),
                    then=Case(
                        When(_is_beyond_promised(on), then=owed_since),
                        default=Coalesce(_first_missed(last_kept, on), _first_line()),
                    ),
                ),
                # What was signed is paid: late since somebody joined, and not before.
                When(
                    household_left_francs__lte=F("lines_francs"),
                    then=Greatest(Value(due.due_on), _first_line()),
                ),
                default=owed_since,
                output_field=DateField(null=True),
            ),
        )
    )


def _is_beyond_promised(on: date) -> Exists:
    """Whether more is left of what was owed when the promise was signed than it promised."""
    return Exists(accepted_promises(on).filter(amount_francs__lt=OuterRef("promised_left_francs")))


def _of_those(enrolments: QuerySet[Any], francs: Coalesce) -> Case:
    """Francs that only some enrolments have: 0 for the others, without a search for each."""
    return Case(When(pk__in=enrolments, then=francs), default=Value(0), output_field=_FRANCS)


def _difference(left: str, less: str) -> ExpressionWrapper:
    return ExpressionWrapper(F(left) - F(less), output_field=_FRANCS)


def _lines() -> QuerySet[EnrolmentSupplement]:
    return EnrolmentSupplement.objects.filter(
        tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("pk")
    ).order_by()


def _lines_francs(**only: Any) -> Coalesce:
    """The household's part of the supplements that were asked."""
    each = Sum(F("contribution_francs") - F("payer_francs"))
    summed = _lines().filter(**only).values("enrolment").annotate(sum=each).values("sum")
    return Coalesce(Subquery(summed, output_field=_FRANCS), 0, output_field=_FRANCS)


def _promised_on(on: date) -> Subquery:
    """The day on which the promise that runs was signed: for all that was owed by then."""
    running = Promise.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=on),
        tenant_id=OuterRef("tenant_id"),
        enrolment=OuterRef("enrolment"),
        state=Promise.State.ACCEPTED,
    )
    return Subquery(running.order_by("-pk").values("signed_on")[:1])


def _first_line() -> Subquery:
    """The day of the first supplement not wholly paid: money pays them in order."""
    later = (
        EnrolmentSupplement.objects.filter(
            tenant_id=OuterRef("tenant_id"), enrolment=OuterRef("enrolment"), pk__gt=OuterRef("pk")
        )
        .order_by()
        .values("enrolment")
        .annotate(sum=Sum(F("contribution_francs") - F("payer_francs")))
        .values("sum")
    )
    unpaid = _lines().annotate(
        later_francs=Coalesce(Subquery(later, output_field=_FRANCS), 0, output_field=_FRANCS)
    )
    open_lines = unpaid.filter(later_francs__lt=OuterRef("household_left_francs"))
    return Subquery(open_lines.order_by("pk").values("asked_on")[:1])


def _instalments(on: date) -> QuerySet[PromiseInstalment]:
    stands = Q(promise__withdrawn_on__isnull=True) | Q(promise__withdrawn_on__gt=on)
    return PromiseInstalment.objects.filter(
        stands,
        tenant_id=OuterRef("tenant_id"),
        promise__enrolment=OuterRef("pk"),
        promise__state=Promise.State.ACCEPTED,
    ).order_by()


def _first_missed(last_kept: date, on: date) -> Subquery:
    """The first instalment past its day that is not wholly paid.

    Money pays the earliest instalments first, so one is unpaid when more is left than all the
    later ones together.
    """
    later = (
        PromiseInstalment.objects.filter(
            tenant_id=OuterRef("tenant_id"),
            promise=OuterRef("promise"),
            due_on__gt=OuterRef("due_on"),
        )
        .order_by()
        .values("promise")
        .annotate(sum=Sum("amount_francs"))
        .values("sum")
    )
    passed = _instalments(on).filter(due_on__lt=last_kept)
    missed = passed.annotate(
        later_francs=Coalesce(Subquery(later, output_field=_FRANCS), 0, output_field=_FRANCS)
    ).filter(later_francs__lt=OuterRef("promised_left_francs"))
    return Subquery(missed.order_by("due_on").values("due_on")[:1])


def collines_of_unit(actor: Actor, *, unit: str) -> QuerySet[Place]:
    """Return the collines of a unit's households; those of several units are too many to offer."""
    homes = enrolments_in_sight(actor)
    units = visible_unit_ids(actor)
    if (unit_id := read_number(unit)) is not None:
        homes = homes.filter(household__unit_id=unit_id)
    elif units is None or len(units) > 1:
        return Place.objects.none()
    return Place.objects.filter(pk__in=homes.order_by().values("colline")).order_by("sort_key")
