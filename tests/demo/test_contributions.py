"""What the demonstration's households owe and paid: by the scale, to the franc, without gaps."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from django.db import connection

from conamus.demo.contributions import generate_contributions, template_of, unit_targets
from conamus.demo.contributions.terms import COFFEE, TARGET_HOUSEHOLDS
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import plan_network
from membership.rules.scale import amount_due, check_scale

PLAN = plan_network()
SMALL = [facts for facts in FEDERATIONS if facts.code in ("FEMUSCABU", "TWITEHO")]


@pytest.fixture(scope="module", params=SMALL, ids=lambda facts: facts.code)
def made(request):
    members = PLAN.membership_of(request.param)
    return members, generate_contributions(request.param.code, members)


def test_the_scale_stands() -> None:
    check_scale(template_of(2025))


def test_each_enrolment_owes_what_the_scale_says(made) -> None:
    members, money = made
    for row, due in zip(members.enrolments, money.dues, strict=True):
        _, _, year, _, _, is_renewal, *_, males, females = row
        said = amount_due(
            template_of(year), size=males + females, category=due[0], is_new=not is_renewal
        )
        assert due[1:4] == (said.contribution_francs, said.joining_fee_francs, said.payer_francs)


def test_nobody_pays_more_than_is_owed_nor_before_signing_nor_in_the_future(made) -> None:
    members, money = made
    paid: Counter[int] = Counter()
    for enrolment, _, _, _, amount, contribution, fee, *_, received in money.payments:
        assert amount == contribution + fee > 0
        assert members.enrolments[enrolment][4] <= received <= "2025-06-30"
        paid[enrolment] += amount
    owed = {index: due[1] + due[2] for index, due in enumerate(money.dues)}
    assert all(paid[index] <= owed[index] for index in paid)
    assert 0.93 < sum(paid.values()) / sum(owed.values()) < 1


def test_receipts_are_numbered_without_gaps_in_the_order_of_days(made) -> None:
    _, money = made
    books = defaultdict(list)
    for _, unit, year, number, *_, received in money.payments:
        assert date.fromisoformat(received).year == year
        books[unit, year].append((number, received))
    for book, receipts in books.items():
        assert [number for number, _ in receipts] == list(range(1, money.books[book] + 1))
        assert [day for _, day in receipts] == sorted(day for _, day in receipts)


def test_only_coffee_growers_promise(made) -> None:
    _, money = made
    assert all(money.dues[index][0] == COFFEE for index, *_ in money.promises)


def test_the_target_population_is_shared_whole() -> None:
    targets = unit_targets(PLAN.units)
    assert sum(targets.values()) == TARGET_HOUSEHOLDS
    assert len(targets) == 126
    assert min(targets.values()) > 0


def test_in_the_database_no_unit_has_a_gap_and_every_franc_is_accounted_for(
    demo_network: None, behind_the_wall
) -> None:
    with behind_the_wall(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT unit_id, receipt_year, count(*), max(receipt_number)"
            " FROM membership_payment GROUP BY 1, 2) AS book (unit_id, year, receipts, last)"
            " JOIN membership_receiptbook b USING (unit_id, year)"
            " WHERE receipts <> last OR last <> b.last_number"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "SELECT count(*) FROM membership_enrolment e WHERE contribution_francs"
            " + joining_fee_francs < (SELECT coalesce(sum(amount_francs), 0)"
            " FROM membership_payment p WHERE p.enrolment_id = e.id)"
        )
        assert cursor.fetchone() == (0,)
