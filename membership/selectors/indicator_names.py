"""Names of the groups that indicators are counted by: units, federations, communes, ages."""

from federations.models import Federation, Place, Unit
from membership.models import Beneficiary, ScaleCategory
from membership.selectors.indicators import Breakdown

_AGES = {
    "0": "moins de 5 ans",
    "5": "5 à 14 ans",
    "15": "15 à 24 ans",
    "25": "25 à 49 ans",
    "50": "50 à 64 ans",
    "65": "65 ans et plus",
}


def group_names(by: Breakdown, keys: set[str]) -> dict[str, str]:
    """Return the names of the groups, in the order in which they are shown."""
    if by is Breakdown.AGE:
        return {key: name for key, name in _AGES.items() if key in keys}
    if by is Breakdown.SEX:
        return {key: label.capitalize() for key, label in Beneficiary.Sex.choices if key in keys}
    if by is Breakdown.CATEGORY:
        return _category_names(keys)
    if by is Breakdown.UNIT:
        return _named(
            Unit.objects.filter(pk__in=keys).order_by("sort_key").values_list("pk", "name")
        )
    communes = Place.objects.filter(pk__in=keys).order_by("sort_key")
    return _named(communes.values_list("pk", "name"))


def _category_names(keys: set[str]) -> dict[str, str]:
    """Return what the scales call the categories, as the first scale that has one lists it."""
    found = ScaleCategory.objects.filter(code__in=keys).order_by("pk").values_list("code", "label")
    named: dict[str, str] = {}
    for code, label in found:
        named.setdefault(code, label)
    return named | {key: key for key in sorted(keys - named.keys())}


def unit_names(unit_ids: set[int]) -> dict[int, str]:
    """Return the names of units, in the order of a list."""
    found = Unit.objects.filter(pk__in=unit_ids).order_by("sort_key")
    return dict(found.values_list("pk", "name"))


def federation_names(tenant_ids: set[int]) -> dict[int, str]:
    """Return the short names of federations, in the order of a list."""
    found = Federation.objects.filter(pk__in=tenant_ids).order_by("sort_key")
    return dict(found.values_list("pk", "short_name"))


def _named(pairs: object) -> dict[str, str]:
    return {str(key): name for key, name in pairs}  # type: ignore[attr-defined]
