"""PostgreSQL and Valkey start on every rung of the ladder; nothing outlives their supervisor."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
import redis

from conamus.standalone import services, watchdog
from conamus.standalone.accounts import fallback_home, service_home
from conamus.standalone.postgres import free_port
from conamus.standalone.processes import Supervisor

from .conftest import RUNGS, all_gone, children_of, wait_for

SHOW = """
import json, os, psycopg2, redis
addresses = {name: url for name, url in os.environ.items() if name.endswith("BASE_URL")}
links = {name: psycopg2.connect(url) for name, url in addresses.items()}
facts = {}
for name, link in links.items():
    cursor = link.cursor()
    cursor.execute("SELECT current_user, current_setting('server_version'), current_database()")
    facts[name] = cursor.fetchone()
facts["redis"] = redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
facts["folder"] = os.environ["VAR_DIR"]
facts["parent"] = os.getppid()
print("FACTS", json.dumps(facts))
"""


def held_environment(folder: Path) -> dict[str, str]:
    assert wait_for((folder / "env.json").exists, 30)
    return json.loads((folder / "env.json").read_text())


@pytest.mark.parametrize("rung", RUNGS)
def test_a_command_finds_every_role_and_leaves_nothing(run_cli, rung: str) -> None:
    done = run_cli("run", "--", sys.executable, "-c", SHOW, CONAMUS_POSTGRES=rung)
    assert done.returncode == 0, done.stdout
    facts = json.loads(done.stdout.partition("FACTS ")[2])
    users = {name: row[0] for name, row in facts.items() if isinstance(row, list)}
    assert users == {
        "DATABASE_URL": "conamus_app",
        "OWNER_DATABASE_URL": "conamus_owner",
        "LOADER_DATABASE_URL": "conamus_loader",
        "BACKUP_DATABASE_URL": "conamus_backup",
        "SUPERUSER_DATABASE_URL": "postgres",
    }
    assert facts["redis"] is True
    assert facts["DATABASE_URL"][2] == "conamus"
    assert facts["DATABASE_URL"][1].startswith(
        "18" if rung == "wheel" else ("15", "16", "17", "18")
    )
    assert not Path(facts["folder"]).exists()


def test_the_status_of_the_command_is_handed_on(run_cli) -> None:
    assert run_cli("run", "--", "sh", "-c", "exit 7").returncode == 7


def test_given_services_are_used_as_they_are(run_cli) -> None:
    given = {name: os.environ[name] for name in os.environ if name.endswith("DATABASE_URL")}
    given["REDIS_URL"] = os.environ["REDIS_URL"]
    done = run_cli("run", "--", "sh", "-c", "echo $DATABASE_URL $REDIS_URL", **given)
    assert f"{given['DATABASE_URL']} {given['REDIS_URL']}" in done.stdout


def test_half_of_the_addresses_is_refused(run_cli) -> None:
    done = run_cli("run", "--", "true", DATABASE_URL="postgres://somewhere/conamus")
    assert done.returncode == 1
    assert "il faut aussi OWNER_DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize("kind", ["DATABASE_URL", "REDIS_URL"])
def test_given_services_that_do_not_answer_are_told(run_cli, kind: str) -> None:
    given = {name: os.environ[name] for name in os.environ if name.endswith("DATABASE_URL")}
    given["REDIS_URL"] = os.environ["REDIS_URL"]
    scheme = given[kind].partition(":")[0]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        given[kind] = f"{scheme}://conamus_app:x@127.0.0.1:{taken.getsockname()[1]}/0"
        done = run_cli("run", "--", "true", **given)
    assert done.returncode == 1
    assert f"de {kind} ne répond pas" in done.stdout
    assert "Traceback" not in done.stdout


def test_every_connection_needs_its_password(spawn, open_folder: Path) -> None:
    spawn("services", "--dir", str(open_folder))
    environment = held_environment(open_folder)
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(environment["SUPERUSER_DATABASE_URL"], password="not-this-one")
    bare = environment["REDIS_URL"].partition("@")[2]
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"redis://{bare}").ping()


@pytest.mark.parametrize("rung", RUNGS)
def test_kill_9_leaves_no_process_and_the_data_are_found_again(
    spawn, open_folder: Path, rung: str
) -> None:
    supervisor = spawn("services", "--dir", str(open_folder), CONAMUS_POSTGRES=rung)
    environment = held_environment(open_folder)
    with psycopg2.connect(environment["OWNER_DATABASE_URL"]) as link:
        link.cursor().execute("CREATE TABLE kept AS SELECT 42 AS answer")
    link.close()
    everyone = children_of(supervisor.pid)
    assert len(everyone) >= 5
    supervisor.kill()
    assert all_gone(everyone)

    (open_folder / "env.json").unlink()
    spawn("services", "--dir", str(open_folder), CONAMUS_POSTGRES=rung)
    link = psycopg2.connect(held_environment(open_folder)["OWNER_DATABASE_URL"])
    cursor = link.cursor()
    cursor.execute("SELECT answer FROM kept")
    assert cursor.fetchone() == (42,)
    link.close()


def test_a_term_stops_the_command_and_its_services(spawn, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"import os,time; open({str(pid_file)!r},'w').write(str(os.getpid())); time.sleep(600)"
    supervisor = spawn("run", "--", sys.executable, "-c", script)
    assert wait_for(lambda: pid_file.exists() and pid_file.read_text())
    everyone = children_of(supervisor.pid)
    assert int(pid_file.read_text()) in everyone
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) == 128 + signal.SIGTERM
    assert all_gone(everyone)


def test_a_killed_run_takes_its_folder_away(spawn, tmp_path: Path) -> None:
    note = tmp_path / "folder"
    supervisor = spawn("run", "--", "sh", "-c", f"echo $VAR_DIR > {note}; sleep 600")
    assert wait_for(lambda: note.exists() and note.read_text())
    folder = Path(note.read_text().strip())
    assert folder.is_dir()
    supervisor.kill()
    assert wait_for(lambda: not folder.exists())


def test_the_watchdog_alone_stops_what_was_watched() -> None:
    """What happens where the kernel does not tell a child that its parent has died."""
    sleeper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    dog = subprocess.Popen(
        [sys.executable, "-I", watchdog.__file__], stdin=subprocess.PIPE, text=True
    )
    dog.communicate(f"watch {sleeper.pid} {int(signal.SIGTERM)}\n", timeout=20)
    assert sleeper.wait(5) == -signal.SIGTERM


def test_the_watchdog_forgets_and_kills_what_does_not_listen() -> None:
    deaf = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal,time; signal.signal(15, 1); print(1, flush=True); time.sleep(600)",
        ],
        start_new_session=True,
        stdout=subprocess.PIPE,
    )
    deaf.stdout.readline()
    watchdog.stop_group(deaf.pid, signal.SIGTERM, grace=0.3)
    assert deaf.wait(5) == -signal.SIGKILL
    assert watchdog.follow(["watch 5 15\n", "watch 6 2\n", "forget 5\n", "remove /a b\n"]) == (
        {6: 2},
        ["/a b"],
    )


def test_a_pid_file_of_a_stranger_is_not_believed(spawn, open_folder: Path) -> None:
    first = spawn("services", "--dir", str(open_folder))
    held_environment(open_folder)
    first.terminate()
    first.wait(30)
    (open_folder / "env.json").unlink()
    (open_folder / "postgres/postmaster.pid").write_text(f"{os.getpid()}\n{open_folder}\n")
    spawn("services", "--dir", str(open_folder))
    assert held_environment(open_folder)


def test_an_orphan_server_is_stopped_before_a_new_start(spawn, open_folder: Path) -> None:
    first = spawn("services", "--dir", str(open_folder))
    binaries = Path(held_environment(open_folder)["POSTGRES_BINARIES"])
    first.terminate()
    first.wait(30)
    (open_folder / "env.json").unlink()
    data = open_folder / "postgres"
    owner = data.stat()
    as_owner = {"user": owner.st_uid, "group": owner.st_gid} if os.geteuid() == 0 else {}
    orphan = subprocess.Popen(
        [
            binaries / "postgres",
            "-D",
            data,
            "-c",
            "unix_socket_directories=",
            "-p",
            str(free_port()),
        ],
        cwd=data,
        stderr=subprocess.DEVNULL,
        **as_owner,
    )
    assert wait_for((data / "postmaster.pid").exists)
    spawn("services", "--dir", str(open_folder))
    assert held_environment(open_folder)
    assert orphan.wait(20) is not None


def test_data_of_a_version_that_is_not_there_are_refused(run_cli, open_folder: Path) -> None:
    data = open_folder / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("9\n")
    done = run_cli("services", "--dir", str(open_folder))
    assert done.returncode == 1
    assert "celles de PostgreSQL 9, introuvable ici" in done.stdout
    assert "make reset" in done.stdout


def test_an_unknown_rung_is_refused(run_cli) -> None:
    done = run_cli("run", "--", "true", CONAMUS_POSTGRES="oracle")
    assert done.returncode == 1
    assert "« system » ou « wheel »" in done.stdout


def test_services_go_where_their_account_can(open_folder: Path) -> None:
    """Root hands the services to another account, which may not enter every checkout."""
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = service_home(closed / "var")
    if os.geteuid() == 0:
        assert home == fallback_home(closed / "var")
        home.rmdir()
    else:
        assert home == closed / "var"
    assert service_home(open_folder / "var") == open_folder / "var"


@pytest.mark.parametrize(
    ("needed", "available", "is_there"),
    [(0, 9_000_000, True), (0, 1_000, False), (2**80, 9_000_000, False)],
)
def test_the_tests_data_lie_in_memory_only_where_there_is_room(
    needed: int,
    available: int,
    is_there: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    facts = tmp_path / "meminfo"
    facts.write_text(f"MemTotal: 1 kB\nMemAvailable:    {available} kB\n")
    monkeypatch.setattr(services, "MEMORY", tmp_path)
    monkeypatch.setattr(services, "MEMORY_FACTS", facts)
    monkeypatch.setattr(services, "_MEMORY_FOR_FILES", needed)
    with Supervisor() as supervisor:
        folder = services.throw_away_folder(supervisor, may_be_in_memory=True)
        assert (folder.parent == tmp_path) is is_there
        assert services.throw_away_folder(supervisor).parent != tmp_path
    assert not folder.exists()
