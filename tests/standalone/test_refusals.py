"""What stops a demonstration is said in one French sentence, and leaves nothing behind."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conamus.standalone.console import Refusal
from conamus.standalone.discovery import (
    environment_file,
    lock_file,
    running_demo,
    running_environment,
)
from conamus.standalone.ports import check_port_early
from conamus.standalone.space import SPACE_AGAIN_MB, SPACE_MB, space_needed

from .conftest import BASE_DIR


@pytest.fixture
def var(clean_environment: dict[str, str]) -> Path:
    folder = Path(clean_environment["VAR_DIR"])
    (folder / "run").mkdir(parents=True)
    return folder


def pretend_running(var: Path, pid: int) -> None:
    facts = {
        "pid": pid,
        "address": "http://127.0.0.1:8123/",
        "environment": {"DATABASE_URL": "postgres://here"},
    }
    environment_file(var).write_text(json.dumps(facts))


@pytest.fixture
def held_lock(var: Path) -> Iterator[None]:
    with lock_file(var).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def refusal(done) -> str:
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stdout
    assert done.stdout.count("Conamus : ") == 1
    return done.stdout


def test_a_port_in_use(run_cli, var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(run_cli("demo", PORT=str(port)))
    assert f"le port {port} est déjà utilisé" in said
    assert "make demo PORT=" in said
    assert not (var / "postgres").exists()
    assert not environment_file(var).exists()


def test_a_port_in_use_is_told_before_anything_is_installed(
    clean_environment: dict[str, str],
) -> None:
    """The first program of ``make demo``, with a Python that has no package at all."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-S", "-m", "conamus.standalone", "demo"],
            cwd=BASE_DIR,
            env={**clean_environment, "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
    assert refusal(done).startswith(f"Conamus : le port {port} est déjà utilisé")


def test_a_port_is_left_to_the_lock_while_one_runs(
    var: Path, held_lock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be held by the demonstration that runs, or by a killed one that ends."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        check_port_early(var)
        lock_file(var).unlink()
        with pytest.raises(Refusal, match="est déjà utilisé"):
            check_port_early(var)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_not_one(run_cli, port: str) -> None:
    assert "n’est pas un numéro de port" in refusal(run_cli("demo", PORT=port))


def test_no_space_left(run_cli, var: Path) -> None:
    said = refusal(run_cli("demo", PORT=str(_free_port()), CONAMUS_MIN_FREE_MB="999999999"))
    assert "il en faut 999999999" in said
    assert not (var / "postgres").exists()


def test_an_amount_of_space_that_is_none(run_cli) -> None:
    said = refusal(run_cli("demo", PORT=str(_free_port()), CONAMUS_MIN_FREE_MB="abc"))
    assert "nombre de mégaoctets" in said


@pytest.fixture
def bare(tmp_path: Path, clean_environment: dict[str, str]) -> Callable[..., str]:
    """A checkout of what runs before anything is installed; run a command there, refused."""
    tree = tmp_path / "bare"
    shutil.copytree(BASE_DIR / "conamus/standalone", tree / "conamus/standalone")
    for name in ("conamus/__init__.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(BASE_DIR / name, tree / name)

    def run(command: str, **given: str) -> str:
        environment = {name: clean_environment[name] for name in ("PATH", "HOME")}
        done = subprocess.run(
            [sys.executable, "-S", "-m", "conamus.standalone", command],
            cwd=tree,
            env={**environment, "PORT": str(_free_port()), **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return refusal(done)

    return run


@pytest.mark.parametrize("command", ["demo", "test", "prepare"])
def test_no_space_is_told_before_anything_is_installed(command, bare, tmp_path: Path) -> None:
    said = bare(command, CONAMUS_MIN_FREE_MB="999999999")
    assert said.startswith("Conamus : il reste ")
    assert not (tmp_path / "bare/.venv").exists()
    assert not (tmp_path / "bare/var").exists()


def test_a_disk_that_the_packages_fill_is_told_in_french_and_freed(bare, tmp_path: Path) -> None:
    python = tmp_path / "bare/.venv/bin/python"
    python.parent.mkdir(parents=True)
    pip = "echo 'ERROR: Could not install: [Errno 28] No space left on device'; exit 1"
    python.write_text(f'#!/bin/sh\ncase "$*" in *"pip install"*) {pip};; esac\n')
    python.chmod(0o755)
    said = bare("prepare")
    assert "il n’y a plus de place sur le disque" in said
    assert "Errno" not in said
    assert not (tmp_path / "bare/.venv").exists()


def test_what_is_loaded_already_needs_no_space_again(var: Path) -> None:
    (var / "run").mkdir(parents=True, exist_ok=True)
    assert space_needed(var) == SPACE_MB
    (var / "run" / "prepared").touch()
    assert space_needed(var) == SPACE_AGAIN_MB < SPACE_MB


def test_another_demonstration_of_this_checkout(run_cli, var: Path, held_lock: None) -> None:
    pretend_running(var, os.getpid())
    said = refusal(run_cli("demo"))
    assert "une démonstration tourne déjà" in said
    assert "http://127.0.0.1:8123/" in said
    assert f"kill {os.getpid()}" in said
    assert "une démonstration tourne déjà" in refusal(run_cli("reset"))
    assert environment_file(var).exists(), "the other one's file is not ours to remove"


def test_discovery_believes_only_a_living_demonstration(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(var))
    assert running_environment(BASE_DIR) == {}
    pretend_running(var, os.getpid())
    lock_file(var).touch()
    assert running_environment(BASE_DIR) == {}, "alive, but it does not hold the lock"
    with lock_file(var).open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert running_environment(BASE_DIR) == {"DATABASE_URL": "postgres://here"}
        pretend_running(var, 2**22 + 1)
        assert running_demo(var) == {}, "locked by the watchdog of a killed one"
    environment_file(var).write_text("{half a fi")
    assert running_environment(BASE_DIR) == {}


def test_reset_keeps_backups_and_their_key(run_cli, var: Path) -> None:
    for name in ("backups/one.backup", "backup.key", "secrets.json", "postgres/PG_VERSION"):
        (var / name).parent.mkdir(exist_ok=True)
        (var / name).write_text("15")
    (var / "run/prepared").write_text("x")
    done = run_cli("reset")
    assert done.returncode == 0, done.stdout
    left = {str(path.relative_to(var)) for path in var.rglob("*") if path.is_file()}
    assert left == {"backups/one.backup", "backup.key", "run/demo.lock"}


def test_a_backup_that_is_not_there_is_named(run_cli, tmp_path: Path) -> None:
    absent = tmp_path / "absent.backup"
    said = refusal(run_cli("restore", FILE=str(absent)))
    assert f"le fichier {absent} n’existe pas" in said
    assert "n’est pas un fichier" in refusal(run_cli("restore", FILE=str(tmp_path)))
    assert "quel fichier ?" in refusal(run_cli("restore"))


def test_a_command_without_a_demonstration_says_one_sentence(
    clean_environment: dict[str, str],
) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "annual_report", "--year=2024"],
        cwd=BASE_DIR,
        env=clean_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Conamus : DATABASE_URL manque")
    assert len(done.stderr.splitlines()) == 1


def manage(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command that asks the database, as an operator does."""
    return subprocess.run(
        [sys.executable, "manage.py", "showmigrations"],
        cwd=BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def test_a_command_beside_a_demonstration_that_starts(
    clean_environment: dict[str, str], var: Path, held_lock: None
) -> None:
    environment_file(var).write_text(json.dumps({"pid": os.getpid(), "environment": {}}))
    said = refusal(manage(clean_environment))
    assert said == "Conamus : la démonstration démarre : recommencez dans quelques secondes.\n"


def test_a_command_after_a_demonstration_was_killed(
    clean_environment: dict[str, str], var: Path, held_lock: None
) -> None:
    """Its watchdog holds the lock while it stops what is left."""
    pretend_running(var, 2**22 + 1)
    said = refusal(manage(clean_environment))
    assert "a été interrompue et finit de s’arrêter" in said
    assert len(said.splitlines()) == 1


def test_a_command_whose_demonstration_is_killed_meanwhile(
    clean_environment: dict[str, str], var: Path, held_lock: None
) -> None:
    """It was found alive; its database answers nobody any more."""
    gone = f"postgres://x:x@127.0.0.1:{_free_port()}/x"
    facts = {
        "DATABASE_URL": gone, "OWNER_DATABASE_URL": gone, "REDIS_URL": "redis://127.0.0.1:1/0",
        "SECRET_KEY": "x" * 50, "FIELD_KEY": "A" * 43 + "=", "DEMO_MODE": "1",
    }  # fmt: skip
    environment_file(var).write_text(json.dumps({"pid": os.getpid(), "environment": facts}))
    said = refusal(manage(clean_environment))
    assert "la base de données de la démonstration ne répond plus" in said
    assert len(said.splitlines()) == 1


def test_another_fault_of_the_settings_keeps_its_traceback(
    clean_environment: dict[str, str],
) -> None:
    environment = {**clean_environment, "DATABASE_URL": "postgres://x@127.0.0.1:1/x"}
    environment.pop("SECRET_KEY", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("arguments", [("run",), ("services",), ("services", "--dir")])
def test_a_command_that_lacks_its_argument(run_cli, arguments: tuple[str, ...]) -> None:
    assert "attend" in refusal(run_cli(*arguments))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
