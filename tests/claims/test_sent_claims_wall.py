"""What a person's statement cannot do to a claim that no service let it do: each as raw SQL."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from claims.fence.claim_wall import CLAIM_CHANGE
from claims.models import Claim, ClaimLine, ClaimStep
from claims.rules.facts import ReviewCut
from claims.rules.states import MOVES, Side, State
from claims.selectors.batches import Choice
from claims.services.attestations import enter_claim, replace_claim
from claims.services.batches import redo_batch, take_back
from claims.services.decisions import decide_submitted, redo_decisions
from federations.rules.roles import Role
from federations.tenancy.scope import open_scope
from tests.claims.care import give_claim, give_terms
from tests.claims.entering import an_entry, give_books
from tests.claims.reviewing import give_waiting, review
from tests.world import World

_OF = "care_year, tenant_id, processing_id, facility_id"
_LINE = (
    f"INSERT INTO claims_claimline ({_OF}, claim_id, position, act_id, quantity,"
    f" unit_price_francs, asked_francs) SELECT {_OF}, claim_id, 2, act_id, 40, 1000, 40000"
    " FROM claims_claimline WHERE claim_id = %s"
)
_REASON = (
    f"INSERT INTO claims_claimdiagnosis (id, {_OF}, claim_id, reason_id, note, written_at)"
    f" SELECT gen_random_uuid(), {_OF}, id, (SELECT min(id) FROM claims_carereason), '', now()"
    " FROM claims_claim WHERE id = %s"
)
_STEP = (
    f"INSERT INTO claims_claimstep ({_OF}, claim_id, from_state, to_state, reason, by_name,"
    f" by_user_id, by_role) SELECT {_OF}, id, 'decided', 'final', '', {{}}"
    " FROM claims_claim WHERE id = %s"
)
_OWN_NAME = (
    "current_setting('app.actor_name'), current_setting('app.actor_id')::bigint,"
    " current_setting('app.actor_role')"
)
_DECISION = (
    f"INSERT INTO claims_decision ({_OF}, claim_id, number, kind, household_id, person_id, care_on,"
    " episode, package_id, rights_sentence, decided_by, decided_by_user_id, decided_at)"
    f" SELECT {_OF}, claim_id, number + 1, kind, household_id, person_id, care_on, episode,"
    " package_id, rights_sentence, 'Dr Faux', 1, now() FROM claims_decision WHERE claim_id = %s"
)
_CLAIM = (
    f"INSERT INTO claims_claim ({_OF}, household_id, beneficiary_id, person_id, unit_id,"
    " stub_number, care_kind, starts_on, ends_on, received_on, episode, has_referral,"
    " asked_francs, state, state_since, source, entered_by, entered_by_user_id, entered_at,"
    f" supersedes_id) SELECT {_OF}, household_id, beneficiary_id, person_id, unit_id, 'KIN-000009',"
    " care_kind, starts_on, ends_on, received_on, episode, has_referral, asked_francs, '{}',"
    " state_since, source, entered_by, {}, entered_at, id FROM claims_claim WHERE id = %s"
)
_SELF = "current_setting('app.actor_id')::bigint"

_RETIRED = "UPDATE claims_decision SET superseded_at = now() WHERE claim_id = %s"
_ANEW = (
    f"INSERT INTO claims_decision ({_OF}, claim_id, number, kind, household_id, person_id, care_on,"
    " episode, package_id, rights_sentence, decided_by, decided_by_user_id, decided_at)"
    f" SELECT {_OF}, id, 9, '{{}}', household_id, person_id, starts_on, episode,"
    f" (SELECT min(id) FROM claims_benefitpackage), '', 'x', {_SELF}, now()"
    " FROM claims_claim WHERE id = %s"
)
_OWED = (
    f"INSERT INTO claims_decisionline ({_OF}, decision_id, position, act_id, family, quantity,"
    " percent, asked_francs, agreed_francs, covered_francs, deductible_francs, copayment_francs,"
    " ceiling_cut_francs, other_payer_francs, mutuelle_francs, patient_francs)"
    f" SELECT {_OF}, decision_id, 9, (SELECT min(id) FROM claims_act), 'visit', 1, 100, 40000,"
    " 40000, 40000, 0, 0, 0, 0, 40000, 0 FROM claims_claim WHERE id = %s"
)


def _set(change: str) -> str:
    return f"UPDATE claims_claim SET {change} WHERE id = %s"


#: By whom: a facility's user, an agent, the centre, a manager, a nurse, an auditor; on a claim
#: that was accepted by itself, of 1 000, of which 800 are the mutuelle's.
FORGED = {
    "a line added": (_LINE, "fabrice agnes albert amina annick arthur"),
    "another reason for care": (_REASON, "fabrice agnes albert amina annick arthur"),
    "another day of care": (_set("starts_on = '2025-05-01'"), "fabrice agnes albert amina annick"),
    "another sum": (_set("asked_francs = 1"), "fabrice agnes albert amina annick arthur"),
    "paid": (_set("state = 'paid'"), "fabrice agnes albert amina annick arthur"),
    "cancelled": (_set("state = 'cancelled'"), "fabrice agnes albert amina annick arthur"),
    "to be corrected": (_set("state = 'entered'"), "fabrice agnes albert amina annick arthur"),
    "final": (_set("state = 'final'"), "agnes albert amina annick arthur"),
    "to review": (
        _set("state = 'to_review', decision_id = NULL"),
        "fabrice agnes albert annick arthur",
    ),
    "undecided": (_set("decision_id = NULL"), "fabrice agnes albert amina annick arthur"),
    "on an invoice": (_set("invoice_id = 1"), "fabrice agnes annick arthur"),
    "last in the queue": (_set("review_rank = -1"), "fabrice agnes albert arthur"),
    "waited for": (_set("waits_for = 'facility'"), "fabrice agnes albert arthur"),
    "a version": (_set("version = version + 1"), "agnes arthur"),
    "a doctor's step": (
        _STEP.format("'Dr Faux', 1, 'medical_adviser'"),
        "fabrice agnes albert amina annick arthur",
    ),
    "a step not one's own to take": (
        _STEP.format(_OWN_NAME),
        "agnes albert amina annick arthur",
    ),
    "a decision": (_DECISION, "fabrice agnes albert amina annick arthur"),
    "a line of a decision that is taken": (_OWED, "fabrice agnes albert amina annick arthur"),
    "no decision in force": (
        _RETIRED,
        "fabrice agnes arthur",
    ),
    "a claim begun": (_CLAIM.format("entered", _SELF), "agnes amina annick arthur"),
    "a claim begun in another's name": (
        _CLAIM.format("entered", "1"),
        "fabrice agnes albert amina annick arthur",
    ),
    "a claim begun as paid": (
        _CLAIM.format("paid", _SELF),
        "fabrice agnes albert amina annick arthur",
    ),
}


@pytest.fixture
def decided(world: World) -> int:
    give_books(world)
    albert = world.actor("albert")
    with open_scope(albert, source="essai"):
        return enter_claim(actor=albert, entry=an_entry(world), submit=True).pk


def _touched(statement: str, claim: int) -> int:
    """Run a statement and undo it; return how many rows it changed, 0 where it is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [claim])
            count = cursor.rowcount
            transaction.set_rollback(True)
    except ProgrammingError as error:
        if "row-level security" in str(error) or "permission denied" in str(error):
            return 0
        raise
    return count


