"""A failed job tells the machine's fault from a rule's refusal, whose words may name people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("federations", "0002_keys")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="is_fault",
            field=models.BooleanField(db_default=False, default=False, verbose_name="panne"),
        ),
    ]
