"""Readers' words and what tells an illness: no statement of an agent's or a manager's finds them.

Pages hide them (test_privacy.py); here the statements are raw, as one that slipped in would be.
"""

import importlib
from collections.abc import Callable
from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from claims.models import Claim, ClaimStep, Decision, DecisionCut, Review
from claims.rules.facts import ReviewCut
from claims.rules.review import CONTESTED_BY_HOME
from claims.selectors.batches import Choice, mutuelle_parts
from claims.selectors.claim_page import KEPT_BY_READERS, steps_of
from claims.services.batches import redo_batch
from claims.services.claim_moves import parties_of
from claims.services.reviews import reopen_claim
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.money import decide_final
from tests.claims.reviewing import give_waiting, reply, review
from tests.world import World

WORD = "zolivirus"
#: An agent, managers, a centre operator and an auditor: they see amounts, and no illness.
OTHERS = ("agnes", "amina", "albert", "arthur")
#: What a narrowed role could write down of each table.
_ASKED = (
    "SELECT reason FROM claims_claimstep",
    "SELECT * FROM claims_claimstep",
    "SELECT count(*) FROM claims_claimstep WHERE reason LIKE '%zoli%'",
    "SELECT note FROM claims_review",
    "SELECT r FROM claims_review r",
    "SELECT note FROM claims_reviewfinding",
    "SELECT to_jsonb(f) FROM claims_reviewfinding f",
    "SELECT private_facts FROM claims_decisioncut",
    "SELECT * FROM claims_decisioncut",
    "SELECT text FROM claims_facilityreply",
    "UPDATE claims_reviewfinding SET withdrawn_at = now() WHERE note LIKE '%zoli%'",
    "UPDATE claims_reviewfinding SET withdrawn_at = now() RETURNING note",
    "SELECT is_chronic FROM claim_particulars(ARRAY[1]::bigint[], 2025)",
)
_TABLES = (
    "claims_claimstep", "claims_review", "claims_reviewfinding", "claims_decisioncut",
    "claims_facilityreply", "claims_decision",
)  # fmt: skip


@pytest.fixture
def chronic(world: World) -> int:
    """A diabetic's claim, of which everything is excluded."""
    give_terms(world)
    claim = give_claim(world, reason="DIAB", stub="UMUP-000001")
    decide_final(world, claim)
    return claim


@pytest.fixture
def cut(chronic: int, world: World) -> int:
    """Another claim that a nurse asked about and cut; the facility answered, both in words."""
    claim = give_waiting(world, stub="UMUP-000002")
    review(world, "annick", claim, "asked", note=f"Pourquoi {WORD} ?")
    reply(world, claim, text=f"Traité pour {WORD}.")
    line = ReviewCut(1, "other", francs=500, note=f"ligne {WORD}")
    review(world, "annick", claim, "cut", cuts=(line,), note=f"entier {WORD}")
    return claim


