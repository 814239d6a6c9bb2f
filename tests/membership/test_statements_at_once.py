"""Statements, and counter-receipts, at the same moment: a line is never what no receipt is."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from federations.tenancy.scope import open_scope
from membership.models import OperatorStatement, StatementLine, StatementTie
from membership.services.payments import reverse_payment
from membership.services.statement_lines import settle_line
from membership.services.statements import match_again
from tests.membership.test_statements import brought, csv_of, lines_of, mobile

_MP1 = "MP1;30/06/2025;10 000;79123456;;"


@pytest.fixture
def amina(own_database):
    return own_database.actor("amina")


def meanwhile(amina, first: Callable[[], Any], second: Callable[[], Any]) -> dict[str, Any]:
    """Do the second from its start until the first, which is done, ends its transaction.

    Returned is what each gave, or the error it ended in; the second waits for the first if it must.
    """
    outcome: dict[str, Any] = {}

    def other() -> None:
        try:
            with open_scope(amina, source="essai"):
                outcome["second"] = second()
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test says it
            outcome["second"] = error
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with open_scope(amina, source="essai"):
        outcome["first"] = first()
        thread.start()
        # Long enough for what does not wait to be done with what it read before.
        thread.join(1.5)
        outcome["waited"] = thread.is_alive()
    thread.join(30)
    return outcome


def _ties_of_cancelled(amina) -> int:
    with open_scope(amina, source="essai"):
        return StatementTie.objects.filter(payment__reversed_by__isnull=False).count()


def test_a_receipt_cancelled_while_its_statement_comes_is_not_tied(amina):
    with open_scope(amina, source="essai"):
        payment = mobile(amina, "UMU-1001", reference="MP1")
    outcome = meanwhile(
        amina,
        lambda: reverse_payment(actor=amina, payment_id=payment.pk, reason="Autre ménage"),
        lambda: brought(amina, csv_of(_MP1)),
    )
    assert outcome["waited"]
    with open_scope(amina, source="essai"):
        (line,) = lines_of(outcome["second"])
        assert (line.state, line.ties.count()) == ("unknown", 0)
        mobile(amina, "UMU-1002", reference="MP1")


def test_a_receipt_cancelled_once_its_statement_came_is_untied(amina):
    with open_scope(amina, source="essai"):
        payment = mobile(amina, "UMU-1001", reference="MP1")
    outcome = meanwhile(
        amina,
        lambda: brought(amina, csv_of(_MP1)),
        lambda: reverse_payment(actor=amina, payment_id=payment.pk, reason="Autre ménage"),
    )
    assert outcome["waited"]
    with open_scope(amina, source="essai"):
        (line,) = lines_of(outcome["first"])
        assert (line.state, line.ties.count()) == ("unknown", 0)


@pytest.mark.parametrize("again", [False, True], ids=["by hand", "tried again"])
@pytest.mark.parametrize("cancels_first", [False, True])
def test_a_line_is_settled_while_the_receipt_is_cancelled(amina, again, cancels_first):
    with open_scope(amina, source="essai"):
        (line,) = lines_of(brought(amina, csv_of(_MP1)))
        payment = mobile(amina, "UMU-1001", reference="MP1")

    def settle():
        if again:
            return match_again(actor=amina, statement_id=line.statement_id)
        return settle_line(actor=amina, line_id=line.pk, payment_ids=[payment.pk])

    def cancel():
        return reverse_payment(actor=amina, payment_id=payment.pk, reason="Autre ménage")

    acts = (cancel, settle) if cancels_first else (settle, cancel)
    outcome = meanwhile(amina, *acts)
    assert outcome["waited"]
    assert _ties_of_cancelled(amina) == 0
    with open_scope(amina, source="essai"):
        assert StatementLine.objects.get(pk=line.pk).state == "unknown"


@pytest.mark.parametrize("has_receipt", [False, True])
def test_two_statements_at_once_bring_a_transaction_once(amina, has_receipt):
    if has_receipt:
        with open_scope(amina, source="essai"):
            mobile(amina, "UMU-1001", reference="MP1")
    outcome = meanwhile(
        amina,
        lambda: brought(amina, csv_of(_MP1, "A;30/06/2025;1 000;;;")),
        lambda: brought(amina, csv_of(_MP1, "B;30/06/2025;1 000;;;")),
    )
    assert outcome["waited"]
    with open_scope(amina, source="essai"):
        assert [lines_of(outcome[one])[0].state for one in ("first", "second")] == [
            "matched" if has_receipt else "unknown",
            "set_aside",
        ]


def test_one_file_at_once_is_one_statement(amina):
    outcome = meanwhile(amina, *[lambda: brought(amina, csv_of(_MP1)).pk] * 2)
    assert outcome["first"] == outcome["second"]
    with open_scope(amina, source="essai"):
        assert OperatorStatement.objects.count() == 1


def test_two_statements_tried_again_at_once(amina):
    with open_scope(amina, source="essai"):
        both = [brought(amina, csv_of(f"MP{n};30/06/2025;10 000;79123456;;")).pk for n in (1, 2)]
        mobile(amina, "UMU-1001")
    outcome = meanwhile(
        amina, *[lambda one=one: match_again(actor=amina, statement_id=one) for one in both]
    )
    assert outcome == {"first": 1, "second": 0, "waited": True}


def test_another_operators_statement_does_not_wait(amina):
    outcome = meanwhile(
        amina,
        lambda: brought(amina, csv_of(_MP1)),
        lambda: brought(amina, csv_of(_MP1), method="ecocash").pk,
    )
    assert not outcome["waited"]


def test_both_receipts_of_a_line_are_cancelled_at_once(amina):
    with open_scope(amina, source="essai"):
        pair = [mobile(amina, number) for number in ("UMU-1001", "UMU-2001")]
        (line,) = lines_of(brought(amina, csv_of("MP1;30/06/2025;20 000;79123456;;")))
        settle_line(actor=amina, line_id=line.pk, payment_ids=[one.pk for one in pair])
    meanwhile(
        amina,
        *[
            lambda one=one: reverse_payment(actor=amina, payment_id=one.pk, reason="Faux")
            for one in pair
        ],
    )
    with open_scope(amina, source="essai"):
        line.refresh_from_db()
        assert (line.state, line.ties.count()) == ("unknown", 0)
