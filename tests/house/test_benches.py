"""The benches: each is started by its name, with options of its own."""

import subprocess
import sys
from importlib import import_module

import pytest

from bench import as_is
from bench.__main__ import names, summary
from bench.links import SHARED_TEXTS, PageLinks, asked, followed
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


_LIST = """<nav><a href="/menu/">Menu</a></nav><main>
<form method="get"><input type="search" name="q"><select name="state"><option value="">tous</option>
<option value="a" selected>a</option><option value="b">b</option></select></form>
<form method="post"><select name="year"><option value="2025">2025</option></select></form>
<table><thead><tr><th><a href="?sort=-name">Nom</a></th></tr></thead>
<tbody><tr><td><a href="/un/1/">N&#x27;Dayi</a></td><td>  17
FBu</td></tr></tbody></table>
<a href="?page=1">1</a><a href="?page=2">2</a><a href="?page=31">31</a>
<a href="?export=csv">CSV</a><a href="/papier/" download>PDF</a><a href="https://example.org/">x</a>
</main><a href="/pied/">pied</a>"""


def test_a_page_leads_where_its_contents_do_and_its_list_is_asked_what_it_offers():
    page = PageLinks(_LIST)
    assert list(followed("/liste/", page)) == ["/liste/?sort=-name", "/un/1/"]
    assert next(iter(asked("/liste/?par=age", page))) == "/liste/?par=age&state=a"
    questions = list(asked("/liste/", page))
    assert questions[:4] == [
        "/liste/?state=a", "/liste/?state=b", "/liste/?q=N%27Dayi", "/liste/?q=17+FBu",
    ]  # fmt: skip
    assert {"/liste/?page=2", "/liste/?page=31"} == set(questions[-2:])
    assert len(questions) == 4 + len(SHARED_TEXTS) + 2
