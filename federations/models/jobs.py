"""Work that outlives a request: jobs, the outbox, safe repetition, locks of periods."""

import uuid

from django.db import models
from django.db.models import Q

from federations.models.tenant import TenantOwned
from federations.models.units import Unit


class Job(TenantOwned):
    """A long task, first of all a row: its state is here, Celery only carries its id.

    ``lease_until`` is renewed by the running worker; a job whose lease has run out, or whose
    process is seen to have ended, belongs to nobody and is given out again, until too many
    attempts in a row came no further.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "terminé"
        FAILED = "failed", "échoué"

    UNFINISHED = (State.QUEUED, State.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("tâche", max_length=60)
    title = models.CharField("intitulé", max_length=200)
    parameters = models.JSONField(default=dict)
    actor = models.JSONField("demandé par")
    state = models.CharField("état", max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", default=0)
    step = models.CharField("étape", max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    furthest = models.PositiveIntegerField("fait au plus", default=0)
    fruitless = models.PositiveSmallIntegerField("essais sans aller plus loin", default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    #: The process that has the lease (federations/holders.py).
    holder = models.CharField(max_length=250, blank=True, db_default="")
    published_at = models.DateTimeField(null=True, blank=True)
    #: A task decided for a later day waits for it.
    not_before = models.DateField("pas avant le", null=True, blank=True)
    reason = models.TextField("raison de l’échec", blank=True)
    #: The machine failed, and the reason names nobody; else a rule refused, in words for who asked.
    is_fault = models.BooleanField("panne", default=False, db_default=False)
    result = models.JSONField("résultat", null=True, blank=True)
    created_at = models.DateTimeField("demandé le", auto_now_add=True)
    started_at = models.DateTimeField("commencé le", null=True, blank=True)
    finished_at = models.DateTimeField("fini le", null=True, blank=True)

    class Meta:
        verbose_name = "tâche"
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["tenant", "-created_at"]),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["queued", "running"]),
                name="job_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is under way."""
        return self.state in self.UNFINISHED

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return 100 * self.done // self.total if self.total else 0


class OutboxEvent(TenantOwned):
    """Something to tell the outside (a mail), written with the fact that causes it."""

    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "envoi"
        indexes = [
            models.Index(
                fields=["id"], condition=Q(published_at__isnull=True), name="outbox_unpublished"
            )
        ]


class IdempotencyKey(TenantOwned):
    """What a creation's key was used for: the same key gives the same thing back."""

    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    result = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "clé de répétition"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="idempotency_key_once")
        ]


class PeriodLock(TenantOwned):
    """A month closed for a unit; a row that is lifted stays, with who lifted it and why."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    month = models.DateField("mois", help_text="Le premier jour du mois.")
    locked_at = models.DateTimeField("fermé le", auto_now_add=True)
    locked_by = models.CharField("par", max_length=150)
    lifted_at = models.DateTimeField("rouvert le", null=True, blank=True)
    lifted_by = models.CharField("rouvert par", max_length=150, blank=True)
    lifted_because = models.CharField("raison", max_length=200, blank=True)

    class Meta:
        verbose_name = "mois fermé"
        verbose_name_plural = "mois fermés"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "unit", "month"],
                condition=Q(lifted_at__isnull=True),
                name="period_locked_once",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="period_lock_first_of_month"),
        ]
