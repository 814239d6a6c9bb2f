"""Part I of the yearly report where nobody wrote an introduction: what the report is."""

from collections.abc import Iterator

from conamus.kernel.figures import format_date
from prudential.documents.blocks import Block, Paragraph
from prudential.rules.annual_facts import ReportFacts


def introduction(facts: ReportFacts) -> Iterator[Block]:
    """Say what the report is of and how it is made, where nobody wrote an introduction."""
    year = facts.year
    yield Paragraph(
        f"{facts.organisation.short_name} rend compte dans ce rapport de son activité du 1er "
        f"janvier au 31 décembre {year}, et des adhésions que la campagne de {year} a données à "
        f"l’année mutualiste {year + 1}."
    )
    yield Paragraph(
        "Il présente d’abord l’organisation, ses chiffres clés et la carte de son réseau, puis "
        "ses réalisations chapitre par chapitre, les formations sanitaires conventionnées, les "
        "soins et les normes, les ressources et les dépenses ; il se termine par les leçons "
        "apprises, les défis et les perspectives. Les annexes donnent les séries par année, les "
        "communes, la liste des unités, la méthode et la provenance de chaque donnée."
    )
    yield Paragraph(
        "Les chiffres sont tirés des registres, tels qu’ils étaient le "
        f"{format_date(facts.settled_on)}."
    )
