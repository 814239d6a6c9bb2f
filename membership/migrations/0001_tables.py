"""The tables of membership: households, campaigns, contributions, cards, imports."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

from federations.tenancy.migrating import CreateTables


class Migration(migrations.Migration):
    initial = True
    dependencies = [("federations", "0001_tables")]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="MutualistYear",
                    fields=[
                        (
                            "year",
                            models.PositiveSmallIntegerField(
                                primary_key=True, serialize=False, verbose_name="année"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="du")),
                        ("ends_on", models.DateField(verbose_name="au (exclu)")),
                    ],
                    options={
                        "verbose_name": "année mutualiste",
                        "verbose_name_plural": "années mutualistes",
                        "ordering": ["-year"],
                    },
                ),
                migrations.CreateModel(
                    name="Household",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.CharField(max_length=20, verbose_name="numéro")),
                        ("registered_on", models.DateField(verbose_name="inscrit le")),
                        (
                            "closed_on",
                            models.DateField(blank=True, null=True, verbose_name="fermé le"),
                        ),
                        (
                            "colline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="colline",
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "category",
                            models.SlugField(
                                db_default="ordinary",
                                default="ordinary",
                                max_length=20,
                                verbose_name="catégorie",
                            ),
                        ),
                        (
                            "closed_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("departed", "départ"),
                                    ("struck_off", "radiation"),
                                    ("transferred", "transfert à une autre fédération"),
                                    ("merged", "doublon d’un autre ménage"),
                                ],
                                db_default="",
                                default="",
                                max_length=12,
                                verbose_name="fermé pour",
                            ),
                        ),
                        (
                            "other_cover",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "aucune connue"),
                                    ("cam", "CAM"),
                                    ("mfp", "Mutuelle de la fonction publique"),
                                    ("other", "autre"),
                                ],
                                db_default="",
                                default="",
                                max_length=6,
                                verbose_name="autre couverture",
                            ),
                        ),
                        (
                            "other_cover_number",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=30,
                                verbose_name="numéro de l’autre couverture",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="téléphone",
                            ),
                        ),
                        (
                            "reinstated_on",
                            models.DateField(blank=True, null=True, verbose_name="réintégré le"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                        (
                            "struck_off_on",
                            models.DateField(blank=True, null=True, verbose_name="radié le"),
                        ),
                        (
                            "first_registered_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="dans le réseau depuis le"
                            ),
                        ),
                        (
                            "insured_until_year",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="assuré ailleurs jusqu’à l’année",
                            ),
                        ),
                        (
                            "guardian_name",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=120,
                                verbose_name="répond du ménage de mineurs",
                            ),
                        ),
                        (
                            "guardian_phone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="son téléphone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ménage",
                        "ordering": ["number"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=["phone"],
                                name="household_phone",
                            ),
                            models.Index(
                                condition=models.Q(("other_cover", ""), _negated=True),
                                fields=["id"],
                                name="household_other_cover",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "number"), name="household_number_once"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="household_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Beneficiary",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.CharField(max_length=24, verbose_name="numéro")),
                        ("family_name", models.CharField(max_length=60, verbose_name="nom")),
                        ("given_name", models.CharField(max_length=60, verbose_name="prénom")),
                        (
                            "sort_key",
                            models.CharField(db_collation="C", editable=False, max_length=125),
                        ),
                        (
                            "search_key",
                            models.CharField(db_collation="C", editable=False, max_length=125),
                        ),
                        (
                            "sex",
                            models.CharField(
                                choices=[("M", "homme"), ("F", "femme")],
                                max_length=1,
                                verbose_name="sexe",
                            ),
                        ),
                        ("birth_date", models.DateField(verbose_name="date de naissance")),
                        (
                            "is_birth_estimated",
                            models.BooleanField(
                                default=False, verbose_name="année de naissance estimée"
                            ),
                        ),
                        (
                            "relationship",
                            models.CharField(
                                choices=[
                                    ("head", "adhérent (chef de ménage)"),
                                    ("spouse", "conjoint"),
                                    ("child", "enfant"),
                                    ("other", "autre personne à charge"),
                                ],
                                max_length=8,
                                verbose_name="lien avec l’adhérent",
                            ),
                        ),
                        ("joined_on", models.DateField(verbose_name="dans le ménage depuis le")),
                        (
                            "left_on",
                            models.DateField(blank=True, null=True, verbose_name="sorti le"),
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
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="membership.household",
                                verbose_name="ménage",
                            ),
                        ),
                        (
                            "given_key",
                            models.CharField(db_collation="C", editable=False, max_length=125),
                        ),
                        (
                            "declared_on",
                            models.DateField(blank=True, null=True, verbose_name="déclaré le"),
                        ),
                        (
                            "died_on",
                            models.DateField(blank=True, null=True, verbose_name="décédé le"),
                        ),
                        (
                            "identity_paper",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=30,
                                verbose_name="pièce d’identité ou acte de naissance",
                            ),
                        ),
                        (
                            "left_because",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("death", "décès"),
                                    ("marriage", "mariage"),
                                    ("departure", "départ"),
                                    ("transfer", "transfert"),
                                    ("merged", "doublon d’une autre fiche"),
                                    ("mistake", "inscription par erreur"),
                                ],
                                db_default="",
                                default="",
                                max_length=10,
                                verbose_name="sorti pour",
                            ),
                        ),
                        (
                            "person_id",
                            models.UUIDField(
                                db_default=models.Func(function="gen_random_uuid"),
                                default=uuid.uuid4,
                                editable=False,
                                verbose_name="identifiant de réseau",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="téléphone",
                            ),
                        ),
                        (
                            "phonetic_key",
                            models.CharField(
                                db_collation="C",
                                db_default="",
                                default="",
                                editable=False,
                                max_length=125,
                            ),
                        ),
                        (
                            "photo",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.storedfile",
                                verbose_name="photo",
                            ),
                        ),
                        (
                            "continues_cover",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                editable=False,
                                verbose_name="couverture sans interruption",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "bénéficiaire",
                        "ordering": ["sort_key"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "search_key"],
                                name="membership__tenant__827490_idx",
                            ),
                            models.Index(
                                fields=["tenant", "given_key"], name="beneficiary_given_key"
                            ),
                            models.Index(fields=["phonetic_key"], name="beneficiary_phonetic"),
                            models.Index(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=["phone"],
                                name="beneficiary_phone",
                            ),
                            models.Index(fields=["person_id"], name="beneficiary_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "number"), name="beneficiary_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("left_on__isnull", True), ("relationship", "head")
                                ),
                                fields=("household",),
                                name="household_one_head",
                                violation_error_message="Ce ménage a déjà un adhérent.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("joined_on__gte", models.F("birth_date"))),
                                name="beneficiary_joins_after_birth",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="beneficiary_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("died_on__isnull", True),
                                    ("died_on__gte", models.F("birth_date")),
                                    _connector="OR",
                                ),
                                name="beneficiary_dies_after_birth",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContributionScale",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "en préparation"),
                                    ("in_force", "en vigueur"),
                                    ("replaced", "remplacé"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "joining_fee_francs",
                            models.BigIntegerField(
                                default=0, verbose_name="droit d’adhésion (FBu)"
                            ),
                        ),
                        (
                            "most_people",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                help_text="Vide : un ménage peut être de toute taille.",
                                null=True,
                                verbose_name="personnes au plus",
                            ),
                        ),
                        (
                            "derogation_on",
                            models.DateField(blank=True, null=True, verbose_name="dérogation du"),
                        ),
                        (
                            "derogation_reason",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="motif de la dérogation"
                            ),
                        ),
                        (
                            "in_force_from",
                            models.DateField(
                                blank=True, null=True, verbose_name="en vigueur dès le"
                            ),
                        ),
                        (
                            "adopted_by",
                            models.CharField(blank=True, max_length=150, verbose_name="adopté par"),
                        ),
                        (
                            "template",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.contributionscale",
                                verbose_name="barème type",
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
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.mutualistyear",
                                verbose_name="année mutualiste",
                            ),
                        ),
                        (
                            "growth",
                            models.CharField(
                                choices=[
                                    ("renewal", "rien avant le renouvellement"),
                                    ("joiners", "le supplément, sauf pour un nouveau-né"),
                                    ("everyone", "le supplément, pour un nouveau-né aussi"),
                                ],
                                db_default="renewal",
                                default="renewal",
                                max_length=8,
                                verbose_name="personne entrée en cours d’année",
                            ),
                        ),
                        (
                            "fee_again_after_years",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                db_default=1,
                                default=1,
                                help_text="Vide : le droit d’adhésion ne se paie qu’une fois.",
                                null=True,
                                verbose_name="droit d’adhésion dû de nouveau après (années sans adhésion)",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "barème des cotisations",
                        "verbose_name_plural": "barèmes des cotisations",
                        "ordering": ["-year", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "in_force")),
                                fields=("tenant", "year"),
                                name="scale_once_in_force",
                                violation_error_message="Un barème est déjà en vigueur pour cette année.",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="scale_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("joining_fee_francs__gte", 0)),
                                name="scale_fee_not_negative",
                                violation_error_message="Le droit d’adhésion n’est pas négatif.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fee_again_after_years__gte", 1)),
                                name="scale_fee_again_after_a_year",
                                violation_error_message="Une année sans adhésion au moins.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Enrolment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("enrolled_on", models.DateField(verbose_name="adhésion signée le")),
                        ("is_renewal", models.BooleanField(verbose_name="renouvellement")),
                        (
                            "is_same_unit",
                            models.BooleanField(default=True, verbose_name="dans la même unité"),
                        ),
                        (
                            "head_sex",
                            models.CharField(
                                choices=[("M", "homme"), ("F", "femme")],
                                max_length=1,
                                verbose_name="sexe de l’adhérent",
                            ),
                        ),
                        ("males", models.PositiveSmallIntegerField(verbose_name="hommes")),
                        ("females", models.PositiveSmallIntegerField(verbose_name="femmes")),
                        (
                            "colline",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="colline",
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="enrolments",
                                to="membership.household",
                                verbose_name="ménage",
                            ),
                        ),
                        (
                            "year",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.mutualistyear",
                                verbose_name="année",
                            ),
                        ),
                        (
                            "cancelled_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="annulée parce que",
                            ),
                        ),
                        (
                            "cancelled_on",
                            models.DateField(blank=True, null=True, verbose_name="annulée le"),
                        ),
                        (
                            "category",
                            models.SlugField(
                                db_default="ordinary",
                                default="ordinary",
                                max_length=20,
                                verbose_name="catégorie",
                            ),
                        ),
                        (
                            "contribution_francs",
                            models.BigIntegerField(
                                db_default=0, default=0, verbose_name="cotisation (FBu)"
                            ),
                        ),
                        (
                            "joining_fee_francs",
                            models.BigIntegerField(
                                db_default=0, default=0, verbose_name="droit d’adhésion (FBu)"
                            ),
                        ),
                        (
                            "payer",
                            models.CharField(
                                choices=[
                                    ("household", "ménage"),
                                    ("partner", "partenaire"),
                                    ("state", "État"),
                                    ("sponsor", "parrain"),
                                ],
                                db_default="household",
                                default="household",
                                max_length=10,
                                verbose_name="autre payeur",
                            ),
                        ),
                        (
                            "payer_francs",
                            models.BigIntegerField(
                                db_default=0, default=0, verbose_name="dont à un autre payeur (FBu)"
                            ),
                        ),
                        (
                            "payer_partner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="partenaire payeur",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.contributionscale",
                                verbose_name="barème",
                            ),
                        ),
                        (
                            "first_signed_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="signée là-bas le"
                            ),
                        ),
                        (
                            "paid_before_francs",
                            models.BigIntegerField(
                                db_default=0,
                                default=0,
                                verbose_name="payé là-bas par le ménage (FBu)",
                            ),
                        ),
                        (
                            "payer_paid_before_francs",
                            models.BigIntegerField(
                                db_default=0,
                                default=0,
                                verbose_name="payé là-bas par l’autre payeur (FBu)",
                            ),
                        ),
                        (
                            "signed_at",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="signée à",
                            ),
                        ),
                        (
                            "head_birth_year",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="année de naissance de l’adhérent",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "adhésion",
                        "ordering": ["-year"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "year", "unit"],
                                name="membership__tenant__fde1ff_idx",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("males__gt", 0), ("females__gt", 0), _connector="OR"
                                ),
                                name="enrolment_covers_somebody",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("cancelled_on__isnull", True)),
                                fields=("household", "year"),
                                name="enrolment_once_a_year",
                                violation_error_message="Ce ménage est déjà inscrit pour cette année.",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="enrolment_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("contribution_francs__gte", 0),
                                    ("joining_fee_francs__gte", 0),
                                    ("payer_francs__gte", 0),
                                ),
                                name="enrolment_amounts_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("paid_before_francs__gte", 0),
                                    ("payer_paid_before_francs__gte", 0),
                                ),
                                name="enrolment_paid_before_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PastYear",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("label", models.CharField(max_length=9, verbose_name="année mutualiste")),
                        (
                            "starts_year",
                            models.PositiveSmallIntegerField(verbose_name="première année"),
                        ),
                        (
                            "sections",
                            models.PositiveIntegerField(verbose_name="mutuelles et sections"),
                        ),
                        ("households", models.PositiveIntegerField(verbose_name="ménages")),
                        ("source", models.CharField(max_length=200, verbose_name="source")),
                        (
                            "promoter",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="promoteur",
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
                        (
                            "because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="raison de la correction",
                            ),
                        ),
                        (
                            "is_of_network",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="tenue par CONAMUS"
                            ),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="inscrite le",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=150,
                                verbose_name="inscrite par",
                            ),
                        ),
                        (
                            "version",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="version"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "année passée publiée",
                        "verbose_name_plural": "années passées publiées",
                        "ordering": ["starts_year"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "promoter", "label", "version"),
                                name="past_year_version_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Campaign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("opens_on", models.DateField(verbose_name="collecte ouverte le")),
                        (
                            "closes_on",
                            models.DateField(
                                help_text="Dernier jour de la collecte.",
                                verbose_name="collecte close le",
                            ),
                        ),
                        (
                            "grace_until",
                            models.DateField(
                                help_text="Dernier jour du délai de grâce.",
                                verbose_name="renouvellement sans carence jusqu’au",
                            ),
                        ),
                        (
                            "waiting_days_new",
                            models.PositiveSmallIntegerField(
                                db_default=30,
                                default=30,
                                verbose_name="carence des nouveaux membres (jours)",
                            ),
                        ),
                        (
                            "waiting_days_late",
                            models.PositiveSmallIntegerField(
                                db_default=30,
                                default=30,
                                verbose_name="carence des renouvellements tardifs (jours)",
                            ),
                        ),
                        (
                            "newborn_days",
                            models.PositiveSmallIntegerField(
                                db_default=90,
                                default=90,
                                verbose_name="couverture du nouveau-né non déclaré (jours)",
                            ),
                        ),
                        (
                            "promise_tolerance_days",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                verbose_name="tolérance après l’échéance d’une promesse (jours)",
                            ),
                        ),
                        (
                            "last_enrolment_on",
                            models.DateField(
                                blank=True,
                                help_text="Vide : les adhésions restent possibles jusqu’à la fin de l’année.",
                                null=True,
                                verbose_name="dernière adhésion acceptée le",
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
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.mutualistyear",
                                verbose_name="année mutualiste",
                            ),
                        ),
                        (
                            "backdating_days",
                            models.PositiveSmallIntegerField(
                                db_default=7,
                                default=7,
                                help_text="Au-delà, ou avant la fin de la grâce, le gestionnaire seul, avec un motif.",
                                verbose_name="jours dont une signature ou un paiement peut être antidaté",
                            ),
                        ),
                        (
                            "waiting_from_year_start",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Sinon elle court dès le paiement, même fait avant le début de l’année.",
                                verbose_name="carence comptée à partir du début de l’année",
                            ),
                        ),
                        (
                            "waiting_days_reopened",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                verbose_name="carence à la réouverture des droits (jours)",
                            ),
                        ),
                        (
                            "entry_back_days",
                            models.PositiveSmallIntegerField(
                                db_default=0,
                                default=0,
                                verbose_name="jours d’avant l’inscription comptés dans la carence d’une personne qui entre",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "campagne de collecte",
                        "verbose_name_plural": "campagnes de collecte",
                        "ordering": ["-year"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "year"), name="campaign_once_a_year"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("closes_on__gte", models.F("opens_on"))),
                                name="campaign_closes_after_opening",
                                violation_error_message="La collecte se clôt après son ouverture.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("grace_until__gte", models.F("closes_on"))),
                                name="campaign_grace_after_close",
                                violation_error_message="Le délai de grâce finit après la clôture.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SigningKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "key_id",
                            models.CharField(
                                max_length=16, unique=True, verbose_name="identifiant"
                            ),
                        ),
                        ("public_key", models.TextField(verbose_name="clé publique (PEM)")),
                        ("sealed_private_key", models.TextField(editable=False)),
                        ("valid_from", models.DateField(verbose_name="dès le")),
                        (
                            "retired_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="ne signe plus dès le"
                            ),
                        ),
                        (
                            "revoked_on",
                            models.DateField(blank=True, null=True, verbose_name="révoquée le"),
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
                        "verbose_name": "clé de signature",
                        "verbose_name_plural": "clés de signature",
                        "ordering": ["-valid_from", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("retired_on__isnull", True)),
                                fields=("tenant",),
                                name="signing_key_one_active",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="signing_key_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Card",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "serial",
                            models.CharField(
                                max_length=20, unique=True, verbose_name="numéro de carte"
                            ),
                        ),
                        ("payload", models.TextField(verbose_name="contenu du code QR")),
                        ("issued_on", models.DateField(verbose_name="émise le")),
                        ("expires_on", models.DateField(verbose_name="valable jusqu’au")),
                        ("issued_by", models.CharField(max_length=150, verbose_name="émise par")),
                        (
                            "revoked_on",
                            models.DateField(blank=True, null=True, verbose_name="révoquée le"),
                        ),
                        (
                            "revoked_because",
                            models.CharField(blank=True, max_length=200, verbose_name="parce que"),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cards",
                                to="membership.household",
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
                        (
                            "key",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.signingkey",
                            ),
                        ),
                        ("batch_id", models.UUIDField(blank=True, editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "carte",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("batch_id__isnull", False)),
                                fields=["batch_id"],
                                name="card_batch",
                            ),
                            models.Index(
                                condition=models.Q(("revoked_on__isnull", False)),
                                fields=["expires_on"],
                                name="card_revoked",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("revoked_on__isnull", True)),
                                fields=("household",),
                                name="card_one_valid",
                                violation_error_message="Ce ménage a déjà une carte valable.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DuplicatePair",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "score",
                            models.PositiveSmallIntegerField(verbose_name="ressemblance (sur 100)"),
                        ),
                        ("reasons", models.CharField(max_length=300, verbose_name="parce que")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "à examiner"),
                                    ("distinct", "personnes différentes"),
                                    ("merged", "fusionnées"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "found_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="trouvé le"),
                        ),
                        (
                            "decided_by",
                            models.CharField(blank=True, max_length=150, verbose_name="décidé par"),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.beneficiary",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.beneficiary",
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
                        "verbose_name": "doublon possible",
                        "verbose_name_plural": "doublons possibles",
                        "ordering": ["-score", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "first", "second"), name="pair_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first__lt", models.F("second"))),
                                name="pair_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FormerNumber",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.CharField(max_length=30, verbose_name="ancien numéro")),
                        ("replaced_on", models.DateField(verbose_name="remplacé le")),
                        ("because", models.CharField(max_length=200, verbose_name="raison")),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="former_numbers",
                                to="membership.beneficiary",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="former_numbers",
                                to="membership.household",
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
                        "verbose_name": "ancien numéro",
                        "verbose_name_plural": "anciens numéros",
                        "indexes": [
                            models.Index(fields=["tenant", "number"], name="former_number")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemberImport",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("members", "ménages et bénéficiaires"),
                                    ("payments", "paiements"),
                                    ("past_register", "registre papier de l’an passé"),
                                ],
                                max_length=14,
                                verbose_name="contenu",
                            ),
                        ),
                        ("file_name", models.CharField(max_length=160, verbose_name="fichier")),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "headings",
                            models.JSONField(default=dict, verbose_name="colonnes reconnues"),
                        ),
                        (
                            "unknown_headings",
                            models.JSONField(default=list, verbose_name="colonnes ignorées"),
                        ),
                        ("rows", models.PositiveIntegerField(default=0, verbose_name="lignes")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("staged", "déposé"),
                                    ("checked", "vérifié, à décider"),
                                    ("loading", "chargement en cours"),
                                    ("done", "chargé"),
                                    ("refused", "rien chargé"),
                                    ("abandoned", "abandonné"),
                                ],
                                default="staged",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "choice",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("good_rows", "charger les bonnes lignes"),
                                    ("all_or_nothing", "tout ou rien"),
                                ],
                                max_length=14,
                                verbose_name="choix",
                            ),
                        ),
                        ("job_id", models.UUIDField(blank=True, null=True, verbose_name="tâche")),
                        ("brought_by", models.CharField(max_length=150, verbose_name="déposé par")),
                        (
                            "brought_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="déposé le"),
                        ),
                        (
                            "decided_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="décidé le"),
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
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                help_text="Celle des lignes qui n’en nomment pas.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.mutualistyear",
                                verbose_name="année mutualiste",
                            ),
                        ),
                        (
                            "backdating_reason",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="motif des dates anciennes",
                            ),
                        ),
                        (
                            "sheet_name",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=100,
                                verbose_name="feuille",
                            ),
                        ),
                        (
                            "takes_doubtful",
                            models.BooleanField(
                                db_default=True,
                                default=True,
                                verbose_name="avec les lignes à confirmer",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "import",
                        "ordering": ["-brought_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="import_tenant_id"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportPart",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("position", models.PositiveIntegerField()),
                        ("first_row", models.PositiveIntegerField(verbose_name="première ligne")),
                        ("rows", models.PositiveIntegerField(verbose_name="lignes")),
                        ("content", models.BinaryField()),
                        ("counts", models.JSONField(default=dict)),
                        ("refused", models.JSONField(default=list)),
                        ("checked_at", models.DateTimeField(blank=True, null=True)),
                        ("loaded_at", models.DateTimeField(blank=True, null=True)),
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
                        (
                            "member_import",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="membership.memberimport",
                            ),
                        ),
                        ("findings", models.BinaryField(db_default=b"", default=b"")),
                        ("search", models.BinaryField(db_default=b"", default=b"")),
                    ],
                    options={
                        "verbose_name": "part d’un import",
                        "verbose_name_plural": "parts d’un import",
                        "ordering": ["position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("member_import", "position"), name="import_part_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LifeEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
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
                        ("happened_on", models.DateField(verbose_name="survenu le")),
                        (
                            "note",
                            models.CharField(blank=True, max_length=300, verbose_name="précision"),
                        ),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit à"),
                        ),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="membership.beneficiary",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="membership.household",
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
                        (
                            "to_unit",
                            models.ForeignKey(
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
                    ],
                    options={
                        "verbose_name": "événement de la vie du ménage",
                        "verbose_name_plural": "événements de la vie des ménages",
                        "ordering": ["-happened_on", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["household", "-happened_on"], name="life_event_of"
                            ),
                            models.Index(
                                condition=models.Q(("to_unit__isnull", False)),
                                fields=["happened_on"],
                                name="life_event_move",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="life_event_tenant_id"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NumberRange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("prefix", models.CharField(max_length=8, verbose_name="préfixe")),
                        ("first", models.PositiveIntegerField(verbose_name="premier")),
                        ("last", models.PositiveIntegerField(verbose_name="dernier")),
                        ("following", models.PositiveIntegerField(verbose_name="prochain")),
                        ("opened_on", models.DateField(verbose_name="ouverte le")),
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "plage de numéros",
                        "verbose_name_plural": "plages de numéros",
                        "ordering": ["first"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("prefix", "first"), name="number_range_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("following__gte", models.F("first")),
                                    ("last__gte", models.F("first")),
                                    (
                                        "following__lte",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("last"), "+", models.Value(1)
                                        ),
                                    ),
                                ),
                                name="number_range_in_order",
                                violation_error_message="La plage finit après son premier numéro.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OperatorStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("cash", "espèces"),
                                    ("bank", "banque"),
                                    ("microfinance", "microfinance"),
                                    ("lumicash", "Lumicash"),
                                    ("ecocash", "EcoCash"),
                                    ("harvest", "retenue sur la récolte"),
                                    ("opening", "reprise du registre papier"),
                                ],
                                max_length=12,
                                verbose_name="opérateur",
                            ),
                        ),
                        ("name", models.CharField(max_length=160, verbose_name="fichier")),
                        ("sha256", models.CharField(max_length=64)),
                        ("starts_on", models.DateField(blank=True, null=True, verbose_name="du")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="au")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="apporté par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="apporté le"),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.storedfile",
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
                        "verbose_name": "relevé d’opérateur",
                        "verbose_name_plural": "relevés d’opérateur",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="statement_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "method", "sha256"),
                                name="statement_once",
                                violation_error_message="Ce relevé a déjà été apporté.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Promise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "amount_francs",
                            models.BigIntegerField(verbose_name="montant promis (FBu)"),
                        ),
                        ("signed_on", models.DateField(verbose_name="signée le")),
                        (
                            "buyer",
                            models.CharField(
                                help_text="La station ou la coopérative qui retient.",
                                max_length=120,
                                verbose_name="retenue faite par",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("signed", "signée, à accepter"),
                                    ("accepted", "acceptée"),
                                    ("refused", "refusée"),
                                ],
                                default="signed",
                                max_length=8,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "answered_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="acceptée ou refusée le"
                            ),
                        ),
                        (
                            "answered_by",
                            models.CharField(blank=True, max_length=150, verbose_name="par"),
                        ),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=200, verbose_name="motif"),
                        ),
                        (
                            "document",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.storedfile",
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="promises",
                                to="membership.enrolment",
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
                        (
                            "withdrawn_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="retirée parce que",
                            ),
                        ),
                        (
                            "withdrawn_on",
                            models.DateField(blank=True, null=True, verbose_name="retirée le"),
                        ),
                        (
                            "paper_number",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=30,
                                verbose_name="n° du papier",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promesse de paiement",
                        "verbose_name_plural": "promesses de paiement",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="promise_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_francs__gt", 0)),
                                name="promise_positive",
                                violation_error_message="Le montant promis est positif.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("state", "refused"), _negated=True),
                                    ("withdrawn_on__isnull", True),
                                ),
                                fields=("enrolment",),
                                name="promise_once",
                                violation_error_message="Une promesse existe déjà pour cette adhésion.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GroupPayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("cash", "espèces"),
                                    ("bank", "banque"),
                                    ("microfinance", "microfinance"),
                                    ("lumicash", "Lumicash"),
                                    ("ecocash", "EcoCash"),
                                    ("harvest", "retenue sur la récolte"),
                                    ("opening", "reprise du registre papier"),
                                ],
                                max_length=12,
                                verbose_name="opérateur",
                            ),
                        ),
                        ("reference", models.CharField(max_length=60, verbose_name="référence")),
                        (
                            "attempt",
                            models.PositiveSmallIntegerField(
                                default=1, verbose_name="utilisation de la référence"
                            ),
                        ),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "returned_francs",
                            models.BigIntegerField(default=0, verbose_name="rendu au payeur (FBu)"),
                        ),
                        (
                            "return_reason",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="pourquoi rendu",
                            ),
                        ),
                        (
                            "operator_fee_francs",
                            models.BigIntegerField(
                                default=0, verbose_name="frais de l’opérateur (FBu)"
                            ),
                        ),
                        (
                            "payer_phone",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=20,
                                verbose_name="téléphone du payeur",
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="reçu le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="encaissé par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit à"),
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
                        "verbose_name": "paiement groupé",
                        "verbose_name_plural": "paiements groupés",
                        "ordering": ["-received_on", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="group_payment_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "method", "reference", "attempt"),
                                name="group_reference_once",
                                violation_error_message="Cette référence a déjà servi pour un paiement.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("operator_fee_francs__gte", 0),
                                    ("returned_francs__gte", 0),
                                    ("returned_francs__lte", models.F("amount_francs")),
                                ),
                                name="group_amounts",
                                violation_error_message="On ne rend pas plus que ce qui a été reçu.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "receipt_year",
                            models.PositiveSmallIntegerField(verbose_name="année du reçu"),
                        ),
                        (
                            "receipt_number",
                            models.PositiveIntegerField(verbose_name="numéro du reçu"),
                        ),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "contribution_francs",
                            models.BigIntegerField(verbose_name="dont cotisation (FBu)"),
                        ),
                        (
                            "fee_francs",
                            models.BigIntegerField(verbose_name="dont droit d’adhésion (FBu)"),
                        ),
                        (
                            "federation_francs",
                            models.BigIntegerField(verbose_name="part de la fédération (FBu)"),
                        ),
                        (
                            "confederation_francs",
                            models.BigIntegerField(verbose_name="part de CONAMUS (FBu)"),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("cash", "espèces"),
                                    ("bank", "banque"),
                                    ("microfinance", "microfinance"),
                                    ("lumicash", "Lumicash"),
                                    ("ecocash", "EcoCash"),
                                    ("harvest", "retenue sur la récolte"),
                                    ("opening", "reprise du registre papier"),
                                ],
                                max_length=12,
                                verbose_name="moyen",
                            ),
                        ),
                        (
                            "payer",
                            models.CharField(
                                choices=[
                                    ("household", "ménage"),
                                    ("partner", "partenaire"),
                                    ("state", "État"),
                                    ("sponsor", "parrain"),
                                ],
                                db_default="household",
                                default="household",
                                max_length=10,
                                verbose_name="payeur",
                            ),
                        ),
                        (
                            "reference",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=60,
                                verbose_name="référence",
                            ),
                        ),
                        (
                            "payer_phone",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=20,
                                verbose_name="téléphone du payeur",
                            ),
                        ),
                        (
                            "operator_fee_francs",
                            models.BigIntegerField(
                                db_default=0, default=0, verbose_name="frais de l’opérateur (FBu)"
                            ),
                        ),
                        (
                            "paper_receipt",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=30,
                                verbose_name="numéro du reçu papier",
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="reçu le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="encaissé par"),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "recorded_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="inscrit à",
                            ),
                        ),
                        (
                            "reversal_reason",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="motif de l’annulation",
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payments",
                                to="membership.enrolment",
                                verbose_name="adhésion",
                            ),
                        ),
                        (
                            "payer_partner",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="partenaire payeur",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="membership.payment",
                                verbose_name="annule le reçu",
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="encaissé par",
                            ),
                        ),
                        (
                            "attempt",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="utilisation de la référence"
                            ),
                        ),
                        (
                            "promise",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.promise",
                                verbose_name="promesse",
                            ),
                        ),
                        (
                            "group",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="membership.grouppayment",
                                verbose_name="paiement groupé",
                            ),
                        ),
                        (
                            "part",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="part du paiement groupé"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "paiement",
                        "ordering": ["-received_on", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "unit", "received_on"], name="payment_of_the_day"
                            ),
                            models.Index(
                                fields=["tenant", "-received_on", "-id"], name="payment_latest"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "unit", "receipt_year", "receipt_number"),
                                name="receipt_once",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="payment_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "amount_francs",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("contribution_francs"),
                                            "+",
                                            models.F("fee_francs"),
                                        ),
                                    )
                                ),
                                name="payment_parts_sum",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_francs__gt", 0), ("reverses__isnull", True)),
                                    models.Q(("amount_francs__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="payment_sign",
                                violation_error_message="Le montant est positif.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("paper_receipt", ""), _negated=True),
                                    ("reverses__isnull", True),
                                ),
                                fields=("tenant", "unit", "paper_receipt", "attempt"),
                                name="paper_receipt_once",
                                violation_error_message="Ce numéro de reçu papier a déjà servi.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("reference", ""), _negated=True),
                                    ("reverses__isnull", True),
                                ),
                                fields=("tenant", "method", "reference", "attempt", "part"),
                                name="payment_reference_once",
                                violation_error_message="Cette référence a déjà servi pour un paiement.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("group__isnull", False), ("part", 1), _connector="OR"
                                ),
                                name="payment_part_of_a_group",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PromiseInstalment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="échéance")),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "promise",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="instalments",
                                to="membership.promise",
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
                        "verbose_name": "échéance",
                        "ordering": ["due_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("promise", "due_on"), name="instalment_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("amount_francs__gt", 0)),
                                name="instalment_positive",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceiptBook",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année civile")),
                        (
                            "last_number",
                            models.PositiveIntegerField(default=0, verbose_name="dernier numéro"),
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "carnet de reçus",
                        "verbose_name_plural": "carnets de reçus",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "unit", "year"), name="receipt_book_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Reminder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[("renew", "renouveler"), ("pay", "payer")],
                                max_length=6,
                                verbose_name="objet",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année mutualiste")),
                        ("phone", models.CharField(max_length=20, verbose_name="téléphone")),
                        ("text", models.CharField(max_length=320, verbose_name="texte")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("waiting", "à envoyer"),
                                    ("sent", "envoyé"),
                                    ("failed", "échoué"),
                                ],
                                default="waiting",
                                max_length=8,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "provider",
                            models.CharField(
                                blank=True, max_length=40, verbose_name="opérateur d’envoi"
                            ),
                        ),
                        (
                            "provider_reference",
                            models.CharField(blank=True, max_length=80, verbose_name="référence"),
                        ),
                        (
                            "error",
                            models.CharField(blank=True, max_length=200, verbose_name="erreur"),
                        ),
                        ("asked_by", models.CharField(max_length=150, verbose_name="demandé par")),
                        (
                            "asked_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="demandé le"),
                        ),
                        (
                            "sent_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="envoyé le"),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reminders",
                                to="membership.household",
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
                        "verbose_name": "rappel",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "waiting")),
                                fields=("tenant", "household", "purpose", "year", "phone"),
                                name="reminder_once_waiting",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScaleBand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                blank=True, default="", max_length=20, verbose_name="catégorie"
                            ),
                        ),
                        (
                            "size_from",
                            models.PositiveSmallIntegerField(verbose_name="de (personnes)"),
                        ),
                        (
                            "size_to",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="à (personnes)"
                            ),
                        ),
                        ("amount_francs", models.BigIntegerField(verbose_name="cotisation (FBu)")),
                        (
                            "supplement_from",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="supplément dès la personne n°"
                            ),
                        ),
                        (
                            "supplement_francs",
                            models.BigIntegerField(
                                default=0, verbose_name="supplément par personne (FBu)"
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="bands",
                                to="membership.contributionscale",
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
                        "verbose_name": "tranche",
                        "ordering": ["category", "size_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scale", "category", "size_from"), name="scale_band_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("size_to__isnull", True),
                                    ("size_to__gte", models.F("size_from")),
                                    _connector="OR",
                                ),
                                name="scale_band_ends_after_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_francs__gte", 0), ("supplement_francs__gte", 0)
                                ),
                                name="scale_band_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScaleCategory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, verbose_name="code")),
                        ("label", models.CharField(max_length=60, verbose_name="catégorie")),
                        (
                            "payer",
                            models.CharField(
                                choices=[
                                    ("household", "ménage"),
                                    ("partner", "partenaire"),
                                    ("state", "État"),
                                    ("sponsor", "parrain"),
                                ],
                                default="household",
                                max_length=10,
                                verbose_name="autre payeur",
                            ),
                        ),
                        (
                            "payer_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                verbose_name="part de l’autre payeur (%)",
                            ),
                        ),
                        (
                            "joining_fee_due",
                            models.BooleanField(default=True, verbose_name="droit d’adhésion dû"),
                        ),
                        (
                            "may_promise",
                            models.BooleanField(
                                default=False, verbose_name="promesse de paiement admise"
                            ),
                        ),
                        (
                            "payer_partner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="partenaire payeur",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="categories",
                                to="membership.contributionscale",
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
                        (
                            "agents_may_grant",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="Ne compte que si un autre paie : sinon le gestionnaire décide, ménage par ménage.",
                                verbose_name="accordée sans décision du gestionnaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "catégorie de membres",
                        "verbose_name_plural": "catégories de membres",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scale", "code"), name="scale_category_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("payer_percent__gte", 0), ("payer_percent__lte", 100)
                                ),
                                name="scale_category_percent",
                                violation_error_message="La part est entre 0 et 100 %%.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SharingKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="dès le")),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        (
                            "federation_percent",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=5,
                                verbose_name="cotisation : part de la fédération (%)",
                            ),
                        ),
                        (
                            "confederation_percent",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=5,
                                verbose_name="cotisation : part de CONAMUS (%)",
                            ),
                        ),
                        (
                            "fee_federation_percent",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=5,
                                verbose_name="droit d’adhésion : part de la fédération (%)",
                            ),
                        ),
                        (
                            "fee_confederation_percent",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=5,
                                verbose_name="droit d’adhésion : part de CONAMUS (%)",
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
                        "verbose_name": "clé de répartition",
                        "verbose_name_plural": "clés de répartition",
                        "ordering": ["-valid_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "valid_from"), name="sharing_key_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("confederation_percent__gte", 0),
                                    ("federation_percent__gte", 0),
                                    ("fee_confederation_percent__gte", 0),
                                    ("fee_federation_percent__gte", 0),
                                ),
                                name="sharing_key_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("line_number", models.PositiveIntegerField(verbose_name="ligne")),
                        ("reference", models.CharField(max_length=60, verbose_name="référence")),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=20, verbose_name="téléphone"),
                        ),
                        ("paid_on", models.DateField(verbose_name="date")),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "operator_fee_francs",
                            models.BigIntegerField(default=0, verbose_name="frais (FBu)"),
                        ),
                        (
                            "note",
                            models.CharField(blank=True, max_length=200, verbose_name="libellé"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("matched", "rapprochée"),
                                    ("ambiguous", "ambiguë"),
                                    ("unknown", "inconnue"),
                                    ("set_aside", "écartée"),
                                ],
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "explanation",
                            models.CharField(
                                blank=True, max_length=300, verbose_name="explication"
                            ),
                        ),
                        (
                            "settled_by",
                            models.CharField(
                                blank=True, max_length=150, verbose_name="traitée par"
                            ),
                        ),
                        (
                            "statement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="membership.operatorstatement",
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
                        "verbose_name": "ligne de relevé",
                        "verbose_name_plural": "lignes de relevé",
                        "ordering": ["statement", "line_number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("statement", "line_number"), name="line_once"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="statement_line_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "destination_unit_id",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="unité d’accueil"
                            ),
                        ),
                        ("opened_household_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "number",
                            models.CharField(max_length=20, verbose_name="numéro du ménage"),
                        ),
                        ("head_name", models.CharField(max_length=125, verbose_name="adhérent")),
                        ("people", models.JSONField(verbose_name="personnes")),
                        ("leaves_on", models.DateField(verbose_name="quitte le")),
                        (
                            "because",
                            models.CharField(blank=True, max_length=300, verbose_name="raison"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("proposed", "proposé"),
                                    ("accepted", "accepté"),
                                    ("refused", "refusé"),
                                    ("withdrawn", "retiré"),
                                ],
                                default="proposed",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "proposed_by",
                            models.CharField(max_length=150, verbose_name="proposé par"),
                        ),
                        (
                            "proposed_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="proposé à"),
                        ),
                        (
                            "answered_by",
                            models.CharField(
                                blank=True, max_length=150, verbose_name="répondu par"
                            ),
                        ),
                        (
                            "answered_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="répondu à"),
                        ),
                        (
                            "answer",
                            models.CharField(blank=True, max_length=300, verbose_name="réponse"),
                        ),
                        (
                            "destination",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’accueil",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="transfers",
                                to="membership.household",
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
                        "verbose_name": "transfert",
                        "ordering": ["-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "proposed")),
                                fields=("household",),
                                name="transfer_once_open",
                                violation_error_message="Un transfert de ce ménage est déjà proposé.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("destination", models.F("tenant")), _negated=True
                                ),
                                name="transfer_to_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnitTarget",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("households", models.PositiveIntegerField(verbose_name="ménages cibles")),
                        (
                            "source",
                            models.CharField(blank=True, max_length=200, verbose_name="source"),
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
                        (
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "year",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.mutualistyear",
                                verbose_name="année mutualiste",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "cible d’une unité",
                        "verbose_name_plural": "cibles des unités",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "unit", "year"), name="target_once_a_year"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("households__gt", 0)),
                                name="target_is_positive",
                                violation_error_message="La cible compte au moins un ménage.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReceiptPrint",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "printed_by",
                            models.CharField(max_length=150, verbose_name="imprimé par"),
                        ),
                        (
                            "printed_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="imprimé à"),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prints",
                                to="membership.payment",
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
                        (
                            "words",
                            models.JSONField(
                                encoder=django.core.serializers.json.DjangoJSONEncoder,
                                null=True,
                                verbose_name="ce qu’il dit",
                            ),
                        ),
                        (
                            "by_reader",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                verbose_name="par qui n’encaisse pas",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "impression d’un reçu",
                        "verbose_name_plural": "impressions de reçus",
                    },
                ),
                migrations.CreateModel(
                    name="RightsCheck",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("how", models.CharField(max_length=8, verbose_name="cherché par")),
                        ("asked", models.CharField(max_length=130, verbose_name="demandé")),
                        ("for_day", models.DateField(verbose_name="pour le")),
                        (
                            "found",
                            models.PositiveSmallIntegerField(verbose_name="personnes trouvées"),
                        ),
                        ("answers", models.JSONField(verbose_name="réponses")),
                        ("asked_by", models.CharField(max_length=150, verbose_name="demandé par")),
                        ("asked_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "asked_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="demandé à",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
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
                        "verbose_name": "vérification de droits",
                        "verbose_name_plural": "vérifications de droits",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "facility", "-asked_at"], name="rights_check_of"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecutMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "from_unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.household",
                            ),
                        ),
                        (
                            "recut",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.recut",
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
                        (
                            "to_unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ménage passé par un redécoupage",
                        "verbose_name_plural": "ménages passés par un redécoupage",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recut", "household"), name="recut_move_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecutShare",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "colline",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                            ),
                        ),
                        (
                            "from_unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                            ),
                        ),
                        (
                            "recut",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.recut",
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
                        (
                            "to_unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "répartition d’un redécoupage",
                        "verbose_name_plural": "répartitions d’un redécoupage",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recut", "from_unit", "colline"), name="recut_share_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Backdating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("dated_on", models.DateField(verbose_name="daté du")),
                        ("written_on", models.DateField(verbose_name="inscrit le")),
                        ("reason", models.CharField(max_length=200, verbose_name="motif")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "recorded_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="inscrit à",
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
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
                        (
                            "payment",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.payment",
                                verbose_name="paiement",
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
                        (
                            "event",
                            models.ForeignKey(
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
                    ],
                    options={
                        "verbose_name": "opération antidatée",
                        "verbose_name_plural": "opérations antidatées",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(fields=["tenant", "-id"], name="backdating_latest"),
                            models.Index(fields=["enrolment"], name="backdating_of_enrolment"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("enrolment__isnull", False),
                                    ("event__isnull", False),
                                    _connector="OR",
                                ),
                                name="backdating_of_something",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EnrolmentSupplement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("asked_on", models.DateField(verbose_name="demandé le")),
                        (
                            "people",
                            models.PositiveSmallIntegerField(verbose_name="personnes comptées"),
                        ),
                        (
                            "contribution_francs",
                            models.BigIntegerField(verbose_name="supplément (FBu)"),
                        ),
                        (
                            "payer_francs",
                            models.BigIntegerField(
                                default=0, verbose_name="dont à un autre payeur (FBu)"
                            ),
                        ),
                        ("explanation", models.CharField(max_length=300, verbose_name="calcul")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="inscrit à",
                            ),
                        ),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.beneficiary",
                                verbose_name="pour",
                            ),
                        ),
                        (
                            "enrolment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="supplements",
                                to="membership.enrolment",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="membership.enrolmentsupplement",
                                verbose_name="reprend",
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
                        "verbose_name": "supplément",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="supplement_tenant_id"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("reverses__isnull", True)),
                                fields=("enrolment", "beneficiary"),
                                name="supplement_once",
                                violation_error_message="Cette personne a déjà son supplément.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("contribution_francs__gte", 0),
                                        ("payer_francs__gte", 0),
                                        ("reverses__isnull", True),
                                    ),
                                    models.Q(
                                        ("contribution_francs__lte", 0),
                                        ("payer_francs__lte", 0),
                                        ("reverses__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="supplement_sign",
                            ),
                        ],
                    },
                ),
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
                                            models.F("owed_francs"),
                                            "-",
                                            models.F("household_owed_francs"),
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
                            models.Index(
                                condition=models.Q(
                                    models.Q(("household_left_francs", 0), _negated=True),
                                    models.Q(("others_left_francs", 0), _negated=True),
                                    _connector="OR",
                                ),
                                fields=["year"],
                                name="balance_unsettled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StatementTie",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        (
                            "line",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ties",
                                to="membership.statementline",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ties",
                                to="membership.payment",
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
                        "verbose_name": "rapprochement",
                        "verbose_name_plural": "rapprochements",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "payment"), name="line_of_one_payment"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpenRights",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("day", models.DateField(verbose_name="jour")),
                        ("counted_at", models.DateTimeField(verbose_name="compté le")),
                        ("figures", models.JSONField(verbose_name="chiffres")),
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
                        "verbose_name": "compte des droits ouverts",
                        "verbose_name_plural": "comptes des droits ouverts",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "day"), name="open_rights_once_a_day"
                            )
                        ],
                    },
                ),
            ]
        ),
    ]
