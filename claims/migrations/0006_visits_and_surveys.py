"""Questionnaires, visits to facilities, surveys; decisions taken after a visit.

An attestation that a visit verifies is held to its claim and parties, as every row of a claim is;
what hangs on a visit names the visit's own facility; what a tenant owns points into the same.
"""

import django.db.models.deletion
from django.db import migrations, models

from claims.migrations._keys import tenant_keys

_TENANT = (
    ("claims_question", "questionnaire_id", "claims_questionnaire"),
    ("claims_surveyfacility", "campaign_id", "claims_surveycampaign"),
    ("claims_surveyanswer", "interview_id", "claims_surveyinterview"),
)
_OF_VISIT = ("visitclaim", "visitmark", "visitreply", "visitstep")
_KEYS = [
    tenant_keys(_TENANT),
    *(
        f"ALTER TABLE claims_{table} ADD CONSTRAINT claims_{table}_of_visit"
        " FOREIGN KEY (facility_id, visit_id) REFERENCES claims_visit (facility_id, id)"
        " DEFERRABLE INITIALLY DEFERRED"
        for table in _OF_VISIT
    ),
    (
        "ALTER TABLE claims_visitclaim ADD CONSTRAINT claims_visitclaim_of_claim"
        " FOREIGN KEY (care_year, claim_id, tenant_id, processing_id, facility_id)"
        " REFERENCES claims_claim (care_year, id, tenant_id, processing_id, facility_id)"
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0005_care_sums"),
        ("federations", "0009_scope_key"),
    ]

    operations = [
        migrations.AlterField(
            model_name="decision",
            name="kind",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="review",
            name="stage",
            field=models.CharField(
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
        migrations.CreateModel(
            name="PublishedScore",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.DecimalField(decimal_places=1, max_digits=4, verbose_name="score (%)"),
                ),
                (
                    "facilities",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="formations sanitaires"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("recorded_by", models.CharField(max_length=150, verbose_name="inscrit par")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="inscrit le")),
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
                "verbose_name": "score publié",
                "verbose_name_plural": "scores publiés",
                "ordering": ["-year", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("published_by", models.CharField(max_length=150, verbose_name="publié par")),
                ("published_at", models.DateTimeField(auto_now_add=True, verbose_name="publié le")),
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
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="n°")),
                (
                    "section",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="section"),
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
                ("weight", models.PositiveSmallIntegerField(default=1, verbose_name="poids")),
                ("is_required", models.BooleanField(default=False, verbose_name="obligatoire")),
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
            },
        ),
        migrations.CreateModel(
            name="SurveyCampaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, default="", max_length=32, verbose_name="graine"),
                ),
                ("planned_by", models.CharField(max_length=150, verbose_name="lancée par")),
                ("planned_at", models.DateTimeField(auto_now_add=True, verbose_name="lancée le")),
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
            },
        ),
        migrations.CreateModel(
            name="SurveyFacility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
            },
        ),
        migrations.CreateModel(
            name="SurveyInterview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("entered_at", models.DateTimeField(auto_now_add=True, verbose_name="saisi le")),
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
            ],
            options={
                "verbose_name": "entretien",
                "ordering": ["-taken_on", "-id"],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=500, verbose_name="réponse")),
                (
                    "points",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="points"),
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
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    models.CharField(blank=True, default="", max_length=32, verbose_name="graine"),
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
                        blank=True, default="", max_length=3000, verbose_name="recommandations"
                    ),
                ),
                (
                    "sent_on",
                    models.DateField(blank=True, null=True, verbose_name="rapport envoyé le"),
                ),
                (
                    "answer_due_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="réponse attendue jusqu’au"
                    ),
                ),
                (
                    "ended_because",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="fin"),
                ),
                ("planned_by", models.CharField(max_length=150, verbose_name="prévue par")),
                ("planned_by_user_id", models.BigIntegerField(blank=True, null=True)),
                ("planned_at", models.DateTimeField(auto_now_add=True, verbose_name="prévue le")),
                ("version", models.PositiveIntegerField(db_default=1, default=1, editable=False)),
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
            },
        ),
        migrations.CreateModel(
            name="VisitClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("care_year", models.PositiveSmallIntegerField(verbose_name="année des soins")),
                ("claim_id", models.BigIntegerField()),
                ("stub_number", models.CharField(max_length=24, verbose_name="souche")),
                ("care_on", models.DateField(verbose_name="date des soins")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("stratum", models.PositiveSmallIntegerField(verbose_name="strate")),
                ("mutuelle_francs", models.BigIntegerField(verbose_name="part mutuelle (FBu)")),
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
                        blank=True, default="", max_length=300, verbose_name="abandonné parce que"
                    ),
                ),
                (
                    "settled_by",
                    models.CharField(
                        blank=True, default="", max_length=150, verbose_name="réglé par"
                    ),
                ),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="réglé le")),
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
            ],
            options={
                "verbose_name": "attestation vérifiée",
                "verbose_name_plural": "attestations vérifiées",
                "ordering": ["visit", "rank"],
            },
        ),
        migrations.CreateModel(
            name="VisitMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=500, verbose_name="réponse")),
                (
                    "points",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="points"),
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
            },
        ),
        migrations.CreateModel(
            name="VisitReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("answered_by", models.CharField(max_length=150, verbose_name="répondu par")),
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
            ],
            options={
                "verbose_name": "réponse à un rapport de visite",
                "verbose_name_plural": "réponses aux rapports de visite",
            },
        ),
        migrations.CreateModel(
            name="VisitStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to_state", models.CharField(max_length=10, verbose_name="à")),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="motif"),
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
        migrations.AddConstraint(
            model_name="publishedscore",
            constraint=models.UniqueConstraint(
                fields=("tenant", "kind", "year"),
                name="published_score_once",
                violation_error_message="Le score de cette année est déjà inscrit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="publishedscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 0), ("percent__lte", 100)),
                name="published_score_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                fields=("tenant", "kind", "version"), name="questionnaire_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.UniqueConstraint(
                fields=("tenant", "id"), name="questionnaire_tenant_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("questionnaire", "position"), name="question_place_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1), ("weight__lte", 20)), name="question_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveycampaign",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="survey_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="surveycampaign",
            constraint=models.UniqueConstraint(
                fields=("tenant", "year", "title"),
                name="survey_title_once",
                violation_error_message="Une enquête de cette année porte déjà ce titre.",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveycampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="survey_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyfacility",
            constraint=models.UniqueConstraint(
                fields=("campaign", "facility"), name="survey_facility_once"
            ),
        ),
        migrations.AddIndex(
            model_name="surveyinterview",
            index=models.Index(fields=["campaign", "facility"], name="interview_of_facility"),
        ),
        migrations.AddConstraint(
            model_name="surveyinterview",
            constraint=models.UniqueConstraint(fields=("tenant", "id"), name="interview_tenant_id"),
        ),
        migrations.AddConstraint(
            model_name="surveyinterview",
            constraint=models.UniqueConstraint(
                fields=("tenant", "campaign", "reference"), name="interview_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.UniqueConstraint(
                fields=("interview", "question"), name="survey_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="surveyanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__isnull", True), ("points__lte", 100), _connector="OR"),
                name="survey_answer_points",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["tenant", "-starts_on"], name="visit_of_tenant"),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["facility", "-starts_on"], name="visit_of_facility"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(fields=("facility", "id"), name="visit_facility_id"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gte", models.F("starts_on")),
                    ("period_to__gte", models.F("period_from")),
                ),
                name="visit_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "answered", "closed"]), _negated=True),
                    models.Q(("answer_due_on__isnull", False), ("sent_on__isnull", False)),
                    _connector="OR",
                ),
                name="visit_sent_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitclaim",
            constraint=models.UniqueConstraint(
                fields=("visit", "claim_id"), name="visit_claim_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_francs__gte", 0)),
                name="visit_claim_takes_nothing_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recovered_francs__isnull", True), ("waived_because", ""), _connector="OR"
                ),
                name="visit_claim_settled_one_way",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitmark",
            constraint=models.UniqueConstraint(
                fields=("visit", "question"), name="visit_mark_once"
            ),
        ),
        migrations.RunSQL(";\n".join(_KEYS), migrations.RunSQL.noop),
    ]
