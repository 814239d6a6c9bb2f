"""Sums of what each enrolment owes and has received, kept by triggers, whoever writes.

A statement's rows are added up at once (transition tables), so a bulk load pays once a
statement. Payments and supplements are only ever added: no role may change or remove one.
"""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

_FUNCTIONS = """
CREATE FUNCTION keep_balance_of_enrolments() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO membership_balance (enrolment_id, tenant_id, year, owed_francs,
            household_owed_francs, paid_francs, household_paid_francs)
        SELECT id, tenant_id, year_id, contribution_francs + joining_fee_francs,
            contribution_francs + joining_fee_francs - payer_francs, 0, 0
        FROM new_rows;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE membership_balance b
        SET owed_francs = b.owed_francs + d.owed,
            household_owed_francs = b.household_owed_francs + d.owed - d.payer
        FROM (SELECT n.id, n.contribution_francs + n.joining_fee_francs
                - o.contribution_francs - o.joining_fee_francs AS owed,
                n.payer_francs - o.payer_francs AS payer
            FROM new_rows n JOIN old_rows o ON o.id = n.id) d
        WHERE b.enrolment_id = d.id AND (d.owed <> 0 OR d.payer <> 0);
    ELSE
        DELETE FROM membership_balance b USING old_rows o WHERE b.enrolment_id = o.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_balance_of_supplements() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership_balance b
    SET owed_francs = b.owed_francs + d.owed,
        household_owed_francs = b.household_owed_francs + d.owed - d.payer
    FROM (SELECT enrolment_id, sum(contribution_francs) AS owed, sum(payer_francs) AS payer
        FROM new_rows GROUP BY enrolment_id) d
    WHERE b.enrolment_id = d.enrolment_id;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_balance_of_payments() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership_balance b
    SET paid_francs = b.paid_francs + d.paid,
        household_paid_francs = b.household_paid_francs + d.household
    FROM (SELECT enrolment_id, sum(amount_francs) AS paid,
            coalesce(sum(amount_francs) FILTER (WHERE payer = 'household'), 0) AS household
        FROM new_rows GROUP BY enrolment_id) d
    WHERE b.enrolment_id = d.enrolment_id;
    RETURN NULL;
END $$;
"""
_TRIGGERS = """
CREATE TRIGGER balance_insert AFTER INSERT ON membership_enrolment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_update AFTER UPDATE ON membership_enrolment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_delete AFTER DELETE ON membership_enrolment
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_enrolments();
CREATE TRIGGER balance_insert AFTER INSERT ON membership_enrolmentsupplement
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_supplements();
CREATE TRIGGER balance_insert AFTER INSERT ON membership_payment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION keep_balance_of_payments();
"""
# The rows of before: summed where every tenant's are read, by the schema's owner.
_FILL = """
ALTER TABLE membership_enrolment NO FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_enrolmentsupplement NO FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_payment NO FORCE ROW LEVEL SECURITY;
INSERT INTO membership_balance (enrolment_id, tenant_id, year, owed_francs,
    household_owed_francs, paid_francs, household_paid_francs)
SELECT e.id, e.tenant_id, e.year_id,
    e.contribution_francs + e.joining_fee_francs + coalesce(s.owed, 0),
    e.contribution_francs + e.joining_fee_francs - e.payer_francs
        + coalesce(s.owed - s.payer, 0),
    coalesce(p.paid, 0), coalesce(p.household, 0)
FROM membership_enrolment e
LEFT JOIN (SELECT enrolment_id, sum(contribution_francs) AS owed, sum(payer_francs) AS payer
    FROM membership_enrolmentsupplement GROUP BY enrolment_id) s ON s.enrolment_id = e.id
LEFT JOIN (SELECT enrolment_id, sum(amount_francs) AS paid,
        sum(amount_francs) FILTER (WHERE payer = 'household') AS household
    FROM membership_payment GROUP BY enrolment_id) p ON p.enrolment_id = e.id;
ALTER TABLE membership_enrolment FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_enrolmentsupplement FORCE ROW LEVEL SECURITY;
ALTER TABLE membership_payment FORCE ROW LEVEL SECURITY;
"""
_UNDO = """
DROP FUNCTION keep_balance_of_enrolments() CASCADE;
DROP FUNCTION keep_balance_of_supplements() CASCADE;
DROP FUNCTION keep_balance_of_payments() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0008_file_pieces"),
        ("membership", "0015_import_rows_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "enrolment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="membership.enrolment",
                    ),
                ),
                ("year", models.SmallIntegerField(verbose_name="année")),
                ("owed_francs", models.BigIntegerField(verbose_name="dû par tous (FBu)")),
                (
                    "household_owed_francs",
                    models.BigIntegerField(verbose_name="dû par le ménage (FBu)"),
                ),
                ("paid_francs", models.BigIntegerField(verbose_name="reçu de tous (FBu)")),
                (
                    "household_paid_francs",
                    models.BigIntegerField(verbose_name="reçu du ménage (FBu)"),
                ),
                (
                    "household_left_francs",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            models.F("household_owed_francs"),
                            "-",
                            models.F("household_paid_francs"),
                        ),
                        output_field=models.BigIntegerField(),
                        verbose_name="reste dû par le ménage (FBu)",
                    ),
                ),
                (
                    "others_left_francs",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("owed_francs"), "-", models.F("household_owed_francs")
                                ),
                                "-",
                                models.F("paid_francs"),
                            ),
                            "+",
                            models.F("household_paid_francs"),
                        ),
                        output_field=models.BigIntegerField(),
                        verbose_name="reste dû par d’autres (FBu)",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="federations.federation",
                    ),
                ),
            ],
            options={
                "verbose_name": "solde",
                "indexes": [
                    models.Index(
                        condition=models.Q(("household_left_francs__gt", 0)),
                        fields=["tenant", "year"],
                        name="balance_household_owes",
                    ),
                    models.Index(
                        condition=models.Q(("others_left_francs__gt", 0)),
                        fields=["tenant", "year"],
                        name="balance_others_owe",
                    ),
                ],
            },
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.RunSQL(_FUNCTIONS + _TRIGGERS, _UNDO),
    ]
