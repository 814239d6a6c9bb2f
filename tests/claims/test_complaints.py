"""A complaint written by error: refused where its day cannot be, cancelled where it could."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from claims.models import Complaint
from claims.selectors.care_waiting import Work, care_waiting
from claims.selectors.complaints import delays, visible_complaints
from claims.services.complaints import (
    NewComplaint,
    answer_complaint,
    cancel_complaint,
    register_complaint,
)
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from tests.world import World

TODAY = date(2025, 6, 30)


def _register(world: World, on: date, **other: Any) -> int:
    actor = world.actor("agnes")
    told = NewComplaint(
        complainant="Kéza Umuco", channel="visit", subject="welcome", told="Trois heures.",
        received_on=on, **other,
    )  # fmt: skip
    with open_scope(actor, source="essai"):
        return register_complaint(actor=actor, complaint=told).pk


def _answer(world: World, complaint_id: int, on: date) -> None:
    actor = world.actor("agnes")
    with open_scope(actor, source="essai"):
        answer_complaint(
            actor=actor, complaint_id=complaint_id, outcome="founded", text="Vu.", answered=on
        )


def _cancel(world: World, complaint_id: int, because: str = "jour mal tapé", by: str = "agnes"):
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return cancel_complaint(actor=actor, complaint_id=complaint_id, because=because)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2012, 12, 31)])
def test_no_complaint_is_older_than_the_network(world: World, day: date) -> None:
    with pytest.raises(DomainError, match="avant 2013") as refusal:
        _register(world, day)
    assert refusal.value.field == "received_on"
    assert _register(world, date(2013, 1, 1))


def test_one_cancelled_counts_in_no_delay(world: World) -> None:
    """A year mistyped, 2015 for 2025, answered too: 3,663 days would stand in the mean for ever."""
    wrong = _register(world, date(2015, 6, 20))
    _answer(world, wrong, TODAY)
    _answer(world, _register(world, date(2025, 6, 20)), TODAY)
    waits = _register(world, date(2025, 5, 1))
    _cancel(world, wrong)
    _cancel(world, waits, "inscrite deux fois")
    actor = world.actor("agnes")
    with open_scope(actor, source="essai"):
        told = delays(visible_complaints(actor), TODAY)
        assert (told.waiting, told.late, told.answered, told.days) == (0, 0, 1, 10)
        assert told.cancelled == 2
        work = {one.work: one.count for one in care_waiting(actor, TODAY)}
        assert not work.get(Work.COMPLAINTS)


def test_it_stays_with_who_and_why(world: World) -> None:
    made = _cancel(world, _register(world, date(2025, 6, 1)), "  jour   mal tapé ")
    assert (made.cancelled_on, made.cancelled_because) == (TODAY, "jour mal tapé")
    assert made.cancelled_by == world.actor("agnes").name
    assert (made.told, made.received_on) == ("Trois heures.", date(2025, 6, 1))


def test_it_is_neither_cancelled_twice_nor_answered_nor_followed(world: World) -> None:
    complaint = _register(world, date(2025, 6, 1))
    with pytest.raises(DomainError) as refusal:
        _cancel(world, complaint, " ")
    assert refusal.value.field == "because"
    _cancel(world, complaint)
    with pytest.raises(Conflict, match="déjà annulée"):
        _cancel(world, complaint)
    with pytest.raises(Conflict, match="est annulée"):
        _answer(world, complaint, TODAY)
    with pytest.raises(DomainError, match="est annulée"):
        _register(world, TODAY, follows_id=complaint)


def test_only_by_who_records_and_in_its_federation(world: World) -> None:
    complaint = _register(world, date(2025, 6, 1))
    with pytest.raises(NotFound):
        _cancel(world, complaint, by="beatrice")
    with pytest.raises(NotAllowed):
        _cancel(world, complaint, by="arthur")


def test_what_was_said_is_not_edited_by_a_statement(world: World, as_actor: Callable) -> None:
    complaint = _register(world, date(2025, 6, 1))
    with as_actor(world.actor("agnes")):
        row = Complaint.objects.filter(pk=complaint)
        for change in ({"received_on": TODAY}, {"told": "rien"}):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                row.update(**change)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(cancelled_on=TODAY)
    _cancel(world, complaint)
    with as_actor(world.actor("agnes")):
        assert not Complaint.objects.filter(pk=complaint).update(cancelled_because="autre")


def test_the_pages_tell_it_apart(world: World, sign_in) -> None:
    late, agnes = _register(world, date(2025, 5, 1)), sign_in("agnes")
    page = f"/soins/reclamations/{late}/"
    assert "annuler/" in agnes.get(page).content.decode()
    assert agnes.post(page + "annuler/", {"because": ""}).status_code == 422
    assert agnes.post(page + "annuler/", {"because": "inscrite deux fois"}).status_code == 302
    shown = agnes.get(page).content.decode()
    assert "Annulée" in shown
    assert "inscrite deux fois" in shown
    assert "repondre/" not in shown
    listed = agnes.get("/soins/reclamations/").content.decode()
    assert "0 réclamation à répondre, dont 0 en retard ; 1 annulée, hors de ces comptes." in (
        listed.replace("\u202f", " ").replace("\xa0", " ")
    )
    for state, seen in (("annulees", True), ("ouvertes", False), ("repondues", False)):
        csv = agnes.get(f"/soins/reclamations/?state={state}&export=csv").content.decode()
        assert ("Kéza Umuco" in csv) is seen, state
