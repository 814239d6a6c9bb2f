"""Months that are closed: by whom, for which unit, and never while somebody writes in them."""

import threading
from datetime import date

import pytest
from django.db import connections

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, PeriodClosed
from federations.models import PeriodLock, Unit
from federations.services.periods import lift_lock, lock_month, require_open_month
from federations.tenancy.scope import open_scope

MAY = date(2024, 5, 17)


def _unit(world, code: str = "UMUCO") -> Unit:
    return Unit.objects.get(pk=world.units[code])


def _ask(actor, unit, day=MAY):
    require_open_month(tenant_id=actor.tenant_id, unit_id=unit.pk, on_date=day, field="jour")


def test_a_closed_month_is_closed_for_that_unit_and_month_only(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        unit = _unit(world)
        lock = lock_month(actor=actor, unit=unit, month=MAY)
        assert (lock.month, lock.locked_by) == (date(2024, 5, 1), "Amina Nduwimana")
        for day in (date(2024, 5, 1), date(2024, 5, 31)):
            with pytest.raises(PeriodClosed) as refused:
                _ask(actor, unit, day)
            assert refused.value.field == "jour"
            assert "05/2024" in refused.value.message
        _ask(actor, unit, date(2024, 4, 30))
        _ask(actor, unit, date(2024, 6, 1))
        _ask(actor, _unit(world, "UMU-S1"))


def test_it_is_reopened_with_a_reason_and_can_be_closed_again(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        unit = _unit(world)
        lock = lock_month(actor=actor, unit=unit, month=MAY)
        with pytest.raises(Conflict):
            lock_month(actor=actor, unit=unit, month=MAY)
        with pytest.raises(DomainError) as refused:
            lift_lock(actor=actor, lock_id=lock.pk, because="  ")
        assert refused.value.field == "because"
        lift_lock(actor=actor, lock_id=lock.pk, because="Une facture oubliée")
        _ask(actor, unit)
        with pytest.raises(NotFound):
            lift_lock(actor=actor, lock_id=lock.pk, because="Encore")
        lock_month(actor=actor, unit=unit, month=MAY)
        assert PeriodLock.objects.filter(unit=unit).count() == 2


def test_a_month_that_is_not_over_stays_open(world, as_actor, settings):
    settings.BUSINESS_DATE = date(2024, 5, 31)
    actor = world.actor("amina")
    with as_actor(actor):
        with pytest.raises(DomainError) as refused:
            lock_month(actor=actor, unit=_unit(world), month=MAY)
        assert refused.value.field == "month"
        settings.BUSINESS_DATE = date(2024, 6, 1)
        lock_month(actor=actor, unit=_unit(world), month=MAY)


def test_only_managers_and_only_at_home(world, as_actor):
    arthur, bernard, amina = (world.actor(name) for name in ("arthur", "bernard", "amina"))
    with as_actor(arthur), pytest.raises(NotAllowed):
        lock_month(actor=arthur, unit=_unit(world), month=MAY)
    with as_actor(bernard), pytest.raises(NotFound):
        lock_month(actor=bernard, unit=_unit(world), month=MAY)
    with as_actor(amina):
        lock = lock_month(actor=amina, unit=_unit(world), month=MAY)
    with as_actor(bernard), pytest.raises(NotFound):
        lift_lock(actor=bernard, lock_id=lock.pk, because="Je passe par là")


def test_who_closes_waits_for_who_is_writing(own_database):
    """A fact that found its month open is committed before the month closes."""
    actor = own_database.actor("amina")
    asked, order = threading.Event(), []

    def close():
        asked.wait(timeout=10)
        with open_scope(actor, source="essai"):
            lock_month(actor=actor, unit=_unit(own_database), month=MAY)
            order.append("fermé")
        connections.close_all()

    thread = threading.Thread(target=close)
    thread.start()
    with open_scope(actor, source="essai"):
        _ask(actor, _unit(own_database))
        asked.set()
        thread.join(timeout=0.5)
        assert thread.is_alive()
        order.append("écrit")
    thread.join(timeout=10)
    assert order == ["écrit", "fermé"]
