"""Writes of tariffs: set, changed from a day, ended, withdrawn before they begin.

A price that began is never edited: it ends, another begins. Two tariffs of one act for the same
facilities never share a day; who writes about an act's tariffs holds them to the end.

A price may begin or end in the past, from the first agreement with the facility on, but never under
care that is decided: no decision in force would give other francs if it were redone. To change the
price of decided care, its decisions are first taken back, which says why, and other people than who
holds the prices decide them: the readers.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.db import transaction

from claims.models import Agreement, Tariff
from claims.rules.tariffs import overlaps
from claims.selectors.catalogue import readable_act
from claims.selectors.tariffs import as_rule, price_before, priced_by, since, tariffs
from claims.services.holding import hold
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date, format_francs, format_integer
from federations.rules.days import require_near_day
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.periods import FIRST_MONTH
from federations.services.repetition import once
from federations.tenancy.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTariff:
    """A price, for whom, and from which day; what is empty does not narrow."""

    act_id: int
    price_francs: int
    starts_on: date
    ends_on: date | None = None
    facility_id: int | None = None
    level: str = ""
    ownership: str = ""


@transaction.atomic
def set_tariff(*, actor: Actor, tariff: NewTariff, key: str = "") -> Tariff:
    """Agree the price of an act."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["tariff", asdict(tariff)],
        create=lambda: _set(actor, tariff),
        find=lambda pk: Tariff.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def change_tariff(
    *, actor: Actor, tariff_id: int, price_francs: int, starts_on: date, key: str = ""
) -> Tariff:
    """End a price on a day and begin another in its place."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["change_tariff", tariff_id, price_francs, starts_on],
        create=lambda: _change(actor, tariff_id, price_francs, starts_on),
        find=lambda pk: Tariff.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


@transaction.atomic
def end_tariff(*, actor: Actor, tariff_id: int, ends_on: date) -> Tariff:
    """End a price; from that day on the next closest holds."""
    require(actor, Permission.MANAGE_CARE_TERMS)
    row = _own(actor, tariff_id)
    _require_open(row, ends_on, field="ends_on")
    _require_undecided(row, ends_on, row.ends_on, field="ends_on")
    row.ends_on = ends_on
    save_checked(row, conflict_field="ends_on", changed=("ends_on",))
    return row


@transaction.atomic
def withdraw_tariff(*, actor: Actor, tariff_id: int) -> None:
    """Drop a price that has not begun: no care was ever valued by it.

    The price that ended for it holds on, over its days: nobody decided of days without a price.
    """
    require(actor, Permission.MANAGE_CARE_TERMS)
    row = _own(actor, tariff_id)
    if row.starts_on <= clock.today():
        raise Conflict("Ce tarif a commencé : donnez-lui une fin, il ne se supprime plus.")
    before = price_before(row)
    row.delete()
    if before is not None:
        before.ends_on = row.ends_on
        save_checked(before, conflict_field="ends_on", changed=("ends_on",))


def _set(actor: Actor, tariff: NewTariff) -> Tariff:
    act = readable_act(actor.tenant_id, tariff.act_id)
    hold(actor.tenant_id, "tariffs", act.pk)
    row = Tariff(tenant_id=actor.tenant_id, **asdict(tariff))
    gathering = Gathering()
    with gathering.part():
        if act.closed_on is not None and tariff.starts_on >= act.closed_on:
            raise DomainError(
                f"Cet acte est retiré du catalogue le {format_date(act.closed_on)}.", field="act"
            )
    if tariff.price_francs < 0:
        gathering.found.append(DomainError("Le prix n’est pas négatif.", field="price_francs"))
    with gathering.part():
        _require_dates(row)
        _require_first_day(row)
        require_near_day(row.starts_on, today=clock.today(), act="Un prix", field="starts_on")
        _require_alone(actor, row)
        _require_undecided(row, row.starts_on, row.ends_on, field="starts_on")
    save_checked(row, conflict_field="starts_on", gathered=gathering)
    return row


def _change(actor: Actor, tariff_id: int, price_francs: int, starts_on: date) -> Tariff:
    before = _own(actor, tariff_id)
    _require_open(before, starts_on, field="starts_on")
    if price_francs == before.price_francs:
        raise DomainError("Le prix est déjà celui-là.", field="price_francs")
    until = before.ends_on
    before.ends_on = starts_on
    save_checked(before, conflict_field="starts_on", changed=("ends_on",))
    whom = ("act_id", "facility_id", "level", "ownership")
    return _set(
        actor,
        NewTariff(
            price_francs=price_francs,
            starts_on=starts_on,
            ends_on=until,
            **{name: getattr(before, name) for name in whom},
        ),
    )


def _require_dates(row: Tariff) -> None:
    if row.ends_on is not None and row.ends_on <= row.starts_on:
        raise DomainError("Le tarif finirait avant de commencer.", field="ends_on")


def _require_first_day(row: Tariff) -> None:
    """Refuse a price from before the first agreement with its facility, or the network's days."""
    signed = Agreement.objects.filter(tenant_id=row.tenant_id, facility_id=row.facility_id)
    first = signed.order_by("starts_on").values_list("starts_on", flat=True).first()
    if first is not None and row.starts_on < first:
        raise DomainError(
            f"La première convention avec elle commence le {format_date(first)} : un tarif ne "
            "commence pas avant.",
            field="starts_on",
        )
    if row.starts_on < FIRST_MONTH:
        raise DomainError(
            f"Rien n’est inscrit avant {FIRST_MONTH.year} : choisissez un jour plus récent.",
            field="starts_on",
        )


