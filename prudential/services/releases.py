"""Release the day's figures to the regulator, as far as they tell of nobody.

One transaction for all that is released: who stops it in the middle leaves the previous release
whole, and who asks twice releases nothing more.
"""

from datetime import date

from federations.rules.roles import Permission
from federations.selectors.tenants import find_confederation_id
from federations.services.access import require
from federations.services.holds import hold_alone
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from prudential.models import ReleasedFigures
from prudential.rules.care_releases import care_anew, first_care
from prudential.rules.releases import NOT_COUNTED, first_released, released_anew
from prudential.selectors.care_held import is_care_held
from prudential.selectors.care_releases import care_as_json, day_care, released_care
from prudential.selectors.releases import (
    Json,
    Subject,
    day_figures,
    is_released,
    recut_together,
    released_as_json,
    released_years,
)

TASK = "chiffres arrêtés"


def release_insured(*, actor: Actor, on: date) -> None:
    """Release each mutualist year anew in CONAMUS's open scope; a new one as it is."""
    require(actor, Permission.PRODUCE_REPORTS)
    _one_at_a_time(actor)
    known, today, recuts = released_years(actor.tenant_id), day_figures(), recut_together()
    figures = {year: one.figures for year, one in known.items()}
    for year in sorted(known.keys() | today.keys()):
        day = today.get(year, NOT_COUNTED.figures)
        before = known.get(year - 1, NOT_COUNTED).figures
        released = (
            released_anew(
                known[year],
                day,
                year_before=(before, figures.get(year - 1, before)),
                recuts=recuts,
            )
            if year in known
            else first_released(day, recuts)
        )
        figures[year] = released.figures
        _keep(actor, Subject.INSURED, year, on, released_as_json(released))


def release_care(*, actor: Actor, on: date) -> None:
    """Release each year of care anew in CONAMUS's open scope; a new one as it is; none if held."""
    require(actor, Permission.PRODUCE_REPORTS)
    if is_care_held():
        return
    _one_at_a_time(actor)
    known, today = released_care(actor.tenant_id), day_care()
    for year in sorted(known.keys() | today.keys()):
        day = today.get(year, {})
        released = care_anew(known[year], day) if year in known else first_care(day)
        _keep(actor, Subject.CARE, year, on, care_as_json(released))


def release_figures(*, actor: Actor, on: date) -> None:
    """Release all that is released, in CONAMUS's open scope."""
    require(actor, Permission.PRODUCE_REPORTS)
    release_insured(actor=actor, on=on)
    release_care(actor=actor, on=on)


def release_all_figures(*, on: date, again: bool = True) -> bool:
    """Release the network's figures in its own scope; return whether anything was to be done.

    Not ``again``: not where it was done on that day, nor where there is no network yet.
    """
    network_id = find_confederation_id()
    if network_id is None:
        return False
    actor = system_actor(network_id, TASK)
    with open_scope(actor, source=TASK):
        if not again and is_released(network_id, on):
            return False
        release_figures(actor=actor, on=on)
    return True


def _keep(actor: Actor, subject: Subject, year: int, on: date, figures: Json) -> None:
    ReleasedFigures.objects.update_or_create(
        tenant_id=actor.tenant_id,
        subject=subject,
        year=year,
        defaults={"settled_on": on, "figures": figures},
    )


def _one_at_a_time(actor: Actor) -> None:
    """Two releases at the same moment are judged one after the other."""
    hold_alone(f"release:{actor.tenant_id}")
