"""Tariffs: which price holds and why, no two on one day, a change that ends one and begins one."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from claims.models import Act, Claim, Tariff
from claims.rules.states import State
from claims.selectors.batches import Choice
from claims.selectors.tariffs import price_for
from claims.services.agreements import AgreementTerms, sign_agreement
from claims.services.batches import reverse_batch
from claims.services.decisions import decide_submitted
from claims.services.tariffs import (
    NewTariff,
    change_tariff,
    end_tariff,
    set_tariff,
    withdraw_tariff,
)
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.world import World

DAY = date(2025, 5, 1)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _new(price: int, starts_on: date = date(2025, 2, 1), **whom: object) -> NewTariff:
    act = Act.objects.get(code=CONSULTATION)
    return NewTariff(act_id=act.pk, price_francs=price, starts_on=starts_on, **whom)


def _price(world: World, facility: str, on: date = DAY):
    place = HealthFacility.objects.get(code=facility)
    return price_for(world.tenants["UMUCO"], Act.objects.get(code=CONSULTATION), place, on)


def test_the_closest_price_holds_and_says_why(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        found = _price(care, "FS-T002")
        assert (found.row.price_francs, len(found.passed_over)) == (2_000, 1)
        assert found.why == (
            "C’est le plus proche : tarif hôpital, de Conamus, dès le 1er janvier 2025. "
            "Moins proche, un autre."
        )
        set_tariff(actor=amina, tariff=_new(1_200))
        # One's own general price stands before CONAMUS's of hospitals, as for a claim.
        assert _price(care, "FS-T002").row.price_francs == 1_200
        own = _new(0, facility_id=care.facilities["FS-T001"])
        set_tariff(actor=amina, tariff=own)
        found = _price(care, "FS-T001")
        assert (found.row.price_francs, len(found.passed_over)) == (0, 2)
        assert "propre à CDS Mutoyi" in found.why
        assert _price(care, "FS-T001", date(2025, 1, 15)).row.price_francs == 1_000
        assert _price(care, "FS-T001", date(2024, 12, 31)).row is None


def test_another_federations_prices_are_not_its_own(care: World, as_actor) -> None:
    bernard = care.actor("bernard")
    with as_actor(bernard):
        set_tariff(actor=bernard, tariff=_new(700))
    with as_actor(care.actor("amina")):
        assert _price(care, "FS-T001").row.price_francs == 1_000


@pytest.mark.parametrize(
    ("starts", "ends", "is_refused"),
    [
        (date(2025, 2, 1), None, True),
        (date(2025, 1, 1), date(2025, 2, 2), True),
        (date(2025, 1, 1), date(2025, 2, 1), False),
        (date(2025, 3, 31), date(2025, 6, 1), True),
        (date(2025, 4, 1), None, False),
    ],
)
def test_overlapping_days_are_refused_at_their_field(
    care: World, as_actor, starts: date, ends: date | None, is_refused: bool
) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        first = _new(1_000, ends_on=date(2025, 4, 1))
        set_tariff(actor=amina, tariff=first)
        second = _new(1_100, starts, ends_on=ends)
        if not is_refused:
            set_tariff(actor=amina, tariff=second)
            assert Tariff.objects.filter(tenant_id=amina.tenant_id).count() == 2
            return
        with pytest.raises(DomainError, match="vaut déjà dès le 1er février 2025") as refused:
            set_tariff(actor=amina, tariff=second)
        assert refused.value.field == "starts_on"
        # For other facilities the same days are free.
        set_tariff(actor=amina, tariff=_new(1_100, starts, ends_on=ends, level="CDS"))


def test_two_people_at_once_leave_one_price(own_database: World) -> None:
    give_terms(own_database)
    amina, barrier, outcomes = own_database.actor("amina"), Barrier(2), []

    def write(price: int) -> None:
        try:
            barrier.wait()
            with open_scope(amina, source="essai"):
                set_tariff(actor=amina, tariff=_new(price))
            outcomes.append("set")
        except DomainError as error:
            outcomes.append(error.field)
        finally:
            connection.close()

    threads = [Thread(target=write, args=(price,)) for price in (1_000, 1_100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["set", "starts_on"]
    with open_scope(amina, source="essai"):
        assert Tariff.objects.filter(tenant_id=amina.tenant_id).count() == 1


def test_a_change_ends_one_and_begins_another(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        first = set_tariff(actor=amina, tariff=_new(1_000, ends_on=date(2025, 12, 1)))
        asked = {"tariff_id": first.pk, "price_francs": 1_500, "starts_on": DAY, "key": "cle"}
        second = change_tariff(actor=amina, **asked)
        assert change_tariff(actor=amina, **asked).pk == second.pk
        first.refresh_from_db()
        assert (first.price_francs, first.ends_on) == (1_000, DAY)
        assert (second.price_francs, second.starts_on) == (1_500, DAY)
        assert second.ends_on == date(2025, 12, 1)
        assert _price(care, "FS-T001", date(2025, 4, 30)).row.pk == first.pk
        with pytest.raises(DomainError, match="qui suit") as refused:
            change_tariff(
                actor=amina, tariff_id=second.pk, price_francs=1, starts_on=second.starts_on
            )
        assert refused.value.field == "starts_on"


def test_an_end_leaves_the_next_closest(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        row = set_tariff(actor=amina, tariff=_new(1_200))
        end_tariff(actor=amina, tariff_id=row.pk, ends_on=DAY)
        assert _price(care, "FS-T001").row.price_francs == 1_000
        with pytest.raises(DomainError, match="finit déjà"):
            end_tariff(actor=amina, tariff_id=row.pk, ends_on=date(2025, 6, 1))
        with pytest.raises(Conflict, match="a commencé"):
            withdraw_tariff(actor=amina, tariff_id=row.pk)
        coming = set_tariff(actor=amina, tariff=_new(1_300, date(2025, 9, 1)))
        withdraw_tariff(actor=amina, tariff_id=coming.pk)
        assert not Tariff.objects.filter(pk=coming.pk).exists()


def test_nobody_writes_anothers_price_or_without_the_right(care: World, as_actor) -> None:
    amina, agnes = care.actor("amina"), care.actor("agnes")
    with as_actor(amina):
        networks = Tariff.objects.filter(tenant_id=care.tenants["CONAMUS"]).first()
        with pytest.raises(NotFound):
            end_tariff(actor=amina, tariff_id=networks.pk, ends_on=DAY)
    with as_actor(agnes), pytest.raises(NotAllowed):
        set_tariff(actor=agnes, tariff=_new(1))


def test_a_negative_price_and_a_place_said_twice(care: World, as_actor) -> None:
    amina = care.actor("amina")
    both = {"facility_id": care.facilities["FS-T001"], "level": "CDS"}
    with as_actor(amina):
        with pytest.raises(DomainError):
            set_tariff(actor=amina, tariff=_new(-1))
        with pytest.raises(DomainError, match="formation sanitaire, ou"):
            set_tariff(actor=amina, tariff=_new(5, **both))
        assert not Tariff.objects.filter(tenant_id=amina.tenant_id).exists()


def _decided(world: World, **more: object) -> int:
    """A consultation of 10 March at FS-T001, decided."""
    system = world.system("UMUCO")
    claim = give_claim(world, **more)
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
    return claim


_CARE = date(2025, 3, 10)


def _set(world: World, username: str, tariff: NewTariff) -> Tariff:
    return set_tariff(actor=world.actor(username), tariff=tariff)


def test_no_price_begins_before_there_was_one(care: World, as_actor) -> None:
    amina, place = care.actor("amina"), care.facilities["FS-T001"]
    with as_actor(amina):
        with pytest.raises(DomainError, match="avant 2013") as refused:
            _set(care, "amina", _new(1_500, date(1900, 1, 1)))
        assert refused.value.field == "starts_on"
        terms = AgreementTerms(facility_id=place, starts_on=date(2025, 2, 1))
        sign_agreement(actor=amina, terms=terms)
        early, first = (
            _new(1_500, day, facility_id=place) for day in (date(2025, 1, 31), date(2025, 2, 1))
        )
        with pytest.raises(DomainError, match="première convention") as refused:
            _set(care, "amina", early)
        assert refused.value.field == "starts_on"
        assert _set(care, "amina", first).starts_on == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("whom", "days", "is_refused"),
    [
        ({}, (_CARE, None), True),
        ({}, (date(2025, 2, 1), _CARE), False),
        ({}, (date(2025, 3, 11), None), False),
        ({"level": "CDS"}, (date(2025, 2, 1), None), True),
        ({"level": "HOPITAL"}, (date(2025, 2, 1), None), False),
        ({"ownership": "private"}, (date(2025, 2, 1), None), False),
    ],
)
def test_a_price_does_not_begin_under_decided_care(
    care: World, as_actor, whom: dict[str, str], days: tuple[date, date | None], is_refused: bool
) -> None:
    """CONAMUS's general price decided it; one of the federation's own would have stood before."""
    _decided(care)
    with as_actor(care.actor("amina")):
        new = _new(1_500, days[0], ends_on=days[1], **whom)
        if not is_refused:
            _set(care, "amina", new)
            return
        with pytest.raises(DomainError, match=r"changerait : 1, .* 10 mars 2025") as refused:
            _set(care, "amina", new)
        assert refused.value.field == "starts_on"
        assert not Tariff.objects.filter(tenant_id=care.tenants["UMUCO"]).exists()


def test_decided_care_keeps_the_price_that_it_went_by(care: World, as_actor) -> None:
    """Neither a change nor an end reaches under it; what is less close may, from any day."""
    amina, place = care.actor("amina"), care.facilities["FS-T001"]
    with as_actor(amina):
        own = _set(care, "amina", _new(1_200, facility_id=place))
    _decided(care)
    with as_actor(amina):
        for day, is_free in ((_CARE, False), (date(2025, 3, 11), True)):
            change = {"tariff_id": own.pk, "price_francs": 1_500, "starts_on": day}
            if is_free:
                assert change_tariff(actor=amina, **change).price_francs == 1_500
                continue
            with pytest.raises(DomainError, match="changerait") as refused:
                change_tariff(actor=amina, **change)
            assert refused.value.field == "starts_on"
            with pytest.raises(DomainError, match="changerait") as refused:
                end_tariff(actor=amina, tariff_id=own.pk, ends_on=day)
            assert refused.value.field == "ends_on"
        _set(care, "amina", _new(900, level="CDS"))


def test_conamus_does_not_reach_under_what_a_federation_decided(care: World, as_actor) -> None:
    _decided(care)
    root = care.actor("clara")
    with as_actor(root):
        general = Tariff.objects.get(
            tenant_id=root.tenant_id, act__code=CONSULTATION, level="", ownership=""
        )
        with pytest.raises(DomainError, match="changerait : 1,"):
            end_tariff(actor=root, tariff_id=general.pk, ends_on=_CARE)
        end_tariff(actor=root, tariff_id=general.pk, ends_on=date(2025, 3, 11))


def test_the_price_is_free_once_the_decisions_are_taken_back(care: World, as_actor) -> None:
    """Their price changes by the readers' hands, who do not keep the prices."""
    claim = _decided(care)
    with as_actor(care.actor("amina")):
        choice = Choice(year=2025, from_on=_CARE, to_on=_CARE)
        reverse_batch(actor=care.actor("amina"), choice=choice, because="prix convenu mal inscrit")
        _set(care, "amina", _new(1_500))
        held = Claim.objects.get(care_year=2025, pk=claim)
        assert held.state == State.TO_REVIEW


