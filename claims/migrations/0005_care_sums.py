"""Sums of care kept by triggers, whoever writes; rows are added, never changed.

Each function writes, of the claims that a statement brought or changed, what comes (sign 1) and
what goes (sign -1). `recount_care` counts a federation's year again, in place of its rows: what a
transaction that is still open adds meanwhile is in neither, and comes with its own rows.
"""

from django.db import migrations, models

from claims.migrations._sums import FORWARD, UNDO

_PARTIES = (
    ("tenant", "federations.federation", "fédération d’origine"),
    ("processing", "federations.federation", "fédération traitante"),
    ("facility", "federations.healthfacility", "formation sanitaire"),
)


def _columns(**own: models.Field) -> list[tuple[str, models.Field]]:
    parties = [
        (
            name,
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=models.deletion.PROTECT,
                related_name="+",
                to=target,
                verbose_name=label,
                **({"editable": False} if name == "tenant" else {}),
            ),
        )
        for name, target, label in _PARTIES
    ]
    return [
        (
            "id",
            models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        ("care_year", models.PositiveSmallIntegerField(verbose_name="année des soins")),
        ("month", models.PositiveSmallIntegerField(verbose_name="mois")),
        ("care_kind", models.CharField(max_length=12, verbose_name="genre")),
        ("cases", models.IntegerField(verbose_name="cas")),
        *own.items(),
        *parties,
    ]


def _options(label: str, index: str) -> dict[str, object]:
    return {
        "verbose_name": label,
        "indexes": [models.Index(fields=["care_year", "processing"], name=index)],
    }


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_percent_messages")]

    operations = [
        migrations.CreateModel(
            name="CareSum",
            fields=_columns(
                unit_id=models.BigIntegerField(verbose_name="section du patient"),
                asked_francs=models.BigIntegerField(verbose_name="demandé (FBu)"),
                asked_squares=models.DecimalField(decimal_places=0, max_digits=30),
                decided=models.IntegerField(verbose_name="décidées"),
                decided_francs=models.BigIntegerField(
                    verbose_name="demandé par celles décidées (FBu)"
                ),
                mutuelle_francs=models.BigIntegerField(verbose_name="part de la mutuelle (FBu)"),
                cut_francs=models.BigIntegerField(verbose_name="coupé (FBu)"),
                rejected=models.IntegerField(verbose_name="rejetées"),
            ),
            options=_options("somme de soins", "care_sum_of"),
        ),
        migrations.CreateModel(
            name="CutSum",
            fields=_columns(
                code=models.CharField(max_length=20, verbose_name="motif"),
                francs=models.BigIntegerField(verbose_name="montant (FBu)"),
            ),
            options=_options("somme de coupes", "cut_sum_of"),
        ),
        migrations.CreateModel(
            name="DelayCount",
            fields=_columns(
                from_state=models.CharField(
                    blank=True, default="", max_length=10, verbose_name="de"
                ),
                to_state=models.CharField(blank=True, default="", max_length=10, verbose_name="à"),
                tenths=models.IntegerField(verbose_name="dixièmes de jour"),
            ),
            options=_options("délais comptés", "delay_count_of"),
        ),
        migrations.RunSQL(FORWARD, UNDO),
    ]
