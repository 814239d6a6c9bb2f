"""Batches that tasks treat: previewed, done part by part, resumed after a kill, asked twice."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from claims import batch_jobs
from claims.models import Act, Claim, Decision, Tariff
from claims.rules.batches import Placed, independent_parts
from claims.selectors.batches import MOST, Choice, mutuelle_parts
from claims.services.decisions import decide_submitted
from claims.services.large_batches import (
    is_large,
    request_preview,
    request_redo,
    request_reversal,
)
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests.claims.care import CONSULTATION, give_claim, give_terms
from tests.claims.reviewing import claim_of
from tests.world import World

YEAR = Choice(year=2025, from_on=date(2025, 1, 1), to_on=date(2025, 12, 31))
#: One a part, whatever ties them.
MEMBERS = ("UMU-1001-0", "UMU-1002-0", "INE-1001-0")


@pytest.fixture
def decided(own_database: World) -> list[int]:
    """Three households with a consultation each; then the price turns out to be 600."""
    world = own_database
    give_terms(world)
    claims = [
        give_claim(world, member=member, lines=[(CONSULTATION, 1, 1_000)], stub=f"KIN-{n:06d}")
        for n, member in enumerate(MEMBERS, start=1)
    ]
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)
        Tariff(
            tenant_id=world.tenants["UMUCO"],
            act=Act.objects.get(code=CONSULTATION),
            facility_id=world.facilities["FS-T001"],
            price_francs=600,
            starts_on=date(2025, 1, 1),
        ).save()
    return claims


@pytest.fixture
def one_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let parts be as small as they can be."""
    monkeypatch.setattr(batch_jobs, "CHUNK", 1)


def _ask(world: World, ask: Callable[..., Job], by: str = "amina", **told: object) -> UUID:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return ask(actor=actor, **told).pk


def _run(job_id: UUID) -> Job:
    run_job(job_id)
    with open_dispatcher_scope():
        return Job.objects.get(pk=job_id)


def _preview(world: World) -> Job:
    return _run(_ask(world, request_preview, choice=YEAR))


def _parts(world: World, claims: list[int]) -> list[int]:
    with open_scope(world.system("UMUCO"), source="essai"):
        found = mutuelle_parts(claims, 2025)
    return [found.get(claim, 0) for claim in claims]


def test_the_preview_keeps_nothing_and_the_run_does_what_it_told(
    decided: list[int], one_a_part: None, own_database: World
) -> None:
    preview = _preview(own_database)
    assert preview.state == Job.State.DONE, preview.reason
    told = preview.result
    assert (told["claims"], told["changed"]) == (3, 3)
    assert (told["before_francs"], told["after_francs"]) == (2_400, 1_440)
    assert _parts(own_database, decided) == [800, 800, 800]
    run = _run(_ask(own_database, request_redo, preview_id=preview.pk))
    names = ("claims", "changed", "before_francs", "after_francs", "differences")
    assert [run.result[name] for name in names] == [told[name] for name in names]
    assert _parts(own_database, decided) == [480, 480, 480]
    assert (run.done, run.total) == (3, 3)


@pytest.fixture
def killed_after_one(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, UUID], Job]:
    """Return a function that runs a task whose worker dies once a part is done; the task then."""

    def run_and_kill(part_of: str, job_id: UUID) -> Job:
        whole, done = getattr(batch_jobs, part_of), []

        def one_only(**told: object) -> object:
            if done:
                raise SystemExit("tué")
            done.append(whole(**told))
            return done[-1]

        with monkeypatch.context() as patch, pytest.raises(SystemExit):
            patch.setattr(batch_jobs, part_of, one_only)
            run_job(job_id)
        with open_dispatcher_scope():
            Job.objects.filter(pk=job_id).update(lease_until="2020-01-01T00:00:00Z")
            return Job.objects.get(pk=job_id)

    return run_and_kill


def test_a_task_killed_half_way_goes_on_where_it_was(
    decided: list[int],
    one_a_part: None,
    own_database: World,
    killed_after_one: Callable[[str, UUID], Job],
) -> None:
    preview = _preview(own_database)
    run_id = _ask(own_database, request_redo, preview_id=preview.pk)
    killed_after_one("redo_part", run_id)
    assert sorted(_parts(own_database, decided)) == [480, 800, 800]
    resumed = _run(run_id)
    assert resumed.state == Job.State.DONE, resumed.reason
    assert _parts(own_database, decided) == [480, 480, 480]
    assert (resumed.result["claims"], resumed.result["before_francs"]) == (3, 2_400)
    with open_scope(own_database.system("UMUCO"), source="essai"):
        redone = Decision.objects.filter(care_year=2025, batch=str(run_id))
        assert sorted(redone.values_list("number", flat=True)) == [2, 2, 2]


@pytest.mark.parametrize("kind", ["redo_part", "reverse_part"])
def test_a_task_killed_again_and_again_advances_and_is_not_given_up(
    kind: str,
    decided: list[int],
    one_a_part: None,
    own_database: World,
    killed_after_one: Callable[[str, UUID], Job],
) -> None:
    """Each run is told from the whole, so that it counts as further than the one before."""
    told = {"preview_id": _preview(own_database).pk}
    if kind == "redo_part":
        run_id = _ask(own_database, request_redo, **told)
    else:
        run_id = _ask(own_database, request_reversal, **told, because="mauvais tarif")
    for done in (1, 2):
        killed = killed_after_one(kind, run_id)
        assert (killed.done, killed.total, killed.furthest, killed.fruitless) == (done, 3, done, 0)
    resumed = _run(run_id)
    assert resumed.state == Job.State.DONE, resumed.reason
    assert (resumed.done, resumed.total, resumed.attempts) == (3, 3, 3)


