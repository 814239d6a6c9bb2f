"""Deaths, departures, closings, declarations: how far back, by whom; and taken back."""

from datetime import date

import pytest

from conamus.kernel.errors import DomainError, NotAllowed
from membership.models import Backdating, Beneficiary, Household, LifeEvent
from membership.selectors.backdatings import backdatings
from membership.selectors.rights import coverage_of_household
from membership.services.life_events import record_birth, record_death, record_departure
from membership.services.standing import close_household
from membership.services.taken_back import take_back_leaving
from tests.membership.families import TODAY, person

LONG_AGO, LAST = date(2025, 5, 30), date(2025, 5, 31)


def _member(world, rank, number="UMU-1001") -> Beneficiary:
    return Beneficiary.objects.get(household_id=world.households[number], number=f"{number}-{rank}")


def _born(world, actor, declared_on, **more):
    facts = person("Ange", birth_date=date(2024, 12, 18))
    return record_birth(
        actor=actor, household_id=world.households["UMU-1001"], facts=facts,
        declared_on=declared_on, **more,
    )  # fmt: skip


class TestHowFarBack:
    def test_an_agent_does_not_date_a_declaration_back(self, world, as_actor):
        """A child born in December, entered in June as declared in December: past rights."""
        agnes = world.actor("agnes")
        with as_actor(agnes):
            Household.objects.filter(pk=world.households["UMU-1001"]).update(
                registered_on=date(2024, 1, 1)
            )
            with pytest.raises(DomainError, match="du 23/06/2025 au plus tôt") as refused:
                _born(world, agnes, date(2024, 12, 20), backdating_reason="carnet")
            assert refused.value.field == "declared_on"
            assert _born(world, agnes, date(2025, 6, 23)).pk
            assert not Backdating.objects.exists()

    def test_the_manager_does_with_a_reason_and_it_is_listed(self, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            Household.objects.filter(pk=world.households["UMU-1001"]).update(
                registered_on=date(2024, 1, 1)
            )
            with pytest.raises(DomainError, match="dites pourquoi") as refused:
                _born(world, amina, date(2024, 12, 20))
            assert refused.value.field == "backdating_reason"
            _born(world, amina, date(2024, 12, 20), backdating_reason="carnet retrouvé")
            (row,) = backdatings(amina)
            assert (row.event.kind, row.dated_on, row.reason) == (
                "birth", date(2024, 12, 20), "carnet retrouvé",
            )  # fmt: skip

    def test_closings_departures_and_deaths(self, world, as_actor):
        agnes = world.actor("agnes")
        with as_actor(agnes):
            child, key = _member(world, 2), world.households["UMU-1001"]
            for write, field in (
                (lambda on: record_death(actor=agnes, person_id=child.pk, died_on=on), "died_on"),
                (
                    lambda on: record_departure(
                        actor=agnes, person_id=child.pk, left_on=on, because="departure"
                    ),
                    "left_on",
                ),
                (
                    lambda on: close_household(
                        actor=agnes, household_id=key, version=None, on=on, because="parti"
                    ),
                    "on",
                ),
            ):
                with pytest.raises(DomainError, match="plus de 30 jours") as refused:
                    write(LONG_AGO)
                assert refused.value.field == field
            assert record_death(actor=agnes, person_id=child.pk, died_on=LAST).pk

    def test_the_manager_closes_from_long_ago_and_the_list_says_so(self, world, as_actor, sign_in):
        amina = world.actor("amina")
        with as_actor(amina):
            given = {"actor": amina, "version": None, "on": LONG_AGO, "because": "parti en exil"}
            close_household(household_id=world.households["UMU-1003"], **given)
            (row,) = backdatings(amina)
            assert (row.event.kind, row.reason) == ("closed", "parti en exil")
        page = sign_in("amina").get("/cotisations/antidatees/?what=vie").content.decode()
        assert "UMU-1003" in page
        assert "parti en exil" in page
        assert "fermeture" in page

    def test_no_death_before_the_entry(self, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            child = _member(world, 2)
            day = date(child.joined_on.year - 1, 1, 1)
            with pytest.raises(DomainError, match="avant l’entrée dans le ménage") as refused:
                record_death(
                    actor=amina, person_id=child.pk, died_on=day, backdating_reason="carnet"
                )
            assert refused.value.field == "died_on"


class TestTakenBack:
    def test_a_death_by_mistake(self, world, as_actor):
        agnes, amina = world.actor("agnes"), world.actor("amina")
        with as_actor(agnes):
            child = _member(world, 2)
            record_death(actor=agnes, person_id=child.pk, died_on=date(2025, 6, 20))
            with pytest.raises(NotAllowed):
                take_back_leaving(actor=agnes, person_id=child.pk, because="erreur")
        with as_actor(amina):
            with pytest.raises(DomainError, match="pourquoi"):
                take_back_leaving(actor=amina, person_id=child.pk, because=" ")
            take_back_leaving(actor=amina, person_id=child.pk, because="homonyme décédé")
            child.refresh_from_db()
            assert (child.died_on, child.left_on, child.left_because) == (None, None, "")
            assert dict(coverage_of_household(child.household_id, TODAY))[child].is_open
            events = LifeEvent.objects.filter(household_id=child.household_id).order_by("pk")
            assert [one.kind for one in events] == ["death", "taken_back"]
            assert "décès du 20/06/2025 : homonyme décédé" in events[1].note
            # Rights reopened for days that are over, however few.
            (row,) = backdatings(amina)
            assert (row.event_id, row.dated_on, row.written_on, row.reason) == (
                events[1].pk, date(2025, 6, 20), TODAY, "homonyme décédé",
            )  # fmt: skip
            with pytest.raises(DomainError, match="est dans le ménage"):
                take_back_leaving(actor=amina, person_id=child.pk, because="encore")

    def test_a_household_that_it_emptied_opens_again(self, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            widow = _member(world, 0, "UMU-1003")
            record_departure(actor=amina, person_id=widow.pk, left_on=TODAY, because="departure")
            take_back_leaving(actor=amina, person_id=widow.pk, because="revenue")
            assert Household.objects.get(pk=widow.household_id).closed_on is None

    def test_a_former_head_comes_back_as_somebody_else(self, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            head = _member(world, 0)
            record_death(
                actor=amina, person_id=head.pk, died_on=TODAY, new_head_id=_member(world, 1).pk
            )
            with pytest.raises(DomainError, match="autre adhérent") as refused:
                take_back_leaving(actor=amina, person_id=head.pk, because="erreur")
            assert refused.value.field == "returns_as"
            take_back_leaving(actor=amina, person_id=head.pk, because="erreur", returns_as="spouse")
            assert _member(world, 0).relationship == "spouse"

    def test_who_was_entered_by_mistake_stays_out(self, world, as_actor):
        amina = world.actor("amina")
        with as_actor(amina):
            child = _member(world, 2)
            record_departure(actor=amina, person_id=child.pk, left_on=TODAY, because="mistake")
            with pytest.raises(DomainError, match="inscription par erreur"):
                take_back_leaving(actor=amina, person_id=child.pk, because="x")

    def test_the_page_of_a_dead_person(self, world, as_actor, sign_in):
        """Neither death nor departure is offered again; the manager may take it back."""
        agnes = world.actor("agnes")
        with as_actor(agnes):
            child = _member(world, 2)
            record_death(actor=agnes, person_id=child.pk, died_on=TODAY)
        address = f"/menages/personnes/{child.pk}/"
        for name, may in (("agnes", False), ("amina", True)):
            text = sign_in(name).get(address).content.decode()
            assert f"{address}deces/" not in text
            assert f"{address}depart/" not in text
            assert (f"{address}reprendre/" in text) is may
        manager = sign_in("amina")
        assert manager.get(f"{address}reprendre/").status_code == 200
        answer = manager.post(f"{address}reprendre/", {"because": "erreur", "submission_key": "t"})
        assert answer.status_code == 302
        with as_actor(agnes):
            assert _member(world, 2).died_on is None
