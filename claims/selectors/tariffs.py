"""Reads of tariffs: the rows, and the price that holds for a facility on a day, and why.

A federation's own tariffs come first; where none speaks of the act, CONAMUS's do.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from claims.models import Act, Tariff
from claims.rules import tariffs as rules
from claims.rules.words import LEVELS, OWNERSHIPS
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date
from conamus.kernel.periods import Period
from federations.models import HealthFacility
from federations.rules.roles import Role
from federations.rules.standings import Standing
from federations.selectors.standings import standing_on
from federations.selectors.tenants import own_or_networks
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class PriceFound:
    """The price that holds; ``row`` None: no tariff speaks of the act there on that day."""

    row: Tariff | None
    #: What else speaks of it on that day, and is less close.
    passed_over: tuple[Tariff, ...] = ()

    @property
    def why(self) -> str:
        """Say whose tariff it is and why it is the one."""
        if self.row is None:
            return (
                "Aucun tarif ne vaut ce jour-là : l’acte est pris au prix demandé et montré à une "
                "personne, ou n’est pas payé, selon le paquet."
            )
        said = f"C’est le plus proche : {whom(self.row)}, {since(self.row)}"
        others = len(self.passed_over)
        return (
            f"{said}. Moins proches, {others} autres."
            if others > 1
            else (f"{said}. Moins proche, un autre." if others else f"{said}.")
        )


def tariffs(tenant_id: int) -> QuerySet[Tariff]:
    """Return the tenant's tariffs and CONAMUS's, of every day."""
    found = Tariff.objects.filter(own_or_networks(tenant_id))
    return found.select_related("act", "facility", "tenant")


def tariffs_in_sight(actor: Actor) -> QuerySet[Tariff]:
    """Return the tariffs that the actor reads: to a facility no other one's own."""
    found = tariffs(actor.tenant_id)
    if actor.role is not Role.FACILITY_USER:
        return found
    return found.filter(Q(facility_id__isnull=True) | Q(facility_id=actor.facility_id))


def readable_tariff(actor: Actor, tariff_id: int) -> Tariff:
    """Return a tariff that the actor reads."""
    row = tariffs_in_sight(actor).filter(pk=tariff_id).first()
    if row is None:
        raise NotFound("Ce tarif n’existe pas.")
    return row


def price_before(row: Tariff) -> Tariff | None:
    """Return the price for the same facilities that ends where this one begins."""
    whom = ("tenant_id", "act_id", "facility_id", "level", "ownership")
    same = {name: getattr(row, name) for name in whom}
    return Tariff.objects.filter(ends_on=row.starts_on, **same).first()


def tariffs_held(act: Act, tenant_id: int, on: date) -> QuerySet[Tariff]:
    """Return the tariffs of an act that hold on a day."""
    ends = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
    return tariffs(tenant_id).filter(ends, act=act, starts_on__lte=on)


def price_for(tenant_id: int, act: Act, facility: HealthFacility, on: date) -> PriceFound:
    """Return the price of an act for a facility on a day, and what it passed over.

    The tenant's own book is asked first, then CONAMUS's, as for a claim (`care_facts`).
    """
    rows = list(tariffs_held(act, tenant_id, on))
    then = standing_on(facility, on)
    own = [row for row in rows if row.tenant_id == tenant_id]
    for book in (own, [row for row in rows if row.tenant_id != tenant_id]):
        by_rule = {as_rule(row): row for row in book}
        found = rules.closest(
            [*by_rule], act.code, str(facility.pk), then.facility_type, then.ownership, on
        )  # fmt: skip
        if found is not None:
            row = by_rule[found]
            others = [one for one in rows if one.pk != row.pk and _speaks_of(one, facility, then)]
            return PriceFound(row, tuple(others))
    return PriceFound(None)


@dataclass(frozen=True, slots=True)
class Priced:
    """Claims in force that were decided for care of some days, and the days, both included."""

    claims: int
    first_on: date
    last_on: date


def priced_by(row: Tariff, since: date, until: date) -> Priced | None:
    """Return what was decided by a tariff, or would be, for care of days; ``until`` excluded."""
    whom = [row.act_id, row.facility_id, row.level, row.ownership]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM price_decisions(%s, %s, %s, %s, %s, %s)",
                       [*whom, since, until])  # fmt: skip
        claims, first_on, last_on = cursor.fetchone()
    return Priced(claims, first_on, last_on) if claims else None


def as_rule(row: Tariff) -> rules.Tariff:
    """Return a tariff as the rules take it."""
    return rules.Tariff(
        act=row.act.code,
        facility=None if row.facility_id is None else str(row.facility_id),
        level=row.level or None,
        ownership=row.ownership or None,
        period=Period(row.starts_on, row.ends_on),
        price_francs=row.price_francs,
    )


def whom(row: Tariff) -> str:
    """Say whose tariff it is and for which facilities, in words."""
    if row.facility is not None:
        place = f"propre à {row.facility.name}"
    else:
        kind = LEVELS.get(row.level, row.level)
        sector = f"secteur {OWNERSHIPS.get(row.ownership, row.ownership)}" if row.ownership else ""
        place = ", ".join(word for word in (kind, sector) if word) or "général"
    return f"tarif {place}, de {row.tenant.short_name}"


def since(row: Tariff) -> str:
    """Say from when to when it holds."""
    until = f" jusqu’au {format_date(row.ends_on)} exclu" if row.ends_on else ""
    return f"dès le {format_date(row.starts_on)}{until}"


def _speaks_of(row: Tariff, facility: HealthFacility, then: Standing) -> bool:
    if row.facility_id is not None:
        return row.facility_id == facility.pk
    return row.level in ("", then.facility_type) and row.ownership in ("", then.ownership)
