"""Where a figure of care leads: the list of the attestations that it counts."""

from collections.abc import Callable, Iterable
from urllib.parse import urlencode

from django.urls import reverse

from claims.filters.claims import COUNTED
from claims.selectors.care_figures import By, Part, unit_codes
from claims.selectors.facility_months import facility_codes


def claims_addresses(year: int, part: Part, by: By, keys: Iterable[str]) -> Callable[[str], str]:
    """Return what gives the address of a group's list, within a part of the year."""
    base = {"annee": str(year), "state": COUNTED, **_of_part(part)}
    values = _VALUES.get(by, _same)(keys)
    return lambda key: f"{reverse('claims')}?{urlencode(base | {_FILTERS[by]: values[key]})}"


def _of_part(part: Part) -> dict[str, str]:
    """Return what the list is filtered by for a part of the year."""
    held = {
        By.MONTH: part.month,
        By.KIND: part.kind,
        By.FEDERATION: part.home,
        By.PROCESSING: part.processing,
        By.FACILITY: part.facility,
        By.UNIT: part.unit,
    }
    named = {by: str(key) for by, key in held.items() if key is not None}
    return {_FILTERS[by]: _VALUES.get(by, _same)([key]).get(key, "") for by, key in named.items()}


def _same(keys: Iterable[str]) -> dict[str, str]:
    return {key: key for key in keys}


#: The filter of the list that each grouping is, and what it takes.
_FILTERS = {
    By.MONTH: "month",
    By.KIND: "care_kind",
    By.FACILITY: "facility",
    By.UNIT: "unit",
    By.FEDERATION: "home",
    By.PROCESSING: "processing",
}
_VALUES = {By.FACILITY: facility_codes, By.UNIT: unit_codes}
