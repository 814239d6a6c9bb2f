"""What of a cut's facts tells an illness stands in a column of its own, which few may read."""

from django.db import migrations, models

#: The owner is behind the wall too; `migrate` raises it again at its end.
_LOWERED = "ALTER TABLE claims_decisioncut NO FORCE ROW LEVEL SECURITY;\n"
#: As `claims.rules.cuts.parted_facts` does from now on; of those done already nothing is left.
PART_FACTS = """
UPDATE claims_decisioncut k
SET facts = k.facts - p.names,
    private_facts = k.private_facts || (
        SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}')
        FROM jsonb_each(k.facts) f WHERE f.key = ANY (p.names))
FROM (VALUES ('review', ARRAY['note']), ('excluded', ARRAY['wording', 'is_chronic']))
    AS p (code, names)
WHERE k.code = p.code AND k.facts ?| p.names;
"""
_JOINED = """
UPDATE claims_decisioncut SET facts = facts || private_facts WHERE private_facts <> '{}';
"""


class Migration(migrations.Migration):
    """A column, and what of the rows that are there belongs to it."""

    dependencies = [("claims", "0008_papers_of_a_stub")]

    operations = [
        migrations.AddField(
            model_name="decisioncut",
            name="private_facts",
            field=models.JSONField(
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                verbose_name="détails médicaux",
            ),
        ),
        migrations.RunSQL(_LOWERED + PART_FACTS, _LOWERED + _JOINED),
    ]