@pytest.mark.parametrize("what", sorted(FORGED))
def test_a_sent_claim_is_nobodys_to_rewrite(
    what: str, decided: int, world: World, as_actor: Callable
) -> None:
    """The same statement does what it says in the system's name, where it names nobody."""
    statement, usernames = FORGED[what]
    for username in usernames.split():
        with as_actor(world.actor(username)):
            assert _touched(statement, decided) == 0, username
    with as_actor(world.system("UMUCO")):
        if "current_setting" not in statement:
            assert _touched(statement, decided) == 1


def test_a_facility_adds_nothing_to_what_is_paid(decided: int, world: World) -> None:
    """The line of 40,000 that a redo would have paid at 32,000."""
    with open_scope(world.actor("fabrice"), source="essai"):
        assert _touched(_LINE, decided) == 0
    amina = world.actor("amina")
    chosen = Choice(year=2025, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))
    with open_scope(amina, source="essai"):
        found = redo_batch(actor=amina, choice=chosen)
        assert (found.before_francs, found.after_francs) == (800, 800)
        assert ClaimLine.objects.filter(claim_id=decided).count() == 1


@pytest.mark.parametrize(
    ("username", "change"),
    [
        ("fabrice", "state = 'contested'"),
        ("fabrice", "state = 'final'"),
        ("amina", "state = 'to_review', decision_id = NULL"),
        ("albert", "state = 'superseded'"),
    ],
)
def test_the_moves_of_the_table_are_let_through(
    username: str, change: str, decided: int, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor(username)):
        assert _touched(_set(change), decided) == 1


