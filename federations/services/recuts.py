"""Re-cuts: units close on a day and others open in their place, decided in one act.

What is open beneath a closed unit, and the people limited to it, follow to one of the
new ones (the heir) on the day (following.py): whoever decides for a later day sees to it that
they do. A re-cut is never edited; it is taken back as a whole, while nothing
has happened on the new units: then they are of no day, and the old ones as if they had
never closed. What downstream applications know of (households) they move themselves,
around these verbs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import DomainError, Refusals
from conamus.kernel.periods import Period
from federations.models import PeriodLock, Recut, RecutUnit, RoleAssignment, Unit, UnitZone
from federations.rules.roles import Permission, Role
from federations.rules.units import may_stand_under
from federations.selectors.heirs import handing_on_to
from federations.selectors.units import NEVER_OPEN, recut_parts, rows_about, unclosed_on
from federations.services.above import open_beneath, require_parents_open
from federations.services.access import require
from federations.services.assignments import hold_people, kind_problems
from federations.services.checked import save_checked
from federations.services.following import bring_back, follow_recut, hold_recut
from federations.services.holds import hold_units
from federations.services.periods import close_as_in
from federations.services.units import (
    UnitDetails,
    add_communes,
    close_as_above,
    end_unit,
    own_unit,
    require_not_root,
    require_open,
    require_opened_here,
    save_unit,
    take_closing_back,
)
from federations.tenancy.actor import Actor


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
    # All words first: whoever writes of two of these units waits for them in that order.
    hold_people()
    hold_units(actor.tenant_id, unit_ids)
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
    recut = Recut.objects.create(tenant_id=actor.tenant_id, on_date=on_date, decided_by=actor.name)
    parts = [(unit, new[(heirs or {}).get(unit.pk, 0)]) for unit in old]
    RecutUnit.objects.bulk_create(
        RecutUnit(tenant_id=actor.tenant_id, recut=recut, unit=unit, is_new=heir is None, heir=heir)
        for unit, heir in (*parts, *((unit, None) for unit in new))
    )
    if on_date <= clock.today():
        follow_recut(actor=actor, recut_id=recut.pk)
        recut.refresh_from_db(fields=["followed"])
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
    # Nothing is written of any of them until they are as they become.
    hold_people()
    hold_units(actor.tenant_id, recut.parts.values_list("unit_id", flat=True))
    old, new = recut_parts(recut, is_new=False), recut_parts(recut, is_new=True)
    bring_back(recut)
    _require_untouched(new, aside)
    require_parents_open(actor, old)
    for unit in new:
        unit.zones.all().delete()
        unit.valid_to = unit.valid_from
        save_checked(unit)
    for unit in old:
        take_closing_back(unit)
        # What the new units took over was closed for one of the old: it keeps that itself.
        closed = [one.pk for one in new]
        close_as_in(unit, closed, Period(recut.on_date), since=recut.decided_at)
    recut.taken_back_at, recut.taken_back_by = timezone.now(), actor.name
    recut.save(update_fields=["taken_back_at", "taken_back_by"])
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
    """The heir must be able to hold what hangs, or is to hang, from the unit that closes."""
    above = {old.pk, *handing_on_to(old)}
    for child in open_beneath(old, day).exclude(pk__in=closing):
        fits = may_stand_under(child.kind, kind) if child.parent_id in above else kind == old.kind
        if kind != old.kind and not fits:
            raise DomainError(
                f"« {child.name} » ne peut pas dépendre d’une unité de cette nature ; "
                "rattachez-la ailleurs d’abord.",
                field="kind",
            )
    _require_workplaces(old, above, kind, day)


def _require_workplaces(old: Unit, above: Collection[int], kind: str, day: date) -> None:
    """Raise, naming them, where people work who could not in a unit of the heir's kind.

    No role is ended in the past: of a day in the past, theirs must be over today.
    """
    lasting = unclosed_on(max(day, clock.today()))
    roles = RoleAssignment.objects.filter(lasting, tenant_id=old.tenant_id)
    for role in roles.filter(unit__in=above).exclude(NEVER_OPEN).select_related("user"):
        if kind_problems(Role(role.role), kind):
            raise DomainError(
                f"{role.user} ne peut pas être « {Role(role.role).label} » dans une unité de "
                "cette nature : changez son rôle d’abord, ou retirez-le pour ce jour-là.",
                field="kind",
            )


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
