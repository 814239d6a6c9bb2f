"""A renewal goes on from a year that was insured, at another federation too; who decides categories."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0009_scope_key"),
        ("membership", "0018_person_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="beneficiary",
            name="continues_cover",
            field=models.BooleanField(
                db_default=False,
                default=False,
                editable=False,
                verbose_name="couverture sans interruption",
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="first_signed_on",
            field=models.DateField(blank=True, null=True, verbose_name="signée là-bas le"),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="paid_before_francs",
            field=models.BigIntegerField(
                db_default=0, default=0, verbose_name="payé là-bas par le ménage (FBu)"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="payer_paid_before_francs",
            field=models.BigIntegerField(
                db_default=0, default=0, verbose_name="payé là-bas par l’autre payeur (FBu)"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="signed_at",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.federation",
                verbose_name="signée à",
            ),
        ),
        migrations.AddField(
            model_name="household",
            name="first_registered_on",
            field=models.DateField(blank=True, null=True, verbose_name="dans le réseau depuis le"),
        ),
        migrations.AddField(
            model_name="household",
            name="insured_until_year",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="assuré ailleurs jusqu’à l’année"
            ),
        ),
        migrations.AddField(
            model_name="scalecategory",
            name="agents_may_grant",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Ne compte que si un autre paie : sinon le gestionnaire décide, ménage par ménage.",
                verbose_name="accordée sans décision du gestionnaire",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_before_francs__gte", 0), ("payer_paid_before_francs__gte", 0)
                ),
                name="enrolment_paid_before_not_negative",
            ),
        ),
    ]
