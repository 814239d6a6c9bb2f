"""Deaths and departures taken back; what happens in a household is listed where dated back."""

import django.db.models.deletion
from django.db import migrations, models

#: Foreign keys that carry the tenant (see 0002).
_KEY = "membership_backdating_tenant_event_id"


class Migration(migrations.Migration):
    dependencies = [
        ("membership", "0019_renewals_and_arrivals"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lifeevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("registered", "inscription"),
                    ("joined", "nouvelle personne à charge"),
                    ("birth", "naissance"),
                    ("death", "décès"),
                    ("marriage", "mariage"),
                    ("departure", "départ"),
                    ("new_head", "nouvel adhérent"),
                    ("corrected", "correction de la fiche"),
                    ("moved", "passage à une autre unité"),
                    ("transfer_out", "transfert vers une autre fédération"),
                    ("transfer_in", "arrivée d’une autre fédération"),
                    ("struck_off", "radiation"),
                    ("reinstated", "réintégration"),
                    ("closed", "fermeture"),
                    ("merged", "fusion de deux fiches"),
                    ("renumbered", "nouveau numéro"),
                    ("taken_back", "décès ou départ repris"),
                ],
                max_length=12,
                verbose_name="événement",
            ),
        ),
        migrations.AddConstraint(
            model_name="lifeevent",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="life_event_tenant_id"
            ),
        ),
        migrations.AddField(
            model_name="memberimport",
            name="takes_doubtful",
            field=models.BooleanField(
                db_default=True, default=True, verbose_name="avec les lignes à confirmer"
            ),
        ),
        migrations.AlterField(
            model_name="backdating",
            name="enrolment",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="membership.enrolment",
                verbose_name="adhésion",
            ),
        ),
        migrations.AddField(
            model_name="backdating",
            name="event",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="membership.lifeevent",
                verbose_name="événement",
            ),
        ),
        migrations.AddConstraint(
            model_name="backdating",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("enrolment__isnull", False), ("event__isnull", False), _connector="OR"
                ),
                name="backdating_of_something",
            ),
        ),
        migrations.RunSQL(
            f"ALTER TABLE membership_backdating ADD CONSTRAINT {_KEY} FOREIGN KEY"
            " (tenant_id, event_id) REFERENCES membership_lifeevent (tenant_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE membership_backdating DROP CONSTRAINT {_KEY}",
        ),
    ]
