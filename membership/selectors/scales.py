"""Reads of contribution scales and sharing keys: the rows, and the rules' own shapes of them.

Scales, keys and campaigns are in the network's directory: a federation reads CONAMUS's, which
are the templates. Every read here names the tenant whose rows it wants.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Prefetch, Q, QuerySet

from conamus.kernel.errors import NotFound
from conamus.kernel.text import search_key
from federations.selectors.tenants import confederation_id
from membership.models import ContributionScale, ScaleBand, ScaleCategory
from membership.models import SharingKey as SharingKeyRow
from membership.rules.scale import Band, Category, Growth, PayerKind, Scale
from membership.rules.sharing import SharingKey

_State: Final = ContributionScale.State
_CATEGORIES = Prefetch("categories", ScaleCategory.objects.select_related("payer_partner"))


@dataclass(frozen=True, slots=True)
class LoadedScale:
    """A scale's row, and what the rules compute with."""

    row: ContributionScale
    scale: Scale


def scale_in_force(tenant_id: int, year: int) -> LoadedScale | None:
    """Return the tenant's scale in force for a year; None: it has adopted none."""
    row = (
        _rows(tenant_id)
        .filter(year_id=year, state=_State.IN_FORCE)
        .prefetch_related("bands", _CATEGORIES)
        .first()
    )
    return None if row is None else load_scale(row)


def load_scale(row: ContributionScale) -> LoadedScale:
    """Return a row with its bands and categories in the rules' shape."""
    return LoadedScale(
        row,
        Scale(
            year=row.year_id,
            bands=tuple(_band(band) for band in row.bands.all()),
            categories=tuple(_category(category) for category in row.categories.all()),
            joining_fee_francs=row.joining_fee_francs,
            most_people=row.most_people,
            fee_again_after_years=row.fee_again_after_years,
            growth=Growth(row.growth),
        ),
    )


def _band(row: ScaleBand) -> Band:
    return Band(
        size_from=row.size_from,
        size_to=row.size_to,
        amount_francs=row.amount_francs,
        supplement_from=row.supplement_from,
        supplement_francs=row.supplement_francs,
        category=row.category,
    )


def _category(row: ScaleCategory) -> Category:
    return Category(
        code=row.code,
        label=row.label,
        payer=PayerKind(row.payer),
        payer_percent=row.payer_percent,
        joining_fee_due=row.joining_fee_due,
        may_promise=row.may_promise,
        agents_may_grant=row.agents_may_grant,
    )


def decided_categories(tenant_id: int, today: date) -> dict[str, str]:
    """Return code → name of the categories, of scales in force, that an agent does not grant."""
    rows = ScaleCategory.objects.filter(
        tenant_id=tenant_id,
        scale__state=_State.IN_FORCE,
        scale__year_id__in=(today.year, today.year + 1),
    ).order_by("pk")
    return {row.code: row.label for row in rows if _category(row).needs_decision}


def sharing_keys(tenant_id: int) -> tuple[SharingKey, ...]:
    """Return the tenant's sharing keys, the latest first; none: the units keep all."""
    return tuple(shared_by(row) for row in sharing_key_rows(tenant_id))


def sharing_key_rows(tenant_id: int) -> QuerySet[SharingKeyRow]:
    """Return the same as rows."""
    return SharingKeyRow.objects.filter(tenant_id=tenant_id).order_by("-valid_from")


def shared_by(row: SharingKeyRow) -> SharingKey:
    """Return a row in the rules' shape."""
    return SharingKey(
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        federation_percent=row.federation_percent,
        confederation_percent=row.confederation_percent,
        fee_federation_percent=row.fee_federation_percent,
        fee_confederation_percent=row.fee_confederation_percent,
    )


def known_codes(tenant_id: int) -> dict[str, str]:
    """Return the codes of categories, the tenant's and CONAMUS's, by their folded names."""
    tenants = (confederation_id(), tenant_id)
    rows = ScaleCategory.objects.filter(tenant_id__in=tenants).order_by("id")
    return {search_key(label): code for label, code in rows.values_list("label", "code")}


def category_name(tenant_id: int, code: str) -> str:
    """Return what the latest scale that has a category calls it; its code is for nobody's eyes."""
    tenants = (confederation_id(), tenant_id)
    rows = ScaleCategory.objects.filter(tenant_id__in=tenants, code=code).order_by("-id")
    return rows.values_list("label", flat=True).first() or "hors barème"


def readable_scales(tenant_id: int) -> QuerySet[ContributionScale]:
    """Return the tenant's scales of every year and version, and CONAMUS's templates."""
    templates = Q(tenant_id=confederation_id()) & ~Q(state=_State.DRAFT)
    found = ContributionScale.objects.filter(Q(tenant_id=tenant_id) | templates)
    return found.select_related("year", "tenant").order_by("-year_id", "-id")


def _rows(tenant_id: int) -> QuerySet[ContributionScale]:
    related = ("year", "template", "tenant")
    return ContributionScale.objects.filter(tenant_id=tenant_id).select_related(*related)


def readable_scale(tenant_id: int, scale_id: int) -> LoadedScale:
    """Return a scale of the tenant, or one of CONAMUS's."""
    row = (
        readable_scales(tenant_id)
        .select_related("year", "template", "tenant")
        .prefetch_related("bands", _CATEGORIES)
        .filter(pk=scale_id)
        .first()
    )
    if row is None:
        raise NotFound("Ce barème n’existe pas.")
    return load_scale(row)
