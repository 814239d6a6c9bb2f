"""Re-cuts: units close on a day and others open in their place, decided in one act.

What was open beneath a closed unit, and the people limited to it, follow to one of the
new ones (the heir). A re-cut is never edited; it is taken back as a whole, while nothing
has happened on the new units: then they are of no day, and the old ones as if they had
never closed. What downstream applications know of (households) they move themselves,
around these two verbs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from conamus.kernel.errors import DomainError, NotFound, Refusals
from conamus.kernel.periods import Period
from federations.models import PeriodLock, Recut, RecutUnit, RoleAssignment, Unit, UnitZone
from federations.rules.roles import Permission
from federations.rules.units import may_stand_under
from federations.selectors.units import recut_parts, rows_about, unclosed_on
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.periods import close_as_in
from federations.services.units import (
    UnitDetails,
    add_communes,
    close_as_above,
    end_unit,
    open_beneath,
    own_unit,
    require_not_root,
    require_open,
    require_opened_here,
    require_parents_open,
    save_unit,
    take_closing_back,
)
from federations.tenancy.actor import Actor

_NO_RECUT = "Ce redécoupage n’existe pas dans votre fédération."
#: What hangs from a unit, or is limited to it, by the name it has in ``Recut.followed``.
_FOLLOWING: dict[str, tuple[type[models.Model], str]] = {
    "children": (Unit, "parent"),
    "served": (Unit, "management_centre"),
    "assignments": (RoleAssignment, "unit"),
}


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A unit that a re-cut opens."""

    kind: str
    details: UnitDetails
    commune_ids: tuple[int, ...] = ()


@transaction.atomic
def recut_units(
    *,
    actor: Actor,
    unit_ids: Collection[int],
    on_date: date,
    openings: Sequence[Opening],
    heirs: Mapping[int, int] | None = None,
) -> Recut:
    """Close units and open, the same day, those that replace them.

    ``heirs`` names, by closed unit, the place in ``openings`` of the one that what hangs
    from it follows to: the first, unless said. Refusals about the second opening are told
    at fields named ``…_2``, and so on.
    """
    require(actor, Permission.MANAGE_UNITS)
    if not unit_ids or not openings:
        raise DomainError("Un redécoupage ferme au moins une unité et en ouvre au moins une.")
    old = [own_unit(actor, pk) for pk in sorted(set(unit_ids))]
    for unit in old:
        require_not_root(unit)
        require_open(unit)
    for unit in old:
        heir = openings[(heirs or {}).get(unit.pk, 0)]
        _require_still_fitting(unit, heir.kind, on_date, [one.pk for one in old])
        end_unit(unit, on_date, field="on_date")
    new = _open_all(actor, openings, on_date, old[0])
    for unit in new:
        close_as_in(unit, [one.pk for one in old], Period(on_date))
    followed = [_follow(unit, new[(heirs or {}).get(unit.pk, 0)], on_date) for unit in old]
    recut = Recut.objects.create(
        tenant_id=actor.tenant_id,
        on_date=on_date,
        decided_by=actor.name,
        followed={name: [row for one in followed for row in one[name]] for name in _FOLLOWING},
    )
    RecutUnit.objects.bulk_create(
        RecutUnit(tenant_id=actor.tenant_id, recut=recut, unit=unit, is_new=is_new)
        for is_new, units in ((False, old), (True, new))
        for unit in units
    )
    return recut


@transaction.atomic
def take_back_recut(
    *, actor: Actor, recut_id: int, aside: Collection[type[models.Model]] = ()
) -> Recut:
    """Undo a re-cut on whose new units nothing has happened; say what prevents it otherwise.

    ``aside``: tables that only tell of the re-cut itself.
    """
    require(actor, Permission.MANAGE_UNITS)
    recut = hold_recut(actor, recut_id)
    if recut.taken_back_at is not None:
        raise DomainError("Ce redécoupage est déjà repris.")
    old, new = recut_parts(recut, is_new=False), recut_parts(recut, is_new=True)
    _bring_back(recut)
    _require_untouched(new, aside)
    require_parents_open(actor, old)
    for unit in new:
        unit.zones.all().delete()
        unit.valid_to = unit.valid_from
        save_checked(unit)
    for unit in old:
        take_closing_back(unit)
        close_as_in(unit, [one.pk for one in new], Period(recut.on_date))
    recut.taken_back_at, recut.taken_back_by = timezone.now(), actor.name
    recut.save(update_fields=["taken_back_at", "taken_back_by"])
    return recut


