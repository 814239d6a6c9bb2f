"""What raw SQL makes of promises: nobody answers one but who decides, and in the own name."""

import pytest
from django.db import connection

from membership.models import Promise, PromiseInstalment
from membership.services.promises import answer_promise, withdraw_promise
from membership.services.transfers import accept_transfer, propose_transfer
from tests.membership.asking import ask
from tests.membership.families import TODAY
from tests.membership.test_promises import grower, signed
from tests.walls import changed

MANAGER, OPERATOR, AGENT, AUDITOR = "amina", "albert", "agnes", "arthur"
_UNANSWERED = {"state": "signed", "answered_on": None, "answered_by": "", "answer": ""}
_ACCEPTED = {"state": "accepted", "answered_on": TODAY, "answered_by": "Amina Nduwimana"}
_PROMISED = """
INSERT INTO membership_promise (tenant_id, enrolment_id, amount_francs, signed_on, buyer,
    paper_number, state, answered_on, answered_by, answer, withdrawn_on)
SELECT tenant_id, id, 30000, '2025-01-10', 'Station', 'P-17', %s, %s, %s, %s, %s
FROM membership_enrolment WHERE id = %s
"""
_DUE = """
INSERT INTO membership_promiseinstalment (tenant_id, promise_id, due_on, amount_francs)
SELECT tenant_id, id, '2025-12-31', 30000 FROM membership_promise
"""
_ANSWER = (
    "UPDATE membership_promise SET state = 'accepted', answered_on = '2025-06-30', answered_by = %s"
)
_WITHDRAW = "UPDATE membership_promise SET withdrawn_on = '2025-06-30', withdrawn_because = 'essai'"


def _values(enrolment, **said) -> list:
    return [*{**_UNANSWERED, **said, "withdrawn_on": said.get("withdrawn_on")}.values(), enrolment]


@pytest.mark.parametrize(
    ("username", "said", "count"),
    [
        (MANAGER, {}, 1),
        (OPERATOR, {}, 1),
        (AGENT, {}, 1),
        (AUDITOR, {}, 0),
        # Not even who decides signs and accepts at once: the service checks what is accepted.
        (MANAGER, _ACCEPTED, 0),
        (AGENT, _ACCEPTED, 0),
        (AGENT, {**_ACCEPTED, "state": "refused"}, 0),
        (AGENT, {"answered_by": "Amina Nduwimana"}, 0),
        (AGENT, {"withdrawn_on": TODAY}, 0),
    ],
)
def test_a_promise_begins_unanswered(world, as_actor, username, said, count) -> None:
    with as_actor(world.actor(MANAGER)):
        enrolment = grower()
    with as_actor(world.actor(username)):
        assert changed(_PROMISED, *_values(enrolment.pk, **said)) == count


def test_no_agent_opens_rights_by_a_promise(world, as_actor) -> None:
    """One that is signed, with its due dates, opens nothing until it is answered."""
    agnes = world.actor(AGENT)
    with as_actor(agnes):
        enrolment = grower(is_renewal=True)
        with connection.cursor() as cursor:
            cursor.execute(_PROMISED, _values(enrolment.pk))
            cursor.execute(_DUE)
            assert cursor.rowcount == 1
        assert not changed(_ANSWER, "Amina Nduwimana")
        assert not changed(_ANSWER, agnes.name)
    assert not ask(world, as_actor, AGENT, "UMU-1001").people[0].is_open


@pytest.mark.parametrize(("name", "count"), [("Amina Nduwimana", 1), ("Agnès Irakoze", 0)])
def test_it_is_answered_in_the_own_name(amina, name, count) -> None:
    signed(amina, grower())
    assert changed(_ANSWER, name) == count


def test_what_was_signed_and_answered_stays(amina) -> None:
    promise = signed(amina, grower())
    assert not changed("UPDATE membership_promise SET amount_francs = 1")
    assert not changed(_WITHDRAW), "it was never accepted"
    answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
    assert not changed(_DUE), "a later due date would put off what was missed"
    for change in (
        "state = 'signed', answered_on = NULL, answered_by = ''",
        "state = 'refused'",
        "answered_on = '2025-01-10'",
        "answered_on = '2025-01-10', withdrawn_on = '2025-06-30'",
    ):
        assert not changed(f"UPDATE membership_promise SET {change}"), change
    assert changed(_WITHDRAW) == 1
    withdraw_promise(actor=amina, promise_id=promise.pk, because="essai")
    assert not changed("UPDATE membership_promise SET withdrawn_on = NULL")
    assert not changed("UPDATE membership_promise SET withdrawn_on = '2025-12-31'")


def test_an_accepted_promise_comes_along_with_its_household(world, as_actor) -> None:
    """By who receives it: an agent of the federation adds no due date to it either."""
    amina, bernard = world.actor(MANAGER), world.actor("bernard")
    with as_actor(amina):
        promise = signed(amina, grower())
        answer_promise(actor=amina, promise_id=promise.pk, accepts=True)
        row = propose_transfer(
            actor=amina, household_id=world.households["UMU-1001"], version=None,
            destination_id=world.tenants["INEZA"], leaves_on=TODAY,
        )  # fmt: skip
    with as_actor(bernard):
        accept_transfer(
            actor=bernard, transfer_id=row.pk, unit_id=world.units["INE-S1"], is_outside_zone=True
        )
        come = Promise.objects.get(tenant_id=bernard.tenant_id)
        assert (come.state, come.answered_by) == ("accepted", amina.name)
        assert PromiseInstalment.objects.filter(promise=come).count() == 2
