"""Who wrote a facility's paper answer to a visit's report, and from which paper."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0011_invoices_taken_on"),
        ("federations", "0010_jobs_that_advance"),
    ]

    operations = [
        migrations.AddField(
            model_name="visitreply",
            name="paper",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="d’après"),
        ),
        migrations.AddField(
            model_name="visitreply",
            name="recorded_by",
            field=models.CharField(
                blank=True, default="", max_length=150, verbose_name="inscrite par"
            ),
        ),
        migrations.AddField(
            model_name="visitreply",
            name="recorded_by_user_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="visitreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recorded_by", ""), models.Q(("paper", ""), _negated=True), _connector="OR"
                ),
                name="visit_reply_names_its_paper",
            ),
        ),
    ]
