"""Bringing in the counts of past years, published by promoter: every fault of a row at once."""

from typing import Any

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key
from federations.models import Federation, Partner
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome, refuse_readable
from federations.selectors.tenants import is_confederation
from federations.services.partners import add_partner
from federations.services.take_on import ImportContext, Importer, Question, register_importer
from federations.take_on.lookups import refuse_difference
from membership.models import PastYear
from membership.rules.past_years import house_label
from membership.selectors.past_years import past_years_in_use
from membership.services.past_years import (
    PastYearFacts,
    for_owner,
    past_year_problems,
    record_past_year,
    require_own_year,
)
from membership.take_on_targets import TARGETS

COLUMNS = (
    Column(
        name="promoter", heading="Promoteur", example="Promoteur d’exemple", is_required=True,
        help="Son nom ; un promoteur encore inconnu est inscrit parmi vos partenaires.",
    ),
    Column(
        name="label", heading="Année mutualiste", example="2021", is_required=True,
        help="Telle qu’elle est publiée : 2021, ou 2011-2012 pour une année à cheval sur deux.",
    ),
    Column(
        name="starts_year", heading="Première année", example="2021", kind=CellKind.INTEGER,
        is_required=True, help="Celle où commence l’année mutualiste : 2011 pour 2011-2012.",
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
        name="source", heading="Source", example="Rapport annuel 2021", is_required=True,
        help="Où ces chiffres ont été publiés.",
    ),
    Column(
        name="federation", heading="Fédération", example="",
        help="Pour CONAMUS seulement : le code de la fédération qui a pris la suite.",
    ),
)  # fmt: skip


def bring_past_year(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Write the year's counts, unless they are there already."""
    owner = values["federation"]
    there = _in_use(owner, values)
    if there is not None:
        refuse_difference(
            "Cette année (elle se corrige depuis « Années passées »)",
            {
                "première année": (there.starts_year, values["starts_year"]),
                "sections": (there.sections, values["sections"]),
                "ménages": (there.households, values["households"]),
                "source": (there.source, values["source"]),
            },
        )
        return Outcome.UNCHANGED
    facts = PastYearFacts(
        promoter_id=_promoter(context, owner, values["promoter"]).pk,
        **{name: values[name] for name in ("label", "starts_year", "sections", "households")},
        source=values["source"],
    )
    record_past_year(actor=context.actor, facts=facts, federation_id=owner)
    return Outcome.CREATED


def _owner(context: ImportContext, values: dict[str, Any]) -> int:
    """Return whose year it is: one's own, or the federation that the confederation names."""
    own, code = context.actor.tenant_id, values["federation"]
    if not code:
        return own
    found = Federation.objects.filter(code__iexact=code.strip()).first()
    if found is None:
        raise DomainError(f"aucune fédération n’a le code « {code[:20]} ».", field="federation")
    if found.pk != own and not is_confederation(own):
        raise DomainError("une fédération n’inscrit que ses propres années.", field="federation")
    return found.pk


def _house_label(context: ImportContext, values: dict[str, Any]) -> str:
    return house_label(values["label"])


def _is_plausible(context: ImportContext, values: dict[str, Any]) -> None:
    names = ("label", "starts_year", "sections", "households")
    refuse_readable(past_year_problems(*(values.get(name) for name in names)), values)


def _is_own_year(context: ImportContext, values: dict[str, Any]) -> None:
    require_own_year(context.actor, values["federation"], values["label"], values["starts_year"])


def _in_use(owner: int, values: dict[str, Any]) -> PastYear | None:
    """Return the year that is there, under whatever spelling it was brought in."""
    of_promoter = past_years_in_use().filter(
        tenant_id=owner, promoter__search_key=search_key(values["promoter"])
    )
    same = (year for year in of_promoter if house_label(year.label) == values["label"])
    return next(same, None)


def _promoter(context: ImportContext, owner: int, name: str) -> Partner:
    known = Partner.objects.filter(tenant_id=owner, search_key=search_key(name)).first()
    if known is not None:
        return known
    with for_owner(context.actor, owner) as there:
        return add_partner(actor=there, name=name, kind=Partner.Kind.PROMOTER.value)


PAST_YEARS = Importer(
    kind="annees-passees",
    title="Effectifs des années passées",
    explanation="Mutuelles, sections et ménages par promoteur, tels qu’ils ont été publiés ; ceux "
    "de 2013 à 2019 viennent de CONAMUS.",
    permission=Permission.MANAGE_UNITS,
    columns=COLUMNS,
    apply=bring_past_year,
    model=PastYear,
    questions=(
        Question(ask=_owner, needs=("federation",), answers="federation"),
        Question(ask=_house_label, needs=("label",), answers="label"),
        Question(ask=_is_plausible),
        Question(
            ask=_is_own_year, needs=("federation", "label", "starts_year"), is_of_refused=True
        ),
    ),
)

register_importer(PAST_YEARS)
register_importer(TARGETS)
