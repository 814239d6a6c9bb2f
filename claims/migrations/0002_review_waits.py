"""What a claim to review waits for; what a review took off; the queue's own index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0001_care"),
        ("federations", "0009_scope_key"),
        ("membership", "0017_past_year_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="waits_for",
            field=models.CharField(
                blank=True,
                choices=[
                    ("day", "remise à plus tard"),
                    ("facility", "réponse de la formation sanitaire"),
                    ("second_reader", "second lecteur"),
                ],
                db_default="",
                default="",
                max_length=13,
                verbose_name="attend",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="waits_until",
            field=models.DateField(blank=True, null=True, verbose_name="attend jusqu’au"),
        ),
        migrations.AddField(
            model_name="review",
            name="taken_off_francs",
            field=models.BigIntegerField(default=0, verbose_name="retiré à la part mutuelle (FBu)"),
        ),
        migrations.AlterField(
            model_name="review",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("accepted", "acceptée"),
                    ("cut", "coupée"),
                    ("rejected", "rejetée"),
                    ("asked", "question à la formation sanitaire"),
                    ("deferred", "remise à plus tard"),
                    ("second_reader", "transmise au second lecteur"),
                    ("contested", "contestée"),
                    ("maintained", "décision maintenue"),
                ],
                max_length=14,
                verbose_name="issue",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("state__in", ["to_review", "contested"])),
                fields=["-review_rank", "id"],
                name="claim_waiting",
            ),
        ),
    ]