def hold_recut(actor: Actor, recut_id: int) -> Recut:
    """Lock and return a re-cut of the actor's own tenant."""
    rows = Recut.objects.select_for_update()
    recut = rows.filter(tenant_id=actor.tenant_id, pk=recut_id).first()
    if recut is None:
        raise NotFound(_NO_RECUT)
    return recut


def _open_all(actor: Actor, openings: Sequence[Opening], day: date, replaced: Unit) -> list[Unit]:
    made, found = [], []
    for place, opening in enumerate(openings, start=1):
        try:
            made.append(_open(actor, opening, day, replaced))
        except DomainError as error:
            found += [_placed(refusal, place) for refusal in error.each()]
    if found:
        raise found[0] if len(found) == 1 else Refusals(found)
    return made


def _open(actor: Actor, opening: Opening, day: date, replaced: Unit) -> Unit:
    require_opened_here(actor, opening.kind)
    unit = Unit(tenant_id=actor.tenant_id, kind=opening.kind, valid_from=day, replaces=replaced)
    save_unit(actor, unit, opening.details)
    close_as_above(unit, Period(day))
    add_communes(unit, sorted(set(opening.commune_ids)), day)
    return unit


def _placed(refusal: DomainError, place: int) -> DomainError:
    """The same refusal at the field of the opening that it is about."""
    if place > 1 and refusal.field:
        refusal.field = f"{refusal.field}_{place}"
    return refusal


def _require_still_fitting(old: Unit, kind: str, day: date, closing: Collection[int]) -> None:
    """The heir must be able to hold what hangs from the unit that closes."""
    for child in open_beneath(old, day).exclude(pk__in=closing):
        fits = may_stand_under(child.kind, kind) if child.parent_id == old.pk else kind == old.kind
        if kind != old.kind and not fits:
            raise DomainError(
                f"« {child.name} » ne peut pas dépendre d’une unité de cette nature ; "
                "rattachez-la ailleurs d’abord.",
                field="kind",
            )


def _follow(old: Unit, new: Unit, day: date) -> dict[str, list[list[int]]]:
    """Pass what is not closed by a day beneath a unit to another; return what passed."""
    passed = {}
    for name, (model, field) in _FOLLOWING.items():
        rows = model._default_manager.filter(
            unclosed_on(day), **{field: old}, tenant_id=old.tenant_id
        )
        keys = sorted(rows.values_list("pk", flat=True))
        rows.filter(pk__in=keys).update(**{field: new})
        passed[name] = [[key, old.pk, new.pk] for key in keys]
    return passed


def _bring_back(recut: Recut) -> None:
    """Give back to the old units what followed to the new ones and is still there."""
    for name, (model, field) in _FOLLOWING.items():
        for key, old, new in recut.followed.get(name, []):
            model._default_manager.filter(
                pk=key, tenant_id=recut.tenant_id, **{f"{field}_id": new}
            ).update(**{f"{field}_id": old})


def _require_untouched(units: Sequence[Unit], aside: Collection[type[models.Model]]) -> None:
    """Raise, naming what is there, where a row of any table speaks of the new units."""
    closed = [unit.name for unit in units if unit.valid_to is not None]
    if closed:
        raise DomainError(f"« {closed[0]} » a été fermée ou redécoupée depuis : commencez par là.")
    # A month closed for them is closed for the old ones that come back.
    told = rows_about(units, aside={UnitZone, RecutUnit, PeriodLock, *aside})
    if told:
        raise DomainError(
            "Ce redécoupage ne se reprend plus : il s’est passé quelque chose sur les nouvelles "
            f"unités depuis ({told})."
        )
