"""The sentence of a category's share keeps its percent sign when it is said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words only: nothing moves in the database."""

    dependencies = [("membership", "0022_latest_payments")]

    operations = [
        migrations.AlterConstraint(
            model_name="scalecategory",
            name="scale_category_percent",
            constraint=models.CheckConstraint(
                condition=models.Q(payer_percent__gte=0, payer_percent__lte=100),
                name="scale_category_percent",
                violation_error_message="La part est entre 0 et 100 %%.",
            ),
        ),
    ]
