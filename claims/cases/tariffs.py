"""« tarif »: the agreed price of an act on a day, and tariffs whose dates overlap."""

from datetime import timedelta

from claims.cases.words import LEVELS, OWNERSHIPS, optional
from claims.rules.tariffs import Tariff, closest, overlaps
from conamus.cases.facts import Facts
from conamus.kernel.periods import Period

_DAY = timedelta(days=1)


def tariff(facts: Facts) -> dict[str, object]:
    """Say the closest tariff's price, or none, and how many pairs of tariffs overlap."""
    tariffs = [_tariff(row) for row in facts.rows("tarifs")]
    asked = facts.part("demande") if facts.has("demande") else None
    pairs = overlaps(tariffs)
    if asked is None:
        return {"chevauchements": len(pairs), "prix convenu": None}
    found = closest(
        tariffs,
        asked.text("acte"),
        asked.text("formation sanitaire"),
        asked.choice("type", LEVELS),
        asked.choice("secteur", OWNERSHIPS),
        asked.day("le"),
    )
    return {
        "chevauchements": len(pairs),
        "prix convenu": None if found is None else found.price_francs,
    }


def _tariff(row: Facts) -> Tariff:
    last = row.optional_day("jusqu'au")
    return Tariff(
        act=row.text("acte"),
        facility=row.text("formation sanitaire") if row.has("formation sanitaire") else None,
        level=optional(row, "type", LEVELS),
        ownership=optional(row, "secteur", OWNERSHIPS),
        period=Period(row.day("du"), None if last is None else last + _DAY),
        price_francs=row.integer("prix"),
    )