def test_no_setting_within_the_statement_makes_it_the_systems(
    decided: int, world: World, as_actor: Callable
) -> None:
    forged = (
        "UPDATE claims_claim SET state = 'paid' WHERE id = %s"
        " AND set_config('app.actor_role', 'system', true) <> ''"
    )
    with as_actor(world.actor("fabrice")):
        assert _touched(forged, decided) == 0


def test_what_is_not_sent_is_still_written_anew(world: World, as_actor: Callable) -> None:
    give_books(world)
    fabrice = world.actor("fabrice")
    with open_scope(fabrice, source="essai"):
        claim = enter_claim(actor=fabrice, entry=an_entry(world))
        assert _touched(_LINE, claim.pk) == 1
        assert _touched(_set("asked_francs = 41000"), claim.pk) == 1
    for username in ("agnes", "annick", "amina"):
        with as_actor(world.actor(username)):
            assert _touched(_LINE, claim.pk) == 0
            assert _touched(_set("asked_francs = 1"), claim.pk) == 0
            assert _touched("DELETE FROM claims_claimline WHERE claim_id = %s", claim.pk) == 0


def test_the_home_federation_contests_and_redoes_no_more(world: World, as_actor: Callable) -> None:
    """UMUCO's member, treated and decided by INEZA: UMUCO's nurse contests, its manager redoes."""
    give_terms(world)
    claim = give_claim(world, processing="INEZA", facility="FS-T002")
    system = world.system("INEZA")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=[claim], year=2025)
    with as_actor(world.actor("amina")):
        assert Claim.objects.filter(pk=claim).exists()
        for change in ("state = 'contested'", "state = 'to_review', decision_id = NULL"):
            assert _touched(_set(change), claim) == 0
    with as_actor(world.actor("annick")):
        assert _touched(_set("state = 'contested'"), claim) == 1
        assert _touched(_set("state = 'final'"), claim) == 0
        assert _touched(_RETIRED, claim) == 0
    for username, count in (("amina", 0), ("bernard", 1)):
        with as_actor(world.actor(username)):
            assert _touched(_RETIRED, claim) == count
            assert _touched(_ANEW.format("redone"), claim) == count
            assert _touched(_ANEW.format("review"), claim) == 0


def test_the_database_knows_every_move_of_the_table_and_no_other() -> None:
    told = {f"'{one.source}', '{one.target}'" for one in MOVES if one.source is not None}
    for source in State:
        for target in State:
            pair = f"'{source}', '{target}'"
            assert (pair in CLAIM_CHANGE) is (pair in told), pair
    assert f"'{Side.FACILITY}', '{Role.FACILITY_USER}'" in CLAIM_CHANGE


