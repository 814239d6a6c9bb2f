"""A complaint written by error is told apart; a bon dated back says why."""

from django.db import migrations, models

import conamus.clock


class Migration(migrations.Migration):
    """Columns of what is said of a complaint and of a bon after the day."""

    dependencies = [
        ("claims", "0010_a_decision_gives_way_to_another"),
        ("federations", "0005_heirs_of_recut_units"),
        ("membership", "0016_openings_follow_a_transfer"),
    ]

    operations = [
        migrations.AddField(
            model_name="careauthorisation",
            name="dated_back_because",
            field=models.CharField(
                blank=True, default="", max_length=300, verbose_name="antidaté parce que"
            ),
        ),
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
        migrations.AlterField(
            model_name="careauthorisation",
            name="given_at",
            field=models.DateTimeField(
                default=conamus.clock.moment, editable=False, verbose_name="accordé le"
            ),
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
