"""« répartition », « échéances » and « numéros »: payments shared, promises, numbers issued."""

from conamus.cases.facts import Facts
from membership.rules.numbers import Range, beneficiary_number, check_range, issue
from membership.rules.promises import InstalmentFact, check_instalments
from membership.rules.sharing import SharingKey, check_keys, key_on, share, split_payment


def sharing(facts: Facts) -> dict[str, object]:
    """Split a payment in joining fee and contribution, and share both by the key of the day.

    A counter-receipt gives its two negative parts instead of an amount.
    """
    keys = [_key(row) for row in facts.rows("clés")]
    check_keys(keys)
    key = key_on(keys, facts.day("le"))
    if facts.has("montant"):
        split = split_payment(
            amount_francs=facts.integer("montant"),
            fee_left_francs=facts.integer("droit d'adhésion restant", 0),
        )
        fee, contribution = split.fee_francs, split.contribution_francs
    else:
        fee, contribution = (
            facts.integer("pour le droit d'adhésion", 0),
            facts.integer("pour la cotisation", 0),
        )
    shares = share(key, contribution_francs=contribution, fee_francs=fee)
    return {
        "clé du": key and key.valid_from,
        "pour le droit d'adhésion": fee,
        "pour la cotisation": contribution,
        "unité": shares.unit_francs,
        "fédération": shares.federation_francs,
        "confédération": shares.confederation_francs,
    }


def _key(row: Facts) -> SharingKey:
    return SharingKey(
        valid_from=row.day("du"),
        valid_to=row.optional_day("avant le"),
        federation_percent=row.rate("fédération"),
        confederation_percent=row.rate("confédération"),
        fee_federation_percent=row.rate("fédération, droit d'adhésion"),
        fee_confederation_percent=row.rate("confédération, droit d'adhésion"),
    )


def instalments(facts: Facts) -> dict[str, object]:
    """Check the instalments of a promise."""
    rows = [
        InstalmentFact(due_on=row.day("le"), amount_francs=row.integer("montant"))
        for row in facts.rows("échéances")
    ]
    check_instalments(
        rows,
        balance_francs=facts.integer("reste à payer"),
        promised_on=facts.day("promis le"),
        ends_on=facts.day("droits jusqu'avant le"),
    )
    return {"valable": True}


def numbers(facts: Facts) -> dict[str, object]:
    """Issue numbers from a range, or write a person's number."""
    row = facts.part("plage")
    first = row.integer("premier")
    numbers_left = Range(
        prefix=row.text("préfixe"),
        first=first,
        last=row.integer("dernier"),
        next=row.integer("prochain", first),
    )
    check_range(numbers_left)
    issued = issue(numbers_left, facts.integer("combien"))
    position = facts.optional_integer("personne n°")
    person = beneficiary_number(issued.numbers[0], position) if position is not None else None
    return {"numéros": issued.numbers, "prochain": issued.next, "numéro de la personne": person}
