"""What a person cut, and the agreed price: steps 4 and 5. The facility bears both.

A doctor's cut in francs is meant on the bill as it should have been: the difference to the
agreed price is taken beside it, never instead of it.
"""

from claims.rules.adjudication.decision import FlagCode
from claims.rules.adjudication.sheet import Row, Sheet, amount
from claims.rules.cuts import CutCode
from claims.rules.facts import ReviewCut
from claims.rules.words import Bearer
from conamus.kernel.errors import DomainError


def apply_review(sheet: Sheet) -> None:
    """Step 4: the reviewer's cuts, in the order in which they were made."""
    rows = {row.line.position: row for row in sheet.rows}
    for review in sheet.care.review_cuts:
        row = rows.get(review.position)
        if row is None:
            raise DomainError(f"Il n’y a pas de ligne {review.position}.", field="position")
        _check(review)
        _apply(review, row)


def _check(review: ReviewCut) -> None:
    told = (review.is_all, review.to_quantity is not None, review.francs is not None)
    if sum(told) != 1:
        raise DomainError(
            f"Ligne {review.position} : dites une seule coupe : tout, une quantité ou un montant.",
            field="francs",
        )
    if min(review.francs or 0, review.to_quantity or 0) < 0:
        raise DomainError(
            f"Ligne {review.position} : une coupe n’est pas négative.", field="francs"
        )


def _apply(review: ReviewCut, row: Row) -> None:
    facts = {"reason": review.reason, "note": review.note}
    if review.is_all or review.to_quantity == 0:
        row.cut_all(CutCode.REVIEW, Bearer.FACILITY, facts)
    if review.to_quantity is not None:
        told = {**facts, "quantity": row.quantity, "kept": review.to_quantity}
        row.keep_quantity(review.to_quantity, CutCode.REVIEW, Bearer.FACILITY, told)
    if review.francs is not None:
        row.cut(CutCode.REVIEW, review.francs, Bearer.FACILITY, facts)


def apply_prices(sheet: Sheet) -> None:
    """Step 5: what is asked above the agreed price is not owed; 0 is a price, None is none."""
    for row in sheet.open_rows():
        agreed = row.line.agreed_price_francs
        if agreed is None:
            _take_unpriced(sheet, row)
        elif row.line.unit_price_francs > agreed:
            _cut_to_price(sheet, row, agreed)


def _take_unpriced(sheet: Sheet, row: Row) -> None:
    if sheet.package.accepts_unpriced:
        sheet.flag(FlagCode.UNPRICED, row, act=row.act)
    else:
        row.cut_all(CutCode.UNPRICED, Bearer.FACILITY, {"act": row.act})


def _cut_to_price(sheet: Sheet, row: Row, agreed: int) -> None:
    asked, is_untouched = row.line.unit_price_francs, row.unit is not None
    facts = {"asked": asked, "agreed": agreed}
    above = amount(row.quantity, asked) - amount(row.quantity, agreed)
    row.cut(CutCode.PRICE, above, Bearer.FACILITY, facts)
    if is_untouched:
        row.unit = agreed
    sheet.flag(FlagCode.PRICE_ABOVE, row, **facts)
