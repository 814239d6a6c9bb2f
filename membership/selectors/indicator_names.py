"""Names of the groups that indicators are counted by: units, federations, communes, ages."""

from federations.models import Federation, Place, Unit
from membership.models import Beneficiary, ScaleCategory
from membership.selectors.indicators import Breakdown

#: By the first age of each band.
_AGES = {
    "0": "moins de 5 ans",
    "5": "5 à 14 ans",
    "15": "15 à 24 ans",
    "25": "25 à 49 ans",
    "50": "50 à 64 ans",
    "65": "65 ans et plus",
}
#: Of a key that a 64-bit integer holds.
_MOST_DIGITS = 18
#: The key of those of whom it is not known, and what it is called.
NOT_KNOWN_KEY = ""
_NOT_KNOWN = "non connu"


def group_names(by: Breakdown, keys: set[str]) -> dict[str, str]:
    """Return the names of the groups, in the order in which they are shown."""
    last = {NOT_KNOWN_KEY: _NOT_KNOWN} if NOT_KNOWN_KEY in keys else {}
    return _known_names(by, keys - {NOT_KNOWN_KEY}) | last


def _known_names(by: Breakdown, keys: set[str]) -> dict[str, str]:
    if by is Breakdown.AGE:
        return {key: name for key, name in _AGES.items() if key in keys}
    if by is Breakdown.SEX:
        return {key: label.capitalize() for key, label in Beneficiary.Sex.choices if key in keys}
    if by is Breakdown.CATEGORY:
        return _category_names(keys)
    # A key may have been typed into an address.
    known = [int(key) for key in keys if key.isdecimal() and len(key) <= _MOST_DIGITS]
    rows = Unit.objects if by is Breakdown.UNIT else Place.objects
    found = rows.filter(pk__in=known).order_by("sort_key")
    return {str(key): name for key, name in found.values_list("pk", "name")}


def _category_names(keys: set[str]) -> dict[str, str]:
    """Return what the scales call the categories, as the first scale that has one lists it."""
    found = ScaleCategory.objects.filter(code__in=keys).order_by("pk").values_list("code", "label")
    named: dict[str, str] = {}
    for code, label in found:
        named.setdefault(code, label)
    return named | {key: key for key in sorted(keys - named.keys())}


def federation_names(tenant_ids: set[int] | None) -> dict[int, str]:
    """Return the short names of federations, in the order of a list; None: of all."""
    found = Federation.objects.filter(kind=Federation.Kind.FEDERATION)
    if tenant_ids is not None:
        found = found.filter(pk__in=tenant_ids)
    return dict(found.order_by("sort_key").values_list("pk", "short_name"))
