"""Part IV.2 of the yearly report: the prudential norms, and why none has a value yet."""

from collections.abc import Iterator

from conamus.kernel.figures import NOT_KNOWN
from prudential.documents.blocks import Block, HeadCell, Numbering, Paragraph, Row
from prudential.rules.annual_facts import ReportFacts
from prudential.rules.norms import SOURCE, norms


def norms_of_year(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield each norm with its level and what is missing to compute it: nothing is made up."""
    found = norms()
    yield Paragraph(
        f"Le rapport 2024 de la CONAMUS annonce quinze normes prioritaires et en nomme "
        f"{len(found)}. L’application n’en calcule encore aucune : chacune est « {NOT_KNOWN} », "
        "avec ce qui manque dans l’application pour la calculer.",
        "lead",
    )
    yield numbering.table(
        f"Normes prudentielles de {facts.year}",
        [
            (
                HeadCell("N°"),
                HeadCell("Norme", numeric=False),
                HeadCell("Vérifiée", numeric=False),
                HeadCell(str(facts.year)),
                HeadCell("Ce qui manque", numeric=False),
            )
        ],
        [Row((str(norm.number), norm.name, norm.level, NOT_KNOWN, norm.missing)) for norm in found],
        text_columns=(1, 2, 4),
        widths=(5, 41, 15, 7, 32),
        notes=(f"{NOT_KNOWN} : donnée non disponible.",),
        source=f"noms et niveaux : {SOURCE}",
        is_dense=True,
    )
