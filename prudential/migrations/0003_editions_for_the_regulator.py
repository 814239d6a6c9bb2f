"""Which editions of the yearly report the regulator reads, and what judges the next."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two columns and a table whose key carries the tenant."""

    dependencies = [
        ("federations", "0007_recuts"),
        ("prudential", "0002_tenant_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReportParts",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scopes", models.JSONField(verbose_name="portées")),
                ("counts", models.JSONField(verbose_name="effectifs")),
            ],
            options={
                "verbose_name": "effectifs d’un rapport",
                "verbose_name_plural": "effectifs des rapports",
            },
        ),
        migrations.AddField(
            model_name="annualreport",
            name="is_for_regulator",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="ouverte au régulateur"
            ),
        ),
        migrations.AddField(
            model_name="annualreport",
            name="kept_because",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=300,
                verbose_name="pas ouverte parce que",
            ),
        ),
        migrations.AddConstraint(
            model_name="annualreport",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="annual_report_tenant_id"
            ),
        ),
        migrations.AddField(
            model_name="reportparts",
            name="report",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="prudential.annualreport",
            ),
        ),
        migrations.AddField(
            model_name="reportparts",
            name="tenant",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.federation",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE prudential_reportparts ADD CONSTRAINT"
            " prudential_reportparts_tenant_report_id FOREIGN KEY (tenant_id, report_id)"
            " REFERENCES prudential_annualreport (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE prudential_reportparts DROP CONSTRAINT"
            " prudential_reportparts_tenant_report_id",
        ),
    ]
