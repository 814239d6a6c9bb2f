"""Attacks on what is private of a claim: its reason for care and its papers, from every side.

The reason bears a note that stands nowhere else, and so do a paper's title and content: where one
of the three words comes out without leave, a wall has a hole.
"""

import logging
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZipFile, is_zipfile

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from pypdf import PdfReader

from claims.models import Claim, ClaimAttachment, ClaimDiagnosis, PrivateReading
from claims.rules.facts import ReviewCut
from claims.services.attestations import cancel_claim
from claims.services.claim_moves import parties_of
from conamus.kernel.errors import DomainError
from conamus.pages.requests import JsonFormatter
from federations.models import HistoryEvent
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG, give_claim, give_terms
from tests.claims.money import decide_final
from tests.claims.reviewing import give_waiting, review
from tests.world import World

NOTE, TITLE, CONTENT = "zolinote", "zolititre", "zolicontenu"
SECRETS = (NOTE, TITLE, CONTENT)
#: Who may read what is private of UMUCO's claim at CDS Mutoyi, and who may not.
READERS = ("annick", "medard", "fabrice")
OTHERS = ("amina", "arthur", "agnes", "albert", "clara", "sylvere", "bernard", "beatrice", "regine")
_TABLES = ("claims_claimdiagnosis", "claims_claimattachment")
_READS = (
    "SELECT note FROM claim_reason(%s, 2025)",
    "SELECT title FROM claim_papers(%s, 2025)",
)


@pytest.fixture
def claim(world: World) -> int:
    """UMUCO's claim before a reader, with a reason, a note and a paper."""
    give_terms(world)
    claim_id = give_waiting(world, reason="PALU")
    with open_scope(world.system("UMUCO"), source="essai"):
        parties = parties_of(Claim.objects.get(care_year=2025, pk=claim_id))
        paper = ClaimAttachment(
            **parties,
            title=TITLE,
            content_type="image/png",
            sha256="x",
            content=b"\x89PNG " + CONTENT.encode(),
            added_by="essai",
        )
        ClaimAttachment.objects.bulk_create([paper])
        connection.cursor().execute(
            "INSERT INTO claims_claimdiagnosis (id, care_year, tenant_id, processing_id,"
            " facility_id, claim_id, reason_id, note, written_at)"
            " SELECT gen_random_uuid(), 2025, %s, %s, %s, %s, id, %s, now() + interval '1 minute'"
            " FROM claims_carereason WHERE code = 'PALU'",
            [*(parties[n] for n in ("tenant_id", "processing_id", "facility_id")), claim_id, NOTE],
        )
    return claim_id


def _readings(behind_the_wall: Callable) -> list[tuple[str, str, str]]:
    with behind_the_wall():
        rows = PrivateReading.objects.order_by("pk")
        return list(rows.values_list("read_by", "read_as", "what"))


