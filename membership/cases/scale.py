"""« barème »: what a household owes by a scale, and what it paid by last year's."""

from decimal import Decimal

from conamus.cases.facts import Facts
from membership.rules.growth import asks_for, supplement_due
from membership.rules.scale import (
    ORDINARY,
    Band,
    Category,
    Growth,
    PayerKind,
    Scale,
    amount_due,
    check_scale,
    owes_joining_fee,
)
from membership.rules.scale_sizes import compare_scales

_PAYERS = {kind.label: kind for kind in PayerKind}
_GROWTHS = {one.label: one for one in Growth}


def scale(facts: Facts) -> dict[str, object]:
    """Check the scale, then, where a size is asked, say what such a household owes."""
    this_year = _scale(facts.part("barème"))
    last_year = _scale(facts.part("barème précédent")) if facts.has("barème précédent") else None
    check_scale(this_year)
    size = facts.optional_integer("personnes")
    if size is None:
        return {"valable": True}
    code = facts.text("catégorie", ORDINARY)
    is_new = (
        owes_joining_fee(this_year, facts.optional_integer("dernière adhésion"))
        if facts.has("dernière adhésion")
        else facts.flag("nouveau", default=False)
    )
    due = amount_due(this_year, size=size, category=code, is_new=is_new)
    [row] = compare_scales(this_year, last_year, [size], code)
    return {
        "valable": True,
        "cotisation": due.contribution_francs,
        "droit d'adhésion": due.joining_fee_francs,
        "part du payeur": due.payer_francs,
        "part du ménage": due.household_francs,
        "total": due.total_francs,
        "explication": due.explanation,
        "avant": row.before_francs,
        "différence": row.difference_francs,
        "nouveau ménage, différence": row.new_difference_francs,
    }


def supplement(facts: Facts) -> dict[str, object]:
    """Say what a person who joins after the enrolment adds to it."""
    of_year = _scale(facts.part("barème"))
    check_scale(of_year)
    charged, people = facts.integer("personnes comptées"), facts.integer("personnes")
    code = facts.text("catégorie", ORDINARY)
    is_newborn = facts.flag("nouveau-né", default=False)
    if not asks_for(of_year.growth, is_newborn=is_newborn):
        return {"demandé": False}
    due = supplement_due(of_year, category=code, charged=charged, people=people)
    return {
        "demandé": True,
        "supplément": due.contribution_francs,
        "part du payeur": due.payer_francs,
        "personnes comptées ensuite": due.people,
        "explication": due.explanation,
    }


def _scale(facts: Facts) -> Scale:
    categories = tuple(_category(row) for row in facts.rows("catégories"))
    return Scale(
        year=facts.integer("année"),
        bands=tuple(_band(row) for row in facts.rows("tranches")),
        categories=categories or (Category(code=ORDINARY, label="Ordinaire"),),
        joining_fee_francs=facts.integer("droit d'adhésion", 0),
        growth=facts.choice("personne entrée en cours d'année", _GROWTHS, Growth.RENEWAL),
        most_people=facts.optional_integer("au plus"),
        fee_again_after_years=None
        if facts.flag("droit d'adhésion une seule fois", default=False)
        else facts.integer("droit d'adhésion de nouveau après", 1),
    )


def _band(row: Facts) -> Band:
    return Band(
        size_from=row.integer("de"),
        size_to=row.optional_integer("à"),
        amount_francs=row.integer("montant"),
        supplement_from=row.optional_integer("supplément à partir de"),
        supplement_francs=row.integer("supplément", 0),
        category=row.text("catégorie", ""),
    )


def _category(row: Facts) -> Category:
    return Category(
        code=row.text("code"),
        label=row.text("nom"),
        payer=row.choice("payeur", _PAYERS, PayerKind.HOUSEHOLD),
        payer_percent=row.rate("part du payeur", Decimal(0)),
        joining_fee_due=row.flag("droit d'adhésion dû", default=True),
        may_promise=row.flag("promesse possible", default=False),
        agents_may_grant=row.flag("accordée par un agent", default=False),
    )
