"""The tables of care: catalogue, agreements, packages, claims, reviews, invoices, visits, surveys."""

import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

from claims.migrations._partitions import partitions
from federations.tenancy.migrating import CreateTables


class Migration(migrations.Migration):
    initial = True
    dependencies = [("federations", "0001_tables"), ("membership", "0001_tables")]

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Act",
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
                        ("name", models.CharField(max_length=200, verbose_name="nom")),
                        (
                            "sort_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        (
                            "search_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        ("code", models.CharField(max_length=20, verbose_name="code")),
                        (
                            "family",
                            models.CharField(
                                choices=[
                                    ("consultation", "consultation"),
                                    ("laboratory", "laboratoire"),
                                    ("imaging", "imagerie"),
                                    ("surgery", "chirurgie"),
                                    ("delivery", "accouchement"),
                                    ("hospital_day", "journée d’hospitalisation"),
                                    ("medicine", "médicament"),
                                    ("care", "soins"),
                                    ("dental", "soins dentaires"),
                                    ("eye", "soins des yeux"),
                                    ("transfer", "transfert du malade"),
                                ],
                                max_length=12,
                                verbose_name="famille",
                            ),
                        ),
                        (
                            "strength",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="dosage"
                            ),
                        ),
                        (
                            "form",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="forme"
                            ),
                        ),
                        (
                            "atc",
                            models.CharField(
                                blank=True, default="", max_length=8, verbose_name="code ATC"
                            ),
                        ),
                        (
                            "closed_on",
                            models.DateField(blank=True, null=True, verbose_name="retiré le"),
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
                        "verbose_name": "acte ou produit",
                        "verbose_name_plural": "actes et produits",
                        "ordering": ["sort_key"],
                        "indexes": [models.Index(fields=["search_key"], name="act_search")],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Upper("code"),
                                name="act_code_once_in_network",
                                violation_error_message="Ce code est déjà celui d’un autre acte.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Agreement",
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
                            "number",
                            models.CharField(
                                blank=True, default="", max_length=40, verbose_name="numéro"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="dès le")),
                        (
                            "ends_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        (
                            "payment_term_days",
                            models.PositiveSmallIntegerField(
                                default=30, verbose_name="délai de paiement (jours)"
                            ),
                        ),
                        (
                            "ended_because",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="motif de la fin",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
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
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="mutuelle",
                            ),
                        ),
                        (
                            "advance_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="avances, au plus (FBu)"
                            ),
                        ),
                        (
                            "advance_percent",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="avances : part du mois moyen (%)",
                            ),
                        ),
                        (
                            "advance_months",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="mois de la moyenne"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "convention",
                        "ordering": ["-starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="agreement_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "facility", "unit", "starts_on"),
                                name="agreement_once_a_day",
                                nulls_distinct=False,
                                violation_error_message="Une convention commence déjà ce jour-là.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True),
                                    ("ends_on__gt", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="agreement_ends_after_start",
                                violation_error_message="La convention finit après son début.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("advance_months__isnull", True),
                                        ("advance_percent__isnull", True),
                                    ),
                                    models.Q(
                                        ("advance_months__in", (3, 12)),
                                        ("advance_months__isnull", False),
                                        ("advance_percent__isnull", False),
                                        ("advance_percent__range", (1, 300)),
                                    ),
                                    _connector="OR",
                                ),
                                name="agreement_advance_share",
                                violation_error_message="Une part du mois moyen dit sur combien de mois : 3 ou 12.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("advance_francs__isnull", True),
                                    ("advance_francs__gt", 0),
                                    _connector="OR",
                                ),
                                name="agreement_advance_francs",
                                violation_error_message="Le montant des avances est supérieur à zéro.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AgreementDocument",
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
                        ("title", models.CharField(max_length=120, verbose_name="titre")),
                        ("added_by", models.CharField(max_length=150, verbose_name="ajouté par")),
                        (
                            "added_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="ajouté le"),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="claims.agreement",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                            ),
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
                        "verbose_name": "document de convention",
                        "verbose_name_plural": "documents de convention",
                    },
                ),
                migrations.CreateModel(
                    name="AgreementSuspension",
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
                        ("starts_on", models.DateField(verbose_name="dès le")),
                        (
                            "ends_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        ("reason", models.CharField(max_length=200, verbose_name="motif")),
                        (
                            "agreement",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="suspensions",
                                to="claims.agreement",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
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
                        "verbose_name": "suspension de convention",
                        "verbose_name_plural": "suspensions de convention",
                        "ordering": ["-starts_on"],
                    },
                ),
                migrations.CreateModel(
                    name="BenefitPackage",
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
                            "late_after_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                default=90,
                                help_text="Vide : une attestation n’est jamais trop tardive.",
                                null=True,
                                verbose_name="attestation tardive après (jours)",
                            ),
                        ),
                        (
                            "accepts_unpriced",
                            models.BooleanField(
                                default=True,
                                help_text="Montrés à une personne. Sinon ils ne sont pas payés.",
                                verbose_name="actes sans tarif pris au prix demandé",
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
                            "in_force_until",
                            models.DateField(
                                blank=True, null=True, verbose_name="en vigueur jusqu’au (exclu)"
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
                                to="claims.benefitpackage",
                                verbose_name="paquet type",
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
                    ],
                    options={
                        "verbose_name": "paquet de prestations",
                        "verbose_name_plural": "paquets de prestations",
                        "ordering": ["-year", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "in_force")),
                                fields=("tenant", "year"),
                                name="package_once_in_force",
                                violation_error_message="Un paquet est déjà en vigueur pour cette année.",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="package_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CareAccount",
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
                        ("care_year", models.PositiveSmallIntegerField()),
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
                        "verbose_name": "compte de soins",
                        "verbose_name_plural": "comptes de soins",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "household", "care_year"),
                                name="care_account_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CareAuthorisation",
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
                        (
                            "family",
                            models.CharField(
                                blank=True, default="", max_length=12, verbose_name="famille"
                            ),
                        ),
                        (
                            "francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="montant au plus (FBu)"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="valable dès le")),
                        ("ends_on", models.DateField(verbose_name="jusqu’au (inclus)")),
                        ("given_by", models.CharField(max_length=150, verbose_name="accordé par")),
                        ("given_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "given_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="accordé le"),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="retiré le"),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.act",
                                verbose_name="acte",
                            ),
                        ),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.beneficiary",
                                verbose_name="patient",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
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
                        "verbose_name": "bon de prise en charge",
                        "verbose_name_plural": "bons de prise en charge",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "beneficiary"], name="authorisation_person"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="authorisation_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("processing", "number"),
                                name="authorisation_number_once",
                                violation_error_message="Ce numéro de bon a déjà servi.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CareReason",
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
                        ("name", models.CharField(max_length=200, verbose_name="nom")),
                        (
                            "sort_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        (
                            "search_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        ("code", models.CharField(max_length=12, verbose_name="code")),
                        (
                            "icd10",
                            models.CharField(
                                blank=True, default="", max_length=8, verbose_name="code CIM-10"
                            ),
                        ),
                        (
                            "is_chronic",
                            models.BooleanField(default=False, verbose_name="maladie chronique"),
                        ),
                        (
                            "is_maternity",
                            models.BooleanField(
                                default=False, verbose_name="grossesse ou accouchement"
                            ),
                        ),
                        (
                            "usual_treatment",
                            models.TextField(
                                blank=True, default="", verbose_name="traitement habituel"
                            ),
                        ),
                        (
                            "closed_on",
                            models.DateField(blank=True, null=True, verbose_name="retiré le"),
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
                        "verbose_name": "motif de soins",
                        "verbose_name_plural": "motifs de soins",
                        "ordering": ["sort_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Upper("code"),
                                name="care_reason_code_once",
                                violation_error_message="Ce code est déjà celui d’un autre motif.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Claim",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("person_id", models.UUIDField(editable=False, verbose_name="personne")),
                        (
                            "stub_number",
                            models.CharField(max_length=24, verbose_name="numéro de souche"),
                        ),
                        (
                            "care_kind",
                            models.CharField(
                                choices=[
                                    ("outpatient", "soins ambulatoires"),
                                    ("stay", "séjour à l’hôpital"),
                                ],
                                max_length=12,
                                verbose_name="genre",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="date des soins")),
                        ("ends_on", models.DateField(verbose_name="dernier jour")),
                        ("received_on", models.DateField(verbose_name="reçue le")),
                        (
                            "episode",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=40,
                                verbose_name="épisode",
                            ),
                        ),
                        (
                            "has_referral",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="référé"
                            ),
                        ),
                        (
                            "invoice_id",
                            models.BigIntegerField(blank=True, null=True, verbose_name="facture"),
                        ),
                        (
                            "told_total_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="total écrit (FBu)"
                            ),
                        ),
                        (
                            "told_mutuelle_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="part mutuelle écrite (FBu)"
                            ),
                        ),
                        (
                            "told_patient_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="part patient écrite (FBu)"
                            ),
                        ),
                        ("asked_francs", models.BigIntegerField(verbose_name="demandé (FBu)")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("entered", "saisie"),
                                    ("submitted", "transmise"),
                                    ("checked", "contrôlée"),
                                    ("to_review", "à examiner"),
                                    ("decided", "décidée"),
                                    ("contested", "contestée"),
                                    ("final", "définitive"),
                                    ("invoiced", "à payer"),
                                    ("paid", "payée"),
                                    ("superseded", "remplacée"),
                                    ("cancelled", "annulée"),
                                ],
                                default="entered",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "state_since",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="depuis",
                            ),
                        ),
                        (
                            "decision_id",
                            models.BigIntegerField(blank=True, null=True, verbose_name="décision"),
                        ),
                        (
                            "review_rank",
                            models.BigIntegerField(
                                db_default=0, default=0, verbose_name="rang de contrôle"
                            ),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[
                                    ("facility", "saisie par la formation sanitaire"),
                                    ("centre", "saisie par le centre"),
                                    ("file", "fichier"),
                                ],
                                max_length=10,
                                verbose_name="origine",
                            ),
                        ),
                        ("entered_by", models.CharField(max_length=150, verbose_name="saisie par")),
                        ("entered_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "entered_at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="saisie à",
                            ),
                        ),
                        (
                            "supersedes_id",
                            models.BigIntegerField(blank=True, null=True, verbose_name="remplace"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                        (
                            "beneficiary",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.beneficiary",
                                verbose_name="patient",
                            ),
                        ),
                        (
                            "centre",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="centre de gestion",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.household",
                                verbose_name="ménage",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
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
                                verbose_name="section du patient",
                            ),
                        ),
                        (
                            "waits_for",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("day", "remise à plus tard"),
                                    ("facility", "réponse de la formation sanitaire"),
                                    ("second_reader", "second lecteur"),
                                ],
                                db_default="",
                                default="",
                                max_length=13,
                                verbose_name="attend",
                            ),
                        ),
                        (
                            "waits_until",
                            models.DateField(blank=True, null=True, verbose_name="attend jusqu’au"),
                        ),
                    ],
                    options={
                        "verbose_name": "attestation de soins",
                        "verbose_name_plural": "attestations de soins",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "household", "care_year"], name="claim_household"
                            ),
                            models.Index(fields=["person_id", "starts_on"], name="claim_person"),
                            models.Index(
                                fields=["processing", "state", "-review_rank"], name="claim_queue"
                            ),
                            models.Index(
                                fields=["processing", "-starts_on", "-id"],
                                name="claim_processing_day",
                            ),
                            models.Index(
                                fields=["tenant", "-starts_on", "-id"], name="claim_home_day"
                            ),
                            models.Index(
                                fields=["facility", "-starts_on", "-id"], name="claim_facility_day"
                            ),
                            models.Index(fields=["invoice_id"], name="claim_invoice"),
                            models.Index(
                                condition=models.Q(("state__in", ["to_review", "contested"])),
                                fields=["-review_rank", "id"],
                                name="claim_waiting",
                            ),
                            models.Index(fields=["-starts_on", "-id"], name="claim_day"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimAttachment",
                    fields=[
                        (
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("title", models.CharField(max_length=120, verbose_name="titre")),
                        ("content_type", models.CharField(max_length=80, verbose_name="type")),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField(verbose_name="contenu")),
                        ("added_by", models.CharField(max_length=150, verbose_name="ajouté par")),
                        (
                            "added_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="ajouté le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "pièce jointe",
                        "verbose_name_plural": "pièces jointes",
                        "indexes": [models.Index(fields=["claim_id"], name="attachment_of_claim")],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimDiagnosis",
                    fields=[
                        (
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="précision"
                            ),
                        ),
                        (
                            "written_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="écrit le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "reason",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.carereason",
                                verbose_name="motif",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "motif d’une attestation",
                        "verbose_name_plural": "motifs des attestations",
                        "indexes": [
                            models.Index(
                                fields=["claim_id", "-written_at"], name="diagnosis_of_claim"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimLine",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="ligne")),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=2, max_digits=9, verbose_name="quantité"
                            ),
                        ),
                        (
                            "unit_price_francs",
                            models.BigIntegerField(verbose_name="prix unitaire (FBu)"),
                        ),
                        ("asked_francs", models.BigIntegerField(verbose_name="demandé (FBu)")),
                        ("given_on", models.DateField(blank=True, null=True, verbose_name="le")),
                        (
                            "act",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.act",
                                verbose_name="acte",
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="claims.claim",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne d’attestation",
                        "verbose_name_plural": "lignes d’attestation",
                        "ordering": ["claim", "position"],
                        "indexes": [
                            models.Index(fields=["claim", "position"], name="claim_line_place")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimSignal",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("rule", models.CharField(max_length=30, verbose_name="règle")),
                        ("weight", models.PositiveSmallIntegerField(verbose_name="poids (%)")),
                        ("facts", models.JSONField(default=dict, verbose_name="détails")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "à examiner"),
                                    ("confirmed", "confirmé"),
                                    ("dismissed", "écarté"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "raised_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="levé le",
                            ),
                        ),
                        (
                            "settled_by",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=150,
                                verbose_name="traité par",
                            ),
                        ),
                        (
                            "settled_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="traité le"),
                        ),
                        (
                            "settled_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="parce que",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "after_decision_id",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="après la décision"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "signal",
                        "verbose_name_plural": "signaux",
                        "indexes": [
                            models.Index(
                                fields=["processing", "rule", "state"], name="signal_by_rule"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("claim_id", "rule"), name="signal_once_a_rule"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClaimStep",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        (
                            "from_state",
                            models.CharField(
                                blank=True, default="", max_length=10, verbose_name="de"
                            ),
                        ),
                        ("to_state", models.CharField(max_length=10, verbose_name="à")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="motif"
                            ),
                        ),
                        ("by_name", models.CharField(max_length=150, verbose_name="par")),
                        ("by_user_id", models.BigIntegerField(blank=True, null=True)),
                        ("by_role", models.CharField(max_length=24, verbose_name="rôle")),
                        (
                            "at",
                            models.DateTimeField(
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="à",
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="claims.claim",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "étape d’une attestation",
                        "verbose_name_plural": "étapes d’une attestation",
                        "ordering": ["claim", "id"],
                        "indexes": [
                            models.Index(fields=["claim", "id"], name="claim_step_of"),
                            models.Index(
                                condition=models.Q(
                                    ("reason", "tirée au sort"), ("to_state", "to_review")
                                ),
                                fields=["processing", "claim"],
                                name="claim_step_sampled",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ControlTerms",
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
                        ("in_force_from", models.DateField(verbose_name="dès le")),
                        (
                            "accepted_below_francs",
                            models.BigIntegerField(
                                verbose_name="accepté d’office au-dessous de (FBu)"
                            ),
                        ),
                        (
                            "sample_percent",
                            models.DecimalField(
                                decimal_places=2, max_digits=5, verbose_name="échantillon (%)"
                            ),
                        ),
                        (
                            "second_reader_from_francs",
                            models.BigIntegerField(verbose_name="second lecteur dès (FBu)"),
                        ),
                        (
                            "reply_days",
                            models.PositiveSmallIntegerField(
                                default=30, verbose_name="délai de réponse (jours)"
                            ),
                        ),
                        (
                            "contest_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                verbose_name="délai de contestation de la fédération d’origine (jours)",
                            ),
                        ),
                        (
                            "adopted_by",
                            models.CharField(blank=True, max_length=150, verbose_name="adopté par"),
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
                            "most_deferrals",
                            models.PositiveSmallIntegerField(
                                db_default=2, default=2, verbose_name="remises à plus tard, au plus"
                            ),
                        ),
                        (
                            "deferral_days",
                            models.PositiveSmallIntegerField(
                                db_default=60,
                                default=60,
                                verbose_name="durée d’une remise, au plus (jours)",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "règles de contrôle",
                        "verbose_name_plural": "règles de contrôle",
                        "ordering": ["-in_force_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "in_force_from"), name="control_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sample_percent__gte", 0), ("sample_percent__lte", 100)
                                ),
                                name="control_sample",
                                violation_error_message="L’échantillon est entre 0 et 100 %%.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("number", models.PositiveSmallIntegerField(verbose_name="décision n°")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("automatic", "d’office"),
                                    ("review", "après contrôle"),
                                    ("contradictory", "après la réponse de la formation sanitaire"),
                                    ("contest", "après contestation de la fédération d’origine"),
                                    ("redone", "refaite avec le lot"),
                                    ("visit", "après une visite de la formation sanitaire"),
                                ],
                                max_length=14,
                                verbose_name="nature",
                            ),
                        ),
                        ("person_id", models.UUIDField(editable=False)),
                        ("care_on", models.DateField(verbose_name="date des soins")),
                        (
                            "episode",
                            models.CharField(blank=True, db_default="", default="", max_length=40),
                        ),
                        (
                            "rights_sentence",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="droits"
                            ),
                        ),
                        ("batch", models.UUIDField(blank=True, null=True, verbose_name="lot")),
                        ("decided_by", models.CharField(max_length=150, verbose_name="décidé par")),
                        ("decided_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "decided_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="décidé le",
                            ),
                        ),
                        (
                            "superseded_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="remplacée le"
                            ),
                        ),
                        (
                            "claim",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="decisions",
                                to="claims.claim",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.household",
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.benefitpackage",
                                verbose_name="paquet",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "décision",
                        "ordering": ["claim", "number"],
                        "indexes": [
                            models.Index(fields=["claim", "number"], name="decision_of_claim"),
                            models.Index(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=["tenant", "household", "care_year"],
                                name="decision_in_force",
                            ),
                            models.Index(
                                condition=models.Q(("superseded_at__isnull", True)),
                                fields=["person_id"],
                                name="decision_of_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthorisationUse",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "authorisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="claims.careauthorisation",
                                verbose_name="bon",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.decision",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "utilisation d’un bon",
                        "verbose_name_plural": "utilisations des bons",
                    },
                ),
                migrations.CreateModel(
                    name="DecisionCut",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="ligne")),
                        ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                        (
                            "code",
                            models.CharField(
                                choices=[
                                    ("refused", "refused"),
                                    ("late", "late"),
                                    ("no_rights", "no_rights"),
                                    ("after_rights", "after_rights"),
                                    ("review", "review"),
                                    ("price", "price"),
                                    ("unpriced", "unpriced"),
                                    ("excluded", "excluded"),
                                    ("condition", "condition"),
                                    ("waiting", "waiting"),
                                    ("no_authorisation", "no_authorisation"),
                                    ("no_referral", "no_referral"),
                                    ("quantity", "quantity"),
                                    ("interval", "interval"),
                                    ("over_authorisation", "over_authorisation"),
                                    ("other_payer", "other_payer"),
                                    ("deductible", "deductible"),
                                    ("copayment", "copayment"),
                                    ("ceiling", "ceiling"),
                                ],
                                max_length=20,
                                verbose_name="motif",
                            ),
                        ),
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "bearer",
                            models.CharField(
                                choices=[
                                    ("patient", "le patient"),
                                    ("facility", "la formation sanitaire"),
                                    ("other_payer", "un autre payeur"),
                                ],
                                max_length=12,
                                verbose_name="à la charge de",
                            ),
                        ),
                        ("facts", models.JSONField(default=dict, verbose_name="détails")),
                        (
                            "decision",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cuts",
                                to="claims.decision",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "coupe",
                        "ordering": ["decision", "position", "rank"],
                        "indexes": [
                            models.Index(
                                fields=["decision", "position", "rank"], name="decision_cut_place"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DecisionLine",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("position", models.PositiveSmallIntegerField(verbose_name="ligne")),
                        ("family", models.CharField(max_length=12, verbose_name="famille")),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=2, max_digits=9, verbose_name="quantité retenue"
                            ),
                        ),
                        (
                            "percent",
                            models.DecimalField(
                                decimal_places=2, max_digits=5, verbose_name="taux (%)"
                            ),
                        ),
                        ("asked_francs", models.BigIntegerField(verbose_name="demandé (FBu)")),
                        ("agreed_francs", models.BigIntegerField(verbose_name="convenu (FBu)")),
                        ("covered_francs", models.BigIntegerField(verbose_name="couvert (FBu)")),
                        (
                            "deductible_francs",
                            models.BigIntegerField(verbose_name="franchise (FBu)"),
                        ),
                        (
                            "copayment_francs",
                            models.BigIntegerField(verbose_name="ticket modérateur (FBu)"),
                        ),
                        (
                            "ceiling_cut_francs",
                            models.BigIntegerField(verbose_name="au-dessus du plafond (FBu)"),
                        ),
                        (
                            "other_payer_francs",
                            models.BigIntegerField(verbose_name="autre payeur (FBu)"),
                        ),
                        (
                            "mutuelle_francs",
                            models.BigIntegerField(verbose_name="part de la mutuelle (FBu)"),
                        ),
                        (
                            "patient_francs",
                            models.BigIntegerField(verbose_name="part du patient (FBu)"),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.act",
                            ),
                        ),
                        (
                            "decision",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="claims.decision",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ligne de décision",
                        "verbose_name_plural": "lignes de décision",
                        "ordering": ["decision", "position"],
                        "indexes": [
                            models.Index(
                                fields=["decision", "position"], name="decision_line_place"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "agreed_francs",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("mutuelle_francs"),
                                                "+",
                                                models.F("patient_francs"),
                                            ),
                                            "+",
                                            models.F("other_payer_francs"),
                                        ),
                                    )
                                ),
                                name="decision_line_shares_sum",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "covered_francs",
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                django.db.models.expressions.CombinedExpression(
                                                    django.db.models.expressions.CombinedExpression(
                                                        models.F("mutuelle_francs"),
                                                        "+",
                                                        models.F("copayment_francs"),
                                                    ),
                                                    "+",
                                                    models.F("ceiling_cut_francs"),
                                                ),
                                                "+",
                                                models.F("deductible_francs"),
                                            ),
                                            "+",
                                            models.F("other_payer_francs"),
                                        ),
                                    )
                                ),
                                name="decision_line_covered_sum",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("asked_francs__gte", models.F("agreed_francs")),
                                    ("ceiling_cut_francs__gte", 0),
                                    ("copayment_francs__gte", 0),
                                    ("deductible_francs__gte", 0),
                                    ("mutuelle_francs__gte", 0),
                                    ("other_payer_francs__gte", 0),
                                    ("patient_francs__gte", 0),
                                ),
                                name="decision_line_not_negative",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilityDebt",
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
                        ("claim_id", models.BigIntegerField(blank=True, null=True)),
                        ("decision_id", models.BigIntegerField(blank=True, null=True)),
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        ("reason", models.CharField(max_length=200, verbose_name="motif")),
                        ("arisen_on", models.DateField(verbose_name="née le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrite par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
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
                        "verbose_name": "dette d’une formation sanitaire",
                        "verbose_name_plural": "dettes des formations sanitaires",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="facility_debt_tenant_id"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("decision_id__isnull", False)),
                                fields=("tenant", "decision_id"),
                                name="facility_debt_once_a_decision",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("francs", 0), _negated=True),
                                name="facility_debt_not_nothing",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("claim_id__isnull", False), ("decision_id__isnull", True)
                                ),
                                fields=("tenant", "claim_id"),
                                name="facility_debt_once_a_claim",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilityInvoice",
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
                            "number",
                            models.CharField(
                                max_length=40, verbose_name="numéro de la formation sanitaire"
                            ),
                        ),
                        (
                            "month",
                            models.DateField(
                                help_text="Le premier jour du mois.", verbose_name="mois"
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="reçue le")),
                        (
                            "told_count",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="attestations annoncées"
                            ),
                        ),
                        (
                            "told_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="montant annoncé (FBu)"
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("received", "reçue"),
                                    ("settled", "arrêtée"),
                                    ("paid", "payée"),
                                    ("cancelled", "annulée"),
                                ],
                                default="received",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "settled_on",
                            models.DateField(blank=True, null=True, verbose_name="arrêtée le"),
                        ),
                        (
                            "settled_by",
                            models.CharField(
                                blank=True, default="", max_length=150, verbose_name="arrêtée par"
                            ),
                        ),
                        (
                            "payable_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="à payer (FBu)"
                            ),
                        ),
                        (
                            "due_on",
                            models.DateField(blank=True, null=True, verbose_name="échéance"),
                        ),
                        (
                            "is_take_on",
                            models.BooleanField(default=False, verbose_name="ouverte à la reprise"),
                        ),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrite par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                        (
                            "centre",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="centre de gestion",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
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
                        (
                            "cancelled_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="motif de l’annulation",
                            ),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "facture de formation sanitaire",
                        "verbose_name_plural": "factures des formations sanitaires",
                        "ordering": ["-month", "-id"],
                        "indexes": [
                            models.Index(fields=["tenant", "state", "due_on"], name="invoice_due")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="invoice_tenant_id"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state", "cancelled"), _negated=True),
                                fields=("tenant", "facility", "number"),
                                name="invoice_number_once",
                                violation_error_message="Cette facture est déjà inscrite.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="invoice_first_of_month"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["settled", "paid"]), _negated=True),
                                    ("payable_francs__isnull", False),
                                    _connector="OR",
                                ),
                                name="invoice_settled_has_amount",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilityReply",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        (
                            "decision_number",
                            models.PositiveSmallIntegerField(verbose_name="à la décision n°"),
                        ),
                        (
                            "is_agreed",
                            models.BooleanField(default=False, verbose_name="accepte la décision"),
                        ),
                        (
                            "text",
                            models.TextField(
                                blank=True, default="", max_length=2000, verbose_name="réponse"
                            ),
                        ),
                        (
                            "answered_by",
                            models.CharField(max_length=150, verbose_name="répondu par"),
                        ),
                        ("answered_on", models.DateField(verbose_name="répondu le")),
                        ("recorded_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "réponse de la formation sanitaire",
                        "verbose_name_plural": "réponses des formations sanitaires",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("claim_id", "decision_number"),
                                name="reply_once",
                                violation_error_message="La formation sanitaire a déjà répondu à cette décision.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilitySignal",
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
                        ("month", models.DateField(verbose_name="mois")),
                        ("rule", models.CharField(max_length=30, verbose_name="règle")),
                        ("facts", models.JSONField(default=dict, verbose_name="détails")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "à examiner"),
                                    ("confirmed", "confirmé"),
                                    ("dismissed", "écarté"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "raised_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="levé le",
                            ),
                        ),
                        (
                            "settled_by",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=150,
                                verbose_name="traité par",
                            ),
                        ),
                        (
                            "settled_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="traité le"),
                        ),
                        (
                            "settled_because",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=300,
                                verbose_name="parce que",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
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
                        "verbose_name": "signal d’une formation sanitaire",
                        "verbose_name_plural": "signaux des formations sanitaires",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "facility", "month", "rule"),
                                name="facility_signal_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="facility_signal_month"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OrderBook",
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
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
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
                    ],
                    options={
                        "verbose_name": "carnet d’ordres",
                        "verbose_name_plural": "carnets d’ordres",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "year"), name="order_book_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PackageClause",
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
                                    ("rate", "taux de prise en charge"),
                                    ("ceiling", "plafond"),
                                    ("limit", "limite de quantité ou de fréquence"),
                                    ("interval", "intervalle minimal"),
                                    ("wait", "délai d’attente"),
                                    ("condition", "condition d’âge ou de sexe"),
                                    ("exclusion", "exclusion"),
                                    ("requirement", "accord ou référence exigés"),
                                    ("other_payer", "autre payeur"),
                                    ("deductible", "franchise"),
                                ],
                                max_length=12,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "family",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("consultation", "consultation"),
                                    ("laboratory", "laboratoire"),
                                    ("imaging", "imagerie"),
                                    ("surgery", "chirurgie"),
                                    ("delivery", "accouchement"),
                                    ("hospital_day", "journée d’hospitalisation"),
                                    ("medicine", "médicament"),
                                    ("care", "soins"),
                                    ("dental", "soins dentaires"),
                                    ("eye", "soins des yeux"),
                                    ("transfer", "transfert du malade"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="famille",
                            ),
                        ),
                        (
                            "level",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=24,
                                verbose_name="type de formation",
                            ),
                        ),
                        (
                            "ownership",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=12,
                                verbose_name="statut juridique",
                            ),
                        ),
                        (
                            "care_kind",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("outpatient", "soins ambulatoires"),
                                    ("stay", "séjour à l’hôpital"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="genre de soins",
                            ),
                        ),
                        (
                            "sex",
                            models.CharField(
                                blank=True, default="", max_length=1, verbose_name="sexe"
                            ),
                        ),
                        (
                            "age_from",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="âge dès (ans)"
                            ),
                        ),
                        (
                            "age_to",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="âge jusqu’à (ans, inclus)"
                            ),
                        ),
                        (
                            "percent",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=5,
                                null=True,
                                verbose_name="part (%)",
                            ),
                        ),
                        (
                            "francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="montant (FBu)"
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="quantité",
                            ),
                        ),
                        (
                            "days",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="jours"
                            ),
                        ),
                        (
                            "scope",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("line", "line"),
                                    ("claim", "claim"),
                                    ("stay", "stay"),
                                    ("episode", "episode"),
                                    ("person_year", "person_year"),
                                    ("household_year", "household_year"),
                                ],
                                default="",
                                max_length=16,
                                verbose_name="compté par",
                            ),
                        ),
                        (
                            "paper",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("authorisation", "authorisation"),
                                    ("referral", "referral"),
                                ],
                                default="",
                                max_length=14,
                                verbose_name="pièce",
                            ),
                        ),
                        (
                            "bearer",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("patient", "le patient"),
                                    ("facility", "la formation sanitaire"),
                                    ("other_payer", "un autre payeur"),
                                ],
                                default="",
                                max_length=12,
                                verbose_name="à la charge de",
                            ),
                        ),
                        (
                            "payer",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="autre payeur"
                            ),
                        ),
                        (
                            "is_chronic",
                            models.BooleanField(default=False, verbose_name="maladies chroniques"),
                        ),
                        (
                            "is_maternity",
                            models.BooleanField(
                                default=False, verbose_name="grossesse et accouchement"
                            ),
                        ),
                        (
                            "other_cover",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=6,
                                verbose_name="autre couverture",
                            ),
                        ),
                        (
                            "owed_sex",
                            models.CharField(
                                blank=True, default="", max_length=1, verbose_name="dû au sexe"
                            ),
                        ),
                        (
                            "owed_age_from",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="dû dès (ans)"
                            ),
                        ),
                        (
                            "owed_age_to",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="dû jusqu’à (ans)"
                            ),
                        ),
                        (
                            "wording",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="libellé"
                            ),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.act",
                                verbose_name="acte",
                            ),
                        ),
                        (
                            "package",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clauses",
                                to="claims.benefitpackage",
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
                        "verbose_name": "clause du paquet",
                        "verbose_name_plural": "clauses du paquet",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("percent__isnull", True),
                                    models.Q(("percent__gte", 0), ("percent__lte", 100)),
                                    _connector="OR",
                                ),
                                name="clause_percent",
                                violation_error_message="La part est entre 0 et 100 %%.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("francs__isnull", True), ("francs__gte", 0), _connector="OR"
                                ),
                                name="clause_francs",
                                violation_error_message="Le montant n’est pas négatif.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        models.Q(
                                            ("kind__in", ["rate", "other_payer"]), _negated=True
                                        ),
                                        ("percent__isnull", False),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(
                                            ("kind__in", ["ceiling", "deductible"]), _negated=True
                                        ),
                                        models.Q(
                                            ("francs__isnull", False),
                                            models.Q(("scope", ""), _negated=True),
                                        ),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("kind", "limit"), _negated=True),
                                        ("quantity__isnull", False),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("kind__in", ["interval", "wait"]), _negated=True),
                                        ("days__isnull", False),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        models.Q(("kind", "requirement"), _negated=True),
                                        models.Q(("paper", ""), _negated=True),
                                        _connector="OR",
                                    ),
                                ),
                                name="clause_says_what_its_kind_needs",
                                violation_error_message="La clause ne dit pas ce que sa nature exige.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("age_from__isnull", True),
                                    ("age_to__isnull", True),
                                    ("age_to__gte", models.F("age_from")),
                                    _connector="OR",
                                ),
                                name="clause_ages",
                                violation_error_message="Le second âge suit le premier.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentOrder",
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
                                choices=[("payment", "paiement"), ("advance", "avance")],
                                default="payment",
                                max_length=10,
                                verbose_name="nature",
                            ),
                        ),
                        ("order_year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("order_number", models.PositiveIntegerField(verbose_name="ordre n°")),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
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
                            "reference",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="référence"
                            ),
                        ),
                        ("paid_on", models.DateField(verbose_name="payé le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit le"),
                        ),
                        (
                            "reversal_reason",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="motif de l’annulation",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="claims.paymentorder",
                                verbose_name="annule l’ordre",
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
                            "attempt",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="tentative"
                            ),
                        ),
                        (
                            "backdating_reason",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                max_length=200,
                                verbose_name="motif de l’antidatage",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "ordre de paiement",
                        "verbose_name_plural": "ordres de paiement",
                        "ordering": ["-paid_on", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="order_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "order_year", "order_number"),
                                name="order_number_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_francs__gt", 0), ("reverses__isnull", True)),
                                    models.Q(("amount_francs__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="order_sign",
                                violation_error_message="Le montant est positif.",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("reference", ""), _negated=True),
                                    ("reverses__isnull", True),
                                ),
                                fields=("tenant", "method", "reference", "attempt"),
                                name="order_reference_once",
                                violation_error_message="Cette référence a déjà servi pour un paiement.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceEntry",
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
                                    ("paid", "payé"),
                                    ("retained", "retenu"),
                                    ("advance", "imputé sur une avance"),
                                    ("recovered", "récupéré"),
                                ],
                                max_length=10,
                                verbose_name="nature",
                            ),
                        ),
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        ("entered_on", models.DateField(verbose_name="le")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="motif"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit le"),
                        ),
                        (
                            "debt",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="claims.facilitydebt",
                                verbose_name="dette",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="claims.facilityinvoice",
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
                            "order",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="claims.paymentorder",
                                verbose_name="ordre",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mouvement d’une facture",
                        "verbose_name_plural": "mouvements des factures",
                        "ordering": ["invoice", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("francs", 0), _negated=True),
                                name="invoice_entry_not_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind__in", ["paid", "advance"]), _negated=True),
                                    ("order__isnull", False),
                                    _connector="OR",
                                ),
                                name="invoice_entry_of_an_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "recovered"), _negated=True),
                                    ("debt__isnull", False),
                                    _connector="OR",
                                ),
                                name="invoice_entry_of_a_debt",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PrivateReading",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("what", models.CharField(max_length=12, verbose_name="quoi")),
                        ("read_by", models.CharField(max_length=150, verbose_name="lu par")),
                        ("read_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        ("read_as", models.CharField(max_length=24, verbose_name="en tant que")),
                        ("read_at", models.DateTimeField(auto_now_add=True, verbose_name="lu le")),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "lecture d’un motif de soins",
                        "verbose_name_plural": "lectures des motifs de soins",
                        "indexes": [
                            models.Index(fields=["tenant", "-read_at"], name="reading_of_tenant"),
                            models.Index(fields=["claim_id"], name="reading_of_claim"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Review",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("administrative", "contrôle administratif"),
                                    ("medical", "contrôle médical"),
                                    ("second", "second lecteur"),
                                    ("home", "fédération d’origine"),
                                    ("visit", "visite de la formation sanitaire"),
                                ],
                                max_length=14,
                                verbose_name="étape",
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("accepted", "acceptée"),
                                    ("cut", "coupée"),
                                    ("rejected", "rejetée"),
                                    ("asked", "question à la formation sanitaire"),
                                    ("deferred", "remise à plus tard"),
                                    ("second_reader", "transmise au second lecteur"),
                                    ("contested", "contestée"),
                                    ("maintained", "décision maintenue"),
                                ],
                                max_length=14,
                                verbose_name="issue",
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=500, verbose_name="remarque"
                            ),
                        ),
                        (
                            "is_sampled",
                            models.BooleanField(
                                db_default=False, default=False, verbose_name="tirée au sort"
                            ),
                        ),
                        ("decision_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "until",
                            models.DateField(blank=True, null=True, verbose_name="remise au"),
                        ),
                        (
                            "opened_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="ouverte à"),
                        ),
                        ("reviewed_by", models.CharField(max_length=150, verbose_name="par")),
                        ("reviewed_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "reviewed_at",
                            models.DateTimeField(
                                auto_now_add=True,
                                db_default=django.db.models.functions.datetime.Now(),
                                verbose_name="à",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "taken_off_francs",
                            models.BigIntegerField(
                                default=0, verbose_name="retiré à la part mutuelle (FBu)"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contrôle",
                        "verbose_name_plural": "contrôles",
                        "ordering": ["claim_id", "id"],
                        "indexes": [
                            models.Index(fields=["claim_id", "id"], name="review_of_claim"),
                            models.Index(
                                fields=["reviewed_by_user_id", "-reviewed_at"],
                                name="review_by_person",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReviewFinding",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("position", models.PositiveSmallIntegerField(verbose_name="ligne")),
                        ("reason", models.CharField(max_length=20, verbose_name="motif")),
                        (
                            "is_all",
                            models.BooleanField(default=False, verbose_name="toute la ligne"),
                        ),
                        (
                            "to_quantity",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=9,
                                null=True,
                                verbose_name="quantité retenue",
                            ),
                        ),
                        (
                            "francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="montant coupé (FBu)"
                            ),
                        ),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="remarque"
                            ),
                        ),
                        (
                            "withdrawn_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="retirée le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "review",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="claims.review",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "constat",
                        "ordering": ["review", "position"],
                        "indexes": [models.Index(fields=["claim_id"], name="finding_of_claim")],
                    },
                ),
                migrations.CreateModel(
                    name="StubBook",
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
                            "prefix",
                            models.CharField(
                                blank=True, default="", max_length=10, verbose_name="préfixe"
                            ),
                        ),
                        (
                            "first_number",
                            models.PositiveIntegerField(verbose_name="premier numéro"),
                        ),
                        ("last_number", models.PositiveIntegerField(verbose_name="dernier numéro")),
                        ("issued_on", models.DateField(verbose_name="remis le")),
                        (
                            "withdrawn_on",
                            models.DateField(blank=True, null=True, verbose_name="retiré le"),
                        ),
                        (
                            "is_take_on",
                            models.BooleanField(
                                default=False, verbose_name="en circulation à la reprise"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
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
                        (
                            "first_stub",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Concat(
                                    "prefix",
                                    models.Value("-"),
                                    django.db.models.functions.text.LPad(
                                        django.db.models.functions.comparison.Cast(
                                            "first_number", models.CharField()
                                        ),
                                        6,
                                        models.Value("0"),
                                    ),
                                ),
                                output_field=models.CharField(max_length=24),
                            ),
                        ),
                        (
                            "last_stub",
                            models.GeneratedField(
                                db_persist=True,
                                expression=django.db.models.functions.text.Concat(
                                    "prefix",
                                    models.Value("-"),
                                    django.db.models.functions.text.LPad(
                                        django.db.models.functions.comparison.Cast(
                                            "last_number", models.CharField()
                                        ),
                                        6,
                                        models.Value("0"),
                                    ),
                                ),
                                output_field=models.CharField(max_length=24),
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "carnet d’attestations",
                        "verbose_name_plural": "carnets d’attestations",
                        "ordering": ["prefix", "first_number"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "prefix", "first_number"), name="stub_book_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last_number__gte", models.F("first_number"))),
                                name="stub_book_order",
                                violation_error_message="Le dernier numéro suit le premier.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StubUse",
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
                            "number",
                            models.CharField(max_length=24, verbose_name="numéro de souche"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("care_year", models.PositiveSmallIntegerField()),
                        (
                            "freed_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="rendue le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
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
                        "verbose_name": "souche utilisée",
                        "verbose_name_plural": "souches utilisées",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("freed_at__isnull", True)),
                                fields=("tenant", "number"),
                                name="stub_used_once",
                                violation_error_message="Cette souche a déjà servi.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tariff",
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
                            "level",
                            models.CharField(
                                blank=True, default="", max_length=24, verbose_name="type"
                            ),
                        ),
                        (
                            "ownership",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=12,
                                verbose_name="statut juridique",
                            ),
                        ),
                        ("price_francs", models.BigIntegerField(verbose_name="prix convenu (FBu)")),
                        ("starts_on", models.DateField(verbose_name="dès le")),
                        (
                            "ends_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        (
                            "act",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.act",
                                verbose_name="acte",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
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
                        "verbose_name": "tarif",
                        "ordering": ["act", "starts_on"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=(
                                    "tenant",
                                    "act",
                                    "facility",
                                    "level",
                                    "ownership",
                                    "starts_on",
                                ),
                                name="tariff_once_a_day",
                                nulls_distinct=False,
                                violation_error_message="Un tarif commence déjà ce jour-là.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("price_francs__gte", 0)),
                                name="tariff_not_negative",
                                violation_error_message="Le prix n’est pas négatif.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True),
                                    ("ends_on__gt", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="tariff_ends_after_start",
                                violation_error_message="Le tarif finit après son début.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("facility__isnull", True),
                                    models.Q(("level", ""), ("ownership", "")),
                                    _connector="OR",
                                ),
                                name="tariff_one_place",
                                violation_error_message="Un tarif est d’une formation sanitaire, ou d’un type et d’un statut.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Complaint",
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
                        ("complainant", models.CharField(max_length=150, verbose_name="plaignant")),
                        (
                            "phone",
                            models.CharField(
                                blank=True, default="", max_length=20, verbose_name="téléphone"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[
                                    ("visit", "au guichet"),
                                    ("phone", "téléphone"),
                                    ("letter", "lettre ou formulaire"),
                                    ("meeting", "réunion de membres"),
                                    ("other", "autre"),
                                ],
                                max_length=10,
                                verbose_name="par",
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(
                                choices=[
                                    ("care_refused", "soins refusés"),
                                    ("overcharged", "montant demandé trop élevé"),
                                    ("welcome", "accueil et attente"),
                                    ("medicines", "médicaments manquants"),
                                    ("decision", "décision sur une attestation"),
                                    ("rights", "droits ou carte"),
                                    ("contribution", "cotisation ou reçu"),
                                    ("staff", "comportement d’un agent"),
                                    ("other", "autre"),
                                ],
                                max_length=14,
                                verbose_name="objet",
                            ),
                        ),
                        ("told", models.TextField(max_length=2000, verbose_name="ce qui est dit")),
                        ("received_on", models.DateField(verbose_name="reçue le")),
                        ("due_on", models.DateField(verbose_name="réponse due le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrite par"),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "follows",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followed_by",
                                to="claims.complaint",
                                verbose_name="revient sur",
                            ),
                        ),
                        (
                            "household",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="membership.household",
                                verbose_name="ménage",
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
                                verbose_name="reçue par",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "réclamation",
                        "ordering": ["-received_on", "-id"],
                        "indexes": [
                            models.Index(fields=["tenant", "-received_on"], name="complaint_of_day")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="complaint_tenant_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("due_on__gte", models.F("received_on"))),
                                name="complaint_due_after_received",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ComplaintAnswer",
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
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("founded", "fondée"),
                                    ("partly", "fondée en partie"),
                                    ("unfounded", "non fondée"),
                                    ("elsewhere", "transmise à qui de droit"),
                                ],
                                max_length=10,
                                verbose_name="conclusion",
                            ),
                        ),
                        ("text", models.TextField(max_length=2000, verbose_name="réponse")),
                        ("answered_on", models.DateField(verbose_name="répondue le")),
                        (
                            "answered_by",
                            models.CharField(max_length=150, verbose_name="répondue par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrite le"),
                        ),
                        (
                            "complaint",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answer",
                                to="claims.complaint",
                                verbose_name="réclamation",
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
                        "verbose_name": "réponse à une réclamation",
                        "verbose_name_plural": "réponses aux réclamations",
                    },
                ),
                migrations.CreateModel(
                    name="CareSum",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("month", models.PositiveSmallIntegerField(verbose_name="mois")),
                        ("care_kind", models.CharField(max_length=12, verbose_name="genre")),
                        ("cases", models.IntegerField(verbose_name="cas")),
                        ("unit_id", models.BigIntegerField(verbose_name="section du patient")),
                        ("asked_francs", models.BigIntegerField(verbose_name="demandé (FBu)")),
                        ("asked_squares", models.DecimalField(decimal_places=0, max_digits=30)),
                        ("decided", models.IntegerField(verbose_name="décidées")),
                        (
                            "decided_francs",
                            models.BigIntegerField(
                                verbose_name="demandé par celles décidées (FBu)"
                            ),
                        ),
                        (
                            "mutuelle_francs",
                            models.BigIntegerField(verbose_name="part de la mutuelle (FBu)"),
                        ),
                        ("cut_francs", models.BigIntegerField(verbose_name="coupé (FBu)")),
                        ("rejected", models.IntegerField(verbose_name="rejetées")),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "somme de soins",
                        "indexes": [
                            models.Index(fields=["care_year", "processing"], name="care_sum_of")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CutSum",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("month", models.PositiveSmallIntegerField(verbose_name="mois")),
                        ("care_kind", models.CharField(max_length=12, verbose_name="genre")),
                        ("cases", models.IntegerField(verbose_name="cas")),
                        ("code", models.CharField(max_length=20, verbose_name="motif")),
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "somme de coupes",
                        "indexes": [
                            models.Index(fields=["care_year", "processing"], name="cut_sum_of")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DelayCount",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("month", models.PositiveSmallIntegerField(verbose_name="mois")),
                        ("care_kind", models.CharField(max_length=12, verbose_name="genre")),
                        ("cases", models.IntegerField(verbose_name="cas")),
                        (
                            "from_state",
                            models.CharField(
                                blank=True, default="", max_length=10, verbose_name="de"
                            ),
                        ),
                        (
                            "to_state",
                            models.CharField(
                                blank=True, default="", max_length=10, verbose_name="à"
                            ),
                        ),
                        ("tenths", models.IntegerField(verbose_name="dixièmes de jour")),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "délais comptés",
                        "indexes": [
                            models.Index(fields=["care_year", "processing"], name="delay_count_of")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PublishedScore",
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
                                    ("visit", "grille de visite"),
                                    ("satisfaction", "satisfaction des membres"),
                                    ("quality", "qualité des formations sanitaires"),
                                ],
                                max_length=12,
                                verbose_name="genre",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        (
                            "percent",
                            models.DecimalField(
                                decimal_places=1, max_digits=4, verbose_name="score (%)"
                            ),
                        ),
                        (
                            "facilities",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="formations sanitaires"
                            ),
                        ),
                        ("source", models.CharField(max_length=300, verbose_name="source")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit le"),
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
                            "version",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="version"
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
                    ],
                    options={
                        "verbose_name": "score publié",
                        "verbose_name_plural": "scores publiés",
                        "ordering": ["-year", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                                name="published_score_percent",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "kind", "year", "version"),
                                name="published_score_once",
                                violation_error_message="Le score de cette année est déjà inscrit.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Questionnaire",
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
                                    ("visit", "grille de visite"),
                                    ("satisfaction", "satisfaction des membres"),
                                    ("quality", "qualité des formations sanitaires"),
                                ],
                                max_length=12,
                                verbose_name="genre",
                            ),
                        ),
                        ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                        ("title", models.CharField(max_length=120, verbose_name="titre")),
                        ("in_force_from", models.DateField(verbose_name="en vigueur dès le")),
                        (
                            "published_by",
                            models.CharField(max_length=150, verbose_name="publié par"),
                        ),
                        (
                            "published_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="publié le"),
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
                        "verbose_name": "questionnaire",
                        "ordering": ["kind", "-version"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "kind", "version"),
                                name="questionnaire_version_once",
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="questionnaire_tenant_id"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Question",
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
                        ("position", models.PositiveSmallIntegerField(verbose_name="n°")),
                        (
                            "section",
                            models.CharField(
                                blank=True, default="", max_length=80, verbose_name="section"
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="question")),
                        (
                            "type",
                            models.CharField(
                                choices=[
                                    ("scale", "échelle 1 à 5"),
                                    ("yes_no", "oui ou non"),
                                    ("choice", "choix"),
                                    ("number", "nombre"),
                                    ("text", "texte libre"),
                                ],
                                max_length=8,
                                verbose_name="type",
                            ),
                        ),
                        ("choices", models.JSONField(default=list, verbose_name="choix")),
                        (
                            "weight",
                            models.PositiveSmallIntegerField(default=1, verbose_name="poids"),
                        ),
                        (
                            "is_required",
                            models.BooleanField(default=False, verbose_name="obligatoire"),
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
                            "questionnaire",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="questions",
                                to="claims.questionnaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "question",
                        "ordering": ["questionnaire", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("questionnaire", "position"), name="question_place_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("weight__gte", 1), ("weight__lte", 20)),
                                name="question_weight",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyCampaign",
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
                        ("title", models.CharField(max_length=120, verbose_name="titre")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("visit", "grille de visite"),
                                    ("satisfaction", "satisfaction des membres"),
                                    ("quality", "qualité des formations sanitaires"),
                                ],
                                max_length=12,
                                verbose_name="genre",
                            ),
                        ),
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("starts_on", models.DateField(verbose_name="du")),
                        ("ends_on", models.DateField(verbose_name="au")),
                        (
                            "wanted",
                            models.PositiveSmallIntegerField(
                                verbose_name="entretiens par formation sanitaire"
                            ),
                        ),
                        (
                            "seed",
                            models.CharField(
                                blank=True, default="", max_length=32, verbose_name="graine"
                            ),
                        ),
                        ("planned_by", models.CharField(max_length=150, verbose_name="lancée par")),
                        (
                            "planned_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="lancée le"),
                        ),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.questionnaire",
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
                        "verbose_name": "enquête",
                        "ordering": ["-year", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="survey_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "year", "title"),
                                name="survey_title_once",
                                violation_error_message="Une enquête de cette année porte déjà ce titre.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="survey_days_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyFacility",
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
                            "campaign",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="facilities",
                                to="claims.surveycampaign",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
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
                        "verbose_name": "formation sanitaire enquêtée",
                        "verbose_name_plural": "formations sanitaires enquêtées",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("campaign", "facility"), name="survey_facility_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyInterview",
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
                        ("taken_on", models.DateField(verbose_name="le")),
                        (
                            "sex",
                            models.CharField(
                                blank=True,
                                choices=[("F", "femme"), ("M", "homme")],
                                default="",
                                max_length=1,
                                verbose_name="sexe",
                            ),
                        ),
                        (
                            "age_band",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("under_25", "moins de 25 ans"),
                                    ("from_25", "25 à 39 ans"),
                                    ("from_40", "40 à 59 ans"),
                                    ("from_60", "60 ans et plus"),
                                ],
                                default="",
                                max_length=8,
                                verbose_name="âge",
                            ),
                        ),
                        ("reference", models.CharField(max_length=80, verbose_name="référence")),
                        ("entered_by", models.CharField(max_length=150, verbose_name="saisi par")),
                        (
                            "entered_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="saisi le"),
                        ),
                        (
                            "campaign",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="interviews",
                                to="claims.surveycampaign",
                                verbose_name="enquête",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
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
                        ("entered_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "entered_on",
                            models.DateField(blank=True, null=True, verbose_name="saisi le jour"),
                        ),
                        (
                            "replaces",
                            models.OneToOneField(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="claims.surveyinterview",
                                verbose_name="corrige",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "entretien",
                        "ordering": ["-taken_on", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["campaign", "facility"], name="interview_of_facility"
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="interview_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "campaign", "reference"), name="interview_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyAnswer",
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
                        ("value", models.CharField(max_length=500, verbose_name="réponse")),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="points"
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.question",
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
                            "interview",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="claims.surveyinterview",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "réponse d’enquête",
                        "verbose_name_plural": "réponses d’enquête",
                        "ordering": ["interview", "question__position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("interview", "question"), name="survey_answer_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("points__isnull", True), ("points__lte", 100), _connector="OR"
                                ),
                                name="survey_answer_points",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Visit",
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
                                choices=[
                                    ("routine", "suivi régulier"),
                                    ("verification", "contre-vérification d’attestations"),
                                    ("signal", "signal de fraude"),
                                    ("complaint", "réclamation"),
                                    ("quality", "qualité des soins"),
                                ],
                                max_length=12,
                                verbose_name="objet",
                            ),
                        ),
                        (
                            "purpose_note",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="précision"
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="du")),
                        ("ends_on", models.DateField(verbose_name="au")),
                        ("period_from", models.DateField(verbose_name="soins du")),
                        ("period_to", models.DateField(verbose_name="soins au")),
                        ("team", models.TextField(max_length=1000, verbose_name="équipe")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("planned", "prévue"),
                                    ("done", "faite"),
                                    ("sent", "rapport envoyé"),
                                    ("answered", "réponse reçue"),
                                    ("closed", "close"),
                                    ("cancelled", "annulée"),
                                ],
                                default="planned",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        (
                            "sample_method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("simple", "aléatoire simple"),
                                    ("stratified", "stratifié par montant"),
                                ],
                                default="",
                                max_length=10,
                                verbose_name="tirage",
                            ),
                        ),
                        (
                            "sample_seed",
                            models.CharField(
                                blank=True, default="", max_length=32, verbose_name="graine"
                            ),
                        ),
                        ("sample_plan", models.JSONField(default=dict, verbose_name="taille")),
                        ("strata", models.JSONField(default=list, verbose_name="strates")),
                        (
                            "met",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="reçus par"
                            ),
                        ),
                        (
                            "conclusion",
                            models.TextField(
                                blank=True, default="", max_length=3000, verbose_name="conclusion"
                            ),
                        ),
                        (
                            "advice",
                            models.TextField(
                                blank=True,
                                default="",
                                max_length=3000,
                                verbose_name="recommandations",
                            ),
                        ),
                        (
                            "sent_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="rapport envoyé le"
                            ),
                        ),
                        (
                            "answer_due_on",
                            models.DateField(
                                blank=True, null=True, verbose_name="réponse attendue jusqu’au"
                            ),
                        ),
                        (
                            "ended_because",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="fin"
                            ),
                        ),
                        ("planned_by", models.CharField(max_length=150, verbose_name="prévue par")),
                        ("planned_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "planned_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="prévue le"),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "questionnaire",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.questionnaire",
                                verbose_name="grille",
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
                        "verbose_name": "visite",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(fields=["tenant", "-starts_on"], name="visit_of_tenant"),
                            models.Index(
                                fields=["facility", "-starts_on"], name="visit_of_facility"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("facility", "id"), name="visit_facility_id"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__gte", models.F("starts_on")),
                                    ("period_to__gte", models.F("period_from")),
                                ),
                                name="visit_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state__in", ["sent", "answered", "closed"]), _negated=True
                                    ),
                                    models.Q(
                                        ("answer_due_on__isnull", False), ("sent_on__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="visit_sent_has_days",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitClaim",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("claim_id", models.BigIntegerField()),
                        ("stub_number", models.CharField(max_length=24, verbose_name="souche")),
                        ("care_on", models.DateField(verbose_name="date des soins")),
                        ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                        ("stratum", models.PositiveSmallIntegerField(verbose_name="strate")),
                        (
                            "mutuelle_francs",
                            models.BigIntegerField(verbose_name="part mutuelle (FBu)"),
                        ),
                        (
                            "verdict",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("agrees", "conforme au registre"),
                                    ("absent", "absente du registre"),
                                    ("no_patient", "patient introuvable"),
                                    ("not_delivered", "acte non délivré"),
                                    ("price", "prix non conforme"),
                                    ("no_paper", "pièce manquante"),
                                    ("other", "autre constat"),
                                ],
                                default="",
                                max_length=14,
                                verbose_name="constat",
                            ),
                        ),
                        ("found_lines", models.JSONField(default=list, verbose_name="lignes")),
                        (
                            "note",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="remarque"
                            ),
                        ),
                        (
                            "found_by",
                            models.CharField(
                                blank=True, default="", max_length=150, verbose_name="constaté par"
                            ),
                        ),
                        (
                            "proposed_francs",
                            models.BigIntegerField(default=0, verbose_name="à récupérer (FBu)"),
                        ),
                        (
                            "recovered_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="retiré par décision (FBu)"
                            ),
                        ),
                        (
                            "waived_because",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=300,
                                verbose_name="abandonné parce que",
                            ),
                        ),
                        (
                            "settled_by",
                            models.CharField(
                                blank=True, default="", max_length=150, verbose_name="réglé par"
                            ),
                        ),
                        (
                            "settled_on",
                            models.DateField(blank=True, null=True, verbose_name="réglé le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "visit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="claims.visit",
                            ),
                        ),
                        ("found_by_user_id", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "attestation vérifiée",
                        "verbose_name_plural": "attestations vérifiées",
                        "ordering": ["visit", "rank"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("visit", "claim_id"), name="visit_claim_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("proposed_francs__gte", 0)),
                                name="visit_claim_takes_nothing_back",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("recovered_francs__isnull", True),
                                    ("waived_because", ""),
                                    _connector="OR",
                                ),
                                name="visit_claim_settled_one_way",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitMark",
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
                        ("value", models.CharField(max_length=500, verbose_name="réponse")),
                        (
                            "points",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="points"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "question",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="claims.question",
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
                            "visit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="marks",
                                to="claims.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "point de grille",
                        "verbose_name_plural": "points de grille",
                        "ordering": ["visit", "question__position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("visit", "question"), name="visit_mark_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitReply",
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
                            "is_agreed",
                            models.BooleanField(default=False, verbose_name="accepte le rapport"),
                        ),
                        (
                            "text",
                            models.TextField(
                                blank=True, default="", max_length=3000, verbose_name="réponse"
                            ),
                        ),
                        (
                            "answered_by",
                            models.CharField(max_length=150, verbose_name="répondu par"),
                        ),
                        ("answered_on", models.DateField(verbose_name="répondu le")),
                        ("recorded_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "facility",
                            models.ForeignKey(
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
                        (
                            "visit",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reply",
                                to="claims.visit",
                            ),
                        ),
                        (
                            "paper",
                            models.CharField(
                                blank=True, default="", max_length=200, verbose_name="d’après"
                            ),
                        ),
                        (
                            "recorded_by",
                            models.CharField(
                                blank=True, default="", max_length=150, verbose_name="inscrite par"
                            ),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "verbose_name": "réponse à un rapport de visite",
                        "verbose_name_plural": "réponses aux rapports de visite",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("recorded_by", ""),
                                    models.Q(("paper", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="visit_reply_names_its_paper",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="VisitStep",
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
                        ("to_state", models.CharField(max_length=10, verbose_name="à")),
                        (
                            "reason",
                            models.CharField(
                                blank=True, default="", max_length=300, verbose_name="motif"
                            ),
                        ),
                        ("by_name", models.CharField(max_length=150, verbose_name="par")),
                        ("at", models.DateTimeField(auto_now_add=True, verbose_name="à")),
                        (
                            "facility",
                            models.ForeignKey(
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
                        (
                            "visit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="steps",
                                to="claims.visit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "étape d’une visite",
                        "verbose_name_plural": "étapes d’une visite",
                        "ordering": ["visit", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="AttestationFile",
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
                        ("file_name", models.CharField(max_length=160, verbose_name="fichier")),
                        ("sha256", models.CharField(max_length=64)),
                        ("rows", models.PositiveIntegerField(verbose_name="lignes")),
                        ("claims", models.PositiveIntegerField(verbose_name="attestations")),
                        (
                            "all_or_nothing",
                            models.BooleanField(default=False, verbose_name="tout ou rien"),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("staged", "déposé"),
                                    ("checked", "vérifié, à décider"),
                                    ("loading", "enregistrement en cours"),
                                    ("done", "enregistré"),
                                    ("refused", "rien enregistré"),
                                    ("abandoned", "abandonné"),
                                ],
                                default="staged",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        ("brought_by", models.CharField(max_length=150, verbose_name="déposé par")),
                        ("brought_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "brought_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="déposé le"),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
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
                        "verbose_name": "fichier d’attestations",
                        "verbose_name_plural": "fichiers d’attestations",
                        "ordering": ["-brought_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="attestation_file_tenant_id"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttestationFilePart",
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
                        ("position", models.PositiveIntegerField(verbose_name="rang")),
                        ("content", models.BinaryField(verbose_name="lignes")),
                        (
                            "entered",
                            models.PositiveIntegerField(
                                default=0, verbose_name="à enregistrer, ou enregistrées"
                            ),
                        ),
                        ("known", models.PositiveIntegerField(default=0, verbose_name="déjà là")),
                        (
                            "refused",
                            models.PositiveIntegerField(default=0, verbose_name="refusées"),
                        ),
                        (
                            "asked_francs",
                            models.BigIntegerField(default=0, verbose_name="montant demandé (FBu)"),
                        ),
                        ("errors", models.BinaryField(default=b"", verbose_name="refus")),
                        (
                            "checked_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="vérifiée le"),
                        ),
                        (
                            "loaded_at",
                            models.DateTimeField(
                                blank=True, null=True, verbose_name="enregistrée le"
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="claims.attestationfile",
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
                        "verbose_name": "part d’un fichier d’attestations",
                        "verbose_name_plural": "parts des fichiers d’attestations",
                        "ordering": ["file", "position"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("file", "position"), name="attestation_part_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FacilityRepayment",
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
                        ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                        ("number", models.PositiveIntegerField(verbose_name="reçu n°")),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
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
                            "reference",
                            models.CharField(
                                blank=True, default="", max_length=60, verbose_name="référence"
                            ),
                        ),
                        (
                            "attempt",
                            models.PositiveSmallIntegerField(
                                db_default=1, default=1, verbose_name="tentative"
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="reçu le")),
                        (
                            "recorded_by",
                            models.CharField(max_length=150, verbose_name="inscrit par"),
                        ),
                        ("recorded_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        (
                            "recorded_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="inscrit le"),
                        ),
                        (
                            "reversal_reason",
                            models.CharField(
                                blank=True,
                                default="",
                                max_length=200,
                                verbose_name="motif de l’annulation",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="claims.facilityrepayment",
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
                    ],
                    options={
                        "verbose_name": "remboursement d’une formation sanitaire",
                        "verbose_name_plural": "remboursements des formations sanitaires",
                        "ordering": ["-received_on", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "id"), name="repayment_tenant_id"
                            ),
                            models.UniqueConstraint(
                                fields=("tenant", "year", "number"), name="repayment_number_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    models.Q(("reference", ""), _negated=True),
                                    ("reverses__isnull", True),
                                ),
                                fields=("tenant", "method", "reference", "attempt"),
                                name="repayment_reference_once",
                                violation_error_message="Cette référence a déjà servi pour un remboursement.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_francs__gt", 0), ("reverses__isnull", True)),
                                    models.Q(("amount_francs__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="repayment_sign",
                                violation_error_message="Le montant est positif.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RepaymentShare",
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
                        ("francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        ("entered_on", models.DateField(verbose_name="le")),
                        (
                            "debt",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="repaid",
                                to="claims.facilitydebt",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                            ),
                        ),
                        (
                            "repayment",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shares",
                                to="claims.facilityrepayment",
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
                        "verbose_name": "part d’un remboursement",
                        "verbose_name_plural": "parts des remboursements",
                        "ordering": ["repayment", "id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("francs", 0), _negated=True),
                                name="repayment_share_not_nothing",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AcceptedSum",
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
                            "care_year",
                            models.PositiveSmallIntegerField(verbose_name="année des soins"),
                        ),
                        ("month", models.DateField(verbose_name="mois de réception")),
                        ("cases", models.IntegerField(verbose_name="cas")),
                        (
                            "francs",
                            models.BigIntegerField(verbose_name="part de la mutuelle (FBu)"),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                editable=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération d’origine",
                            ),
                        ),
                        (
                            "processing",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération traitante",
                            ),
                        ),
                        (
                            "facility",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthfacility",
                                verbose_name="formation sanitaire",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "somme de ce qui est accepté d’office",
                        "indexes": [
                            models.Index(fields=["processing", "month"], name="accepted_sum_of")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RegisterLook",
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
                        ("until_event", models.BigIntegerField()),
                        ("looked_at", models.DateTimeField(verbose_name="lu à")),
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
                        "verbose_name": "lecture du registre",
                        "verbose_name_plural": "lectures du registre",
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant",), name="register_look_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InterviewReading",
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
                        ("read_by", models.CharField(max_length=150, verbose_name="lu par")),
                        ("read_by_user_id", models.BigIntegerField(blank=True, null=True)),
                        ("read_as", models.CharField(max_length=24, verbose_name="en tant que")),
                        ("read_at", models.DateTimeField(auto_now_add=True, verbose_name="lu le")),
                        (
                            "interview",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="readings",
                                to="claims.surveyinterview",
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
                        "verbose_name": "lecture d’un entretien",
                        "verbose_name_plural": "lectures d’entretiens",
                        "ordering": ["-read_at", "-id"],
                    },
                ),
            ]
        ),
        # Before indexes and constraints are made: they belong to the partitioned tables.
        migrations.RunSQL(partitions(), migrations.RunSQL.noop),
    ]
