"""Imports of members and payments: staged in parts, so that a kill loses nothing."""

import uuid

from django.db import models

from federations.models import TenantOwned, Unit
from membership.models.years import MutualistYear


class MemberImport(TenantOwned):
    """A file brought in: what it is, what was decided, what became of its rows."""

    class Kind(models.TextChoices):
        MEMBERS = "members", "ménages et bénéficiaires"
        PAYMENTS = "payments", "paiements"
        PAST_REGISTER = "past_register", "registre papier de l’an passé"

    class State(models.TextChoices):
        STAGED = "staged", "déposé"
        CHECKED = "checked", "vérifié, à décider"
        LOADING = "loading", "chargement en cours"
        DONE = "done", "chargé"
        REFUSED = "refused", "rien chargé"
        ABANDONED = "abandoned", "abandonné"

    class Choice(models.TextChoices):
        GOOD_ROWS = "good_rows", "charger les bonnes lignes"
        ALL_OR_NOTHING = "all_or_nothing", "tout ou rien"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("contenu", max_length=14, choices=Kind)
    year = models.ForeignKey(
        MutualistYear, on_delete=models.PROTECT, related_name="+", verbose_name="année mutualiste"
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="unité",
        help_text="Celle des lignes qui n’en nomment pas.",
    )
    file_name = models.CharField("fichier", max_length=160)
    sha256 = models.CharField(max_length=64)
    headings = models.JSONField("colonnes reconnues", default=dict)
    unknown_headings = models.JSONField("colonnes ignorées", default=list)
    #: Of a workbook: the sheet that is read.
    sheet_name = models.CharField("feuille", max_length=100, blank=True, default="", db_default="")
    backdating_reason = models.CharField(
        "motif des dates anciennes", max_length=200, blank=True, default="", db_default=""
    )
    rows = models.PositiveIntegerField("lignes", default=0)
    state = models.CharField("état", max_length=10, choices=State, default=State.STAGED)
    choice = models.CharField("choix", max_length=14, choices=Choice, blank=True)
    #: Whether rows that may be somebody who is there already are loaded as well.
    takes_doubtful = models.BooleanField(
        "avec les lignes à confirmer", default=True, db_default=True
    )
    job_id = models.UUIDField("tâche", null=True, blank=True)
    brought_by = models.CharField("déposé par", max_length=150)
    brought_at = models.DateTimeField("déposé le", auto_now_add=True)
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)

    class Meta:
        verbose_name = "import"
        ordering = ["-brought_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="import_tenant_id")]


class ImportPart(TenantOwned):
    """Some of an import's rows, whole households together; loaded in one transaction."""

    member_import = models.ForeignKey(
        MemberImport, on_delete=models.CASCADE, related_name="parts", db_constraint=False
    )
    position = models.PositiveIntegerField()
    first_row = models.PositiveIntegerField("première ligne")
    rows = models.PositiveIntegerField("lignes")
    #: The rows as they came (membership.selectors.import_rows), compressed.
    content = models.BinaryField()
    #: What each row is searched by (membership.rules.imports.search), compressed.
    search = models.BinaryField(default=b"", db_default=b"")
    #: What checking or loading found: counts by outcome, refused rows with their causes, and
    #: what becomes of each row (membership.rules.imports.notes), JSON, compressed.
    counts = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    findings = models.BinaryField(default=b"", db_default=b"")
    checked_at = models.DateTimeField(null=True, blank=True)
    loaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "part d’un import"
        verbose_name_plural = "parts d’un import"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["member_import", "position"], name="import_part_once")
        ]