def test_a_step_is_taken_in_the_own_name(decided: int, world: World, as_actor: Callable) -> None:
    with as_actor(world.actor("fabrice")):
        assert _touched(_STEP.format(_OWN_NAME), decided) == 1
        assert _touched(_STEP.format("'Dr Faux', 1, 'facility_user'"), decided) == 0
        steps = ClaimStep.objects.filter(claim_id=decided).defer("reason")
        assert steps.order_by("pk")[0].by_name == "Albert Niyonzima"


class TestWhoDecidesAgain:
    """A manager redoes what is decided on the side that processes it, and leaves nothing open."""

    def test_what_is_not_decided_is_not_decided_afresh(
        self, world: World, as_actor: Callable
    ) -> None:
        give_books(world)
        claim = give_waiting(world)
        for username, kind, count in (
            ("amina", "redone", 0), ("amina", "review", 0), ("amina", "automatic", 0),
            ("annick", "redone", 0), ("annick", "automatic", 0), ("annick", "review", 1),
        ):  # fmt: skip
            with as_actor(world.actor(username)):
                assert _touched(_ANEW.format(kind), claim) == count, (username, kind)

    @pytest.mark.parametrize("username", ["amina", "albert", "annick"])
    def test_no_decision_loses_its_force_to_nothing(
        self, username: str, decided: int, world: World, as_actor: Callable
    ) -> None:
        with as_actor(world.actor(username)):
            assert _touched(_RETIRED, decided) == 1
            with pytest.raises(IntegrityError, match="left without its decision in force"):
                _kept(decided, _RETIRED)

    def test_nor_has_a_claim_two_in_force(
        self, decided: int, world: World, as_actor: Callable
    ) -> None:
        with as_actor(world.actor("amina")):
            for statements in ((_ANEW.format("redone"),), (_RETIRED, _ANEW.format("redone"))):
                with pytest.raises(IntegrityError, match="or with two"):
                    _kept(decided, *statements)

    def test_a_claim_is_paid_by_its_decision_in_force_alone(
        self, decided: int, world: World, as_actor: Callable
    ) -> None:
        former = _set(
            "decision_id = (SELECT id FROM claims_decision WHERE claim_id = claims_claim.id"
            " ORDER BY number LIMIT 1), version = version + 1"
        )
        amina = world.actor("amina")
        with open_scope(amina, source="essai"):
            assert _touched(former, decided) == 1
            redo_decisions(actor=amina, claim_ids=[decided], year=2025)
            assert _touched(former, decided) == 0

    def test_the_roads_of_the_services_leave_one_in_force(
        self, decided: int, world: World, as_actor: Callable
    ) -> None:
        amina = world.actor("amina")
        with open_scope(amina, source="essai"):
            redo_decisions(actor=amina, claim_ids=[decided], year=2025)
            redo_decisions(actor=amina, claim_ids=[decided], year=2025)
            take_back(amina, [decided], 2025, "mal lue")
            _ask_now()
        review(world, "annick", decided, "accepted")
        albert = world.actor("albert")
        with open_scope(albert, source="essai"):
            version = Claim.objects.get(pk=decided).version
            replace_claim(
                actor=albert, claim_id=decided, year=2025, entry=an_entry(world), version=version,
                because="quantité lue de travers",
            )  # fmt: skip
            _ask_now()

    def test_what_a_reader_took_off_is_the_readers_to_give_back(
        self, world: World, as_actor: Callable
    ) -> None:
        """A redo would have paid it."""
        give_books(world)
        claim = give_waiting(world)
        review(world, "annick", claim, "cut", cuts=[ReviewCut(1, "too_much", francs=5_000)])
        withdrawn = "UPDATE claims_reviewfinding SET withdrawn_at = now() WHERE claim_id = %s"
        for username, count in (("amina", 0), ("agnes", 0), ("albert", 0), ("annick", 1)):
            with as_actor(world.actor(username)):
                assert _touched(withdrawn, claim) == count, username


def _ask_now() -> None:
    """Ask at once what is asked as the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _kept(claim: int, *statements: str) -> None:
    """Run statements on a claim as if the transaction ended after them."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, [claim])
        _ask_now()
