"""Which unit a household passed to is kept with the passage: a day's insured are told by unit."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

_KEY = "membership_lifeevent_tenant_to_unit_id"

# Of passages written before, the last one of a household led where it stands now; which unit an
# earlier one led to was not kept. A re-cut keeps its own rows.
_LAST_KNOWN = """
UPDATE membership_lifeevent v
SET to_unit_id = h.unit_id
FROM membership_household h
WHERE h.id = v.household_id AND v.kind = 'moved' AND v.note NOT LIKE '%redécoupage%'
  AND NOT EXISTS (
      SELECT FROM membership_lifeevent later
      WHERE later.household_id = v.household_id AND later.kind = 'moved' AND later.id > v.id)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0007_recuts"),
        ("membership", "0024_backdating_of_enrolment"),
    ]

    operations = [
        migrations.AddField(
            model_name="lifeevent",
            name="to_unit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="federations.unit",
                verbose_name="unité d’arrivée",
            ),
        ),
        migrations.RunSQL(_LAST_KNOWN, migrations.RunSQL.noop),
        # An update leaves checks to the end of its transaction; the table is altered after them.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"ALTER TABLE membership_lifeevent ADD CONSTRAINT {_KEY}"
            " FOREIGN KEY (tenant_id, to_unit_id) REFERENCES federations_unit (tenant_id, id)"
            " DEFERRABLE INITIALLY DEFERRED",
            f"ALTER TABLE membership_lifeevent DROP CONSTRAINT {_KEY}",
        ),
        migrations.AddIndex(
            model_name="lifeevent",
            index=models.Index(
                condition=Q(("to_unit__isnull", False)),
                fields=["happened_on"],
                name="life_event_move",
            ),
        ),
    ]
