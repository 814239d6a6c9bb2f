"""The tables of the network: tenants, places, units, people, facilities, jobs, history.

The rows that the confederation begins with are data, loaded by commands; the wall around the
tables comes from `fence.py`.
"""

import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from federations.tenancy.migrating import CreateTables


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        CreateTables(
            [
                migrations.CreateModel(
                    name="Federation",
                    fields=[
                        ("name", models.CharField(max_length=200, verbose_name="nom")),
                        (
                            "sort_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        (
                            "search_key",
                            models.CharField(db_collation="C", editable=False, max_length=200),
                        ),
                        ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                        ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                        ("short_name", models.CharField(max_length=60, verbose_name="nom court")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("confederation", "confédération"),
                                    ("federation", "fédération"),
                                ],
                                max_length=20,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "founded_year",
                            models.PositiveSmallIntegerField(
                                blank=True, null=True, verbose_name="année de création"
                            ),
                        ),
                        (
                            "working_since",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                verbose_name="mutuelles fonctionnelles depuis",
                            ),
                        ),
                        (
                            "address",
                            models.CharField(blank=True, max_length=200, verbose_name="adresse"),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="courriel"),
                        ),
                        ("website", models.URLField(blank=True, verbose_name="site web")),
                        (
                            "loaded_at",
                            models.DateTimeField(
                                blank=True,
                                editable=False,
                                null=True,
                                verbose_name="données de départ en place le",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "fédération",
                        "ordering": ["sort_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Upper("code"),
                                name="federation_code_once",
                                violation_error_message="Ce code est déjà celui d’une fédération.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Place",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("province", "province"),
                                    ("commune", "commune"),
                                    ("zone", "zone"),
                                    ("colline", "colline"),
                                ],
                                max_length=10,
                                verbose_name="niveau",
                            ),
                        ),
                        (
                            "division",
                            models.CharField(
                                choices=[
                                    ("until_2025", "18 provinces (jusqu’à mi-2025)"),
                                    ("since_2025", "5 provinces (depuis mi-2025)"),
                                ],
                                max_length=12,
                                verbose_name="découpage",
                            ),
                        ),
                        ("code", models.CharField(max_length=30, verbose_name="code")),
                        (
                            "former_method",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("name", "par le nom"),
                                    ("assigned", "réparti, non officiel"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "seat",
                            models.CharField(blank=True, max_length=60, verbose_name="chef-lieu"),
                        ),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="en vigueur dès"),
                        ),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        (
                            "former_commune",
                            models.ForeignKey(
                                blank=True,
                                help_text="Pour une colline : la commune où elle se trouvait jusqu’à mi-2025.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="ancienne commune",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="federations.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "lieu",
                        "verbose_name_plural": "lieux",
                        "ordering": ["sort_key"],
                        "indexes": [
                            models.Index(
                                fields=["division", "kind", "sort_key"],
                                name="federations_divisio_2d67cf_idx",
                            ),
                            models.Index(
                                fields=["search_key"], name="federations_search__8688a9_idx"
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("division", "code"), name="place_code_per_division"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HealthDistrict",
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
                        ("code", models.CharField(max_length=10, unique=True, verbose_name="code")),
                        (
                            "valid_from",
                            models.DateField(blank=True, null=True, verbose_name="en vigueur dès"),
                        ),
                        (
                            "valid_to",
                            models.DateField(
                                blank=True, null=True, verbose_name="jusqu’au (exclu)"
                            ),
                        ),
                        (
                            "former_province",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="province (avant 2025)",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "district sanitaire",
                        "verbose_name_plural": "districts sanitaires",
                        "ordering": ["sort_key"],
                    },
                ),
                migrations.CreateModel(
                    name="User",
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
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        (
                            "username",
                            models.CharField(
                                max_length=60, unique=True, verbose_name="identifiant"
                            ),
                        ),
                        (
                            "email",
                            models.EmailField(blank=True, max_length=254, verbose_name="courriel"),
                        ),
                        ("full_name", models.CharField(max_length=150, verbose_name="nom complet")),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=20, verbose_name="téléphone"),
                        ),
                        (
                            "language",
                            models.CharField(default="fr", max_length=5, verbose_name="langue"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="créé le"),
                        ),
                        (
                            "closed_by_role",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                editable=False,
                                max_length=30,
                                verbose_name="désactivé par",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "utilisateur",
                        "ordering": ["full_name"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("username"),
                                name="username_once_whatever_case",
                                violation_error_message="Cet identifiant est déjà pris.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HistoryEvent",
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
                        ("tenant_id", models.SmallIntegerField(null=True)),
                        ("at", models.DateTimeField(verbose_name="quand")),
                        (
                            "table_name",
                            models.CharField(db_collation="C", max_length=63, verbose_name="quoi"),
                        ),
                        (
                            "row_id",
                            models.CharField(
                                db_collation="C", max_length=40, verbose_name="numéro"
                            ),
                        ),
                        (
                            "operation",
                            models.CharField(
                                choices=[
                                    ("I", "création"),
                                    ("U", "modification"),
                                    ("D", "suppression"),
                                ],
                                max_length=1,
                                verbose_name="opération",
                            ),
                        ),
                        ("actor_id", models.BigIntegerField(null=True)),
                        (
                            "actor_name",
                            models.CharField(max_length=150, null=True, verbose_name="qui"),
                        ),
                        (
                            "actor_role",
                            models.CharField(max_length=30, null=True, verbose_name="rôle"),
                        ),
                        (
                            "source",
                            models.CharField(max_length=60, null=True, verbose_name="depuis"),
                        ),
                        (
                            "request_id",
                            models.CharField(max_length=40, null=True, verbose_name="requête"),
                        ),
                        ("before", models.JSONField(null=True, verbose_name="avant")),
                        ("after", models.JSONField(null=True, verbose_name="après")),
                    ],
                    options={
                        "verbose_name": "changement",
                        "verbose_name_plural": "historique",
                        "ordering": ["-id"],
                        "indexes": [
                            models.Index(
                                fields=["table_name", "row_id"],
                                name="federations_table_n_399aa2_idx",
                            ),
                            models.Index(
                                fields=["tenant_id", "id"], name="federations_tenant__8aeb69_idx"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Invitation",
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
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("invited_by", models.CharField(max_length=150, verbose_name="invité par")),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="envoyée le"),
                        ),
                        ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                        (
                            "accepted_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="acceptée le"),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invitation",
                    },
                ),
                migrations.CreateModel(
                    name="NarrativeSection",
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
                            "outline_key",
                            models.CharField(max_length=40, verbose_name="place dans le rapport"),
                        ),
                        ("body", models.TextField(blank=True, verbose_name="texte")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "updated_at",
                            models.DateTimeField(auto_now=True, verbose_name="modifié le"),
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
                        "verbose_name": "texte du rapport",
                        "verbose_name_plural": "textes du rapport",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "year", "outline_key"),
                                name="narrative_once_a_year",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxEvent",
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
                        ("topic", models.CharField(max_length=60)),
                        ("payload", models.JSONField()),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("error", models.TextField(blank=True)),
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
                        "verbose_name": "envoi",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("published_at__isnull", True)),
                                fields=["id"],
                                name="outbox_unpublished",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Partner",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("promoter", "promoteur"),
                                    ("funder", "bailleur"),
                                    ("technical", "partenaire technique"),
                                    ("state", "institution publique"),
                                ],
                                max_length=12,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "acronym",
                            models.CharField(blank=True, max_length=40, verbose_name="sigle"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="actif")),
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
                        "verbose_name": "partenaire",
                        "ordering": ["sort_key"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "search_key"),
                                name="partner_name_once",
                                violation_error_message="Un partenaire porte déjà ce nom.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("search_key", ""), _negated=True),
                                name="partner_has_a_name",
                                violation_error_message="Un bailleur doit avoir un nom.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HealthFacility",
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
                        (
                            "code",
                            models.CharField(
                                error_messages={
                                    "unique": "Ce code est déjà celui d’une autre formation sanitaire."
                                },
                                max_length=20,
                                unique=True,
                                verbose_name="code",
                            ),
                        ),
                        (
                            "facility_type",
                            models.CharField(
                                choices=[
                                    ("CDS", "centre de santé (CDS)"),
                                    ("HOPITAL", "hôpital"),
                                    ("CLINIQUE_POLYCLINIQUE", "clinique ou polyclinique"),
                                    ("CENTRE_MEDICAL", "centre médical"),
                                    ("PHARMACIE", "pharmacie"),
                                ],
                                max_length=24,
                                verbose_name="type",
                            ),
                        ),
                        (
                            "ownership",
                            models.CharField(
                                choices=[
                                    ("public", "public"),
                                    ("private", "privé"),
                                    ("faith_based", "confessionnel"),
                                ],
                                max_length=12,
                                verbose_name="statut juridique",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("contracted", "conventionnée"),
                                    ("suspended", "suspendue"),
                                    ("closed", "fermée"),
                                ],
                                default="contracted",
                                max_length=12,
                                verbose_name="situation",
                            ),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=20, verbose_name="téléphone"),
                        ),
                        ("contracted_on", models.DateField(verbose_name="conventionnée le")),
                        (
                            "closed_on",
                            models.DateField(blank=True, null=True, verbose_name="fermée le"),
                        ),
                        (
                            "health_district",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthdistrict",
                                verbose_name="district sanitaire",
                            ),
                        ),
                        (
                            "commune",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="commune (depuis 2025)",
                            ),
                        ),
                        (
                            "former_commune",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="commune (avant 2025)",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "formation sanitaire",
                        "verbose_name_plural": "formations sanitaires",
                        "ordering": ["sort_key"],
                        "indexes": [
                            models.Index(
                                fields=["search_key"], name="federations_search__35d864_idx"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommuneMapping",
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
                            "share",
                            models.DecimalField(
                                decimal_places=4,
                                max_digits=5,
                                null=True,
                                verbose_name="part des collines",
                            ),
                        ),
                        ("is_main", models.BooleanField(verbose_name="principale")),
                        ("method", models.CharField(max_length=80, verbose_name="méthode")),
                        (
                            "current",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="predecessors",
                                to="federations.place",
                            ),
                        ),
                        (
                            "former",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="successors",
                                to="federations.place",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "correspondance de communes",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("former", "current"), name="mapping_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("is_main", True)),
                                fields=("former",),
                                name="mapping_one_main",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Refusal",
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
                        ("at", models.DateTimeField(auto_now_add=True, verbose_name="quand")),
                        ("actor_name", models.CharField(max_length=150, verbose_name="qui")),
                        ("role", models.CharField(max_length=30, verbose_name="rôle")),
                        ("method", models.CharField(max_length=8, verbose_name="méthode")),
                        ("path", models.CharField(max_length=200, verbose_name="page")),
                        ("reason", models.CharField(max_length=200, verbose_name="raison")),
                        (
                            "request_id",
                            models.CharField(blank=True, max_length=40, verbose_name="requête"),
                        ),
                        (
                            "tenant",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tentative refusée",
                        "verbose_name_plural": "tentatives refusées",
                        "ordering": ["-id"],
                    },
                ),
                migrations.CreateModel(
                    name="StoredFile",
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
                        ("name", models.CharField(max_length=160, verbose_name="nom")),
                        ("content_type", models.CharField(max_length=80, verbose_name="type")),
                        ("size_bytes", models.PositiveIntegerField(verbose_name="taille (octets)")),
                        ("sha256", models.CharField(max_length=64)),
                        ("content", models.BinaryField(verbose_name="contenu")),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="déposé le"),
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
                        "verbose_name": "fichier",
                        "indexes": [
                            models.Index(
                                fields=["tenant", "created_at"],
                                name="federations_tenant__20f4c1_idx",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NarrativePicture",
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
                        ("caption", models.CharField(max_length=200, verbose_name="légende")),
                        (
                            "position",
                            models.PositiveSmallIntegerField(default=1, verbose_name="ordre"),
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
                            "section",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pictures",
                                to="federations.narrativesection",
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
                    ],
                    options={
                        "verbose_name": "photo",
                        "ordering": ["position", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="Unit",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("confederation", "confédération"),
                                    ("federation", "fédération"),
                                    ("mutuelle", "mutuelle"),
                                    ("section", "section"),
                                    ("management_centre", "centre de gestion"),
                                    ("provincial_antenna", "antenne provinciale"),
                                    ("communal_antenna", "antenne communale"),
                                    ("district_union", "union de district sanitaire (UDS)"),
                                ],
                                max_length=20,
                                verbose_name="nature",
                            ),
                        ),
                        ("code", models.CharField(max_length=30, verbose_name="code")),
                        (
                            "address",
                            models.CharField(blank=True, max_length=200, verbose_name="adresse"),
                        ),
                        (
                            "phone",
                            models.CharField(blank=True, max_length=20, verbose_name="téléphone"),
                        ),
                        ("valid_from", models.DateField(verbose_name="ouverte le")),
                        (
                            "valid_to",
                            models.DateField(blank=True, null=True, verbose_name="fermée le"),
                        ),
                        (
                            "health_district",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.healthdistrict",
                                verbose_name="district sanitaire",
                            ),
                        ),
                        (
                            "management_centre",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="served_units",
                                to="federations.unit",
                                verbose_name="centre de gestion",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="federations.unit",
                                verbose_name="rattachée à",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="lieu",
                            ),
                        ),
                        (
                            "replaces",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="replaced_by",
                                to="federations.unit",
                                verbose_name="remplace",
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
                        "verbose_name": "unité",
                        "ordering": ["sort_key"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "kind", "sort_key"],
                                name="federations_tenant__d21207_idx",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "id"), name="unit_tenant_id"),
                            models.UniqueConstraint(
                                django.db.models.functions.text.Upper("code"),
                                condition=models.Q(("valid_to__isnull", True)),
                                name="unit_code_once_in_network",
                                violation_error_message="Ce code est déjà celui d’une unité ouverte du réseau.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to__isnull", True),
                                    ("valid_to__gte", models.F("valid_from")),
                                    _connector="OR",
                                ),
                                name="unit_closes_after_opening",
                                violation_error_message="La fermeture vient après l’ouverture.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RoleAssignment",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("confederation_manager", "Gestionnaire de la confédération"),
                                    ("federation_manager", "Gestionnaire de fédération"),
                                    ("centre_operator", "Opérateur de centre de gestion"),
                                    ("mutuelle_agent", "Agent de mutuelle"),
                                    ("medical_adviser", "Médecin conseil"),
                                    ("advising_nurse", "Infirmier conseil"),
                                    ("facility_user", "Utilisateur de formation sanitaire"),
                                    ("regulator", "Régulateur (SEP/CNPS)"),
                                    ("auditor", "Auditeur"),
                                    ("system_administrator", "Administrateur du système"),
                                ],
                                max_length=30,
                                verbose_name="rôle",
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.federation",
                                verbose_name="fédération",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rôle attribué",
                        "verbose_name_plural": "rôles attribués",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("user", "role", "tenant", "unit", "facility"),
                                name="role_once_open",
                                nulls_distinct=False,
                                violation_error_message="Cette personne a déjà ce rôle.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PeriodLock",
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
                            "month",
                            models.DateField(
                                help_text="Le premier jour du mois.", verbose_name="mois"
                            ),
                        ),
                        (
                            "locked_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="fermé le"),
                        ),
                        ("locked_by", models.CharField(max_length=150, verbose_name="par")),
                        (
                            "lifted_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="rouvert le"),
                        ),
                        (
                            "lifted_by",
                            models.CharField(
                                blank=True, max_length=150, verbose_name="rouvert par"
                            ),
                        ),
                        (
                            "lifted_because",
                            models.CharField(blank=True, max_length=200, verbose_name="raison"),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "mois fermé",
                        "verbose_name_plural": "mois fermés",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lifted_at__isnull", True)),
                                fields=("tenant", "unit", "month"),
                                name="period_locked_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)),
                                name="period_lock_first_of_month",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Expense",
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
                        ("spent_on", models.DateField(verbose_name="date")),
                        (
                            "heading",
                            models.CharField(
                                choices=[
                                    ("INVESTISSEMENT", "Investissement"),
                                    ("ACTIVITES", "Activités"),
                                    ("PERSONNEL", "Personnel"),
                                    ("FONCTIONNEMENT", "Fonctionnement"),
                                ],
                                max_length=20,
                                verbose_name="rubrique",
                            ),
                        ),
                        ("amount_francs", models.BigIntegerField(verbose_name="montant (FBu)")),
                        ("label", models.CharField(max_length=200, verbose_name="libellé")),
                        (
                            "voucher",
                            models.CharField(blank=True, max_length=60, verbose_name="pièce"),
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
                            "funder",
                            models.ForeignKey(
                                blank=True,
                                help_text="Vide : ressources propres.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="bailleur",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "dépense",
                        "ordering": ["-spent_on", "id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "-spent_on"],
                                name="federations_tenant__56c443_idx",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_francs__gt", 0)),
                                name="expense_amount_positive",
                                violation_error_message="Le montant doit être supérieur à zéro.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Activity",
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
                        ("starts_on", models.DateField(verbose_name="du")),
                        ("ends_on", models.DateField(verbose_name="au")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("training", "formation"),
                                    ("awareness", "sensibilisation"),
                                    ("workshop", "atelier"),
                                    ("mission", "mission de suivi"),
                                    ("provider_meeting", "concertation avec les prestataires"),
                                    ("meeting", "réunion"),
                                    ("media", "émission ou publication"),
                                    ("other", "autre"),
                                ],
                                max_length=20,
                                verbose_name="nature",
                            ),
                        ),
                        (
                            "chapter",
                            models.CharField(
                                choices=[
                                    ("capacities", "Renforcement des capacités organisationnelles"),
                                    ("structure", "Structuration des mutuelles de santé"),
                                    ("quality", "Amélioration de la qualité des soins"),
                                    ("advocacy", "Plaidoyer et dialogue politique"),
                                    ("communication", "Communication et visibilité"),
                                    ("gender", "Promotion du genre et de l’environnement"),
                                ],
                                max_length=20,
                                verbose_name="chapitre du rapport",
                            ),
                        ),
                        ("theme", models.CharField(max_length=200, verbose_name="thème")),
                        (
                            "place_note",
                            models.CharField(
                                blank=True, max_length=160, verbose_name="précision sur le lieu"
                            ),
                        ),
                        (
                            "cost_francs",
                            models.BigIntegerField(
                                blank=True, null=True, verbose_name="coût (FBu)"
                            ),
                        ),
                        ("result", models.TextField(blank=True, verbose_name="résultat obtenu")),
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
                            "funder",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.partner",
                                verbose_name="bailleur",
                            ),
                        ),
                        (
                            "place",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
                                verbose_name="lieu",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.unit",
                                verbose_name="unité",
                            ),
                        ),
                        (
                            "version",
                            models.PositiveIntegerField(db_default=1, default=1, editable=False),
                        ),
                    ],
                    options={
                        "verbose_name": "activité",
                        "ordering": ["-starts_on", "id"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "-starts_on"],
                                name="federations_tenant__f0a146_idx",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                                name="activity_ends_after_start",
                                violation_error_message="La fin ne peut pas précéder le début.",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cost_francs__isnull", True),
                                    ("cost_francs__gte", 0),
                                    _connector="OR",
                                ),
                                name="activity_cost_not_negative",
                                violation_error_message="Le coût ne peut pas être négatif.",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UnitZone",
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
                            "commune",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="federations.place",
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
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="zones",
                                to="federations.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "commune de la zone d’action",
                        "verbose_name_plural": "zone d’action",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("unit", "commune"),
                                name="zone_once_open",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ActivityParticipants",
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
                        ("label", models.CharField(max_length=120, verbose_name="participants")),
                        ("total", models.PositiveIntegerField(verbose_name="nombre")),
                        (
                            "women",
                            models.PositiveIntegerField(
                                blank=True, null=True, verbose_name="dont femmes"
                            ),
                        ),
                        (
                            "activity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="participants",
                                to="federations.activity",
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
                        "verbose_name": "groupe de participants",
                        "verbose_name_plural": "participants",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("women__isnull", True),
                                    ("women__lte", models.F("total")),
                                    _connector="OR",
                                ),
                                name="participants_women_within_total",
                                violation_error_message="Il y a plus de femmes que de participants.",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdempotencyKey",
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
                        ("key", models.CharField(max_length=64)),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("result", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
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
                        "verbose_name": "clé de répétition",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "key"), name="idempotency_key_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Job",
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
                        ("kind", models.CharField(max_length=60, verbose_name="tâche")),
                        ("title", models.CharField(max_length=200, verbose_name="intitulé")),
                        ("parameters", models.JSONField(default=dict)),
                        ("actor", models.JSONField(verbose_name="demandé par")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("queued", "en attente"),
                                    ("running", "en cours"),
                                    ("done", "terminé"),
                                    ("failed", "échoué"),
                                ],
                                default="queued",
                                max_length=10,
                                verbose_name="état",
                            ),
                        ),
                        ("done", models.PositiveIntegerField(default=0, verbose_name="fait")),
                        ("total", models.PositiveIntegerField(default=0, verbose_name="à faire")),
                        (
                            "step",
                            models.CharField(blank=True, max_length=200, verbose_name="étape"),
                        ),
                        (
                            "attempts",
                            models.PositiveSmallIntegerField(default=0, verbose_name="essais"),
                        ),
                        ("lease_until", models.DateTimeField(blank=True, null=True)),
                        ("lease_token", models.UUIDField(blank=True, null=True)),
                        ("published_at", models.DateTimeField(blank=True, null=True)),
                        ("reason", models.TextField(blank=True, verbose_name="raison de l’échec")),
                        (
                            "result",
                            models.JSONField(blank=True, null=True, verbose_name="résultat"),
                        ),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="demandé le"),
                        ),
                        (
                            "started_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="commencé le"),
                        ),
                        (
                            "finished_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="fini le"),
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
                            "not_before",
                            models.DateField(blank=True, null=True, verbose_name="pas avant le"),
                        ),
                        (
                            "furthest",
                            models.PositiveIntegerField(default=0, verbose_name="fait au plus"),
                        ),
                        (
                            "fruitless",
                            models.PositiveSmallIntegerField(
                                default=0, verbose_name="essais sans aller plus loin"
                            ),
                        ),
                        ("holder", models.CharField(blank=True, db_default="", max_length=250)),
                    ],
                    options={
                        "verbose_name": "tâche",
                        "ordering": ["-created_at"],
                        "indexes": [
                            models.Index(
                                fields=["tenant", "-created_at"],
                                name="federations_tenant__51062f_idx",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["queued", "running"])),
                                fields=["lease_until"],
                                name="job_unfinished",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recut",
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
                        ("on_date", models.DateField(verbose_name="au")),
                        ("decided_by", models.CharField(max_length=150, verbose_name="décidé par")),
                        (
                            "decided_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="décidé le"),
                        ),
                        ("followed", models.JSONField(default=dict, verbose_name="ce qui a suivi")),
                        (
                            "taken_back_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="repris le"),
                        ),
                        (
                            "taken_back_by",
                            models.CharField(blank=True, max_length=150, verbose_name="repris par"),
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
                        "verbose_name": "redécoupage",
                        "ordering": ["-on_date", "-id"],
                        "constraints": [
                            models.UniqueConstraint(fields=("tenant", "id"), name="recut_tenant_id")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecutUnit",
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
                        ("is_new", models.BooleanField(verbose_name="ouverte par le redécoupage")),
                        (
                            "recut",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
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
                            "unit",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recuts",
                                to="federations.unit",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "unité d’un redécoupage",
                        "verbose_name_plural": "unités d’un redécoupage",
                        "ordering": ["id"],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recut", "unit"), name="recut_unit_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FilePiece",
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
                        ("job_id", models.UUIDField(verbose_name="tâche")),
                        ("batch", models.UUIDField(verbose_name="passage")),
                        ("rank", models.PositiveIntegerField(verbose_name="rang")),
                        ("content", models.BinaryField(verbose_name="contenu")),
                        (
                            "created_at",
                            models.DateTimeField(auto_now_add=True, verbose_name="écrit le"),
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
                        "verbose_name": "morceau de fichier",
                        "verbose_name_plural": "morceaux de fichiers",
                        "indexes": [models.Index(fields=["created_at"], name="file_piece_age")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tenant", "job_id", "batch", "rank"), name="file_piece_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScopeKey",
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
                        ("inner_pad", models.BinaryField()),
                        ("outer_pad", models.BinaryField()),
                    ],
                    options={
                        "verbose_name": "clé des portées",
                    },
                ),
            ]
        ),
    ]