def _rows(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


@pytest.mark.parametrize("username", OTHERS)
def test_no_statement_of_others_reads_them(
    username: str, cut: int, world: World, as_actor: Callable
) -> None:
    for query in _ASKED:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor(username)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(query)


@pytest.mark.parametrize("username", OTHERS)
def test_what_they_may_read_tells_none(
    username: str, cut: int, world: World, as_actor: Callable
) -> None:
    """Every column that the role is granted, of every row in sight."""
    told = ""
    with as_actor(world.actor(username)):
        for table in _TABLES:
            columns = _rows(
                "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND has_column_privilege(attrelid, attnum, 'SELECT')",
                table,
            )[0][0]
            rows = _rows(f"SELECT {columns} FROM {table}")
            assert rows, table
            told += repr(rows)
    assert "other" in told
    assert WORD not in told
    assert "chroni" not in told


@pytest.mark.parametrize("role", ["conamus_nurse", "conamus_adviser", "conamus_confederation"])
def test_a_slipped_in_role_opens_nothing(
    role: str, cut: int, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor("amina")):
        _rows("SELECT set_config('role', %s, true)", role)
        assert _rows("SELECT reason FROM claims_claimstep") == []
        assert _rows("SELECT private_facts FROM claims_decisioncut") == []
        query = "SELECT * FROM claim_particulars(ARRAY(SELECT id FROM claims_claim), 2025)"
        assert _rows(query) == []


@pytest.mark.parametrize("username", ["annick", "medard"])
def test_readers_read_them(
    username: str, cut: int, chronic: int, world: World, as_actor: Callable
) -> None:
    with as_actor(world.actor(username)):
        for query in (
            "SELECT string_agg(reason, ' ') FROM claims_claimstep",
            "SELECT string_agg(note, ' ') FROM claims_review",
            "SELECT string_agg(note, ' ') FROM claims_reviewfinding",
            "SELECT string_agg(private_facts::text, ' ') FROM claims_decisioncut",
            "SELECT string_agg(text, ' ') FROM claims_facilityreply",
        ):
            assert WORD in _rows(query)[0][0], query
        asked = "SELECT is_chronic FROM claim_particulars(%s, 2025)"
        assert _rows(asked, [chronic]) == [(True,)]


def test_a_case_still_tells_its_reader_all(cut: int, world: World, sign_in: Callable) -> None:
    """Taken back, it waits for a reader again: note, answer, finding and step stand on its page."""
    medard = world.actor("medard")
    with open_scope(medard, source="essai"):
        version = Claim.objects.get(pk=cut).version
        reopen_claim(
            actor=medard, claim_id=cut, year=2025, version=version, because=f"Revoir {WORD}"
        )
    page = sign_in("annick").get(f"/soins/examens/2025/{cut}/").content.decode()
    for told in ("Pourquoi", "Traité pour", "ligne", "entier", "Revoir"):
        assert f"{told} {WORD}" in page, told


class TestSteps:
    """What a step tells of why, to who is no reader."""

    def _tell(self, world: World, claim_id: int, told: str, role: str) -> None:
        with open_scope(world.system("UMUCO"), source="essai"):
            ClaimStep.objects.create(
                **parties_of(Claim.objects.get(pk=claim_id)),
                from_state="to_review",
                to_state="decided",
                reason=told,
                by_name="essai",
                by_role=role,
            )

    def _told(self, world: World, username: str, claim_id: int) -> str:
        actor = world.actor(username)
        with open_scope(actor, source="essai"):
            return steps_of(actor, Claim.objects.get(pk=claim_id))[-1].reason

    @pytest.mark.parametrize("label", ["", CONTESTED_BY_HOME, *Review.Outcome.labels])
    def test_the_standard_words_are_told(self, label: str, chronic: int, world: World) -> None:
        """Alone, and before the reader's own."""
        for told in (label, f"{label} : {WORD}"):
            self._tell(world, chronic, told, "advising_nurse")
            assert self._told(world, "amina", chronic) == label
            assert self._told(world, "annick", chronic) == told

    @pytest.mark.parametrize("role", ["advising_nurse", "medical_adviser"])
    def test_a_readers_own_are_kept(self, role: str, chronic: int, world: World) -> None:
        self._tell(world, chronic, WORD, role)
        assert self._told(world, "agnes", chronic) == KEPT_BY_READERS

    def test_the_systems_and_a_managers_are_told(self, chronic: int, world: World) -> None:
        for role in ("system", "federation_manager"):
            self._tell(world, chronic, f"essai {role}", role)
            assert self._told(world, "agnes", chronic) == f"essai {role}"

    def test_nothing_of_anothers(self, cut: int, world: World, as_actor: Callable) -> None:
        query = "SELECT * FROM standard_step_reasons(%s, 2025)"
        with as_actor(world.actor("amina")):
            assert _rows(query, cut)
        with as_actor(world.actor("bernard")):
            assert _rows(query, cut) == []


def test_another_federations_sample_is_not_told(world: World, as_actor: Callable) -> None:
    give_terms(world, sample_percent=100)
    give_waiting(world, lines=[(CONSULTATION, 1, 1_000)])
    own = world.tenants["UMUCO"]
    for username, seen in (("amina", 1), ("medard", 1), ("bernard", 0)):
        with as_actor(world.actor(username)):
            drawn = _rows("SELECT * FROM drawn_claims(%s, 2024, 2025, '2025-01-01')", [own])
            assert len(drawn) == seen, username


def test_a_manager_redoes_what_he_may_not_read(
    cut: int, chronic: int, world: World, sign_in: Callable[[str], Client]
) -> None:
    """The same francs, for the same reasons: they go over into the new decisions unread."""
    amina = world.actor("amina")
    year = Choice(2025, date(2025, 1, 1), date(2025, 12, 31))
    with open_scope(amina, source="essai"):
        before = mutuelle_parts([cut, chronic], 2025)
        done = redo_batch(actor=amina, choice=year)
        assert (done.claims, done.changed) == (2, 0)
        assert mutuelle_parts([cut, chronic], 2025) == before
    with open_scope(world.system("UMUCO"), source="essai"):
        new = Decision.objects.filter(superseded_at=None)
        assert set(new.values_list("kind", flat=True)) == {"redone"}
    addresses = [f"/soins/attestations/2025/{claim}/" for claim in (cut, chronic)]
    read, excluded = (sign_in("annick").get(one).content.decode() for one in addresses)
    assert f"ligne {WORD}" in read
    assert "exclu du paquet : maladie chronique" in excluded
    for address in addresses:
        page = sign_in("amina").get(address).content.decode()
        assert WORD not in page
        assert "chronique" not in page


def test_facts_written_before_are_parted(
    cut: int, chronic: int, world: World, behind_the_wall: Callable
) -> None:
    """As an earlier version wrote them: all in one column."""
    migration = importlib.import_module("claims.migrations.0009_illness_apart_in_cuts")
    dear = give_waiting(world, lines=[(CONSULTATION, 1, 1_500)], stub="UMUP-000003")
    review(world, "annick", dear, "accepted")
    with behind_the_wall(), connection.cursor() as cursor:
        rows = DecisionCut.objects.order_by("pk").values_list("pk", "facts", "private_facts")
        parted = list(rows)
        assert {tuple(sorted(private)) for _, _, private in parted} == {
            (), ("note",), ("is_chronic", "wording"),
        }  # fmt: skip
        cursor.execute(
            "UPDATE claims_decisioncut SET facts = facts || private_facts, private_facts = '{}'"
        )
        assert list(rows.all()) != parted
        for _ in range(2):
            cursor.execute(migration.PART_FACTS)
            assert list(rows.all()) == parted