def _asked(query: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("username", READERS + OTHERS)
def test_nobody_reads_the_tables(
    username: str, table: str, claim: int, world: World, as_actor: Callable
) -> None:
    """Not even who may know: a statement on the table would leave no trace."""
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_actor(world.actor(username)),
    ):
        _asked(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize(
    ("username", "name", "role"),
    [
        ("annick", "Annick Kaneza", "advising_nurse"),
        ("medard", "Médard Ndayizeye", "medical_adviser"),
        ("fabrice", "Fabrice Manirakiza", "facility_user"),
    ],
)
def test_who_may_reads_through_the_functions_and_each_reading_is_kept(
    username: str,
    name: str,
    role: str,
    claim: int,
    world: World,
    as_actor: Callable,
    behind_the_wall: Callable,
) -> None:
    with as_actor(world.actor(username)):
        assert [_asked(query, claim) for query in _READS] == [[(NOTE,)], [(TITLE,)]]
        [(paper,)] = _asked("SELECT id FROM claim_papers(%s, 2025)", claim)
        [(content,)] = _asked("SELECT content FROM claim_paper(%s, 2025, %s)", claim, paper)
        assert CONTENT.encode() in bytes(content)
    whats = ["reason", "papers", "papers", "paper"]
    assert _readings(behind_the_wall) == [(name, role, what) for what in whats]


def test_many_read_at_once_are_as_many_readings(
    claim: int, world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    """A slipped-in statement that asks for every claim in sight is kept claim by claim."""
    give_claim(world, member="UMU-1003-0", reason="DIAB")
    give_claim(world, member="UMU-1003-0", lines=[(DRUG, 2, 500)])
    query = "SELECT r.* FROM claims_claim c, claim_reason(c.id, c.care_year) r"
    with as_actor(world.actor("annick")):
        assert len(_asked(query)) == 2
    assert len(_readings(behind_the_wall)) == 2


@pytest.mark.parametrize("query", _READS)
@pytest.mark.parametrize("username", OTHERS)
def test_nobody_else_is_answered(
    username: str, query: str, claim: int, world: World, as_actor: Callable
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_actor(world.actor(username)),
    ):
        _asked(query, claim)


def test_another_federations_and_another_facilitys_are_told_nothing(
    claim: int, world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    """Annick asks for INEZA's own; Fabrice for what the hospital did: empty, and nothing kept."""
    theirs = give_claim(
        world, member="INE-1001-0", processing="INEZA", facility="FS-T002", reason="PALU"
    )
    hospital = give_claim(
        world, facility="FS-T002", lines=[(CONSULTATION, 1, 2_000)], reason="PALU"
    )
    for username, asked in (("annick", theirs), ("fabrice", theirs), ("fabrice", hospital)):
        with as_actor(world.actor(username)):
            assert [_asked(query, asked) for query in _READS] == [[], []]
    assert _readings(behind_the_wall) == []


def test_home_and_processing_nurses_both_read_a_visitors(
    world: World, as_actor: Callable, behind_the_wall: Callable
) -> None:
    """UMUCO's member treated by INEZA: UMUCO's nurse reads the reason of her own member."""
    give_terms(world)
    away = give_claim(world, processing="INEZA", facility="FS-T002", reason="PALU")
    with as_actor(world.actor("annick")):
        assert len(_asked("SELECT * FROM claim_reason(%s, 2025)", away)) == 1
    assert len(_readings(behind_the_wall)) == 1


@pytest.mark.parametrize("role", ["conamus_nurse", "conamus_adviser", "conamus_facility"])
def test_a_slipped_in_role_opens_nothing(
    role: str, claim: int, world: World, as_actor: Callable
) -> None:
    """The manager's statement takes a reader's role: the scope's signature does not hold."""
    with as_actor(world.actor("amina")):
        _asked("SELECT set_config('role', %s, true)", role)
        assert [_asked(query, claim) for query in _READS] == [[], []]


@pytest.mark.parametrize("username", READERS + OTHERS)
def test_a_reading_is_neither_forged_nor_wiped_out(
    username: str, claim: int, world: World, as_actor: Callable
) -> None:
    for statement in (
        "INSERT INTO claims_privatereading (claim_id, what, read_by) VALUES (1, 'paper', 'Amina')",
        "UPDATE claims_privatereading SET read_by = 'Amina'",
        "DELETE FROM claims_privatereading",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor(username)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize("username", OTHERS)
def test_whether_a_claim_has_a_reason_cannot_be_probed_by_writing(
    username: str, claim: int, world: World, as_actor: Callable
) -> None:
    """Who writes reasons is told nothing back."""
    with (
        pytest.raises((ProgrammingError, IntegrityError)),
        as_actor(world.actor(username)),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO claims_claimdiagnosis SELECT * FROM claims_claimdiagnosis RETURNING note"
        )


def test_the_manager_sees_who_read_and_never_what(claim: int, sign_in: Callable) -> None:
    """Amina and the auditor find each reading with its attestation; Bernard finds none."""
    address = f"/soins/attestations/2025/{claim}/motif/"
    assert NOTE in sign_in("fabrice").get(address).content.decode()
    for username in ("amina", "arthur"):
        page = sign_in(username).get("/soins/lectures/").content.decode()
        for said in ("Fabrice Manirakiza", "utilisateur de formation sanitaire", "noms des pièces"):
            assert said.lower() in page.lower(), said
        assert not [secret for secret in SECRETS if secret in page]
    assert "Fabrice" not in sign_in("bernard").get("/soins/lectures/").content.decode()
    assert sign_in("albert").get("/soins/lectures/").status_code == 403


_LINK = re.compile(r'(?:href|src|action)="(/[^"#]*)"')
_NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
_NOT_FOLLOWED = ("/compte/", "/static/", "/admin", "/guide")


def _pages(client: Client, *starts: str) -> Iterator[tuple[str, bytes]]:
    """Walk the site by its links, files among them: a page of each kind, and those named."""
    waiting, seen = ["/", *starts], set()
    while waiting:
        address = waiting.pop()
        kind = _NUMBER.sub("0", re.sub(r"=[^&]*", "=", address))
        if address in seen or (kind in seen and address not in starts):
            continue
        seen |= {address, kind}
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield address, content
        if answer["Content-Type"].startswith("text/html"):
            links = [one.replace("&amp;", "&") for one in _LINK.findall(content.decode())]
            waiting += [one for one in links if not one.startswith(_NOT_FOLLOWED)]


def _words(content: bytes) -> str:
    """What a file says: a PDF's text, a spreadsheet's cells, else its letters."""
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if is_zipfile(BytesIO(content)):
        with ZipFile(BytesIO(content)) as packed:
            return " ".join(
                packed.read(name).decode("utf-8", "replace") for name in packed.namelist()
            )
    return content.decode("utf-8", "replace")


@pytest.mark.parametrize("username", OTHERS)
def test_no_page_list_file_or_pdf_says_it_to_others(
    username: str, claim: int, sign_in: Callable, behind_the_wall: Callable
) -> None:
    """Every page that links lead to, with its files; and those of the claim by their addresses."""
    own = f"/soins/attestations/2025/{claim}/"
    starts = (
        own, f"{own}motif/", f"{own}corriger/", f"{own}remplacer/", "/soins/examens/",
        f"/soins/examens/2025/{claim}/", f"/recherche/?q={NOTE}", "/recherche/?q=KIN-000001",
        "/historique/", f"/historique/?q={NOTE}", "/soins/attestations/?export=csv",
        "/soins/attestations/?export=xlsx",
    )  # fmt: skip
    looked = 0
    for address, content in _pages(sign_in(username), *starts):
        looked += 1
        found = [
            secret for secret in SECRETS if secret in _words(content) and secret not in address
        ]
        assert not found, f"{address} tells {username} {found}"
    assert looked > 25
    assert _readings(behind_the_wall) == []


def test_who_may_read_finds_it_where_it_is_kept_only(claim: int, sign_in: Callable) -> None:
    """The walk above would find it: for Annick it stands on the two pages that keep the reading."""
    starts = (f"/soins/attestations/2025/{claim}/motif/", f"/soins/examens/2025/{claim}/")
    found = {
        _NUMBER.sub("0", address)
        for address, content in _pages(sign_in("annick"), *starts)
        if any(secret in _words(content) for secret in SECRETS)
    }
    assert {"/soins/attestations/0/0/motif/", "/soins/examens/0/0/"} <= found
    assert all(one.startswith(("/soins/attestations/0/0/", "/soins/examens/0/0/")) for one in found)


def test_a_log_line_repeats_no_row_that_the_database_refused(
    claim: int, world: World, behind_the_wall: Callable
) -> None:
    """PostgreSQL says the failing row with its note; what we write of it does not."""
    with behind_the_wall(), transaction.atomic():
        row = ClaimDiagnosis.objects.filter(note=NOTE).values().get()
    with pytest.raises(IntegrityError, match=NOTE) as refused, behind_the_wall():
        _asked(
            "INSERT INTO claims_claimdiagnosis (id, care_year, tenant_id, processing_id,"
            " facility_id, claim_id, note, written_at)"
            " VALUES (gen_random_uuid(), 2025, %s, %s, %s, %s, %s, now())",
            row["tenant_id"], row["processing_id"], row["facility_id"], claim, NOTE,
        )  # fmt: skip
    record = logging.LogRecord("x", logging.ERROR, "", 0, "x", None, None)
    record.exc_info = (refused.type, refused.value, refused.tb)
    line = JsonFormatter().format(record)
    assert NOTE not in line
    assert "not-null constraint" in line


def test_the_servers_own_log_keeps_no_statement_of_the_application(db: None) -> None:
    """Neither what failed nor the row that it names, whoever the application acts as."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('log_min_error_statement'),"
            " current_setting('log_error_verbosity'), current_user"
        )
        assert cursor.fetchone() == ("panic", "terse", "conamus_app")


def test_an_exclusion_and_a_readers_words_are_told_to_who_may_read_the_reason(
    world: World, sign_in: Callable
) -> None:
    """A chronic patient's claim, and a reader's remark: in words to some, standard to others."""
    give_terms(world)
    excluded = give_claim(world, reason="DIAB", stub="UMUP-000001")
    decide_final(world, excluded)
    cut = give_waiting(world, stub="UMUP-000002")
    line = ReviewCut(1, "not_indicated", francs=500, note=f"ligne {NOTE}")
    review(world, "annick", cut, "cut", cuts=(line,), note=f"entier {NOTE}")
    addresses = [f"/soins/attestations/2025/{claim}/" for claim in (excluded, cut)]
    for username in ("annick", "fabrice"):
        chronic, read = (sign_in(username).get(one).content.decode() for one in addresses)
        assert "exclu du paquet : maladie chronique" in chronic
        assert f"ligne {NOTE}" in read
        assert f"entier {NOTE}" in read
    for username in ("amina", "arthur", "agnes", "albert"):
        answers = [sign_in(username).get(one) for one in addresses]
        assert {answer.status_code for answer in answers} == {200}, username
        chronic, read = (answer.content.decode() for answer in answers)
        assert "chronique" not in chronic
        assert "soin exclu du paquet" in chronic
        assert NOTE not in read
        assert "non indiqué pour ce motif de soins" in read
        assert "motif gardé par le contrôle médical" in read


def test_the_history_keeps_no_word_of_a_readers_finding(
    world: World, sign_in: Callable, behind_the_wall: Callable
) -> None:
    """A manager and an auditor read the history of changes, and no reason for care."""
    give_terms(world)
    claim = give_waiting(world)
    line = ReviewCut(1, "not_indicated", francs=500, note=NOTE)
    review(world, "annick", claim, "second_reader", cuts=(line,))
    review(world, "medard", claim, "cut", cuts=(ReviewCut(1, "too_much", francs=200, note=NOTE),))
    with behind_the_wall():
        events = HistoryEvent.objects.filter(table_name="claims_reviewfinding").order_by("pk")
        assert [event.operation for event in events] == ["I", "U", "I"]
        addresses = [f"/historique/{event.pk}/" for event in events]
    for username in ("amina", "arthur"):
        for address in addresses:
            page = sign_in(username).get(address)
            assert page.status_code == 200
            assert "constat" in page.content.decode()
            assert NOTE not in page.content.decode()


class TestStepsOfAFacility:
    """A facility follows its attestations, and never learns what had one looked at."""

    @pytest.fixture
    def cancelled(self, world: World) -> int:
        """Sent to a reader for its amount, then cancelled by the manager, saying why."""
        give_terms(world)
        claim = give_waiting(world)
        amina = world.actor("amina")
        with open_scope(amina, source="essai"):
            version = Claim.objects.get(care_year=2025, pk=claim).version
            cancel_claim(
                actor=amina, claim_id=claim, year=2025, because="Souche en double", version=version
            )
        return claim

    @pytest.mark.parametrize("column", ["reason", "*"])
    def test_no_statement_of_its_role_reads_a_reason(
        self, column: str, cancelled: int, world: World, as_actor: Callable
    ) -> None:
        with as_actor(world.actor("fabrice")):
            rows = _asked("SELECT to_state FROM claims_claimstep WHERE claim_id = %s", cancelled)
            assert ("to_review",) in rows
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor("fabrice")),
        ):
            _asked(f"SELECT {column} FROM claims_claimstep WHERE claim_id = %s", cancelled)

    def test_it_is_told_what_is_not_internal_of_its_own(
        self, cancelled: int, world: World, as_actor: Callable, sign_in: Callable
    ) -> None:
        query = "SELECT reason FROM facility_step_reasons(%s, 2025) WHERE reason <> ''"
        with as_actor(world.actor("fabrice")):
            assert _asked(query, cancelled) == [("Souche en double",)]
        page = sign_in("fabrice").get(f"/soins/attestations/2025/{cancelled}/").content.decode()
        assert "Souche en double" in page
        assert "montant élevé" not in page
        told = sign_in("amina").get(f"/soins/attestations/2025/{cancelled}/").content.decode()
        assert "montant élevé" in told

    def test_nothing_of_anothers(self, world: World, as_actor: Callable) -> None:
        give_terms(world)
        other = give_waiting(world, facility="FS-T002")
        with as_actor(world.actor("fabrice")):
            assert _asked("SELECT * FROM facility_step_reasons(%s, 2025)", other) == []
        for username in ("amina", "annick", "clara"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                as_actor(world.actor(username)),
                transaction.atomic(),
            ):
                _asked("SELECT * FROM facility_step_reasons(%s, 2025)", other)


def test_a_remark_too_long_for_its_step_is_refused_not_cut_short(world: World) -> None:
    give_terms(world)
    claim = give_waiting(world)
    with pytest.raises(DomainError, match="300 caractères"):
        review(world, "annick", claim, "accepted", note="x" * 301)
