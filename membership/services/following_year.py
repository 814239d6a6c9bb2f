"""What the year after says of households whose enrolment of a year was written, or is no more.

Whether a household was enrolled the year before, and in the same unit, is told with its enrolment,
so that a count of the nation need not join two years (docs/decisions/0050). The years are not
always written in their order: last year's paper register comes in after the campaign, and an
enrolment never paid is cancelled long after the next one was signed. Whoever writes a year's
enrolments, or cancels one, therefore has the following year told anew. What was signed stays:
whether it is a renewal, the dues, the day.
"""

from collections.abc import Collection

from federations.models import Unit
from federations.selectors.units import replaced_by_each
from membership.models import Enrolment


def retell_following_year(tenant_id: int, year: int, household_ids: Collection[int]) -> None:
    """Tell anew, of households that are held, what their enrolments for ``year + 1`` say of it.

    A renewal without a year before here went on from another federation's: it is left as it is.
    """
    running = Enrolment.objects.filter(
        tenant_id=tenant_id, household__in=household_ids, cancelled_on__isnull=True
    ).order_by()
    following = list(running.filter(year_id=year + 1))
    if not following:
        return
    units = dict(running.filter(year_id=year).values_list("household_id", "unit_id"))
    replaced = replaced_by_each(Unit.objects.filter(pk__in={row.unit_id for row in following}))
    changed = []
    for row in following:
        before = units.get(row.household_id)
        if before is None and row.is_renewal:
            continue
        told = (
            before is not None and not row.is_renewal,
            before == row.unit_id or before in replaced[row.unit_id],
        )
        if told != (row.is_returning, row.is_same_unit):
            row.is_returning, row.is_same_unit = told
            changed.append(row)
    Enrolment.objects.bulk_update(changed, ["is_returning", "is_same_unit"], batch_size=1000)
