"""What a bare machine lacks is recognised and named; the locks are whole and name no registry."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conamus.standalone import prepare
from conamus.standalone.console import Refusal
from conamus.standalone.processes import Supervisor

from .conftest import BASE_DIR

LOCKS = ("requirements.txt", "requirements-dev.txt")


def test_a_missing_library_is_seen() -> None:
    assert prepare.missing_libraries(["libinexistante.so.9"]) == ["libinexistante.so.9"]
    assert prepare.missing_libraries(prepare.PANGO_LIBRARIES[sys.platform]) == []


def test_without_pango_the_command_to_run_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with Supervisor() as supervisor, pytest.raises(Refusal) as refused:
        prepare.ensure_pango(supervisor, ["libinexistante.so.9"])
    assert "il manque Pango" in str(refused.value)


def test_the_command_suits_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text("#!/bin/sh\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "sudo apt-get install libpango-1.0-0" in prepare.pango_advice()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "brew install pango" in prepare.pango_advice()


def test_without_a_browser_the_tests_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delenv("CONAMUS_CHROME", raising=False)
    with Supervisor() as supervisor, pytest.raises(Refusal, match="Chrome ou Chromium"):
        prepare.ensure_browser(supervisor)


def test_what_the_tests_stand_on_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare.missing_test_packages() == []
    monkeypatch.setenv("PATH", "/nonexistent")
    assert prepare.missing_test_packages() == ["procps"]
    with Supervisor() as supervisor, pytest.raises(Refusal, match="sudo apt-get install procps"):
        prepare.ensure_test_packages(supervisor)


def test_the_browser_given_is_the_one_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONAMUS_CHROME", sys.executable)
    assert prepare.find_browser() == sys.executable


def test_a_pointer_to_a_browser_is_not_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pointer = tmp_path / "chromium"
    pointer.write_text("#!/bin/sh\nexit 1\n")
    pointer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CONAMUS_CHROME", str(pointer))
    assert prepare.find_browser() is None


def test_an_old_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(prepare, "OLDEST_PYTHON", (99, 0))
    with pytest.raises(Refusal, match=r"Python 3\.11 ou plus récent"):
        prepare.require_python()


def test_the_entry_needs_no_package() -> None:
    """``python3 -m conamus.standalone`` runs before anything is installed."""
    code = (
        "import conamus.standalone.__main__, conamus.standalone.discovery, sys; print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=BASE_DIR, capture_output=True, text=True, check=True
    )
    foreign = {name.partition(".")[0] for name in done.stdout.split()} - sys.stdlib_module_names
    assert foreign <= {"__main__", "conamus"}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_its_hashes(name: str) -> None:
    lock = BASE_DIR / name
    entries = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"))
    packages = [entry for entry in entries if "==" in entry]
    assert len(packages) == prepare.count_packages(lock) > 30
    assert [entry.split()[0] for entry in packages if "--hash=sha256:" not in entry] == []
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_is_asked_for(name: str) -> None:
    asked = (BASE_DIR / name.replace(".txt", ".in")).read_text(encoding="utf-8")
    wanted = {
        re.sub(r"\[.*?\]", "", line).lower().replace("_", "-")
        for line in asked.splitlines()
        if line and not line.startswith("#")
    }
    locked = (BASE_DIR / name).read_text(encoding="utf-8").split()
    assert wanted - set(locked) == set()


def test_a_changed_lock_is_installed_again(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text("a==1 --hash=sha256:00\n")
    before = prepare.lock_mark(lock)
    assert prepare.lock_mark(lock) == before
    lock.write_text("a==2 --hash=sha256:00\n")
    assert prepare.lock_mark(lock) != before


def test_make_help_lists_every_target() -> None:
    makefile = (BASE_DIR / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    said = subprocess.run(
        ["make", "help"], cwd=BASE_DIR, capture_output=True, text=True, check=True
    ).stdout
    assert sorted(line.split()[0] for line in said.splitlines()) == sorted(phony)
