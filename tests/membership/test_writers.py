"""Who may write what of membership, as raw SQL in each role: a statement that is no service's."""

import pytest
from django.utils import timezone

from federations.tenancy.declarations import Policy
from membership.documents.receipts import Format
from membership.fence import TABLES
from membership.models import Balance, Card, Payment, ReceiptPrint, SigningKey
from membership.services.card_keys import revoke_key, rotate_key
from membership.services.cards import issue_card, revoke_card
from membership.services.receipts import print_receipt
from tests.membership.money import owing, paid
from tests.membership.test_statements import brought, csv_of, mobile
from tests.walls import changed, may_add

MANAGER, AGENT, OPERATOR = "amina", "agnes", "albert"
#: Of federation UMUCO, and of CONAMUS: these write nothing of membership but a printing.
AUDITOR, NURSE, NETWORK, DOCTOR, ADMINISTRATOR = "arthur", "annick", "clara", "medard", "sylvere"
EVERYBODY = {
    MANAGER, AGENT, OPERATOR, AUDITOR, NURSE, NETWORK, DOCTOR, ADMINISTRATOR,
}  # fmt: skip
DESKS = {MANAGER, AGENT, OPERATOR}
CAMPAIGNS = {MANAGER, NETWORK}
NOBODY: set[str] = set()

#: Table → who adds a row, who changes one, who removes one (None: nobody has the right at all).
WRITERS: dict[str, tuple[set[str], set[str] | None, set[str] | None]] = {
    "backdating": (DESKS, None, None),
    "balance": (NOBODY, NOBODY, None),
    "beneficiary": (DESKS, DESKS, None),
    "card": ({MANAGER, AGENT}, DESKS, None),
    "duplicatepair": ({MANAGER}, {MANAGER}, None),
    "enrolment": (DESKS, DESKS, None),
    "enrolmentsupplement": (DESKS, None, None),
    "formernumber": ({MANAGER}, None, None),
    "grouppayment": (DESKS, DESKS, None),
    "household": (DESKS, DESKS, None),
    "importpart": ({MANAGER}, {MANAGER}, None),
    "lifeevent": (DESKS, None, None),
    "memberimport": ({MANAGER}, {MANAGER}, None),
    "numberrange": ({MANAGER}, DESKS, None),
    "openrights": ({*DESKS, AUDITOR}, {*DESKS, AUDITOR}, None),
    "operatorstatement": ({MANAGER}, None, None),
    # Of what is no receipt of any day, nobody: how one is written is told below.
    "payment": (NOBODY, None, None),
    # Nobody adds what is neither signed nor brought along: tests/membership/test_promise_wall.py.
    "promise": (NOBODY, {MANAGER}, None),
    "promiseinstalment": (NOBODY, None, None),
    "receiptbook": (DESKS, DESKS, None),
    # Nobody prints in no name.
    "receiptprint": (NOBODY, None, None),
    "recutmove": ({MANAGER}, None, None),
    "recutshare": ({MANAGER}, None, None),
    "reminder": ({MANAGER, AGENT}, {MANAGER, AGENT}, None),
    "signingkey": ({MANAGER, AGENT}, {MANAGER}, None),
    "statementline": ({MANAGER}, DESKS, None),
    "statementtie": (DESKS, None, {MANAGER, OPERATOR}),
    # Nobody adds what is not proposed: tests/membership/test_transfer_wall.py.
    "transfer": (NOBODY, {MANAGER}, None),
    "unittarget": (CAMPAIGNS, CAMPAIGNS, CAMPAIGNS),
}
_COUNTERED = """
INSERT INTO membership_payment (tenant_id, enrolment_id, unit_id, receipt_year, receipt_number,
    amount_francs, contribution_francs, fee_francs, federation_francs, confederation_francs, method,
    payer, reference, received_on, recorded_by, reverses_id)
SELECT tenant_id, %s, unit_id, receipt_year, receipt_number + 1, %s, %s, -fee_francs,
    %s, -confederation_francs, method, payer, reference, received_on, recorded_by, id
FROM membership_payment
"""
_ANOTHER = """
INSERT INTO membership_payment (tenant_id, enrolment_id, unit_id, receipt_year, receipt_number,
    amount_francs, contribution_francs, fee_francs, federation_francs, confederation_francs, method,
    received_on, recorded_by)
SELECT tenant_id, enrolment_id, unit_id, receipt_year, receipt_number + 1, 1000, 1000, 0, 0, 0,
    method, received_on + %s * interval '1 day', recorded_by
FROM membership_payment
"""


