"""Bringing in the counts of past years, published by promoter."""

from typing import Any

from conamus.kernel.text import search_key
from federations.models import Partner
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.partners import add_partner
from federations.services.take_on import ImportContext, Importer, register_importer
from federations.take_on.lookups import refuse_difference
from membership.models import PastYear
from membership.services.past_years import PastYearFacts, record_past_year
from membership.take_on_targets import TARGETS

COLUMNS = (
    Column(
        name="promoter", heading="Promoteur", example="Promoteur d’exemple", is_required=True,
        help="Son nom ; un promoteur encore inconnu est inscrit parmi vos partenaires.",
    ),
    Column(
        name="label", heading="Année mutualiste", example="2016-2017", is_required=True,
        help="Telle qu’elle est publiée : 2018, ou 2016-2017.",
    ),
    Column(
        name="starts_year", heading="Première année", example="2016", kind=CellKind.INTEGER,
        is_required=True,
    ),
    Column(
        name="sections", heading="Mutuelles et sections", example="12", kind=CellKind.INTEGER,
        is_required=True,
    ),
    Column(
        name="households", heading="Ménages", example="3 450", kind=CellKind.INTEGER,
        is_required=True,
    ),
    Column(
        name="source", heading="Source", example="Rapport annuel 2017", is_required=True,
        help="Où ces chiffres ont été publiés.",
    ),
)  # fmt: skip


def bring_past_year(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Write the year's counts, unless they are there already."""
    promoter = _promoter(context, values["promoter"])
    there = PastYear.objects.filter(
        tenant_id=context.actor.tenant_id, promoter=promoter, label=values["label"]
    ).first()
    if there is not None:
        refuse_difference(
            "Cette année",
            {
                "première année": (there.starts_year, values["starts_year"]),
                "sections": (there.sections, values["sections"]),
                "ménages": (there.households, values["households"]),
            },
        )
        return Outcome.UNCHANGED
    facts = PastYearFacts(
        promoter_id=promoter.pk,
        **{name: values[name] for name in ("label", "starts_year", "sections", "households")},
        source=values["source"],
    )
    record_past_year(actor=context.actor, facts=facts)
    return Outcome.CREATED


def _promoter(context: ImportContext, name: str) -> Partner:
    known = Partner.objects.filter(
        tenant_id=context.actor.tenant_id, search_key=search_key(name)
    ).first()
    return known or add_partner(actor=context.actor, name=name, kind=Partner.Kind.PROMOTER.value)


PAST_YEARS = Importer(
    kind="annees-passees",
    title="Effectifs des années passées",
    explanation="Mutuelles, sections et ménages par promoteur, tels qu’ils ont été publiés.",
    permission=Permission.MANAGE_UNITS,
    columns=COLUMNS,
    apply=bring_past_year,
)

register_importer(PAST_YEARS)
register_importer(TARGETS)
