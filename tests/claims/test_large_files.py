"""Long files of attestations: tried by a task, decided, entered in parts that survive a kill."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from claims import file_jobs
from claims.models import AttestationFile, AttestationFilePart, Claim
from claims.selectors.attestation_files import file_outcome, first_errors
from claims.services import large_files
from claims.services.large_files import LOAD_JOB, abandon_file, bring_file, enter_checked
from conamus.kernel.errors import Conflict, DomainError, NotFound
from federations.models import Job, User
from federations.services.jobs import run_job
from federations.services.people import deactivate_person
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests.claims.entering import give_books
from tests.world import World

HEADINGS = "Souche;Formation sanitaire;Membre;Soins du;Reçue le;Motif;Acte;Quantité;Prix unitaire"
#: Stubs of UMUCO's book that the file brings well.
GOOD = 4
_State = AttestationFile.State


@pytest.fixture
def care(own_database: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Books and agreements; and parts of one attestation, so that each is a transaction."""
    give_books(own_database)
    monkeypatch.setattr(large_files, "A_PART", 1)
    return own_database


def _content(*, with_faults: bool = True, facility: str = "FS-T001") -> bytes:
    """A file of more than a thousand rows: four good attestations, long ones, and four wrong."""
    rows = [HEADINGS]
    for number in range(1, GOOD + 1):
        # Two each: more in a month is unusual, and would be for a person to read.
        who, day = f"UMU-100{1 + number % 2}-0", f"{number:02d}/06/2025"
        head = f"KIN-{number:06d};{facility};{who};{day};20/06/2025;PALU"
        rows.append(f"{head};CONS;1;1000")
        rows += [";;;;;;PARA;1;500"] * 3
    if with_faults:
        rows += [
            f"KIN-000001;{facility};UMU-1002-0;02/06/2025;20/06/2025;;CONS;1;900",
            f"KIN-000009;{facility};UMU-9999-9;02/06/2025;20/06/2025;;CONS;1;1000",
            f"KIN-000010;{facility};UMU-1002-0;02/06/2025;20/06/2025;;XXXX;1;1000",
            f"ZZZ-000010;{facility};UMU-1002-0;02/06/2025;20/06/2025;;CONS;1;1000",
        ]
    # One wrong attestation of very many rows: told once, at its row.
    rows += [f"KIN-000400;{facility};UMU-9999-9;02/06/2025;20/06/2025;;CONS;1;1000"]
    rows += [";;;;;;PARA;1;500"] * 1_000
    return "\r\n".join(rows).encode("utf-8-sig")


def _bring(world: World, content: bytes, *, by: str = "albert", **told: bool) -> AttestationFile:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        brought = bring_file(
            actor=actor,
            content=content,
            name="mars.csv",
            all_or_nothing=told.get("all_or_nothing", False),
        )
    assert isinstance(brought, AttestationFile)
    return brought


def _run(*, expects: str = "done") -> list[Job]:
    """Run what waits, as a worker does."""
    with open_dispatcher_scope():
        waiting = list(Job.objects.filter(state="queued").order_by("created_at"))
    for job in waiting:
        run_job(job.pk)
    with open_dispatcher_scope():
        ran = list(Job.objects.filter(pk__in=[job.pk for job in waiting]))
    assert {job.state for job in ran} <= {expects}, [job.reason for job in ran]
    return ran


def _again(
    world: World, file: AttestationFile, by: str = "albert"
) -> tuple[AttestationFile, tuple]:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        found = AttestationFile.objects.get(pk=file.pk)
        sums = file_outcome(found)
        return found, (sums.entered, sums.known, sums.refused)


def _decide(world: World, file: AttestationFile, by: str = "albert") -> None:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        enter_checked(actor=actor, file_id=file.pk)


def _stored(world: World) -> list[tuple[str, str, int]]:
    with open_scope(world.system("UMUCO"), source="essai"):
        rows = Claim.objects.order_by("stub_number")
        return list(rows.values_list("stub_number", "state", "asked_francs"))


ENTERED = [(f"KIN-{n:06d}", "decided", 2_500) for n in range(1, GOOD + 1)]


def test_the_check_enters_nothing_and_the_load_does_what_it_told(care: World) -> None:
    file = _bring(care, _content())
    _run()
    file, told = _again(care, file)
    assert (file.state, told) == (_State.CHECKED, (4, 0, 5))
    assert _stored(care) == []
    _decide(care, file)
    _run()
    file, done = _again(care, file)
    assert (file.state, done) == (_State.DONE, told)
    assert _stored(care) == ENTERED
    with open_scope(care.actor("albert"), source="essai"):
        causes = {(one.number, one.column) for one in first_errors(file, None)}
    assert causes >= {(18, "Souche"), (19, "Membre"), (20, "Acte"), (21, "Souche"), (22, "Membre")}


