"""What a receipt said when it was first printed, for its duplicates to say the same."""

import django.core.serializers.json
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("membership", "0027_promise_paper_number")]

    operations = [
        migrations.AddField(
            model_name="receiptprint",
            name="words",
            field=models.JSONField(
                encoder=django.core.serializers.json.DjangoJSONEncoder,
                null=True,
                verbose_name="ce qu’il dit",
            ),
        ),
        migrations.AddField(
            model_name="receiptprint",
            name="by_reader",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="par qui n’encaisse pas"
            ),
        ),
    ]
