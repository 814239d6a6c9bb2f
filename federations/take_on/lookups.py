"""Names and codes of a file turned into rows of ours, looked up once for a whole file."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from conamus import clock
from conamus.kernel.errors import DomainError
from conamus.kernel.text import search_key
from federations.models import HealthDistrict, HealthFacility, Partner, Place, Unit
from federations.selectors.units import units_of_code
from federations.services.ground import is_in_force
from federations.services.places import CHANGED_ON
from federations.services.take_on import ImportContext

T = TypeVar("T")


def cached(context: ImportContext, name: str, load: Callable[[], T]) -> T:
    """Return what is looked up once for the whole file."""
    if name not in context.cache:
        context.cache[name] = load()
    return context.cache[name]


def refuse_difference(
    what: str,
    differences: dict[str, tuple[Any, Any]],
    *,
    if_given: dict[str, tuple[Any, Any]] | None = None,
) -> None:
    """Raise for a row whose thing is already there with other values; nothing for the same.

    Each is (what is there, what the row says); of ``if_given`` an empty cell says nothing.
    """
    told = {
        name: pair for name, pair in (if_given or {}).items() if pair[1] not in (None, "", set())
    }
    pairs = {**differences, **told}
    different = [name for name, (there, given) in pairs.items() if there != given]
    if different:
        raise DomainError(f"{what} existe déjà, avec une autre valeur ({', '.join(different)}).")


def open_unit(context: ImportContext, code: str, *, field: str) -> Unit:
    """Return an open unit of the tenant by its code."""
    units = units_of_code(code, on=clock.today())
    unit = units.filter(tenant_id=context.actor.tenant_id).first()
    if unit is None:
        raise DomainError(f"aucune unité ouverte n’a le code « {code[:30]} ».", field=field)
    return unit


def root_unit(context: ImportContext) -> Unit:
    """Return the tenant's own unit: the federation, or the confederation."""
    return cached(
        context,
        "root",
        lambda: Unit.objects.get(
            tenant_id=context.actor.tenant_id,
            kind__in=(Unit.Kind.CONFEDERATION, Unit.Kind.FEDERATION),
            valid_to__isnull=True,
        ),
    )


def funder(context: ImportContext, name: str, *, field: str) -> Partner | None:
    """Return a partner of the tenant by name or acronym; None for an empty cell."""
    if not name:
        return None
    fold = search_key(name)
    for partner in Partner.objects.filter(tenant_id=context.actor.tenant_id):
        if fold in (partner.search_key, search_key(partner.acronym) or None):
            return partner
    raise DomainError(
        f"« {name[:60]} » n’est pas dans vos partenaires : inscrivez-le d’abord.", field=field
    )


def commune(
    context: ImportContext, name: str, *, field: str, division: str, province: str = ""
) -> Place:
    """Return a commune of one division by its name; the province tells namesakes apart."""
    found = _communes(context, division).get(search_key(name), [])
    if province:
        wanted = search_key(province)
        found = [place for place in found if _province(place).search_key == wanted]
    if len(found) == 1:
        return found[0]
    if not found:
        label = Place.Division(division).label
        raise DomainError(f"« {name[:60]} » n’est pas une commune des {label}.", field=field)
    provinces = ", ".join(_province(place).name for place in found)
    raise DomainError(
        f"plusieurs communes ont ce nom ({provinces}) : dites la province.", field=field
    )


def division_on(day: date) -> str:
    """Return the administrative division in force on a day."""
    return Place.Division.UNTIL_2025 if day < CHANGED_ON else Place.Division.SINCE_2025


def health_district(context: ImportContext, name: str, *, field: str) -> HealthDistrict:
    """Return a health district by its code or name; of two of one name, that in force."""
    fold = search_key(name)
    for district in cached(context, "districts", _districts):
        if fold in (district.search_key, search_key(district.code)):
            return district
    raise DomainError(f"« {name[:60]} » n’est pas un district sanitaire.", field=field)


def _districts() -> list[HealthDistrict]:
    """Return all of them, those in force first."""
    today = clock.today()
    return sorted(HealthDistrict.objects.all(), key=lambda one: not is_in_force(one, today))


def facility(context: ImportContext, code: str, *, field: str) -> HealthFacility:
    """Return a facility by its code."""
    found = HealthFacility.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise DomainError(f"aucune formation sanitaire n’a le code « {code[:20]} ».", field=field)
    return found


def _province(commune: Place) -> Place:
    """A commune always lies in a province; the table of places cannot say so."""
    if commune.parent is None:
        raise ValueError(f"commune {commune.code} has no province")
    return commune.parent


def _communes(context: ImportContext, division: str) -> dict[str, list[Place]]:
    def load() -> dict[str, list[Place]]:
        by_name: dict[str, list[Place]] = {}
        places = Place.objects.filter(division=division, kind=Place.Kind.COMMUNE)
        for place in places.select_related("parent"):
            by_name.setdefault(place.search_key, []).append(place)
        return by_name

    return cached(context, f"communes-{division}", load)
