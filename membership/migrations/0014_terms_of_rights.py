"""What CONAMUS has not decided about waiting and joining fees becomes terms of a year and scale."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0013_growth_and_backdating"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="waiting_from_year_start",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Sinon elle court dès le paiement, même fait avant le début de l’année.",
                verbose_name="carence comptée à partir du début de l’année",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="waiting_days_reopened",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                verbose_name="carence à la réouverture des droits (jours)",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="entry_back_days",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                verbose_name="jours d’avant l’inscription comptés dans la carence d’une personne "
                "qui entre",
            ),
        ),
        migrations.AddField(
            model_name="contributionscale",
            name="fee_again_after_years",
            field=models.PositiveSmallIntegerField(
                blank=True,
                db_default=1,
                default=1,
                help_text="Vide : le droit d’adhésion ne se paie qu’une fois.",
                null=True,
                verbose_name="droit d’adhésion dû de nouveau après (années sans adhésion)",
            ),
        ),
        migrations.AddConstraint(
            model_name="contributionscale",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_again_after_years__gte", 1)),
                name="scale_fee_again_after_a_year",
                violation_error_message="Une année sans adhésion au moins.",
            ),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("revoked_on__isnull", False)),
                fields=["expires_on"],
                name="card_revoked",
            ),
        ),
    ]