def test_asked_twice_it_is_one_task_and_another_changes_nothing(
    decided: list[int], own_database: World
) -> None:
    preview = _preview(own_database)
    first = _ask(own_database, request_redo, preview_id=preview.pk)
    assert _ask(own_database, request_redo, preview_id=preview.pk) == first
    _run(first)
    again = _run(_ask(own_database, request_redo, preview_id=_preview(own_database).pk))
    assert (again.result["claims"], again.result["changed"]) == (3, 0)
    assert _parts(own_database, decided) == [480, 480, 480]


def test_taken_back_by_a_task_what_is_decided_since_stays(
    decided: list[int], one_a_part: None, own_database: World
) -> None:
    preview = _preview(own_database)
    run = _ask(own_database, request_reversal, preview_id=preview.pk, because="mauvais tarif")
    amina = own_database.actor("amina")
    with open_scope(amina, source="essai"):
        # Redone after the task was asked for: no longer the decision that was to be taken back.
        batch_jobs.redo_part(
            actor=amina,
            choice=YEAR,
            claim_ids=decided[:1],
            batch="0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        )
    done = _run(run)
    assert done.state == Job.State.DONE, done.reason
    states = [claim_of(own_database, claim).state for claim in decided]
    assert states == ["decided", "to_review", "to_review"]
    assert _parts(own_database, decided) == [480, 0, 0]
    with pytest.raises(DomainError, match="Dites pourquoi"):
        _ask(own_database, request_reversal, preview_id=preview.pk, because=" ")


def test_households_that_share_a_person_stay_in_one_part() -> None:
    moved = [
        Placed(1, "A", "p"),
        Placed(2, "B", "q"),
        Placed(3, "C", "p"),
        Placed(4, "B", "r"),
        Placed(5, "D", "r"),
    ]
    assert independent_parts(moved, 2) == [[1, 3], [2, 4, 5]]
    assert independent_parts(moved, 9) == [[1, 3, 2, 4, 5]]
    assert independent_parts([], 2) == []


def test_more_than_a_request_treats_is_handed_to_a_task(
    decided: list[int], own_database: World, sign_in: Callable[[str], Client]
) -> None:
    _multiply(own_database, decided[0], MOST)
    amina = own_database.actor("amina")
    with open_scope(amina, source="essai"):
        assert is_large(actor=amina, choice=YEAR)
    client = sign_in("amina")
    days = {"from_on": "2025-01-01", "to_on": "2025-12-31"}
    page = client.post("/soins/decisions/refaire/", days, follow=True)
    address = page.redirect_chain[0][0]
    assert address.startswith("/soins/decisions/lots/")
    assert "En attente" in page.content.decode()
    with open_dispatcher_scope():
        job = Job.objects.get(kind="preview_redo")
        # What the task found, as it keeps it: the copies have no decision to redo.
        job.state, job.result = Job.State.DONE, {
            "message": "3 attestations décidées de nouveau.", "claims": 3, "changed": 1,
            "before_francs": 2_400, "after_francs": 2_080,
            "differences": [{
                "year": 2025, "claim_id": decided[0], "stub": "KIN-000001", "facility": "CDS",
                "starts_on": "2025-03-10", "before_francs": 800, "after_francs": 480,
            }],
        }  # fmt: skip
        job.save(update_fields=["state", "result"])
    shown = client.get(address).content.decode()
    assert "KIN-000001" in shown
    assert "Refaire ces décisions" in shown
    refused = client.post(address, {"do": "reverse", "because": ""})
    assert "Dites pourquoi" in str(refused.context["form"].errors["because"])
    run = client.post(address, {"do": "redo"}, follow=True)
    assert "la tâche est demandée" in run.content.decode()
    with open_dispatcher_scope():
        assert Job.objects.get(kind="redo_claims").parameters["preview"] == str(job.pk)


def _multiply(world: World, claim_id: int, times: int) -> None:
    """Copy a decided claim under other stubs, as only rows can."""
    with open_scope(world.system("UMUCO"), source="essai"):
        columns = ", ".join(
            f'"{field.column}"'
            for field in Claim._meta.concrete_fields
            if field.name not in ("id", "stub_number")
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO claims_claim (stub_number, {columns})"
                f" SELECT 'COPIE-' || n, {columns} FROM claims_claim, generate_series(1, %s) n"
                " WHERE care_year = 2025 AND id = %s",
                [times, claim_id],
            )


@pytest.mark.parametrize("username", ["annick", "medard", "albert"])
def test_who_may_not_redo_asks_for_nothing(
    username: str, decided: list[int], own_database: World
) -> None:
    with pytest.raises(NotAllowed):
        _ask(own_database, request_preview, by=username, choice=YEAR)


def test_another_federation_neither_sees_nor_runs_it(
    decided: list[int], own_database: World
) -> None:
    preview = _preview(own_database)
    with pytest.raises(NotFound):
        _ask(own_database, request_redo, by="bernard", preview_id=preview.pk)
    with pytest.raises(DomainError, match="Aucune attestation"):
        _ask(own_database, request_preview, by="bernard", choice=YEAR)
