"""The demonstration's visits, by the real services: closed and sent for a nurse, once."""

from collections.abc import Callable

from claims.models import Visit, VisitClaim
from conamus.demo.care.facility_visits import write_visits_of
from tests.claims.care import give_claim, give_terms
from tests.claims.money import decide_final
from tests.claims.visiting import drawn, give_checklist, give_decided
from tests.world import World


def test_a_nurses_visits_are_closed_and_sent_once(world: World, as_actor: Callable) -> None:
    give_terms(world)
    give_checklist(world)
    give_decided(world, 6)
    decide_final(world, *(give_claim(world, facility="FS-T002", stub=f"V-{n}") for n in range(3)))
    nurse = world.actor("annick")
    with as_actor(nurse):
        assert write_visits_of(nurse) == 2
        assert write_visits_of(nurse) == 0
        assert sorted(Visit.objects.values_list("state", flat=True)) == ["closed", "sent"]
        assert not VisitClaim.objects.filter(verdict="").exists()


def test_a_visit_that_a_user_planned_meanwhile_keeps_none_away(
    world: World, as_actor: Callable
) -> None:
    give_terms(world)
    give_checklist(world)
    give_decided(world, 6)
    mine = drawn(world)
    nurse = world.actor("annick")
    with as_actor(nurse):
        assert write_visits_of(nurse) == 1
        assert write_visits_of(nurse) == 0
        assert Visit.objects.exclude(pk=mine.pk).count() == 1


def test_an_advisers_visits_wait_and_are_planned(world: World, as_actor: Callable) -> None:
    give_terms(world)
    give_decided(world, 4)
    decide_final(world, *(give_claim(world, facility="FS-T002", stub=f"V-{n}") for n in range(2)))
    adviser = world.actor("medard")
    with as_actor(adviser):
        assert write_visits_of(adviser) == 2
        assert sorted(Visit.objects.values_list("state", flat=True)) == ["answered", "planned"]
