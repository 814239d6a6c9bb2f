"""The list of every federation's attestations begins with the latest: found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0008_stub_book_bounds")]

    operations = [
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["-starts_on", "-id"], name="claim_day"),
        ),
    ]
