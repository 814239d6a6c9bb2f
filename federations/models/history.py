"""The history: every change to every mutable row, written by the database itself.

Triggers (federations/tenancy/history.py) write it, bulk changes included; nobody can
change it. The actor's name is text on the event, so that it outlives the account.
"""

from django.db import models


class HistoryEvent(models.Model):
    """One row created, changed or deleted: who, when, from where, tied by request."""

    class Operation(models.TextChoices):
        CREATED = "I", "création"
        CHANGED = "U", "modification"
        DELETED = "D", "suppression"

    tenant_id = models.SmallIntegerField(null=True)
    at = models.DateTimeField("quand")
    table_name = models.CharField("quoi", max_length=63, db_collation="C")
    row_id = models.CharField("numéro", max_length=40, db_collation="C")
    operation = models.CharField("opération", max_length=1, choices=Operation)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField("qui", max_length=150, null=True)
    actor_role = models.CharField("rôle", max_length=30, null=True)
    source = models.CharField("depuis", max_length=60, null=True)
    request_id = models.CharField("requête", max_length=40, null=True)
    before = models.JSONField("avant", null=True)
    after = models.JSONField("après", null=True)

    class Meta:
        verbose_name = "changement"
        verbose_name_plural = "historique"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["table_name", "row_id"]),
            models.Index(fields=["tenant_id", "id"]),
        ]