_COMING = date(2025, 9, 1)


def _coming(world: World, price: int, starts_on: date = _COMING) -> Tariff:
    """Change the price that runs on a day from that day on."""
    now = Tariff.objects.filter(tenant_id=world.tenants["UMUCO"]).order_by("-starts_on").first()
    return change_tariff(
        actor=world.actor("amina"), tariff_id=now.pk, price_francs=price, starts_on=starts_on
    )


def _own_prices(world: World) -> list[tuple[int, date, date | None]]:
    rows = Tariff.objects.filter(tenant_id=world.tenants["UMUCO"]).order_by("starts_on")
    return list(rows.values_list("price_francs", "starts_on", "ends_on"))


@pytest.mark.parametrize("until", [None, date(2025, 12, 1)])
def test_a_change_that_is_withdrawn_leaves_the_price_that_was(
    care: World, as_actor, until: date | None
) -> None:
    amina, first = care.actor("amina"), date(2025, 2, 1)
    with as_actor(amina):
        _set(care, "amina", _new(1_200, ends_on=until))
        coming = _coming(care, 1_500)
        withdraw_tariff(actor=amina, tariff_id=coming.pk)
        assert _own_prices(care) == [(1_200, first, until)]
        assert _price(care, "FS-T001", _COMING).row.price_francs == 1_200


def test_of_two_changes_to_come_the_one_withdrawn_leaves_the_other(care: World, as_actor) -> None:
    amina, later = care.actor("amina"), date(2025, 11, 1)
    with as_actor(amina):
        _set(care, "amina", _new(1_200))
        coming = _coming(care, 1_500)
        _coming(care, 1_800, later)
        withdraw_tariff(actor=amina, tariff_id=coming.pk)
        assert _own_prices(care) == [(1_200, date(2025, 2, 1), later), (1_800, later, None)]


def test_a_price_of_other_facilities_is_not_taken_for_the_one_before(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        _set(care, "amina", _new(1_200, ends_on=_COMING, level="CDS"))
        coming = _set(care, "amina", _new(1_500, _COMING))
        withdraw_tariff(actor=amina, tariff_id=coming.pk)
        assert _own_prices(care) == [(1_200, date(2025, 2, 1), _COMING)]
