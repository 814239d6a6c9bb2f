from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("federations", "0010_jobs_that_advance")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="holder",
            field=models.CharField(blank=True, db_default="", max_length=250),
        ),
    ]
