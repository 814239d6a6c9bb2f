"""Long lists are exported by a job: the page's own rows, for whoever asked and nobody else."""

import csv
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from conamus.exports import listing
from conamus.exports import services as export_services
from conamus.pages import lists
from conamus.pages.lists import ListPage
from federations.models import FilePiece, Job, User
from federations.rules.roles import Role, is_permitted
from federations.selectors.deliveries import KEPT_DAYS
from federations.services import deliveries
from federations.services.assignments import change_role
from federations.services.jobs import due_job_ids, run_job
from federations.tasks import remove_old_files
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from membership.models import Beneficiary
from tests import databases
from tests.federations.test_people import request_for
from tests.world import PASSWORD, World

ASK = "/exports/"


@pytest.fixture(autouse=True)
def every_list_is_long(monkeypatch):
    """Make the small world's lists long ones."""
    monkeypatch.setattr(lists, "MAX_ROWS", 0)


@pytest.fixture
def signed(own_database):
    """Return a function that signs somebody in; what they do is committed."""

    def signed_in(username: str) -> Client:
        client = Client()
        client.post("/compte/login/", {"login": username, "password": PASSWORD})
        return client

    return signed_in


def ask(client: Client, path: str, query: str = "", kind: str = "csv", year: int = 2025, **more):
    """Send what the page's own form sends."""
    return client.post(ASK, {"page": path, "query": query, "year": str(year), "kind": kind, **more})


def asked(client: Client, path: str, query: str = "", kind: str = "csv", year: int = 2025) -> UUID:
    """Ask; return the job's key."""
    answer = ask(client, path, query, kind, year, submission_key=uuid4().hex)
    assert answer.status_code == 302, answer.content.decode()
    return UUID(answer["Location"].rstrip("/").rsplit("/", 1)[1])


def stored(job_id: UUID) -> Job:
    with open_dispatcher_scope():
        return Job.objects.get(pk=job_id)


def taken(client: Client, job_id: UUID) -> bytes:
    """Run the job and take its file."""
    run_job(job_id)
    job = stored(job_id)
    assert job.state == "done", job.reason
    answer = client.get(job.result["url"])
    assert answer.status_code == 200
    content = answer.getvalue()
    assert int(answer["Content-Length"]) == len(content) == job.result["delivery"]["size_bytes"]
    return content


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=";"))


def pieces(world) -> int:
    with open_scope(world.system("UMUCO"), source="essai"):
        return FilePiece.objects.filter(tenant_id=world.tenants["UMUCO"]).count()


def test_from_the_button_to_the_file(signed, own_database):
    client = signed("amina")
    page = client.get("/menages/?q=UMU-1&sort=-number").content.decode()
    assert '<form method="post" action="/exports/">' in page
    assert 'name="page" value="/menages/"' in page
    assert 'name="query" value="q=UMU-1&amp;sort=-number"' in page
    assert 'name="year" value="2025"' in page
    job_id = asked(client, "/menages/", "q=UMU-1&sort=-number")
    watched = client.get(reverse("job_detail", args=[job_id])).content.decode()
    assert "se retrouve sous « Mes fichiers »" in watched
    rows = rows_of(taken(client, job_id))
    assert rows[0][:3] == ["Numéro", "Adhérent", "Unité"]
    assert [row[0] for row in rows[1:]] == ["UMU-1003", "UMU-1002", "UMU-1001"]
    done = client.get(reverse("job_detail", args=[job_id])).content.decode()
    assert "3 lignes." in done
    assert reverse("delivery", args=[job_id]) in done
    assert reverse("delivery", args=[job_id]) in client.get("/fichiers/").content.decode()


def _list_pages(resolver: URLResolver, prefix: str = "/"):
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _list_pages(pattern, path)
        elif isinstance(pattern, URLPattern) and "<" not in path:
            view = getattr(pattern.callback, "view_class", None)
            if isinstance(view, type) and issubclass(view, ListPage):
                yield path, view


LIST_PAGES = dict(_list_pages(get_resolver()))


@pytest.mark.parametrize("username", ["amina", "clara", "sylvere"])
def test_every_list_gives_the_job_what_it_gives_at_once(signed, own_database, username):
    """The same columns, rows and order as the immediate download, for each list of the role."""
    client, role = signed(username), own_database.actor(username).role
    seen = 0
    for path, view in LIST_PAGES.items():
        if not is_permitted(role, view.permission) or path == reverse("jobs"):
            continue
        at_once = client.get(path, {"export": "csv"}).getvalue()
        if len(rows_of(at_once)) == 1:
            assert ask(client, path).status_code == 409, path
            continue
        assert taken(client, asked(client, path)) == at_once, path
        seen += 1
    assert seen >= {"amina": 8, "clara": 6, "sylvere": 4}[username]
    assert len(LIST_PAGES) >= 20


