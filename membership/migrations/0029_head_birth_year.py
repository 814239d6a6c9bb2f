"""How old the head is in the year is kept with the enrolment: rates are told by age.

With indexes of the few households whose money or other cover the rates of a year ask about.

Of enrolments written before, the year is that of the head of the day of signing: who left as head
first since then, else today's.
"""

from django.db import migrations, models
from django.db.models import Q

_FILL = """
ALTER TABLE membership_enrolment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_beneficiary NO FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_enrolment DISABLE TRIGGER USER;
UPDATE membership_enrolment e
SET head_birth_year = extract(year FROM h.birth_date)
FROM (
    SELECT DISTINCT ON (e.id) e.id, b.birth_date
    FROM membership_enrolment e
    JOIN membership_beneficiary b
      ON b.household_id = e.household_id AND b.relationship = 'head'
     AND (b.left_on IS NULL OR b.left_on > e.enrolled_on)
    ORDER BY e.id, b.joined_on > e.enrolled_on, b.left_on NULLS LAST, b.id
) h
WHERE h.id = e.id;
ALTER TABLE membership_enrolment ENABLE TRIGGER USER;
ALTER TABLE membership_beneficiary FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_enrolment FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("membership", "0028_receipts_as_printed")]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="head_birth_year",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="année de naissance de l’adhérent"
            ),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="balance",
            index=models.Index(
                condition=Q(("household_left_francs", 0), _negated=True)
                | Q(("others_left_francs", 0), _negated=True),
                fields=["year"],
                name="balance_unsettled",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(
                condition=Q(("other_cover", ""), _negated=True),
                fields=["id"],
                name="household_other_cover",
            ),
        ),
    ]
