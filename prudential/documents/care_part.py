"""Part IV.1 of the yearly report: the care of the year, as attestations tell it.

A federation's report tells its own members' care; the confederation's tells the network's as it is
released: a figure that is known and not shown is masked, and never « n.d. ».
"""

from collections.abc import Iterator

from conamus.charts.formats import MASKED
from conamus.kernel.figures import MONTHS, NOT_KNOWN, format_date, format_francs, format_integer
from prudential.documents.blocks import Block, Numbering, Paragraph
from prudential.documents.care_tables import (
    exchanges_table,
    groups_table,
    months_figure,
    summary_table,
)
from prudential.documents.words import counted, enumeration
from prudential.rules.annual_care import Sums, all_exchanged, spans
from prudential.rules.annual_facts import ReportFacts


def care(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the year's attestations: how many, of what, for how much; or why there are none."""
    found = facts.care
    if found.months:
        yield Paragraph(_sentence(facts, found.whole))
        yield Paragraph(" ".join(_limits(facts)))
        yield numbering.figure(months_figure(facts))
        yield summary_table(facts, numbering)
        yield groups_table(facts, numbering)
    else:
        yield Paragraph(_nothing(facts), "empty")
    if found.exchanges:
        yield Paragraph(_inter_mutuality(facts), "lead")
        yield exchanges_table(facts, numbering)


def _nothing(facts: ReportFacts) -> str:
    """Say why there is no care: what is not held is not known, what is held is none."""
    found, year = facts.care, facts.year
    if found.is_incomplete:
        return (
            "Quand ce rapport a été produit, les attestations de soins de la démonstration "
            f"n’étaient pas toutes chargées : {_unknown(year)}"
        )
    if found.first_year is None:
        whose = "arrêtée pour le réseau" if found.is_released else "inscrite dans l’application"
        return f"Aucune attestation de soins n’est {whose} : {_unknown(year)}"
    if year < found.first_year:
        return (
            f"Les premières attestations de soins tenues dans l’application sont de "
            f"{found.first_year} : {_unknown(year)}"
        )
    return f"Aucune attestation de soins n’est inscrite pour {year}."


def _unknown(year: int) -> str:
    return f"les soins de {year} ne sont pas connus ({NOT_KNOWN})."


def _sentence(facts: ReportFacts, whole: Sums) -> str:
    if whole.cases is None:
        return f"Attestations de soins de {facts.year} : {MASKED}."
    whose = "des fédérations" if facts.care.is_released else "de la fédération"
    said = f"En {facts.year}, les membres {whose} ont eu {counted(whole.cases, 'attestation')}"
    asked = MASKED if whole.asked_francs is None else format_francs(whole.asked_francs)
    said = f"{said} de soins, pour {asked} demandés par les formations sanitaires"
    each = "" if whole.cost_francs is None else f", {format_francs(whole.cost_francs)} par cas"
    return f"{said}{each}."


def _limits(facts: ReportFacts) -> Iterator[str]:
    """Say of which months and of which day the figures are, and what is not in them."""
    found, year = facts.care, facts.year
    if found.absent_months:
        months = enumeration([_span(*span) for span in spans(found.absent_months)])
        yield (
            f"Mois dont aucune attestation n’est tenue : {months} ; ces sommes ne sont donc pas "
            "celles de douze mois."
        )
    if found.settled_on is not None:
        settled = format_date(found.settled_on)
        if found.settled_on.year <= year:
            yield f"L’année n’était pas finie le {settled}, jour de ces chiffres."
        yield (
            f"Ce qui en a été reçu, décidé ou corrigé après le {settled} n’y est pas ; une "
            "attestation annulée ou remplacée n’y compte plus."
        )
    if found.is_released:
        yield (
            "La part du patient, les formations sanitaires et l’inter-mutualité ne sont pas "
            "arrêtées pour le réseau : le rapport de chaque fédération les donne."
        )


def _span(first: int, last: int) -> str:
    names = MONTHS[first - 1], MONTHS[last - 1]
    return names[0] if first == last else f"{names[0]} à {names[1]}"


def _inter_mutuality(facts: ReportFacts) -> str:
    sent, received = all_exchanged(facts.care.exchanges)
    were = "traitée" if sent.cases == 1 else "traitées"
    return (
        f"Inter-mutualité : {counted(sent.cases, 'attestation')} des membres {were} par d’autres "
        f"fédérations, {format_integer(received.cases)} des leurs par la fédération. Celle qui "
        "traite avance ; les deux se compensent ensuite."
    )