def test_an_xlsx_is_the_same_sheet(signed, own_database):
    client = signed("amina")
    content = taken(client, asked(client, "/menages/", kind="xlsx"))
    at_once = client.get("/menages/?export=xlsx").getvalue()
    read = [list(load_workbook(BytesIO(one)).active.values) for one in (content, at_once)]
    assert read[0] == read[1]
    assert len(read[0]) == 7


def test_names_of_formulas_are_harmless(signed, own_database):
    with open_scope(own_database.system("UMUCO"), source="essai"):
        Beneficiary.objects.filter(
            tenant_id=own_database.tenants["UMUCO"], number="UMU-1001-0"
        ).update(family_name="=HYPERLINK(1)")
    client = signed("amina")
    rows = rows_of(taken(client, asked(client, "/menages/", "q=UMU-1001")))
    assert rows[1][1].startswith("'=HYPERLINK(1)")


def test_pieces_and_chunks_lose_nothing(signed, own_database, monkeypatch):
    client = signed("amina")
    whole = taken(client, asked(client, "/personnes/"))
    monkeypatch.setattr(deliveries, "PIECE_BYTES", 50)
    monkeypatch.setattr(listing, "CHUNK", 2)
    monkeypatch.setattr(export_services, "_TOLD_EVERY", 1)
    job_id = asked(client, "/personnes/")
    assert taken(client, job_id) == whole
    assert stored(job_id).result["delivery"]["pieces"] == -(-len(whole) // 50)


def test_the_year_looked_at_goes_with_the_job(signed, own_database):
    client = signed("amina")
    column = {}
    for year in (2024, 2025):
        rows = rows_of(taken(client, asked(client, "/menages/", "q=UMU-1002", year=year)))
        column[year] = rows[1][rows[0].index("Adhésion de l’année")]
    assert column == {2024: "non", 2025: "oui"}


def move_agnes(world: World) -> None:
    """Have her work in another section from now on."""
    amina = world.actor("amina")
    with open_scope(amina, source="essai"):
        change_role(
            actor=amina,
            assignment_id=world.assignments["agnes"],
            role=request_for(world, Role.MUTUELLE_AGENT, unit="UMU-S2"),
        )


class TestNobodyElse:
    def test_an_agents_export_holds_their_unit_and_is_theirs_alone(self, signed, own_database):
        agnes = signed("agnes")
        job_id = asked(agnes, "/menages/")
        rows = rows_of(taken(agnes, job_id))
        assert {row[0] for row in rows[1:]} == {"UMU-1001", "UMU-1002", "UMU-1003"}
        address = reverse("delivery", args=[job_id])
        for other in ("amina", "albert", "arthur", "bernard", "clara", "fabrice"):
            assert signed(other).get(address).status_code == 404, other
        followed = signed("amina").get(reverse("job_detail", args=[job_id])).content.decode()
        assert "à qui l’a demandé, et à personne d’autre" in followed
        assert address not in followed
        assert address not in signed("amina").get("/fichiers/").content.decode()

    def test_deactivated_or_moved_before_it_runs_they_get_nothing(self, signed, own_database):
        jobs = {name: asked(signed(name), "/menages/") for name in ("agnes", "albert")}
        with open_scope(own_database.actor("amina"), source="essai"):
            User.objects.filter(username="albert").update(is_active=False)
        move_agnes(own_database)
        for job_id in jobs.values():
            run_job(job_id)
            job = stored(job_id)
            assert job.state == "failed"
            assert "n’a plus le rôle d’alors" in job.reason
        assert pieces(own_database) == 0

    def test_moved_after_it_ran_they_get_nothing_either(self, signed, own_database):
        client = signed("agnes")
        job_id = asked(client, "/menages/")
        assert taken(client, job_id)
        move_agnes(own_database)
        assert client.get(reverse("delivery", args=[job_id])).status_code == 404
        assert reverse("delivery", args=[job_id]) not in client.get("/fichiers/").content.decode()

    def test_the_pages_own_permission_is_asked(self, signed, own_database):
        assert ask(signed("agnes"), "/personnes/").status_code == 403
        assert ask(signed("clara"), "/menages/").status_code == 403

    def test_a_facility_follows_no_tasks_and_is_told_so(self, signed, own_database):
        client = signed("fabrice")
        page = client.get(reverse("facilities")).content.decode()
        assert ASK not in page
        assert "Affinez les filtres" in page
        assert ask(client, reverse("facilities")).status_code == 403
        assert client.get("/fichiers/").status_code == 200
        assert client.get(reverse("job_detail", args=[uuid4()])).status_code == 404


class TestBadAsks:
    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"page": "/"}, 404),
            ({"page": "/nulle-part/"}, 404),
            ({"page": "//exemple.bi/menages/"}, 404),
            ({"page": "/menages/" + "a" * 300}, 404),
            ({"kind": "exe"}, 404),
            ({"kind": "pdf"}, 302),
            ({"year": "1812"}, 404),
            ({"year": "²"}, 404),
            ({"query": "unit=999999999"}, 409),
            ({"query": "q=personne"}, 409),
        ],
    )
    def test_what_is_not_a_list_is_refused(self, signed, own_database, changed, status):
        sent = {"page": "/menages/", "query": "", "year": "2025", "kind": "csv", **changed}
        assert signed("amina").post(ASK, sent).status_code == status

    def test_a_list_that_is_not_printed_says_so(self, signed, own_database):
        job_id = asked(signed("amina"), "/menages/", kind="pdf")
        run_job(job_id)
        assert stored(job_id).reason == "Cette liste ne s’imprime pas."

    def test_only_csv_above_the_rows_of_a_sheet(self, signed, own_database, monkeypatch):
        monkeypatch.setattr(lists, "MAX_XLSX_ROWS", 5)
        monkeypatch.setattr(export_services, "MAX_XLSX_ROWS", 5)
        client = signed("amina")
        page = client.get("/menages/").content.decode()
        assert 'value="xlsx"' not in page
        assert "Un XLSX contient 5 lignes au plus : seul le CSV les contient toutes." in page
        assert ask(client, "/menages/", kind="xlsx").status_code == 409
        assert len(rows_of(taken(client, asked(client, "/menages/")))) == 7

    def test_asked_twice_it_is_made_once(self, signed, own_database):
        client = signed("amina")
        job_id = asked(client, "/menages/")
        assert asked(client, "/menages/") == job_id
        assert asked(client, "/menages/", "sort=-number") != job_id
        run_job(job_id)
        assert asked(client, "/menages/") != job_id