def test_every_table_of_a_tenant_is_told() -> None:
    """But the traces of rights checks, which one function writes (decision 0013)."""
    told = {f"membership_{name}" for name in WRITERS}
    ours = {one.name for one in TABLES if one.policy in (Policy.TENANT, Policy.SHARED)}
    assert ours - told == {"membership_rightscheck"}
    for one in TABLES:
        if one.name in told:
            _, change, remove = WRITERS[one.name.removeprefix("membership_")]
            letters = one.rights["conamus_federation"]
            assert ("U" in letters, "D" in letters) == (change is not None, remove is not None)


@pytest.mark.parametrize("table", sorted(WRITERS))
def test_a_row_is_added_by_the_roles_of_its_services(world, as_actor, table) -> None:
    adding = set()
    for username in EVERYBODY:
        actor = world.actor(username)
        with as_actor(actor):
            if may_add(f"membership_{table}", tenant_id=actor.tenant_id):
                adding.add(username)
    assert adding == WRITERS[table][0]


@pytest.fixture
def rows(world, as_actor) -> dict[str, str]:
    """Rows of money and of cards; what an UPDATE of each table may change."""
    amina = world.actor(MANAGER)
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=10_000)
        mobile(amina, "UMU-1002", reference="MP1")
        brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;;"))
        issue_card(actor=amina, household_id=world.households["UMU-1001"])
    return {
        "balance": "household_paid_francs = household_owed_francs",
        "beneficiary": "birth_date = '1990-01-01', died_on = NULL",
        "card": "revoked_on = issued_on",
        "enrolment": "contribution_francs = 0",
        "household": "number = 'X' || id",
        "numberrange": "following = first",
        "receiptbook": "last_number = 0",
        "signingkey": "retired_on = valid_from",
        "statementline": "state = 'unknown'",
    }


def test_a_row_is_changed_by_the_roles_of_its_services(world, as_actor, rows) -> None:
    """Who may not change a row is not told of its column either: nothing is changed, nor held."""
    found = {}
    for table, change in rows.items():
        changing = set()
        for username in EVERYBODY:
            with as_actor(world.actor(username)):
                if changed(f"UPDATE membership_{table} SET {change}"):
                    changing.add(username)
        found[table] = changing
    assert found == {table: WRITERS[table][1] for table in rows}


def test_a_tie_is_taken_away_by_who_imports_or_reverses(world, as_actor, rows) -> None:
    removing = set()
    for username in EVERYBODY:
        with as_actor(world.actor(username)):
            if changed("DELETE FROM membership_statementtie"):
                removing.add(username)
    assert removing == WRITERS["statementtie"][2]


def test_what_an_operator_wrote_stays(amina) -> None:
    brought(amina, csv_of("MP1;30/06/2025;10 000;79123456;;"))
    assert not changed("UPDATE membership_statementline SET amount_francs = 1")
    assert not changed("UPDATE membership_statementline SET reference = 'MP2'")
    assert changed("UPDATE membership_statementline SET state = 'set_aside'") == 1


def test_a_balance_follows_its_rows_and_no_statement(amina) -> None:
    """Not even a manager's, who writes each of the rows that it follows."""
    enrolment = owing("UMU-1001")
    paid(amina, enrolment, amount_francs=10_000)
    left = Balance.objects.filter(enrolment=enrolment).values_list("household_left_francs")
    assert not changed("UPDATE membership_balance SET household_owed_francs = 0")
    assert not changed("DELETE FROM membership_balance")
    assert left.get() == (20_000,)
    paid(amina, enrolment, amount_francs=5_000)
    assert left.get() == (15_000,)


