"""What each enrolment owes and has received, kept in step by the database itself.

A list of who is late, among hundreds of thousands of enrolments of which most are paid, cannot
add up every payment each time it is looked at. The sums are kept by triggers on enrolments,
supplements and payments (`migrations/_balances.py`), whichever door they came in by: a page, an
import, a bulk load. They say nothing that those rows do not: a test adds them up again.
"""

from django.db import models
from django.db.models import F, Q

from federations.models import TenantOwned
from membership.models.enrolments import Enrolment


class Balance(TenantOwned):
    """The sums of an enrolment: what all payers and the household alone owe and have paid."""

    # Written by a trigger with its enrolment, in the same statement: no key to check again.
    enrolment = models.OneToOneField(
        Enrolment,
        on_delete=models.DO_NOTHING,
        primary_key=True,
        db_constraint=False,
        related_name="balance",
    )
    year = models.SmallIntegerField("année")
    owed_francs = models.BigIntegerField("dû par tous (FBu)")
    household_owed_francs = models.BigIntegerField("dû par le ménage (FBu)")
    paid_francs = models.BigIntegerField("reçu de tous (FBu)")
    household_paid_francs = models.BigIntegerField("reçu du ménage (FBu)")

    # Computed and stored: so the planner knows how few owe something.
    household_left_francs = models.GeneratedField(
        expression=F("household_owed_francs") - F("household_paid_francs"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        verbose_name="reste dû par le ménage (FBu)",
    )
    others_left_francs = models.GeneratedField(
        expression=F("owed_francs")
        - F("household_owed_francs")
        - F("paid_francs")
        + F("household_paid_francs"),
        output_field=models.BigIntegerField(),
        db_persist=True,
        verbose_name="reste dû par d’autres (FBu)",
    )

    class Meta:
        verbose_name = "solde"
        indexes = [
            models.Index(
                fields=["tenant", "year"],
                condition=Q(household_left_francs__gt=0),
                name="balance_household_owes",
            ),
            models.Index(
                fields=["tenant", "year"],
                condition=Q(others_left_francs__gt=0),
                name="balance_others_owe",
            ),
            models.Index(
                fields=["year"],
                condition=~Q(household_left_francs=0) | ~Q(others_left_francs=0),
                name="balance_unsettled",
            ),
        ]
