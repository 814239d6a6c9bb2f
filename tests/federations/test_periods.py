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
        [lock] = lock_month(actor=actor, unit=unit, month=MAY, with_dependents=False)
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
        [lock] = lock_month(actor=actor, unit=unit, month=MAY, with_dependents=False)
        with pytest.raises(Conflict):
            lock_month(actor=actor, unit=unit, month=MAY, with_dependents=False)
        with pytest.raises(DomainError) as refused:
            lift_lock(actor=actor, lock_id=lock.pk, because="  ")
        assert refused.value.field == "because"
        lift_lock(actor=actor, lock_id=lock.pk, because="Une facture oubliée")
        _ask(actor, unit)
        with pytest.raises(NotFound):
            lift_lock(actor=actor, lock_id=lock.pk, because="Encore")
        lock_month(actor=actor, unit=unit, month=MAY)
        assert PeriodLock.objects.filter(unit=unit).count() == 2


def _closed_codes(month: date = date(2024, 5, 1)) -> list[str]:
    held = PeriodLock.objects.filter(month=month, lifted_at__isnull=True)
    return sorted(held.values_list("unit__code", flat=True))


EVERYTHING = ["UMU-C1", "UMU-S1", "UMU-S2", "UMUCO"]


def test_closing_a_month_closes_what_hangs_from_the_unit(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        lock_month(actor=actor, unit=_unit(world, "UMU-S2"), month=MAY)
        assert _closed_codes() == ["UMU-S2"]
        made = lock_month(actor=actor, unit=_unit(world), month=MAY)
        assert len(made) == 3
        assert _closed_codes() == EVERYTHING
        with pytest.raises(PeriodClosed):
            _ask(actor, _unit(world, "UMU-S1"))
        with pytest.raises(Conflict):
            lock_month(actor=actor, unit=_unit(world), month=MAY)


def test_what_was_added_since_is_closed_by_closing_again(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        lock_month(actor=actor, unit=_unit(world), month=MAY, with_dependents=False)
        lock_month(actor=actor, unit=_unit(world), month=MAY)
        assert _closed_codes() == EVERYTHING


def test_a_unit_that_was_not_open_in_the_month_is_left_out(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        Unit.objects.filter(code="UMU-S1").update(valid_from=date(2024, 6, 1))
        Unit.objects.filter(code="UMU-S2").update(valid_to=date(2024, 5, 2))
        lock_month(actor=actor, unit=_unit(world), month=MAY)
        assert _closed_codes() == ["UMU-C1", "UMU-S2", "UMUCO"]


def test_reopening_reopens_what_hangs_from_the_unit(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        locks = lock_month(actor=actor, unit=_unit(world), month=MAY)
        lock_month(actor=actor, unit=_unit(world), month=date(2024, 4, 1))
        root = next(lock for lock in locks if lock.unit_id == world.units["UMUCO"])
        section = next(lock for lock in locks if lock.unit_id == world.units["UMU-S1"])
        lift_lock(actor=actor, lock_id=section.pk, because="Une facture")
        assert _closed_codes() == ["UMU-C1", "UMU-S2", "UMUCO"]
        lifted = lift_lock(actor=actor, lock_id=root.pk, because="Tout revoir")
        assert len(lifted) == 3
        assert _closed_codes() == []
        assert _closed_codes(date(2024, 4, 1)) == EVERYTHING
        because = PeriodLock.objects.values_list("lifted_because", flat=True)
        assert list(because.filter(unit__code="UMU-S2", month=date(2024, 5, 1))) == ["Tout revoir"]


def test_reopening_one_unit_alone_leaves_the_others_closed(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        locks = lock_month(actor=actor, unit=_unit(world), month=MAY)
        root = next(lock for lock in locks if lock.unit_id == world.units["UMUCO"])
        lift_lock(actor=actor, lock_id=root.pk, because="Une facture", with_dependents=False)
        assert _closed_codes() == ["UMU-C1", "UMU-S1", "UMU-S2"]


@pytest.mark.parametrize(
    ("month", "word"), [(date(1999, 1, 1), "2013"), (date(2014, 12, 1), "01/01/2015")]
)
def test_a_month_before_anything_is_refused(world, as_actor, month, word):
    actor = world.actor("amina")
    with as_actor(actor), pytest.raises(DomainError, match=word) as refused:
        lock_month(actor=actor, unit=_unit(world), month=month)
    assert refused.value.field == "month"


def test_the_page_closes_with_a_ticked_box_and_says_how_many(sign_in, world):
    client = sign_in("amina")
    unit = world.units["UMUCO"]
    form = client.get(f"/mois-fermes/fermer/?unit={unit}&month=2024-05")
    assert form.context["form"]["with_dependents"].value() is True
    sent = {"unit": unit, "month": "2024-05", "with_dependents": "on"}
    done = client.post("/mois-fermes/fermer/", sent, follow=True)
    assert "Le mois est fermé pour 4 unités." in done.content.decode()
    early = client.post("/mois-fermes/fermer/", {**sent, "month": "1999-01"})
    assert early.status_code == 422
    assert "2013" in early.context["form"].errors["month"][0]


def test_the_page_shows_one_unit_and_counts_what_hangs_from_it(
    sign_in, world, as_actor, settings, django_assert_max_num_queries
):
    settings.BUSINESS_DATE = date(2024, 6, 30)
    amina = world.actor("amina")
    with as_actor(amina):
        [section] = lock_month(actor=amina, unit=_unit(world, "UMU-S1"), month=MAY)
    client = sign_in("amina")
    # One of them only tells the scope which transaction it signs for.
    with django_assert_max_num_queries(13):
        page = client.get("/mois-fermes/")
    said = page.content.decode()
    assert page.context["shown"].unit.code == "UMUCO"
    may = page.context["lines"][4]
    assert (may.cell.lock, may.closed, may.dependents) == (None, 1, 3)
    assert "1 sur 3" in said
    assert "Section Umuco 1" not in said
    listed = client.get("/mois-fermes/?q=section").content.decode()
    assert "Section Umuco 1" in listed
    assert "Centre Umuco" not in listed
    own = client.get(f"/mois-fermes/?unite={section.unit_id}").content.decode()
    assert f"/mois-fermes/{section.pk}/" in own
    assert client.get(f"/mois-fermes/?unite={world.units['INE-S1']}").status_code == 404


def test_a_long_list_of_units_is_cut_in_pages(sign_in, world, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        root = _unit(world)
        for number in range(60):
            Unit(
                tenant_id=root.tenant_id, kind="section", code=f"Z{number}", parent=root,
                name=f"Antenne {number:02}", valid_from=date(2015, 1, 1),
            ).save()  # fmt: skip
    client = sign_in("amina")
    assert "Antenne" not in client.get("/mois-fermes/").content.decode()
    first = client.get("/mois-fermes/?q=antenne").content.decode()
    assert first.count("?unite=") == 50
    assert client.get("/mois-fermes/?q=antenne&page=2").content.decode().count("?unite=") == 10


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
        lock, *_beneath = lock_month(actor=amina, unit=_unit(world), month=MAY)
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
