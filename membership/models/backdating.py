"""Operations dated further back than an agent may: who, when, and why."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from federations.models import TenantOwned
from membership.models.enrolments import Enrolment
from membership.models.events import LifeEvent
from membership.models.payments import Payment


class Backdating(TenantOwned):
    """An operation written by the manager with an earlier day, with the reason.

    A payment; without one, the enrolment's signature; without either, what happened in a
    household (``event``). Whoever looks for rights dated back after an illness begins here.
    """

    enrolment = models.ForeignKey(
        Enrolment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="adhésion",
    )
    payment = models.ForeignKey(
        Payment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="paiement",
    )
    event = models.ForeignKey(
        LifeEvent,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="événement",
    )
    dated_on = models.DateField("daté du")
    written_on = models.DateField("inscrit le")
    reason = models.CharField("motif", max_length=200)
    recorded_by = models.CharField("inscrit par", max_length=150)
    recorded_by_user_id = models.BigIntegerField(null=True, blank=True)
    recorded_at = models.DateTimeField("inscrit à", auto_now_add=True, db_default=Now())

    class Meta:
        verbose_name = "opération antidatée"
        verbose_name_plural = "opérations antidatées"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["tenant", "-id"], name="backdating_latest"),
            # Asked for each claim: whether its rights were dated back.
            models.Index(fields=["enrolment"], name="backdating_of_enrolment"),
            models.Index(
                fields=["event"],
                condition=Q(event__isnull=False),
                name="backdating_of_event",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(enrolment__isnull=False) | Q(event__isnull=False),
                name="backdating_of_something",
            )
        ]
