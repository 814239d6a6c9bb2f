"""What raw SQL in a role of the application cannot do to receipts and scales."""

from contextlib import suppress

import pytest
from django.db import Error, connection, transaction

from membership.models import ContributionScale, Payment, ScaleBand, ScaleCategory
from membership.services.scales import start_scale
from tests.membership.money import owing, paid

_COPY = """
INSERT INTO membership_payment (tenant_id, enrolment_id, unit_id, receipt_year, receipt_number,
    amount_francs, contribution_francs, fee_francs, federation_francs, confederation_francs, method,
    received_on, recorded_by)
SELECT tenant_id, enrolment_id, unit_id, receipt_year + %s, receipt_number + n, amount_francs,
    contribution_francs, fee_francs, federation_francs, confederation_francs, method,
    received_on, recorded_by
FROM membership_payment CROSS JOIN unnest(%s) n
"""


_ANOTHER_BAND = """
INSERT INTO membership_scaleband (tenant_id, scale_id, category, size_from, amount_francs,
    supplement_francs)
SELECT tenant_id, id, '', 1, 1, 0 FROM membership_contributionscale
WHERE tenant_id = current_setting('app.tenant_id')::int
"""


def _write(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize(
    ("years", "numbers"), [(0, [500]), (0, [2]), (0, [1, 3]), (1, [1]), (1, [0, 2])]
)
def test_no_receipt_is_left_out(agnes, years, numbers):
    paid(agnes, owing("UMU-1001"), amount_francs=5_000)
    with pytest.raises(Error, match="leave a gap in the book"):
        _write(_COPY, years, numbers)
    assert Payment.objects.count() == 1


def test_those_that_follow_are_written_and_named(agnes):
    paid(agnes, owing("UMU-1001"), amount_francs=5_000)
    _write(_COPY, 0, [1, 2])
    _write(_COPY + "WHERE receipt_number = 1", 1, [0])
    told = Payment.objects.order_by("receipt_year", "receipt_number")
    numbers = [(2025, 1), (2025, 2), (2025, 3), (2026, 1)]
    assert list(told.values_list("receipt_year", "receipt_number")) == numbers
    assert set(told.values_list("head_name", flat=True)) == {"Umucoa Kéza"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE membership_contributionscale SET joining_fee_francs = 1",
        "UPDATE membership_contributionscale SET state = 'draft'",
        "UPDATE membership_contributionscale SET state = 'replaced', most_people = 3",
        "DELETE FROM membership_contributionscale",
        "UPDATE membership_scaleband SET amount_francs = 1",
        "DELETE FROM membership_scaleband",
        "DELETE FROM membership_scalecategory",
        _ANOTHER_BAND,
    ],
)
@pytest.mark.parametrize("username", ["amina", "agnes"])
def test_a_scale_in_force_stays_as_it_is(username, change, world, as_actor, behind_the_wall):
    """Even by who keeps the scales; no line of it is written, changed or taken away."""

    def content() -> list[list[tuple]]:
        with behind_the_wall():
            models = (ContributionScale, ScaleBand, ScaleCategory)
            return [list(model.objects.order_by("pk").values_list()) for model in models]

    before = content()
    with as_actor(world.actor(username)), suppress(Error):
        _write(change)
    assert content() == before


def test_a_draft_is_its_keepers(world, as_actor):
    amina = world.actor("amina")
    with as_actor(amina):
        source = ContributionScale.objects.get(tenant_id=amina.tenant_id, year_id=2025)
        draft = start_scale(actor=amina, year=2025, from_scale_id=source.pk)
        _write("DELETE FROM membership_scaleband WHERE scale_id = %s", draft.pk)
        assert not ScaleBand.objects.filter(scale=draft).exists()
        assert ScaleBand.objects.filter(scale=source).exists()