def test_killed_half_way_it_goes_on_and_enters_nothing_twice(
    care: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _bring(care, _content(with_faults=False))
    _run()
    _decide(care, file)
    with open_dispatcher_scope():
        load = Job.objects.get(kind=LOAD_JOB).pk
    whole, done = file_jobs.load_part, []

    def killed_after_two(**told: object) -> None:
        if len(done) == 2:
            raise SystemExit("tué")
        done.append(told)
        whole(**told)

    monkeypatch.setattr(file_jobs, "load_part", killed_after_two)
    with pytest.raises(SystemExit):
        run_job(load)
    assert [stub for stub, _, _ in _stored(care)] == ["KIN-000001", "KIN-000002"]
    monkeypatch.setattr(file_jobs, "load_part", whole)
    with open_dispatcher_scope():
        Job.objects.filter(pk=load).update(lease_until="2020-01-01T00:00:00Z")
    run_job(load)
    run_job(load)
    file, told = _again(care, file)
    assert (file.state, told) == (_State.DONE, (4, 0, 1))
    assert _stored(care) == ENTERED


def test_the_same_file_again_is_found_then_changes_nothing(care: World) -> None:
    file = _bring(care, _content(with_faults=False))
    assert _bring(care, _content(with_faults=False)).pk == file.pk
    _run()
    _decide(care, file)
    _run()
    again = _bring(care, _content(with_faults=False))
    assert again.pk != file.pk
    _run()
    assert _again(care, again)[1] == (0, 4, 1)
    _decide(care, again)
    _run()
    assert _again(care, again)[1] == (0, 4, 1)
    assert _stored(care) == ENTERED


def test_all_or_nothing_is_decided_by_the_check(care: World) -> None:
    file = _bring(care, _content(), all_or_nothing=True)
    _run()
    file, _ = _again(care, file)
    assert file.state == _State.REFUSED
    with pytest.raises(Conflict):
        _decide(care, file)
    assert _stored(care) == []


def test_an_abandoned_file_keeps_no_row(care: World) -> None:
    file = _bring(care, _content())
    albert = care.actor("albert")
    with open_scope(albert, source="essai"):
        abandon_file(actor=albert, file_id=file.pk)
    _run()
    file, told = _again(care, file)
    assert (file.state, told) == (_State.ABANDONED, (0, 0, 0))
    with open_scope(albert, source="essai"):
        kept = AttestationFilePart.objects.filter(file_id=file.pk).values_list("content", flat=True)
        assert {bytes(one) for one in kept} == {b""}


def test_a_facilitys_long_file_is_entered_in_its_own_name(care: World) -> None:
    content = _content(with_faults=False, facility="")
    file = _bring(care, content, by="fabrice")
    _run()
    _decide(care, file, by="fabrice")
    _run()
    file, told = _again(care, file, by="fabrice")
    assert (file.state, told) == (_State.DONE, (4, 0, 1))
    with open_scope(care.system("UMUCO"), source="essai"):
        assert set(Claim.objects.values_list("entered_by", flat=True)) == {file.brought_by}
    _run()
    assert {state for _, state, _ in _stored(care)} == {"decided"}


def test_who_may_enter_no_more_enters_nothing(care: World) -> None:
    file = _bring(care, _content())
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        albert = User.objects.get(username="albert")
        deactivate_person(actor=amina, user_id=albert.pk)
    _run(expects="failed")
    assert _again(care, file, by="amina")[0].state == _State.STAGED
    assert _stored(care) == []


def test_nobody_reads_the_reasons_for_care_in_what_is_kept(care: World) -> None:
    _bring(care, _content())
    for username in ("albert", "amina"):
        with open_scope(care.actor(username), source="essai"), connection.cursor() as cursor:
            cursor.execute("SELECT content, errors FROM claims_attestationfilepart")
            kept = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)
        assert kept
        assert b"PALU" not in kept
        assert b"UMU-1001" not in kept


@pytest.mark.parametrize("username", ["bernard", "beatrice"])
def test_another_federation_meets_no_file(username: str, care: World) -> None:
    file = _bring(care, _content())
    actor = care.actor(username)
    with open_scope(actor, source="essai"):
        assert not AttestationFile.objects.exists()
        assert not AttestationFilePart.objects.exists()
        with pytest.raises((NotFound, DomainError)):
            enter_checked(actor=actor, file_id=file.pk)


def test_from_the_page_to_the_last_row(care: World, sign_in: Callable[[str], Client]) -> None:
    albert = sign_in("albert")
    sent = {"file": SimpleUploadedFile("mars.csv", _content())}
    answer = albert.post("/soins/saisie/fichier/", sent, follow=True)
    address = answer.redirect_chain[0][0]
    assert UUID(address.rstrip("/").rpartition("/")[2])
    assert "la vérification est en cours" in answer.content.decode()
    _run()
    page = albert.get(address).content.decode()
    assert "Enregistrer et transmettre les 4 bonnes" in page
    assert "Personne n’a ce numéro" in page
    refused = albert.get(f"{address}refus.csv").content.decode("utf-8-sig")
    assert refused.splitlines()[0] == "Ligne;Colonne;Cause"
    assert "Acte" in refused
    albert.post(address, {"do": "enter"})
    _run()
    assert "Enregistré et transmis." in albert.get(address).content.decode()
    assert _stored(care) == ENTERED
    again = albert.post(address, {"do": "enter"})
    assert again.status_code == 422
    assert sign_in("fabrice").get(address).status_code == 404
