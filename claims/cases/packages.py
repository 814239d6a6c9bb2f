"""« paquet »: what is wrong with a package, and how it is explained in words."""

from claims.cases.words import BEARERS, PAPERS, SCOPES, quantity, share, target
from claims.rules.package import (
    Ceiling,
    Condition,
    Deductible,
    Exclusion,
    Interval,
    Limit,
    OtherPayer,
    Package,
    Rate,
    Requirement,
    Scope,
    Wait,
)
from claims.rules.packages import faults
from claims.rules.sentences import describe
from claims.rules.words import Bearer
from conamus.cases.facts import Facts


def package(facts: Facts) -> dict[str, object]:
    """Say whether the package stands, its faults with their place, and its words."""
    given = read_package(facts.part("paquet"))
    found = faults(given)
    return {
        "valable": not found,
        "fautes": [fault.sentence for fault in found],
        "places": [fault.place for fault in found],
        "en mots": describe(given),
    }


def read_package(facts: Facts) -> Package:
    """Read a package's clauses."""
    is_always = facts.flag("reçue sans délai", default=False)
    return Package(
        year=facts.integer("année"),
        rates=tuple(Rate(share(row, "part"), target(row)) for row in facts.rows("taux")),
        ceilings=tuple(map(_ceiling, facts.rows("plafonds"))),
        limits=tuple(map(_limit, facts.rows("limites"))),
        intervals=tuple(map(_interval, facts.rows("intervalles"))),
        waits=tuple(Wait(row.integer("jours"), target(row)) for row in facts.rows("attentes")),
        conditions=tuple(map(_condition, facts.rows("conditions"))),
        exclusions=tuple(map(_exclusion, facts.rows("exclusions"))),
        requirements=tuple(map(_requirement, facts.rows("pièces"))),
        other_payers=tuple(map(_other_payer, facts.rows("autres payeurs"))),
        deductibles=tuple(map(_deductible, facts.rows("franchises"))),
        late_after_days=None if is_always else facts.integer("reçue au plus tard après", 90),
        accepts_unpriced=facts.flag("accepte sans prix convenu", default=True),
    )


def _ceiling(row: Facts) -> Ceiling:
    return Ceiling(row.choice("par", SCOPES), row.integer("montant"), target(row))


def _limit(row: Facts) -> Limit:
    return Limit(
        quantity=quantity(row, "quantité"),
        scope=row.choice("par", SCOPES, Scope.CLAIM),
        days=row.optional_integer("en jours"),
        target=target(row),
        bearer=_bearer(row),
    )


def _interval(row: Facts) -> Interval:
    return Interval(row.integer("jours"), target(row), _bearer(row))


def _condition(row: Facts) -> Condition:
    """The ages and the sex asked are the condition's; the target is an act or a family."""
    about = target(row)
    return Condition(
        target=type(about)(family=about.family, act=about.act),
        sex=about.sex,
        age_from=about.age_from,
        age_to=about.age_to,
        bearer=_bearer(row),
    )


def _exclusion(row: Facts) -> Exclusion:
    return Exclusion(
        target=target(row),
        is_chronic=row.flag("maladie chronique", default=False),
        wording=row.text("libellé", ""),
    )


def _requirement(row: Facts) -> Requirement:
    return Requirement(
        paper=row.choice("pièce", PAPERS),
        target=target(row),
        from_francs=row.integer("à partir de", 0),
        bearer=_bearer(row),
    )


def _other_payer(row: Facts) -> OtherPayer:
    return OtherPayer(
        name=row.text("nom"),
        share=share(row, "part"),
        target=target(row),
        is_maternity=row.flag("maternité", default=False),
        other_cover=row.text("couverture") if row.has("couverture") else None,
    )


def _deductible(row: Facts) -> Deductible:
    return Deductible(row.choice("par", SCOPES), row.integer("montant"), target(row))


def _bearer(row: Facts) -> Bearer:
    return row.choice("à la charge de", BEARERS, Bearer.FACILITY)
