"""Bringing in the texts of past years' reports."""

from typing import Any

from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.selectors.narrative import section_of
from federations.services.narrative import require_year, save_section
from federations.services.take_on import ImportContext, Importer, Question, register_importer
from prudential.rules.outline import narrative_sections

_PLACES = {item.title: item.key for item in narrative_sections()}

COLUMNS = (
    Column(
        name="year", heading="Année", example="2023", kind=CellKind.INTEGER, is_required=True
    ),
    Column(
        name="outline_key", heading="Partie du rapport", example="Leçons apprises",
        kind=CellKind.CHOICE, is_required=True,
        choices=_PLACES, also={key: key for key in _PLACES.values()},
    ),
    Column(
        name="body", heading="Texte", example="Ce que l’année nous a appris (exemple).",
        is_required=True, help="**gras**, *italique*, « - » devant chaque point d’une liste.",
    ),
)  # fmt: skip


def bring_text(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Write the text where there is none yet; another text is never replaced."""
    year, key, body = values["year"], values["outline_key"], values["body"]
    there = section_of(context.actor.tenant_id, year, key)
    if there is not None and there.body:
        if there.body == body.replace("\r\n", "\n").rstrip():
            return Outcome.UNCHANGED
        raise DomainError("cette partie a déjà un autre texte.", field="outline_key")
    save_section(
        actor=context.actor,
        year=year,
        outline_key=key,
        body=body,
        version=there.version if there else 0,
    )
    return Outcome.CREATED


def _year_fits(context: ImportContext, values: dict[str, Any]) -> None:
    require_year(values["year"])


TEXTS = Importer(
    kind="textes",
    title="Textes des rapports passés",
    explanation="Ce que la fédération a écrit dans ses rapports, année par année.",
    permission=Permission.WRITE_NARRATIVE,
    columns=COLUMNS,
    apply=bring_text,
    questions=(Question(ask=_year_fits, needs=("year",)),),
)

register_importer(TEXTS)
