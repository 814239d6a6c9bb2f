"""Whatever the scale, the key and the payment: parts make the whole, and no size is forgotten."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from membership.rules.scale import (
    Band,
    Category,
    PayerKind,
    Scale,
    amount_due,
    check_scale,
)
from membership.rules.scale_sizes import compare_scales
from membership.rules.sharing import SharingKey, share, split_payment

FRANCS = st.integers(0, 10**9)
PERCENTS = st.decimals(0, 100, places=2)


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    """Any scale that stands, with a partner who pays a part."""
    widths = draw(st.lists(st.integers(1, 5), max_size=4))
    bands, size = [], 1
    for width in widths:
        bands.append(Band(size_from=size, size_to=size + width - 1, amount_francs=draw(FRANCS)))
        size += width
    supplement = draw(st.integers(0, 10_000))
    bands.append(
        Band(
            size_from=size,
            size_to=None,
            amount_francs=draw(FRANCS),
            supplement_from=size + draw(st.integers(0, 3)) if supplement else None,
            supplement_francs=supplement,
        )
    )
    category = Category(
        code="ordinary",
        label="Ordinaire",
        payer=PayerKind.PARTNER,
        payer_percent=draw(st.decimals("0.01", 100, places=2)),
    )
    return Scale(
        year=2025,
        bands=tuple(draw(st.permutations(bands))),
        categories=(category,),
        joining_fee_francs=draw(st.integers(0, 10_000)),
    )


@given(scales(), st.integers(1, 60), st.booleans())
def test_every_size_has_an_amount_whose_parts_sum(scale: Scale, size: int, is_new: bool) -> None:
    check_scale(scale)
    due = amount_due(scale, size=size, category="ordinary", is_new=is_new)
    assert due.payer_francs + due.household_francs == due.total_francs
    assert min(due.payer_francs, due.household_francs, due.contribution_francs) >= 0
    assert due.joining_fee_francs == (scale.joining_fee_francs if is_new else 0)
    assert due.explanation


@given(scales(), scales())
def test_the_comparison_says_what_each_size_pays(scale: Scale, last_year: Scale) -> None:
    for row in compare_scales(scale, last_year):
        due, new, before, new_before = (
            amount_due(one, size=row.size, category="ordinary", is_new=is_new)
            for one in (scale, last_year)
            for is_new in (False, True)
        )
        assert row.contribution_francs == due.contribution_francs
        assert row.payer_francs + row.household_francs == row.contribution_francs
        assert row.difference_francs == due.household_francs - before.household_francs
        assert row.joining_fee_francs == new.joining_fee_francs
        assert row.new_difference_francs == new.household_francs - new_before.household_francs


def test_the_comparison_leaves_out_sizes_that_the_scale_does_not_take() -> None:
    scale = Scale(
        year=2025,
        bands=(Band(size_from=1, size_to=6, amount_francs=30_000),),
        categories=(Category(code="ordinary", label="Ordinaire"),),
        joining_fee_francs=0,
        most_people=6,
    )
    rows = compare_scales(scale, None)
    assert [row.size for row in rows] == [1, 2, 3, 4, 5, 6]
    assert {row.before_francs for row in rows} == {None}


@st.composite
def keys(draw: st.DrawFn) -> SharingKey:
    """Any key that stands."""
    federation, fee_federation = draw(PERCENTS), draw(PERCENTS)
    return SharingKey(
        valid_from=date(2025, 1, 1),
        valid_to=None,
        federation_percent=federation,
        confederation_percent=draw(st.decimals(0, 100 - federation, places=2)),
        fee_federation_percent=fee_federation,
        fee_confederation_percent=draw(st.decimals(0, 100 - fee_federation, places=2)),
    )


@given(keys(), FRANCS, FRANCS)
def test_shares_sum_to_the_payment_and_a_counter_receipt_mirrors_it(
    key: SharingKey, contribution: int, fee: int
) -> None:
    paid = share(key, contribution_francs=contribution, fee_francs=fee)
    back = share(key, contribution_francs=-contribution, fee_francs=-fee)
    parts = (paid.unit_francs, paid.federation_francs, paid.confederation_francs)
    assert sum(parts) == contribution + fee
    assert min(parts) >= 0
    assert (back.unit_francs, back.federation_francs, back.confederation_francs) == tuple(
        -part for part in parts
    )
    exact = (
        contribution * Decimal(key.federation_percent) + fee * Decimal(key.fee_federation_percent)
    ) / 100
    assert abs(paid.federation_francs - exact) < 2


@given(st.integers(1, 10**9), FRANCS)
def test_a_payment_settles_the_joining_fee_first(amount: int, fee_left: int) -> None:
    split = split_payment(amount_francs=amount, fee_left_francs=fee_left)
    assert split.fee_francs + split.contribution_francs == amount
    assert split.fee_francs == fee_left or split.contribution_francs == 0
