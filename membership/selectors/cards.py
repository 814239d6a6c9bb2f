"""Reads of cards: those of a household or a unit, and what verifying one needs."""

from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from conamus import clock
from conamus.kernel.errors import NotFound
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import Card, Enrolment, Household, SigningKey
from membership.rules.cards import CardKey

BATCH_JOB = "card_batch"


def cards(actor: Actor) -> QuerySet[Card]:
    """Return the cards in the actor's sight, the latest first."""
    found = Card.objects.filter(in_sight(actor, "household__unit"), tenant_id=actor.tenant_id)
    return found.select_related("household__unit", "key").order_by("-pk")


def good_on(day: date) -> Q:
    """Return what cards are that are good on a day: neither revoked, nor their key, nor past."""
    return Q(revoked_on__isnull=True, key__revoked_on__isnull=True, expires_on__gte=day)


def card_by_id(actor: Actor, card_id: int) -> Card:
    """Return a card within the actor's sight."""
    found = cards(actor).filter(pk=card_id).first()
    if found is None:
        raise NotFound("Cette carte n’existe pas, ou n’est pas de votre unité.")
    return found


def latest_card(actor: Actor, household_id: int) -> Card | None:
    """Return a household's latest card; the one good card, if it has one, is the latest."""
    return cards(actor).filter(household_id=household_id).first()


def without_good_card(actor: Actor, on: date) -> Q:
    """Return what households are that have no good card on a day."""
    good = Card.objects.filter(good_on(on), tenant_id=actor.tenant_id, household=OuterRef("pk"))
    return ~Q(Exists(good))


def to_make_anew(actor: Actor, on: date) -> Q:
    """Return what open households are that had a card, and have none that is good."""
    issued = Card.objects.filter(tenant_id=actor.tenant_id, household=OuterRef("pk"))
    return Q(Exists(issued), without_good_card(actor, on), closed_on__isnull=True)


def batch_cards(actor: Actor, batch_id: UUID) -> list[Card]:
    """Return the cards that one job issued, in the order of the households' numbers."""
    found = cards(actor).filter(batch_id=batch_id, revoked_on__isnull=True)
    return list(found.order_by("household__number"))


def without_card(actor: Actor, *, unit_id: int, year: int) -> QuerySet[Household]:
    """Return a unit's open households enrolled for the year that have no good card today."""
    enrolled = Enrolment.objects.filter(
        tenant_id=actor.tenant_id,
        household=OuterRef("pk"),
        year_id=year,
        cancelled_on__isnull=True,
    )
    found = Household.objects.filter(
        Exists(enrolled),
        without_good_card(actor, clock.today()),
        tenant_id=actor.tenant_id,
        unit_id=unit_id,
        closed_on__isnull=True,
    )
    return found.order_by("number")


def signing_keys(actor: Actor) -> QuerySet[SigningKey]:
    """Return the federation's keys, the one in use first."""
    return SigningKey.objects.filter(tenant_id=actor.tenant_id).order_by("-valid_from", "-pk")


def network_keys() -> dict[str, CardKey]:
    """Return every federation's public keys by their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_id, federation, public_key, revoked_on FROM card_keys()")
        return {
            row[0]: CardKey(key_id=row[0], federation=row[1], public_pem=row[2], revoked_on=row[3])
            for row in cursor.fetchall()
        }


def revoked_marks(on: date) -> list[str]:
    """Return the marks of every federation's revoked cards that would still be read on a day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM revoked_cards(%s)", [on])
        return [row[0] for row in cursor.fetchall()]


def is_revoked(serial: str) -> bool:
    """Tell whether a card of any federation is revoked; an unknown one counts as revoked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revoked_on FROM card_standing(%s)", [serial])
        row = cursor.fetchone()
    return row is None or row[0] is not None
