"""The benches: each is started by its name, with options of its own."""

import subprocess
import sys
from importlib import import_module

import pytest

from bench import as_is
from bench.__main__ import names, summary
from conamus.settings import BASE_DIR


def _bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bench", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)


def test_every_bench_is_listed_and_can_be_called():
    listed = _bench("--list").stdout.splitlines()
    assert [line.split()[0] for line in listed] == names()
    assert {"load_network", "portal_pages", "adjudication"} <= set(names())
    for name in names():
        assert callable(import_module(f"bench.{name}").main)
        assert summary(name).endswith(".")


def test_a_bench_reads_its_own_options():
    answer = _bench(*as_is("duplicates", "--help")[3:])
    assert answer.returncode == 0
    assert answer.stdout.startswith("usage: bench duplicates")
    assert "--memory-only" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["portal_page"], "no such bench: portal_page"),
        (["renewal", "exports", "--rounds", "2"], "name one bench"),
        (["--as-is"], "name one bench"),
    ],
)
def test_what_cannot_be_run_is_refused(arguments: list[str], told: str):
    answer = _bench(*arguments)
    assert answer.returncode == 2
    assert told in answer.stderr
