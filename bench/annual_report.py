"""How long the confederation's report of 2024 takes, phase by phase, against a lower bound.

The bound: the same press on a document of as many pages, with the same typefaces and a few
lines of text on each page, in the same process. Nothing is written to the network.

    python -m bench annual_report             (the network loaded first)
    python -m bench --as-is annual_report     (the running demonstration, only read)
"""

import argparse
import statistics
import sys
from dataclasses import dataclass
from time import perf_counter

from conamus import clock
from conamus.printing.pdf import print_html, typefaces
from federations.models import Federation, Unit
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope
from prudential.documents.annual_report import report_html
from prudential.rules.annual_facts import ReportFacts
from prudential.selectors.annual_facts import annual_facts

LIMIT_SECONDS = 10
YEAR = 2024
SOURCE = "mesure"
_LINES = "<p>Une ligne de texte comme il y en a dans un rapport, ni plus courte ni plus longue.</p>"


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one round, and how many pages came out."""

    reading: float
    composing: float
    printing: float
    bound: float
    pages: int

    @property
    def whole(self) -> float:
        """From the first query to the last byte."""
        return self.reading + self.composing + self.printing


def main() -> int:
    """Measure, print, and fail above the limit."""
    options = _arguments()
    if not Federation.objects.filter(code=options.unit).exists():
        sys.stderr.write(f"no tenant {options.unit}: load the demonstration network first\n")
        return 2
    _bound(1)  # imports and font caches belong to no round
    rounds = [_measure(options.unit) for _ in range(options.rounds)]
    return _report(options.unit, rounds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unit", default="CONAMUS", help="tenant's code")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _measure(code: str) -> Round:
    started = perf_counter()
    facts = _facts(code)
    read = perf_counter()
    html = report_html(facts)
    composed = perf_counter()
    printed = print_html(html)
    done = perf_counter()
    return Round(
        reading=read - started,
        composing=composed - read,
        printing=done - composed,
        bound=_bound(printed.pages),
        pages=printed.pages,
    )


def _facts(code: str) -> ReportFacts:
    actor = system_actor(Federation.objects.get(code=code).pk, SOURCE)
    with open_scope(actor, source=SOURCE):
        unit = Unit.objects.select_related("tenant").get(tenant_id=actor.tenant_id, code=code)
        return annual_facts(unit, YEAR, produced_on=clock.today(), settled_on=clock.today())


def _bound(pages: int) -> float:
    """Time the press on as many pages that hold next to nothing."""
    page = f'<section style="break-after: page"><h1>Page</h1>{_LINES * 3}</section>'
    style = f"<style>{typefaces()} body {{ font-family: 'Source Serif 4' }}</style>"
    html = f'<html lang="fr"><head><title>Borne</title>{style}</head><body>{page * pages}'
    started = perf_counter()
    print_html(html)
    return perf_counter() - started


def _report(code: str, rounds: list[Round]) -> int:
    whole = statistics.median(r.whole for r in rounds)
    bound = statistics.median(r.bound for r in rounds)
    pages = rounds[0].pages
    for name in ("reading", "composing", "printing"):
        seconds = statistics.median(getattr(r, name) for r in rounds)
        sys.stdout.write(f"{name:10} {seconds:6.2f} s\n")
    sys.stdout.write(
        f"whole      {whole:6.2f} s   {code} {YEAR}, {pages} pages, {pages / whole:.1f} pages/s\n"
        f"bound      {bound:6.2f} s   {pages} nearly blank pages, {pages / bound:.1f} pages/s\n"
        f"ratio      {whole / bound:6.1f}     limit {LIMIT_SECONDS} s\n"
    )
    return 0 if whole <= LIMIT_SECONDS else 1
