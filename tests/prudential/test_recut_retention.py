"""Who came back: after a re-cut, or after a year that was not paid, by everybody's count."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from conamus.portal.figures import Line, membership_by_unit
from conamus.portal.selectors.network import closed_unit_lines
from federations.models import Recut, Unit
from federations.services.recuts import Opening
from federations.services.units import UnitDetails
from membership.models import Enrolment, Household
from membership.rules.indicators import Flows, Part, total_flows
from membership.rules.insured import InsuredCount
from membership.selectors import insured_by_unit, network_insured
from membership.selectors.indicators import Breakdown, counted_enrolments, year_flows
from membership.services.enrolments import enrol
from membership.services.recuts import ToConfirm, decide_recut, recut_batch
from prudential.selectors.releases import day_figures, released_insured
from prudential.services.releases import release_all_figures
from tests.prudential.releasing import settle
from tests.world import World

RECUT_ON, SIGNED_ON, TODAY = date(2025, 6, 1), date(2025, 10, 1), date(2025, 10, 3)
OLD = "UMU-S1"


def _recut(world: World, actor: Any) -> Recut:
    """Close section 1 and open a new one in its place."""
    details = UnitDetails(name="Section neuve", code="NEUVE", parent_id=world.units["UMUCO"])
    given: dict[str, Any] = {
        "actor": actor, "unit_ids": [world.units[OLD]], "on_date": RECUT_ON,
        "openings": [Opening(kind="section", details=details)],
    }  # fmt: skip
    with pytest.raises(ToConfirm) as asked:
        decide_recut(**given)
    return decide_recut(**given, confirmed=asked.value.plan.digest)


def _by_unit(found: list[Any]) -> dict[int, Flows]:
    return {int(one.group_key): one.flows for one in found}


def _returns(counts: list[InsuredCount], year: int) -> dict[int, tuple[int | None, int | None]]:
    """Who renewed in each unit of UMUCO that has somebody, and who of it was kept."""
    return {
        one.unit_id: (one.renewals, one.same_unit_renewals) for one in counts if one.year == year
    }


def test_a_unit_keeps_who_renewed_in_the_one_that_replaced_it(
    world: World, as_actor: Callable, settings: Any
) -> None:
    """Three households of 2025 pass to the new section, where two come back, one that owes 2025."""
    amina, settings.BUSINESS_DATE = world.actor("amina"), TODAY
    old = world.units[OLD]
    with as_actor(amina):
        recut = _recut(world, amina)
        assert recut_batch(actor=amina, recut_id=recut.pk) == 3
        new = Unit.objects.get(code="NEUVE").pk
        unpaid = Enrolment.objects.filter(household_id=world.households["UMU-1002"], year_id=2025)
        unpaid.update(contribution_francs=20_000)
        for number in ("UMU-1001", "UMU-1002"):
            enrol(
                actor=amina, household_id=world.households[number], year=2026,
                enrolled_on=SIGNED_ON,
            )  # fmt: skip
        flows, own = year_flows(amina, 2026), insured_by_unit(amina.tenant_id, [2025, 2026])
        told = _by_unit(flows)
        assert (told[old].before_households, told[old].kept_in_unit) == (3, 2)
        assert (told[new].households, told[new].kept_in_unit) == (2, 0)
        assert _returns(own, 2026) == {old: (0, 2), new: (2, 0)}
        lines = [Line(key=key, name="", short_name="", code="") for key in (old, new)]
        rates = {one.key: one.retention for one in membership_by_unit(2026, lines, own).groups}
        assert rates == {key: told[key].unit_retention for key in (old, new)}
        assert rates == {old: Fraction(2, 3), new: None}
        # It keeps its line while a year that is shown has households of it.
        shown = closed_unit_lines(amina.tenant_id, TODAY, own, [])
        assert {old, new} < {line.key for line in shown}
        later = closed_unit_lines(
            amina.tenant_id, TODAY, [one for one in own if one.year == 2026], []
        )  # fmt: skip
        assert [line.key for line in later] == [new]
        # Nobody came to the federation and one household left it, whichever way it is counted.
        whole = total_flows(one.flows for one in flows)
        assert (whole.people_arrived, whole.kept_in_unit, whole.kept_in_network) == (0, 2, 2)
        for by in Breakdown:
            assert total_flows(one.flows for one in year_flows(amina, 2026, by)) == whole, by
        kept = counted_enrolments(
            amina, year=2026, by=Breakdown.UNIT, group=str(old), part=Part.KEPT_IN_UNIT
        )
        assert {row.household.number for row in kept} == {"UMU-1001", "UMU-1002"}
    with as_actor(world.actor("clara")):
        network = [one for one in network_insured(2025, 2026) if one.tenant_id == amina.tenant_id]
        assert _returns(network, 2026) == _returns(own, 2026)


def test_who_had_not_paid_comes_back_all_the_same(
    world: World, as_actor: Callable, settings: Any
) -> None:
    """It pays the fee of who is new, and is one of the year before that came back."""
    amina, settings.BUSINESS_DATE = world.actor("amina"), TODAY
    owed, other = (world.households[number] for number in ("UMU-1001", "UMU-1003"))

    def told() -> tuple[Flows, dict[int, tuple[int | None, int | None]]]:
        flows = year_flows(amina, 2026)
        whole = total_flows(one.flows for one in flows)
        for by in Breakdown:
            assert total_flows(one.flows for one in year_flows(amina, 2026, by)) == whole, by
        for part in (Part.KEPT_IN_UNIT, Part.KEPT_IN_NETWORK):
            listed = counted_enrolments(amina, year=2026, by=Breakdown.UNIT, group=None, part=part)
            assert listed.count() == getattr(whole, part.value)
        return whole, _returns(insured_by_unit(amina.tenant_id, [2026]), 2026)

    with as_actor(amina):
        unpaid = Enrolment.objects.filter(household_id__in=(owed, other), year_id=2025)
        unpaid.update(contribution_francs=20_000)
        Household.objects.filter(pk=other).update(unit_id=world.units["UMU-S2"])
        before, none = told()
        for key in (owed, other):
            made = enrol(actor=amina, household_id=key, year=2026, enrolled_on=SIGNED_ON)
            assert (made.is_renewal, made.is_returning, made.joining_fee_francs) == (
                False, True, 1_000,
            )  # fmt: skip
        after, counted = told()
        people = Enrolment.objects.get(household_id=owed, year_id=2025).people
    assert (before.kept_in_unit, before.kept_in_network, none) == (0, 0, {})
    assert (after.kept_in_unit, after.kept_in_network) == (1, 2)
    assert counted == {world.units[OLD]: (1, 1), world.units["UMU-S2"]: (1, 0)}
    assert after.before_people - after.people_gone == people
    with as_actor(world.actor("clara")):
        network = [one for one in network_insured(2026, 2026) if one.tenant_id == amina.tenant_id]
        placed = day_figures()[2026].units
    assert _returns(network, 2026) == counted
    assert {key: (one.renewals, one.same_unit_renewals) for key, one in placed.items()} == counted


def _renew(world: World, as_actor: Callable, code: str, count: int, *, is_same: bool) -> None:
    """Renew households of 2025 of a unit for 2026, in the new one."""
    with as_actor(world.system("UMUCO")):
        new = Unit.objects.get(code="NEUVE").pk
        rows = Enrolment.objects.filter(year_id=2025, unit_id=world.units[code])
        left = rows.exclude(household__enrolments__year_id=2026).order_by("pk")[:count]
        Enrolment.objects.bulk_create(
            Enrolment(
                tenant_id=row.tenant_id, household_id=row.household_id, unit_id=new, year_id=2026,
                colline_id=row.colline_id, enrolled_on=SIGNED_ON, is_renewal=True,
                is_same_unit=is_same, head_sex="F", males=2, females=1,
            )
            for row in left
        )  # fmt: skip


@pytest.mark.parametrize(("from_another", "kept"), [(0, 40), (3, None), (8, 40)])
def test_the_regulator_is_told_the_same_unless_few_came_from_elsewhere(
    world: World, as_actor: Callable, from_another: int, kept: int | None
) -> None:
    """Renewals in the new unit less those kept by the old one are who came from another."""
    amina = world.actor("amina")
    settle(world, as_actor)
    with as_actor(amina):
        _recut(world, amina)
        new = Unit.objects.get(code="NEUVE").pk
    _renew(world, as_actor, OLD, 40, is_same=True)
    _renew(world, as_actor, "UMU-S2", from_another, is_same=False)
    release_all_figures(on=date(2025, 7, 1))
    with as_actor(world.actor("regine")):
        told = _returns(released_insured(2026, 2026), 2026)
    assert told[world.units[OLD]][1] == kept
    assert told[new][0] == 40 + from_another
    with as_actor(amina):
        flows = _by_unit(year_flows(amina, 2026))
    assert flows[world.units[OLD]].kept_in_unit == 40
