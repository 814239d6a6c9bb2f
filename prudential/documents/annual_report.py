"""The yearly report as a document: its cover, its sections in order, its lists.

Facts in, HTML out; nothing is read from the database here. Each section of the outline
has a composer; a section with a narrative begins with the text that people wrote.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from conamus.kernel.figures import format_date
from conamus.pages.prose import render_prose
from conamus.printing.pdf import SANS, SERIF, render_html
from prudential.documents import (
    achievements_part,
    annexes_part,
    care_part,
    evolution_part,
    introduction_part,
    membership_part,
    norms_part,
    presentation_part,
    resources_part,
    territory_part,
)
from prudential.documents.blocks import (
    Block,
    Chapter,
    Figure,
    Numbering,
    Paragraph,
    Photo,
    Prose,
    Table,
)
from prudential.documents.words import NOT_WRITTEN
from prudential.rules.annual_facts import Organisation, ReportFacts
from prudential.rules.outline import ACTIVITY_CHAPTERS, OUTLINE, OutlineSection

TEMPLATE = "pdf/annual_report/report.html"
Composer = Callable[[ReportFacts, Numbering], Iterable[Block]]


def _not_written(facts: ReportFacts) -> Iterator[Block]:
    yield Paragraph(NOT_WRITTEN, "empty")


#: What is said where nobody wrote a text that a report does not begin without.
_STANDING_IN: dict[str, Callable[[ReportFacts], Iterable[Block]]] = {
    "introduction": introduction_part.introduction,
}
_COMPOSERS: dict[str, Composer] = {
    "presentation": presentation_part.presentation,
    "key_figures": membership_part.key_figures,
    "cartography": territory_part.cartography,
    "achievements": achievements_part.achievements,
    "facilities": resources_part.facilities,
    "care": care_part.care,
    "norms": norms_part.norms_of_year,
    "resources": resources_part.resources,
    "evolution": evolution_part.evolution,
    "coverage": annexes_part.coverage,
    "units": annexes_part.units,
    "method": annexes_part.method,
    "provenance": annexes_part.provenance,
}


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A composed report, ready for its template."""

    title: str
    organisation: Organisation
    year: int
    period: str
    produced: str
    settled: str
    is_demo: bool
    chapters: tuple[Chapter, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    photos: tuple[Photo, ...]
    serif: str = SERIF
    sans: str = SANS


def compose(facts: ReportFacts) -> ReportDocument:
    """Put the report together, section by section, numbering as it goes."""
    numbering = Numbering(typeface=SANS)
    chapters = tuple(
        Chapter(section, tuple(_blocks(section, facts, numbering))) for section in OUTLINE
    )
    return ReportDocument(
        title=f"Rapport d’activités {facts.year}",
        organisation=facts.organisation,
        year=facts.year,
        period=f"1er janvier – 31 décembre {facts.year}",
        produced=format_date(facts.produced_on),
        settled=format_date(facts.settled_on),
        is_demo=facts.is_demo,
        chapters=chapters,
        tables=tuple(numbering.tables),
        figures=tuple(numbering.figures),
        photos=tuple(numbering.photos),
    )


def report_html(facts: ReportFacts) -> str:
    """Return the whole report as HTML that needs nothing from outside."""
    return render_html(TEMPLATE, {"report": compose(facts)})


def _blocks(section: OutlineSection, facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    if section.narrative:
        yield from _narrative(section.key, facts, numbering)
    composer = _composer(section.key)
    if composer:
        yield from composer(facts, numbering)


def _composer(key: str) -> Composer | None:
    if key in ACTIVITY_CHAPTERS:
        return partial(_chapter_figures, key=key)
    return _COMPOSERS.get(key)


def _chapter_figures(facts: ReportFacts, numbering: Numbering, *, key: str) -> Iterable[Block]:
    return achievements_part.chapter_figures(facts, key, numbering)


def _narrative(key: str, facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    text = facts.narrative.get(key)
    if text is None or not text.body.strip():
        yield from _STANDING_IN.get(key, _not_written)(facts)
    else:
        yield Prose(render_prose(text.body))
    for picture in text.pictures if text else ():
        yield numbering.photo(picture.caption, picture.content_type, picture.content)