def _require_undecided(row: Tariff, since: date, until: date | None, *, field: str) -> None:
    """Refuse to change, from a day of the past on, the price that decisions in force went by."""
    after = clock.today() + timedelta(days=1)
    if since >= after:
        return
    decided = priced_by(row, since, after if until is None else min(until, after))
    if decided is None:
        return
    raise DomainError(
        f"Attestations déjà décidées dont le prix changerait : {format_integer(decided.claims)}, "
        f"pour des soins du {format_date(decided.first_on)} au {format_date(decided.last_on)}. "
        "Choisissez un jour qui suit, ou reprenez d’abord ces décisions (page « Refaire des "
        "décisions ») : un lecteur les décidera au nouveau prix.",
        field=field,
    )


def _require_alone(actor: Actor, row: Tariff) -> None:
    """Refuse a tariff that shares a day with another for the same facilities."""
    others = {
        as_rule(other): other
        for other in tariffs(actor.tenant_id).filter(tenant_id=actor.tenant_id, act_id=row.act_id)
    }
    mine = as_rule(row)
    for pair in overlaps([mine, *others]):
        if mine in pair:
            other = others[pair[0] if pair[1] is mine else pair[1]]
            price = format_francs(other.price_francs)
            raise DomainError(
                f"Un tarif de {price} vaut déjà {since(other)} : donnez-lui une fin, ou changez "
                "son prix depuis sa page.",
                field="starts_on",
            )


def _require_open(row: Tariff, day: date, *, field: str) -> None:
    if day <= row.starts_on:
        raise DomainError(
            f"Ce tarif commence le {format_date(row.starts_on)} : choisissez un jour qui suit.",
            field=field,
        )
    if row.ends_on is not None and day >= row.ends_on:
        raise DomainError(f"Ce tarif finit déjà le {format_date(row.ends_on)}.", field=field)


def _own(actor: Actor, tariff_id: int) -> Tariff:
    found = Tariff.objects.filter(tenant_id=actor.tenant_id, pk=tariff_id)
    act_id = found.values_list("act_id", flat=True).first()
    if act_id is None:
        raise NotFound("Ce tarif n’existe pas chez vous.")
    hold(actor.tenant_id, "tariffs", act_id)
    return found.select_related("act", "tenant").get()