class TestKeptAndRemoved:
    def test_after_its_days_it_is_gone_and_said_so(self, signed, own_database, worker_name):
        client = signed("amina")
        old, recent = asked(client, "/menages/"), asked(client, "/menages/", "sort=-number")
        for job_id in (old, recent):
            taken(client, job_id)
        long_ago = timezone.now() - timedelta(days=KEPT_DAYS, minutes=1)
        with databases.superuser(f"conamus_own_{worker_name}") as cursor:
            cursor.execute(
                "UPDATE federations_filepiece SET created_at = %s WHERE job_id = %s",
                [long_ago, str(old)],
            )
            assert cursor.rowcount == 1
        with open_dispatcher_scope():
            Job.objects.filter(pk=old).update(finished_at=long_ago)
        assert remove_old_files() == 1
        assert remove_old_files() == 0
        gone = client.get(reverse("delivery", args=[old]))
        assert gone.status_code == 409
        assert "a été retiré" in gone.content.decode()
        assert "a été retiré" in client.get(reverse("job_detail", args=[old])).content.decode()
        mine = client.get("/fichiers/").content.decode()
        assert ">retiré<" in mine
        assert reverse("delivery", args=[recent]) in mine
        assert client.get(reverse("delivery", args=[recent])).status_code == 200


RUN = (
    "import sys, django; django.setup(); from uuid import UUID;"
    " from federations.services.jobs import run_job; run_job(UUID(sys.argv[1]))"
)
BLOCKED = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted"
    " AND relation = 'federations_filepiece'::regclass"
)


def start_worker(name: str, job_id: UUID) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ, **databases.urls_to(name), "DJANGO_SETTINGS_MODULE": "conamus.settings_test",
    }  # fmt: skip
    command = [sys.executable, "-c", RUN, str(job_id)]
    return subprocess.Popen(command, cwd=databases.BASE, env=environment)


def test_killed_while_it_writes_it_is_done_again_and_whole(signed, own_database, worker_name):
    """The worker dies with its piece half-written: nothing of it stays, the next begins anew."""
    client, name = signed("amina"), f"conamus_own_{worker_name}"
    job_id = asked(client, "/menages/")
    with closing(psycopg2.connect(databases.superuser_url(name))) as held:
        with held.cursor() as cursor:
            cursor.execute("LOCK TABLE federations_filepiece IN ACCESS EXCLUSIVE MODE")
            worker = start_worker(name, job_id)
            until = time.monotonic() + 60
            while time.monotonic() < until:
                cursor.execute(BLOCKED)
                if cursor.fetchone() == (1,):
                    break
                time.sleep(0.05)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
    # Its lease is not over: the end of its process is seen.
    held = stored(job_id)
    assert (held.state, held.lease_until > timezone.now()) == ("running", True)
    assert due_job_ids() == [job_id]
    assert len(rows_of(taken(client, job_id))) == 7
    assert stored(job_id).attempts == 2
    assert pieces(own_database) == 1
