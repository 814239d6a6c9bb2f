"""Bringing in the counts of past years, published by promoter."""

from typing import Any

from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key
from federations.models import Federation, Partner
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.selectors.tenants import is_confederation
from federations.services.partners import add_partner
from federations.services.take_on import ImportContext, Importer, register_importer
from federations.take_on.lookups import refuse_difference
from membership.models import PastYear
from membership.selectors.past_years import past_years_in_use
from membership.services.past_years import PastYearFacts, for_owner, record_past_year
from membership.take_on_targets import TARGETS

COLUMNS = (
    Column(
        name="promoter", heading="Promoteur", example="Promoteur d’exemple", is_required=True,
        help="Son nom ; un promoteur encore inconnu est inscrit parmi vos partenaires.",
    ),
    Column(
        name="label", heading="Année mutualiste", example="2021", is_required=True,
        help="Telle qu’elle est publiée : 2021, ou 2011-2012.",
    ),
    Column(
        name="starts_year", heading="Première année", example="2021", kind=CellKind.INTEGER,
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
    owner = _owner(context, values["federation"])
    there = _in_use(owner, values)
    if there is not None:
        refuse_difference(
            "Cette année (elle se corrige depuis « Années passées »)",
            {
                "première année": (there.starts_year, values["starts_year"]),
                "sections": (there.sections, values["sections"]),
                "ménages": (there.households, values["households"]),
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


def _owner(context: ImportContext, code: str) -> int:
    """Return whose year it is: one's own, or the federation that the confederation names."""
    own = context.actor.tenant_id
    if not code:
        return own
    found = Federation.objects.filter(code__iexact=code.strip()).first()
    if found is None:
        raise DomainError(f"aucune fédération n’a le code « {code[:20]} ».", field="federation")
    if found.pk != own and not is_confederation(own):
        raise DomainError("une fédération n’inscrit que ses propres années.", field="federation")
    return found.pk


def _in_use(owner: int, values: dict[str, Any]) -> PastYear | None:
    return (
        past_years_in_use()
        .filter(
            tenant_id=owner,
            promoter__search_key=search_key(values["promoter"]),
            label=values["label"],
        )
        .first()
    )


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
)

register_importer(PAST_YEARS)
register_importer(TARGETS)
