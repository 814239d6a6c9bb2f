"""The sums that the database keeps of each enrolment equal those of its rows, whoever wrote."""

from datetime import date

from django.db import connection

from membership.models import Balance, Enrolment, EnrolmentSupplement, PayerKind
from membership.services.payments import reverse_payment
from tests.membership.money import TODAY, owing, paid

#: What is kept beside what the rows say, where the two differ.
DIFFERENT = """
SELECT e.id, b.owed_francs, b.household_owed_francs, b.paid_francs, b.household_paid_francs,
    b.household_left_francs, b.others_left_francs
FROM membership_enrolment e
LEFT JOIN membership_balance b ON b.enrolment_id = e.id AND b.tenant_id = e.tenant_id
    AND b.year = e.year_id
LEFT JOIN LATERAL (SELECT coalesce(sum(contribution_francs), 0) AS owed,
    coalesce(sum(payer_francs), 0) AS payer FROM membership_enrolmentsupplement s
    WHERE s.enrolment_id = e.id) s ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(amount_francs), 0) AS paid,
    coalesce(sum(amount_francs) FILTER (WHERE payer = 'household'), 0) AS household
    FROM membership_payment p WHERE p.enrolment_id = e.id) p ON true
CROSS JOIN LATERAL (SELECT
    e.contribution_francs + e.joining_fee_francs + s.owed AS owed,
    e.contribution_francs + e.joining_fee_francs - e.payer_francs + s.owed - s.payer AS own) o
WHERE (b.owed_francs, b.household_owed_francs, b.paid_francs, b.household_paid_francs,
    b.household_left_francs, b.others_left_francs) IS DISTINCT FROM (o.owed, o.own, p.paid,
    p.household, o.own - p.household, o.owed - o.own - p.paid + p.household)
"""


def different() -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT)
        return cursor.fetchall()


def left(enrolment: Enrolment) -> tuple[int, int]:
    kept = Balance.objects.get(enrolment=enrolment)
    return kept.household_left_francs, kept.others_left_francs


def test_every_enrolment_of_the_network_has_its_sums(demo_network, behind_the_wall):
    """Loaded in bulk, 94,000 payments of two years."""
    with behind_the_wall():
        assert different() == []
        assert Balance.objects.count() == Enrolment.objects.count() > 90_000
        assert Balance.objects.filter(household_left_francs__gt=0).exists()


def test_a_price_two_payers_a_counter_receipt(amina):
    enrolment = owing("UMU-1001", payer_francs=12_000, payer=PayerKind.STATE)
    assert left(enrolment) == (18_000, 12_000)
    receipt = paid(amina, enrolment, amount_francs=10_000)
    assert left(enrolment) == (8_000, 12_000)
    paid(amina, enrolment, payer=PayerKind.STATE, amount_francs=5_000)
    assert left(enrolment) == (8_000, 7_000)
    reverse_payment(actor=amina, payment_id=receipt.pk, reason="Erreur de ménage")
    assert left(enrolment) == (18_000, 7_000)
    owing("UMU-1001", contribution_francs=40_000, payer_francs=12_000)
    assert left(enrolment) == (28_000, 7_000)
    assert different() == []


def test_a_supplement_is_owed_too(amina):
    enrolment = owing("UMU-1001")
    person = enrolment.household.members.first()
    EnrolmentSupplement.objects.create(
        tenant_id=amina.tenant_id, enrolment=enrolment, beneficiary=person, asked_on=TODAY,
        people=4, contribution_francs=10_000, payer_francs=4_000, explanation="", recorded_by="",
    )  # fmt: skip
    assert left(enrolment) == (36_000, 4_000)
    assert different() == []


def test_many_at_once(amina):
    """One statement, several rows: a whole section renewed, a file brought in."""
    tenant = Enrolment.objects.filter(tenant_id=amina.tenant_id)
    tenant.update(contribution_francs=20_000)
    rows = list(tenant.filter(year_id=2025))
    assert {left(row) for row in rows} == {(20_000, 0)}
    Enrolment.objects.bulk_create(
        Enrolment(
            tenant_id=row.tenant_id, household_id=row.household_id, unit_id=row.unit_id,
            year_id=2026, colline_id=row.colline_id, enrolled_on=date(2025, 11, 1),
            is_renewal=True, head_sex="F", males=1, females=2, contribution_francs=25_000,
        )
        for row in rows
    )  # fmt: skip
    assert Balance.objects.filter(year=2026, household_left_francs=25_000).count() == len(rows)
    assert different() == []


def test_nobody_reads_the_sums_of_another_federation(world, as_actor):
    with as_actor(world.actor("bernard")):
        tenants = set(Balance.objects.values_list("tenant_id", flat=True))
        assert tenants == {world.tenants["INEZA"]}