@pytest.mark.parametrize(
    ("username", "francs", "federation_francs", "count"),
    [
        (MANAGER, -10_000, 0, 1),
        (OPERATOR, -10_000, 0, 1),
        # An agent takes money and gives none back.
        (AGENT, -10_000, 0, 0),
        (AUDITOR, -10_000, 0, 0),
        (MANAGER, -50_000, 0, 0),
        (OPERATOR, -9_999, 0, 0),
        (MANAGER, -10_000, -1, 0),
    ],
)
def test_a_counter_receipt_takes_back_its_receipt(
    world, as_actor, username, francs, federation_francs, count
) -> None:
    amina = world.actor(MANAGER)
    with as_actor(amina):
        row = paid(amina, owing("UMU-1001"), amount_francs=10_000)
    back = federation_francs - row.federation_francs
    with as_actor(world.actor(username)):
        made = changed(_COUNTERED, row.enrolment_id, francs, francs, back)
    assert made == count


def test_a_counter_receipt_is_of_the_enrolment_that_paid(amina) -> None:
    row = paid(amina, owing("UMU-1001"), amount_francs=10_000)
    other, back = owing("UMU-1002").pk, -row.federation_francs
    assert not changed(_COUNTERED, other, -10_000, -10_000, back)
    assert changed(_COUNTERED, row.enrolment_id, -10_000, -10_000, back) == 1


@pytest.mark.parametrize("username", sorted(EVERYBODY))
def test_a_receipt_is_written_by_who_takes_money(world, as_actor, username) -> None:
    amina = world.actor(MANAGER)
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=10_000)
    with as_actor(world.actor(username)):
        assert changed(_ANOTHER, 0) == (1 if username in DESKS else 0)


def test_no_receipt_is_of_a_day_to_come(agnes) -> None:
    """The database goes by the day in Bujumbura, whatever earlier day the settings fix."""
    row = paid(agnes, owing("UMU-1001"), amount_francs=10_000)
    passed = (timezone.localdate() - row.received_on).days
    assert changed(_ANOTHER, max(passed, 0)) == 1
    assert not changed(_ANOTHER, max(passed, 0) + 2)
    assert Payment.objects.count() == 1


def _assert_key_stays(key: int, change: str) -> None:
    assert not changed(f"UPDATE membership_signingkey SET {change} WHERE id = %s", key)


def test_a_revoked_card_or_key_stays_revoked(world, amina) -> None:
    card = issue_card(actor=amina, household_id=world.households["UMU-1001"])
    revoke_card(actor=amina, card_id=card.pk, because="volée")
    rotate_key(actor=amina, in_use_id=card.key_id)
    assert not changed("UPDATE membership_card SET revoked_on = NULL, revoked_because = ''")
    _assert_key_stays(card.key_id, "retired_on = valid_from - 1")
    revoke_key(actor=amina, key_row_id=card.key_id)
    _assert_key_stays(card.key_id, "revoked_on = NULL")
    assert Card.objects.get().revoked_on is not None
    assert SigningKey.objects.get(pk=card.key_id).revoked_on is not None


_PRINTED = (
    "INSERT INTO membership_receiptprint (tenant_id, payment_id, by_reader, printed_by, printed_at)"
    " SELECT tenant_id, id, %s, %s, now() FROM membership_payment"
)


@pytest.mark.parametrize(
    ("username", "by_reader", "name", "count"),
    [
        (AGENT, False, "Agnès Irakoze", 1),
        (AGENT, False, "Arthur Bigirimana", 0),
        (AUDITOR, True, "Arthur Bigirimana", 1),
        # Who takes no money has had no original.
        (AUDITOR, False, "Arthur Bigirimana", 0),
        (NURSE, True, "Annick Kaneza", 0),
    ],
)
def test_a_printing_is_traced_in_the_own_name(
    world, as_actor, username, by_reader, name, count
) -> None:
    amina = world.actor(MANAGER)
    with as_actor(amina):
        paid(amina, owing("UMU-1001"), amount_francs=10_000)
    with as_actor(world.actor(username)):
        assert changed(_PRINTED, by_reader, name) == count


def test_who_only_reads_receipts_prints_a_duplicate(world, as_actor) -> None:
    """Though the household's row is not the auditor's to hold."""
    amina, arthur = world.actor(MANAGER), world.actor(AUDITOR)
    with as_actor(amina):
        row = paid(amina, owing("UMU-1001"), amount_francs=10_000)
    with as_actor(arthur):
        print_receipt(actor=arthur, payment_id=row.pk, paper=Format.A4)
        assert ReceiptPrint.objects.get().by_reader
