"""A complaint written by error is told apart."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of what is said of a complaint afterwards."""

    dependencies = [
        ("claims", "0009_illness_apart_in_cuts"),
        ("federations", "0005_heirs_of_recut_units"),
        ("membership", "0016_openings_follow_a_transfer"),
    ]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="cancelled_because",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="parce que"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="cancelled_by",
            field=models.CharField(
                blank=True, default="", max_length=150, verbose_name="annulée par"
            ),
        ),
        migrations.AddField(
            model_name="complaint",
            name="cancelled_on",
            field=models.DateField(blank=True, null=True, verbose_name="annulée le"),
        ),
        migrations.AddConstraint(
            model_name="complaint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_because", ""),
                        ("cancelled_by", ""),
                        ("cancelled_on__isnull", True),
                    ),
                    models.Q(
                        ("cancelled_on__isnull", False),
                        models.Q(("cancelled_by", ""), _negated=True),
                        models.Q(("cancelled_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="complaint_cancelled_by_one_because",
            ),
        ),
    ]
